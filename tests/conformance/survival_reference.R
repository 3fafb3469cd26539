# Reference values for tests/conformance/test_survival_against_r.py.
# Run in this folder: Rscript survival_reference.R
# Reads survival_cases.csv (our own small data) and the package's datasets lung, veteran and ovarian;
# writes survival_reference.csv: what R's survival says of each case, in long form.

library(survival)

types <- c("log-log", "plain", "log", "logit", "arcsin")
own <- read.csv("survival_cases.csv", comment.char = "#")
cases <- split(own[c("time", "event")], own$case)
cases$lung <- with(lung, data.frame(time = time, event = status == 2))
cases$lung_men <- with(lung[lung$sex == 1, ], data.frame(time = time, event = status == 2))
cases$lung_women <- with(lung[lung$sex == 2, ], data.frame(time = time, event = status == 2))
cases$veteran <- with(veteran, data.frame(time = time, event = status == 1))
cases$veteran_test <- with(veteran[veteran$trt == 2, ], data.frame(time = time, event = status == 1))
cases$ovarian <- with(ovarian, data.frame(time = futime, event = fustat == 1))

rows <- list()
add <- function(case, ci, level, what, argument, statistic, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    case, ci, level, what, argument, statistic, value = as.numeric(value)
  )
}

for (case in names(cases)) {
  data <- cases[[case]]
  last <- max(data$time)
  for (ci in types) for (level in c(0.95, 0.8)) {
    fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = ci, conf.int = level)
    for (p in c(0.1, 0.25, 0.5, 0.75, 0.9)) {
      q <- quantile(fit, p)
      add(case, ci, level, "quantile", p, "estimate", q$quantile)
      add(case, ci, level, "quantile", p, "lower", q$lower)
      add(case, ci, level, "quantile", p, "upper", q$upper)
    }
    if (level != 0.95) next
    steps <- summary(fit)  # at the times of events
    for (i in unique(round(seq(1, length(steps$time), length.out = 5)))) {
      if (length(steps$time) == 0) next
      at <- steps$time[i]
      for (name in c("n.risk", "surv", "std.err", "lower", "upper"))
        add(case, ci, level, "at", at, name, steps[[name]][i])
    }
  }
  for (share in c(0.3, 0.7, 1)) {
    tau <- share * last
    mean <- survival:::survmean(survfit(Surv(time, event) ~ 1, data = data), rmean = tau)$matrix
    add(case, "", NA, "rmst", tau, "estimate", mean["rmean"])
    add(case, "", NA, "rmst", tau, "std.err", mean["se(rmean)"])
  }
  reverse <- survfit(Surv(time, !event) ~ 1, data = data, conf.type = "log-log")
  q <- quantile(reverse, 0.5)
  add(case, "log-log", 0.95, "reverse", 0.5, "estimate", q$quantile)
  add(case, "log-log", 0.95, "reverse", 0.5, "lower", q$lower)
  add(case, "log-log", 0.95, "reverse", 0.5, "upper", q$upper)
}

result <- do.call(rbind, rows)
result$value <- ifelse(is.na(result$value), "", sprintf("%.15g", result$value))
result$argument <- sprintf("%.17g", result$argument)
file <- file("survival_reference.csv", "w", encoding = "UTF-8")
writeLines(sprintf("# R %s.%s, survival %s; made by survival_reference.R",
                   R.version$major, R.version$minor, packageVersion("survival")), file)
write.csv(result, file, row.names = FALSE, quote = FALSE, na = "")
close(file)

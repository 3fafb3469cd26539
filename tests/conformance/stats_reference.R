# Reference values for tests/conformance/test_stats_against_r.py.
# Run in this folder, with the folder of public datasets that comes with the Python package lifelines:
#   Rscript stats_reference.R .venv/lib/python3.11/site-packages/lifelines/datasets
# Writes stats_reference.csv: what R says of each case, in long form. The columns of the datasets
# that the cases use, and the small data of our own, stand in stats_cases.py likewise. Of the data
# of R's survival, lung comes with lifelines too; veteran and ovarian stand here as CSV files.

library(survival)

rows <- list()
add <- function(what, case, argument, statistic, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    what, case, argument = as.character(argument), statistic, value = as.numeric(value)
  )
}

## Datasets ----------------------------------------------------------------------------------------

folder <- commandArgs(trailingOnly = TRUE)[1]
public <- function(name) read.csv(file.path(folder, name))

lung <- with(public("lung.csv"), data.frame(
  time, event = status, group = sex, x = age, y = ph.ecog, stratum = inst))
lung <- lung[complete.cases(lung), ]
leukemia <- with(read.table(file.path(folder, "anderson.csv"), header = TRUE), data.frame(
  time = t, event = status, group = Rx, x = logWBC, y = sex, stratum = sex))
larynx <- with(public("larynx.csv"), data.frame(
  time, event = death, group = Stage_IV, x = age, y = Stage_III, stratum = Stage_II))
gbsg2 <- with(public("gbsg2.csv"), data.frame(
  time, event = cens, group = as.integer(horTh == "yes"), x = age, y = tsize / 10,
  stratum = tgrade))
published <- function(name, ours) {
  stopifnot(isTRUE(all.equal(read.csv(paste0(name, ".csv"), comment.char = "#"), ours,
                             check.attributes = FALSE)))
  ours
}
veteran <- with(published("veteran", transform(veteran, celltype = as.integer(celltype))), data.frame(
  time, event = status, group = trt, x = karno, y = prior / 10, stratum = celltype))
ovarian <- with(published("ovarian", ovarian), data.frame(
  time = futime, event = fustat, group = rx, x = age, y = resid.ds, stratum = ecog.ps))
# Six subjects of two groups, with ties: the size of a dose-escalation cohort.
tiny <- data.frame(
  time = c(2, 3, 3, 5, 5, 8), event = c(1, 1, 0, 1, 1, 0), group = c(1, 2, 1, 2, 1, 2),
  x = c(3, 1, 4, 1, 5, 9), y = c(0, 1, 1, 0, 1, 0), stratum = c(1, 1, 2, 2, 1, 2))
cases <- list(lung = lung, veteran = veteran, ovarian = ovarian, leukemia = leukemia, larynx = larynx, gbsg2 = gbsg2, tiny = tiny)

## Log-rank and Cox --------------------------------------------------------------------------------

logrank <- function(case, kind, fit) {
  observed <- if (is.matrix(fit$obs)) rowSums(fit$obs) else fit$obs
  expected <- if (is.matrix(fit$exp)) rowSums(fit$exp) else fit$exp
  add("logrank", case, kind, "chi_square", fit$chisq)
  add("logrank", case, kind, "p_value", pchisq(fit$chisq, length(observed) - 1, lower.tail = FALSE))
  for (i in seq_along(observed)) {
    add("logrank", case, kind, paste0("observed.", i), observed[i])
    add("logrank", case, kind, paste0("expected.", i), expected[i])
  }
}

regression <- function(case, kind, fit) {
  table <- summary(fit)$coefficients
  limits <- summary(fit)$conf.int
  for (name in rownames(table)) {
    for (column in c(coef = 1, hazard_ratio = 2, std_error = 3, z = 4, p_value = 5))
      add("cox", case, kind, paste0(name, ".", c("coef", "hazard_ratio", "std_error", "z", "p_value")[column]),
          table[name, column])
    add("cox", case, kind, paste0(name, ".lower"), limits[name, "lower .95"])
    add("cox", case, kind, paste0(name, ".upper"), limits[name, "upper .95"])
  }
  add("cox", case, kind, "likelihood_ratio", summary(fit)$logtest["test"])
}

close_fit <- coxph.control(eps = 1e-11, iter.max = 60)
for (case in names(cases)) {
  d <- cases[[case]]
  logrank(case, "plain", survdiff(Surv(time, event) ~ group, d))
  logrank(case, "stratified", survdiff(Surv(time, event) ~ group + strata(stratum), d))
  regression(case, "group", coxph(Surv(time, event) ~ group, d, control = close_fit))
  if (case == "tiny") next
  regression(case, "three", coxph(Surv(time, event) ~ group + x + y, d, control = close_fit))
  regression(case, "stratified",
             coxph(Surv(time, event) ~ group + strata(stratum), d, control = close_fit))
}
# Many groups.
logrank("gbsg2", "many", survdiff(Surv(time, event) ~ stratum, gbsg2))
logrank("lung", "many", survdiff(Surv(time, event) ~ y, lung))
logrank("veteran", "many", survdiff(Surv(time, event) ~ stratum, veteran))

## Competing events --------------------------------------------------------------------------------

# The datasets have one kind of event: here it is another one for some of the subjects.
competing <- list(
  lung = with(lung, data.frame(time, cause = event * (1 + (y > 1)))),
  gbsg2 = with(gbsg2, data.frame(time, cause = event * (1 + (x > 60)))),
  veteran = with(veteran, data.frame(time, cause = event * (1 + (x > 60)))),
  ovarian = with(ovarian, data.frame(time, cause = event * (1 + (x > 60)))),
  tiny = data.frame(time = c(2, 3, 3, 5, 5, 8), cause = c(1, 2, 0, 1, 2, 0)),
  all = data.frame(time = c(1, 1, 2, 4, 4), cause = c(1, 2, 1, 1, 2)))
for (case in names(competing)) {
  d <- competing[[case]]
  state <- factor(d$cause, 0:2, c("censor", "event", "other"))
  fit <- survfit(Surv(d$time, state) ~ 1, conf.type = "log-log")
  wanted <- unique(quantile(d$time, c(0.1, 0.3, 0.5, 0.7, 0.9), type = 1))
  at <- summary(fit, times = wanted)
  for (i in seq_along(wanted)) {
    add("aalen-johansen", case, wanted[i], "incidence", at$pstate[i, 2])
    add("aalen-johansen", case, wanted[i], "std_error", at$std.err[i, 2])
    if (at$pstate[i, 2] == 0) next  # R has no limits there; here both are 0
    add("aalen-johansen", case, wanted[i], "lower", at$lower[i, 2])
    add("aalen-johansen", case, wanted[i], "upper", at$upper[i, 2])
  }
}

## Piecewise exposure ------------------------------------------------------------------------------

for (case in c("lung", "gbsg2", "veteran", "ovarian", "tiny")) {
  d <- cases[[case]]
  cuts <- if (case == "tiny") c(3, 5) else c(60, 180, 365)
  split <- survSplit(Surv(time, event) ~ ., d, cut = cuts, episode = "piece")
  for (piece in sort(unique(split$piece))) {
    s <- split[split$piece == piece, ]
    add("piecewise", case, piece, "n_event", sum(s$event))
    add("piecewise", case, piece, "exposure", sum(s$time - s$tstart))
    test <- poisson.test(sum(s$event), sum(s$time - s$tstart))
    add("piecewise", case, piece, "rate", test$estimate)
    add("piecewise", case, piece, "lower", test$conf.int[1])
    add("piecewise", case, piece, "upper", test$conf.int[2])
  }
}

## Proportions and rates ---------------------------------------------------------------------------

for (n in c(1, 3, 6, 12, 30, 200)) for (x in unique(round(c(0, 1, 0.3 * n, 0.7 * n, n)))) {
  for (level in c(0.9, 0.95)) {
    if (x > n) next
    key <- paste(x, n, level)
    exact <- binom.test(x, n, conf.level = level)$conf.int
    score <- suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)
    tail <- (1 - level) / 2
    add("clopper-pearson", "", key, "lower", exact[1])
    add("clopper-pearson", "", key, "upper", exact[2])
    add("wilson", "", key, "lower", score[1])
    add("wilson", "", key, "upper", score[2])
    add("jeffreys", "", key, "lower", if (x == 0) 0 else qbeta(tail, x + 0.5, n - x + 0.5))
    add("jeffreys", "", key, "upper", if (x == n) 1 else qbeta(1 - tail, x + 0.5, n - x + 0.5))
  }
}
for (x in c(0, 1, 5, 40)) for (time in c(0.5, 12, 365.25)) {
  test <- poisson.test(x, time)
  add("garwood", "", paste(x, time), "rate", test$estimate)
  add("garwood", "", paste(x, time), "lower", test$conf.int[1])
  add("garwood", "", paste(x, time), "upper", test$conf.int[2])
}

## Power model, without repeated values ------------------------------------------------------------

power <- data.frame(
  dose = c(20, 20, 20, 30, 30, 30, 60), value = c(8.1, 11.9, 9.4, 14.2, 17.8, 12.1, 36.5))
fit <- lm(log(value) ~ log(dose), power)
add("power", "", "fixed", "slope", coef(fit)[2])
add("power", "", "fixed", "intercept", coef(fit)[1])
limits <- confint(fit, level = 0.9)
add("power", "", "fixed", "lower", limits[2, 1])
add("power", "", "fixed", "upper", limits[2, 2])
one <- t.test(log(power$value), conf.level = 0.95)
add("geometric mean", "", "", "estimate", exp(one$estimate))
add("geometric mean", "", "", "lower", exp(one$conf.int[1]))
add("geometric mean", "", "", "upper", exp(one$conf.int[2]))

## Percentiles and other summaries ----------------------------------------------------------------

samples <- list(power = power$value, veteran = veteran$time, ovarian = ovarian$x)
for (case in names(samples)) {
  v <- samples[[case]]
  for (share in c(0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1))
    add("percentile", case, share, "value", quantile(v, share, type = 2))
  add("summary", case, "", "mean", mean(v))
  add("summary", case, "", "sd", sd(v))
  add("summary", case, "", "se", sd(v) / sqrt(length(v)))
  add("summary", case, "", "cv", 100 * sd(v) / mean(v))
  add("summary", case, "", "geom_mean", exp(mean(log(v))))
  add("summary", case, "", "geom_sd", exp(sd(log(v))))
  add("summary", case, "", "geom_cv", 100 * sqrt(exp(var(log(v))) - 1))
}

## Write -------------------------------------------------------------------------------------------

result <- do.call(rbind, rows)
result$value <- ifelse(is.na(result$value), "", sprintf("%.15g", result$value))
file <- file("stats_reference.csv", "w", encoding = "UTF-8")
writeLines(sprintf("# R %s.%s, survival %s; made by stats_reference.R",
                   R.version$major, R.version$minor, packageVersion("survival")), file)
write.csv(result, file, row.names = FALSE, quote = FALSE, na = "")
close(file)

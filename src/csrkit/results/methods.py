"""The methods of analyses: what each is called, and where it is defined."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A method of analysis.

    Attributes
    ----------
    id
        Short key.
    name
        As the METHOD column of the results says it.
    description
        What is computed, and by which definition.
    """

    id: str
    name: str
    description: str


COUNT = Method(
    "count",
    "Count of subjects",
    "Distinct subjects with a record of the set (n), those of the denominator (N), their share "
    "(p = n / N), records of the set (n_events), and subjects of the denominator without such a "
    "record (n_missing = N - n).",
)
SUMMARY = Method(
    "summary",
    "Summary statistics",
    "Of one value a subject: n, mean, SD (divisor n - 1), coefficient of variation, minimum, "
    "maximum, median and quartiles (SAS PCTLDEF=5), geometric mean and geometric CV "
    "(100 sqrt(exp(s²) - 1), s the SD of the natural logarithms).",
)
CLOPPER_PEARSON = Method(
    "clopper_pearson",
    "Proportion with Clopper-Pearson interval",
    "Share of the subjects of the denominator with a record of the set, and its exact interval "
    "(Clopper and Pearson, Biometrika 1934; 26: 404).",
)
KAPLAN_MEIER = Method(
    "kaplan_meier",
    "Kaplan-Meier, log-log",
    "Product-limit estimate; variance of Greenwood; intervals of the survival function and of "
    "quantiles by the log(-log) transformation (Brookmeyer and Crowley, Biometrics 1982; 38: 29).",
)
REVERSE_KAPLAN_MEIER = Method(
    "reverse_kaplan_meier",
    "Reverse Kaplan-Meier, log-log",
    "Kaplan-Meier estimate with events and censoring exchanged: potential follow-up "
    "(Schemper and Smith, Control Clin Trials 1996; 17: 343).",
)
AT_RISK = Method("at_risk", "Number at risk", "Subjects whose time is at least the given one.")
ESCALATION = Method(
    "escalation",
    "Rule of dose escalation",
    "Decision of the escalation rule of study.yml from DLTs and evaluable subjects of all doses.",
)
BETA_BINOMIAL = Method(
    "beta_binomial",
    "Beta-binomial posterior",
    "Posterior of the DLT rate: beta prior of study.yml, binomial likelihood; mean, equal-tailed "
    "credible interval, and probability of a rate above the target.",
)
BOIN = Method(
    "boin",
    "BOIN",
    "Bayesian optimal interval design (Liu and Yuan, J R Stat Soc C 2015; 64: 507): decision at a "
    "dose from its own DLTs and evaluable subjects, by the boundaries of the observed rate and the "
    "elimination probability under a uniform prior; escalation and de-escalation where there is "
    "such a dose.",
)
MTPI2 = Method(
    "mtpi2",
    "mTPI-2",
    "Modified toxicity probability interval design 2 (Guo et al., Contemp Clin Trials 2017; 58: "
    "23): decision at a dose from its own DLTs and evaluable subjects, by the interval of the "
    "highest unit probability mass.",
)
ISOTONIC = Method(
    "isotonic",
    "Isotonic regression of the DLT rate",
    "Rates (y + 0.05) / (n + 0.1) of all doses given, pooled where they don't ascend with the "
    "dose, weighted by the inverse of their variance; the maximum tolerated dose is the one, not "
    "eliminated, whose rate lies nearest the target (select.mtd of the R package BOIN; Yan et "
    "al., J Stat Softw 2020; 94 (13)).",
)
COX = Method(
    "cox",
    "Cox regression, Efron ties",
    "Hazard of a column relative to that of the reference column: partial likelihood, ties by "
    "Efron (J Am Stat Assoc 1977; 72: 557), Wald interval and two-sided Wald p-value (p.value), "
    "where settings name strata each with its own baseline hazard.",
)
LOG_RANK = Method(
    "log_rank",
    "Log-rank test",
    "Chi-square (statistic), degrees of freedom (parameter) and two-sided p-value (p.value) of "
    "the comparison of a column with the reference column, where settings name strata summed over "
    "them (Mantel, Cancer Chemother Rep 1966; 50: 163).",
)
SURVIVAL_DIFFERENCE = Method(
    "survival_difference",
    "Difference of Kaplan-Meier estimates",
    "Share free of the event in a column less that in the reference column; Greenwood variances, "
    "normal interval (Klein et al., Stat Med 2007; 26: 4505, without transformation).",
)
NEWCOMBE = Method(
    "newcombe",
    "Difference of proportions, Newcombe",
    "Share of the subjects of a column with a record of the set, less that of the reference "
    "column; hybrid score interval (Newcombe, Stat Med 1998; 17: 873, method 10).",
)
MIETTINEN_NURMINEN = Method(
    "miettinen_nurminen",
    "Difference of proportions, Miettinen-Nurminen",
    "Share of the subjects of a column with a record of the set, less that of the reference "
    "column; score interval (Miettinen and Nurminen, Stat Med 1985; 4: 213).",
)
EXPOSURE_ADJUSTED = Method(
    "exposure_adjusted",
    "Exposure-adjusted incidence rate",
    "Subjects with a record of the set (n) by the patient-years at risk of all subjects of the "
    "denominator (exposure). A subject is at risk from day 1, the day of the first dose, through "
    "the day of the first such record, without one through the last day at risk (a variable of "
    "ADSL). A record that began before day 1 counts on day 1; one without a day at the end of the "
    "time at risk. Exact interval of a Poisson rate (Garwood, Biometrika 1936; 28: 437).",
)
PIECEWISE = Method(
    "piecewise_exposure",
    "Exposure-adjusted incidence rate by period",
    "The exposure-adjusted rate of each period of the time at risk, whose events (n.event), "
    "subjects at risk (n.risk) and patient-years are those within it; a period holds its last day.",
)
CUMULATIVE_INCIDENCE = Method(
    "cumulative_incidence",
    "Cumulative incidence, Aalen-Johansen",
    "Probability of the event by a time, other events competing (Aalen and Johansen, Scand J Stat "
    "1978; 5: 141); variance by the delta method, interval by the log(-log) transformation.",
)
POWER_MODEL = Method(
    "power_model",
    "Power model of dose proportionality",
    "ln value = ln α + β ln dose: slope β (estimate) with its t interval, by least squares, or "
    "with a random intercept of the subject (REML) where subjects have several values. n values "
    "of N subjects. Proportional when the interval lies within 1 + ln θ / ln r, r the highest by "
    "the lowest dose, θ the limits of study.yml; more or less than proportional when it lies "
    "above or below them; else inconclusive (Smith et al., Pharm Res 2000; 17: 1278).",
)
ACCUMULATION = Method(
    "accumulation",
    "Accumulation ratio",
    "Ratio of geometric means of a later to the first profile within subjects (n) who have both, "
    "with the paired t interval of the logarithms (Rowland and Tozer, Clinical Pharmacokinetics "
    "and Pharmacodynamics, 4th ed.).",
)
EXPECTED_ACCUMULATION = Method(
    "expected_accumulation",
    "Accumulation expected from the terminal rate constant",
    "Geometric mean of 1 / (1 - exp(-λz τ)), λz that of the first profile of each subject and τ "
    "the dosing interval, with its t interval: the accumulation that linear kinetics foretell "
    "(Rowland and Tozer).",
)
VALUE = Method("value", "Individual value", "Value of one record of one subject.")
LISTED = Method("listed", "Records listed", "Subjects (n) and records (n_events) of a listing.")

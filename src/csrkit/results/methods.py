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
VALUE = Method("value", "Individual value", "Value of one record of one subject.")
LISTED = Method("listed", "Records listed", "Subjects (n) and records (n_events) of a listing.")

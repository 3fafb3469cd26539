"""Facts the public record doesn't give, each with its value and meaning, listed in the report."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import Field, model_validator

from csrkit.study.base import ABSENT, OrAbsent, Partial, Section

T = TypeVar("T")

NOT_PUBLIC = "not in the public record"


class Assumption(Section, Generic[T]):
    """One assumption: a value, what it means, and why it is an assumption."""

    value: T
    meaning: str
    source: str = NOT_PUBLIC


class AesiCategory(Section):
    """An adverse event of special interest: its name in SUPPAE (AESICAT) and how it is graded."""

    name: str
    grading: str = "CTCAE"


class EligibilityLimit(Section):
    """A value that an eligibility criterion asks for before the first dose.

    Attributes
    ----------
    name
        What is asked for, in the study's words.
    criterion
        IETESTCD of the criterion in TI; empty when it has none.
    domain, test
        Domain of findings, and --TESTCD.
    at_least, at_most
        Limits that a value has to keep to; it may lie on them.
    unit
        Unit of the limits, which other units of the test are converted to; ULN and LLN for
        multiples of the upper and the lower limit of normal; empty for a value without a unit.
    """

    name: str = Field(min_length=1)
    criterion: str = ""
    domain: str = Field(default="LB", pattern="^[A-Z][A-Z0-9]$")
    test: str = Field(min_length=1, max_length=8)
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _has_a_limit(self) -> EligibilityLimit:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a limit: at_least, at_most, or both")
        return self


class Censoring(Section):
    """When PFS is censored before the last adequate assessment.

    `missed_assessments` is the number of consecutive scheduled assessments that may be missed
    before an event counts no more (None: no such rule).
    """

    at_new_therapy: bool = True
    missed_assessments: int | None = 2


class BlqRule(Section):
    """What replaces a concentration below the limit of quantification (BLQ), by its place.

    Each is `zero`, `half_lloq`, `lloq` or `missing`.
    """

    before_first: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")
    between: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")
    after_last: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")


class Assumptions(Partial):
    """Every design choice of the analysis that the public record leaves open.

    A study leaves out those that its analysis doesn't meet.
    """

    key = "assumptions"

    teae_window_days: Assumption[int]
    ctcae_version: Assumption[str]
    ctcae_held: Assumption[tuple[str, ...]]
    actual_dose_rule: Assumption[str]
    aesi: Assumption[tuple[AesiCategory, ...]]
    eligibility: OrAbsent[Assumption[tuple[EligibilityLimit, ...]]] = ABSENT
    dlt_window_days: OrAbsent[Assumption[int]] = ABSENT
    dlt_min_infusion_share: OrAbsent[Assumption[float]] = ABSENT
    escalation_rule: OrAbsent[Assumption[str]] = ABSENT
    dlt_target_rate: OrAbsent[Assumption[float]] = ABSENT
    dlt_prior: OrAbsent[Assumption[tuple[float, float]]] = ABSENT
    boin_p_saf: OrAbsent[Assumption[float]] = ABSENT
    boin_p_tox: OrAbsent[Assumption[float]] = ABSENT
    mtpi2_margins: OrAbsent[Assumption[tuple[float, float]]] = ABSENT
    mtpi2_prior: OrAbsent[Assumption[tuple[float, float]]] = ABSENT
    dose_elimination: OrAbsent[Assumption[float]] = ABSENT
    tumour_assessment_weeks: OrAbsent[Assumption[int]] = ABSENT
    tumour_assessment_window_days: OrAbsent[Assumption[int]] = ABSENT
    confirmation_days: OrAbsent[Assumption[int]] = ABSENT
    sd_min_days: OrAbsent[Assumption[int]] = ABSENT
    disease_control: OrAbsent[Assumption[tuple[str, ...]]] = ABSENT
    pfs_censoring: OrAbsent[Assumption[Censoring]] = ABSENT
    crs_icans_grading: OrAbsent[Assumption[str]] = ABSENT
    pk_times_hours: OrAbsent[Assumption[tuple[float, ...]]] = ABSENT
    pk_infusions: OrAbsent[Assumption[tuple[int, ...]]] = ABSENT
    pk_lloq: OrAbsent[Assumption[float]] = ABSENT
    blq_for_nca: OrAbsent[Assumption[BlqRule]] = ABSENT
    blq_for_summaries: OrAbsent[Assumption[BlqRule]] = ABSENT
    nca_auc_method: OrAbsent[Assumption[str]] = ABSENT
    dose_proportionality_limits: OrAbsent[Assumption[tuple[float, float]]] = ABSENT

    def by_name(self) -> dict[str, Assumption[Any]]:
        """Return the assumptions that the study makes, by name."""
        return self.given()

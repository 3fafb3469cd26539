"""Facts the public record doesn't give, each with its value and meaning, listed in the report."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from csrkit.study.base import Section

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


class Assumptions(Section):
    """Every design choice of the analysis that the public record leaves open."""

    dlt_window_days: Assumption[int]
    dlt_min_infusion_share: Assumption[float]
    escalation_rule: Assumption[str]
    dlt_target_rate: Assumption[float]
    dlt_prior: Assumption[tuple[float, float]]
    teae_window_days: Assumption[int]
    tumour_assessment_weeks: Assumption[int]
    tumour_assessment_window_days: Assumption[int]
    confirmation_days: Assumption[int]
    sd_min_days: Assumption[int]
    disease_control: Assumption[tuple[str, ...]]
    pfs_censoring: Assumption[Censoring]
    ctcae_version: Assumption[str]
    crs_icans_grading: Assumption[str]
    actual_dose_rule: Assumption[str]
    aesi: Assumption[tuple[AesiCategory, ...]]
    pk_times_hours: Assumption[tuple[float, ...]]
    pk_infusions: Assumption[tuple[int, ...]]
    pk_lloq: Assumption[float]
    blq_for_nca: Assumption[BlqRule]
    blq_for_summaries: Assumption[BlqRule]
    nca_auc_method: Assumption[str]

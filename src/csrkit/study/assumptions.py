"""Facts the public record doesn't give, each with its value and meaning, listed in the report."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from csrkit.study.base import ABSENT, OrAbsent, Partial, Section

T = TypeVar("T")

NOT_PUBLIC = "not in the public record"


class Assumption(Section, Generic[T]):
    """One assumption: a value, what it means, and why it is an assumption."""

    value: T
    meaning: str
    source: str = NOT_PUBLIC


class AesiCategory(Section):
    """An adverse event of special interest.

    Attributes
    ----------
    name
        Its name (AESICAT), as the data has it where these say which events it is.
    grading
        How it is graded.
    query, scope
        Prefix of the query that finds its events where the data don't say (SMQ01, CQ02), and
        whether only those of its narrow scope count (`NARROW`).
    """

    name: str
    grading: str = "CTCAE"
    query: str | None = None
    scope: Literal["BROAD", "NARROW"] = "BROAD"

    @model_serializer(mode="wrap")
    def _leave_out_no_query(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return what the report lists of it: nothing of a query that it doesn't have."""
        whole: dict[str, Any] = write(self)
        return whole if self.query else {key: whole[key] for key in ("name", "grading")}


class Censoring(Section):
    """When PFS is censored before the last adequate assessment.

    `missed_assessments` is the number of consecutive scheduled assessments that may be missed
    before an event counts no more (None: no such rule).
    """

    at_new_therapy: bool = True
    missed_assessments: int | None = 2

    def assumes(self) -> tuple[str, ...]:
        """Return the assumptions on the schedule by which an assessment is missed."""
        if self.missed_assessments is None:
            return ()
        return ("tumour_assessment_weeks", "tumour_assessment_window_days")


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

    teae_window_days: OrAbsent[Assumption[int]] = ABSENT
    ctcae_version: OrAbsent[Assumption[str]] = ABSENT
    ctcae_held: OrAbsent[Assumption[tuple[str, ...]]] = ABSENT
    actual_dose_rule: Assumption[str]
    aesi: OrAbsent[Assumption[tuple[AesiCategory, ...]]] = ABSENT
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

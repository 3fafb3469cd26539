"""Facts the public record doesn't give, each with its value and meaning, listed in the report."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from csrkit.stats.versions import CTCAE_VERSIONS
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

    def assumes(self) -> tuple[str, ...]:
        """Return the assumptions on the schedule by which an assessment is missed."""
        if self.missed_assessments is None:
            return ()
        return ("tumour_assessment_weeks", "tumour_assessment_window_days")


PartialTherapy = Literal["latest", "earliest"]
"""Day that a new anticancer therapy known in part counts from: the last it may have begun on, so
that what may have come before it stays, or the first."""


class BlqRule(Section):
    """What replaces a concentration below the limit of quantification (BLQ), by its place.

    Each is `zero`, `half_lloq`, `lloq` or `missing`.
    """

    before_first: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")
    between: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")
    after_last: str = Field(pattern="^(zero|half_lloq|lloq|missing)$")


def _held(version: Any) -> Any:
    """Stop at a version of CTCAE whose laboratory criteria aren't held."""
    text = f"{float(version)}" if isinstance(version, int | float) else version
    if text not in CTCAE_VERSIONS:
        raise ValueError(f"a version of CTCAE held here: {', '.join(CTCAE_VERSIONS)}")
    return text


CtcaeVersion = Annotated[str, BeforeValidator(_held)]


class NcaAcceptance(Section):
    """What a terminal phase has to fulfil so that what rests on it is summarised.

    `r2adj_min` is the least adjusted R² of the line, `span_min` the least number of half-lives
    between its first and last point, `extrapolated_max_percent` the highest share of the area to
    infinity beyond the last concentration; null leaves a criterion out.
    """

    r2adj_min: float | None = Field(default=0.8, le=1)
    span_min: float | None = Field(default=2, ge=0)
    extrapolated_max_percent: float | None = Field(default=20, ge=0, le=100)


USUAL_ACCEPTANCE = {
    "value": {},
    "meaning": "What a terminal phase has to fulfil so that what rests on it is summarised.",
    "source": "usual criteria of the non-compartmental analysis",
}


class Assumptions(Partial):
    """Every design choice of the analysis that the public record leaves open.

    A study leaves out those that its analysis doesn't meet.
    """

    key = "assumptions"

    teae_window_days: OrAbsent[Assumption[int]] = ABSENT
    ctcae_version: OrAbsent[Assumption[CtcaeVersion]] = ABSENT
    ctcae_held: OrAbsent[Assumption[tuple[str, ...]]] = ABSENT
    actual_dose_rule: Assumption[str]
    aesi: OrAbsent[Assumption[tuple[AesiCategory, ...]]] = ABSENT
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
    partial_new_therapy: OrAbsent[Assumption[PartialTherapy]] = ABSENT
    crs_icans_grading: OrAbsent[Assumption[str]] = ABSENT
    pk_times_hours: OrAbsent[Assumption[tuple[float, ...]]] = ABSENT
    pk_infusions: OrAbsent[Assumption[tuple[int, ...]]] = ABSENT
    pk_lloq: OrAbsent[Assumption[float]] = ABSENT
    blq_for_nca: OrAbsent[Assumption[BlqRule]] = ABSENT
    blq_for_summaries: OrAbsent[Assumption[BlqRule]] = ABSENT
    nca_auc_method: OrAbsent[Assumption[str]] = ABSENT
    nca_acceptance: OrAbsent[Assumption[NcaAcceptance]] = ABSENT
    dose_proportionality_limits: OrAbsent[Assumption[tuple[float, float]]] = ABSENT

    @property
    def partial_therapy_counts_from(self) -> PartialTherapy:
        """`partial_new_therapy`; `latest` in a study that doesn't say."""
        stated = self.by_name().get("partial_new_therapy")
        chosen: PartialTherapy = stated.value if stated else "latest"
        return chosen

    @model_validator(mode="before")
    @classmethod
    def _accept_as_usual(cls, given: Any) -> Any:
        """Add the usual acceptance criteria to a study with an NCA that names none."""
        if isinstance(given, dict) and "nca_auc_method" in given:
            return {"nca_acceptance": USUAL_ACCEPTANCE, **given}
        return given

    def by_name(self) -> dict[str, Assumption[Any]]:
        """Return the assumptions that the study makes, by name."""
        return self.given()

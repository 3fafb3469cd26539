"""The patterns of displays: what each is called in the index, its kind, and its settings."""

from __future__ import annotations

from dataclasses import dataclass

from csrkit.index.entry import Kind
from csrkit.index.settings.counts import AnalysisSets, Characteristics, Counts
from csrkit.index.settings.doses import DoseDecision
from csrkit.index.settings.figures import Profile, SurvivalCurve, Swimmer, Waterfall
from csrkit.index.settings.findings import ByVisit, Shift
from csrkit.index.settings.incidence import CumulativeIncidence, IncidenceRate
from csrkit.index.settings.listing import Listing
from csrkit.index.settings.occurrences import Hierarchy
from csrkit.index.settings.pk import Accumulation, Concentration, DoseProportionality, Parameters
from csrkit.index.settings.response import Dlt, Response, TimeToEvent, TimeToEventComparison
from csrkit.index.settings.time_points import ByTimePoint, TimePointCurve
from csrkit.study.base import Section


@dataclass(frozen=True)
class Pattern:
    """A pattern: kind of its displays, the model of their settings, and assumptions it needs."""

    kind: Kind
    settings: type[Section]
    assumes: tuple[str, ...] = ()


DLT = ("escalation_rule", "dlt_target_rate", "dlt_prior")
DESIGNS = ("boin_p_saf", "boin_p_tox", "mtpi2_margins", "mtpi2_prior", "dose_elimination")


PATTERNS: dict[str, Pattern] = {
    "counts": Pattern("table", Counts),
    "analysis_sets": Pattern("table", AnalysisSets),
    "characteristics": Pattern("table", Characteristics),
    "hierarchy": Pattern("table", Hierarchy),
    "by_visit": Pattern("table", ByVisit),
    "by_time_point": Pattern("table", ByTimePoint),
    "shift": Pattern("table", Shift),
    "response": Pattern("table", Response),
    "time_to_event": Pattern("table", TimeToEvent),
    "time_to_event_comparison": Pattern("table", TimeToEventComparison),
    "dlt": Pattern("table", Dlt, DLT),
    "dose_decision": Pattern("table", DoseDecision, (*DLT, *DESIGNS)),
    "incidence_rate": Pattern("table", IncidenceRate),
    "cumulative_incidence": Pattern("table", CumulativeIncidence),
    "concentration": Pattern("table", Concentration, ("pk_infusions", "pk_times_hours")),
    "parameters": Pattern("table", Parameters, ("pk_infusions",)),
    "dose_proportionality": Pattern(
        "table", DoseProportionality, ("pk_infusions", "dose_proportionality_limits")
    ),
    "accumulation": Pattern("table", Accumulation, ("pk_infusions",)),
    "listing": Pattern("listing", Listing),
    "waterfall": Pattern("figure", Waterfall),
    "swimmer": Pattern("figure", Swimmer),
    "survival_curve": Pattern("figure", SurvivalCurve),
    "profile": Pattern("figure", Profile, ("pk_infusions", "pk_times_hours", "pk_lloq")),
    "time_point_curve": Pattern("figure", TimePointCurve),
}

"""From a display of the index to its results: the one call that everything downstream uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from csrkit.errors import RunError
from csrkit.index import IndexEntry
from csrkit.results.bench import Bench
from csrkit.results.model import Results
from csrkit.results.patterns.comparisons import analyse_time_to_event_comparison
from csrkit.results.patterns.counts import (
    analyse_characteristics,
    analyse_counts,
    analyse_sets,
)
from csrkit.results.patterns.doses import analyse_dose_decision
from csrkit.results.patterns.findings import analyse_by_visit, analyse_shift
from csrkit.results.patterns.incidence import (
    analyse_cumulative_incidence,
    analyse_incidence_rate,
)
from csrkit.results.patterns.occurrences import analyse_hierarchy
from csrkit.results.patterns.pk import (
    analyse_concentration,
    analyse_parameters,
    analyse_profile,
)
from csrkit.results.patterns.pk_models import (
    analyse_accumulation,
    analyse_dose_proportionality,
)
from csrkit.results.patterns.response import (
    analyse_dlt,
    analyse_response,
    analyse_survival_curve,
    analyse_time_to_event,
)
from csrkit.results.patterns.subjects import analyse_listing, analyse_swimmer, analyse_waterfall
from csrkit.results.patterns.time_points import (
    analyse_by_time_point,
    analyse_time_point_curve,
)
from csrkit.study import Study

ANALYSES: dict[str, Callable[[Bench, Any], None]] = {
    "counts": analyse_counts,
    "analysis_sets": analyse_sets,
    "characteristics": analyse_characteristics,
    "hierarchy": analyse_hierarchy,
    "by_visit": analyse_by_visit,
    "by_time_point": analyse_by_time_point,
    "shift": analyse_shift,
    "response": analyse_response,
    "time_to_event": analyse_time_to_event,
    "time_to_event_comparison": analyse_time_to_event_comparison,
    "dlt": analyse_dlt,
    "dose_decision": analyse_dose_decision,
    "incidence_rate": analyse_incidence_rate,
    "cumulative_incidence": analyse_cumulative_incidence,
    "concentration": analyse_concentration,
    "parameters": analyse_parameters,
    "dose_proportionality": analyse_dose_proportionality,
    "accumulation": analyse_accumulation,
    "listing": analyse_listing,
    "waterfall": analyse_waterfall,
    "swimmer": analyse_swimmer,
    "survival_curve": analyse_survival_curve,
    "profile": analyse_profile,
    "time_point_curve": analyse_time_point_curve,
}
"""Pattern of the index → its analyses."""


def analyse_display(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Results:
    """Make the results of a display from the datasets that its entry names (upper-case → frame).

    Raises
    ------
    RunError
        When a dataset that the entry names isn't there.
    StudyError
        When a condition or a setting doesn't fit the data.
    """
    missing = [name for name in entry.datasets if name not in datasets]
    if missing:
        raise RunError(
            "A display needs a dataset that isn't there",
            where=f"display {entry.key}",
            found=f"no {missing[0]}",
            allowed=tuple(datasets),
            remedy="Derive the dataset first, or correct datasets of the display in tlf.yml.",
        )
    bench = Bench(entry, study, {name: datasets[name] for name in entry.datasets})
    ANALYSES[entry.pattern](bench, entry.settings)
    return bench.finish()

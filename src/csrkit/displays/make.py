"""From the results of a display to the display itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from csrkit.displays.arrange import Shelf
from csrkit.displays.figures.profile import draw_profile
from csrkit.displays.figures.survival_curve import draw_survival_curves
from csrkit.displays.figures.swimmer import draw_swimmer
from csrkit.displays.figures.time_points import draw_time_point_curves
from csrkit.displays.figures.waterfall import draw_waterfall
from csrkit.displays.model import Display, Figure
from csrkit.displays.patterns.comparisons import arrange_time_to_event_comparison
from csrkit.displays.patterns.counts import (
    arrange_characteristics,
    arrange_counts,
    arrange_sets,
)
from csrkit.displays.patterns.doses import arrange_dose_decision
from csrkit.displays.patterns.findings import arrange_by_visit, arrange_shift
from csrkit.displays.patterns.incidence import (
    arrange_cumulative_incidence,
    arrange_incidence_rate,
)
from csrkit.displays.patterns.listing import arrange_listing
from csrkit.displays.patterns.occurrences import arrange_hierarchy
from csrkit.displays.patterns.pk import arrange_concentration, arrange_parameters
from csrkit.displays.patterns.pk_models import (
    arrange_accumulation,
    arrange_dose_proportionality,
)
from csrkit.displays.patterns.response import (
    arrange_dlt,
    arrange_response,
    arrange_time_to_event,
)
from csrkit.displays.patterns.time_points import arrange_by_time_point
from csrkit.index import IndexEntry
from csrkit.results.analyse import analyse_display
from csrkit.results.model import Results
from csrkit.study import Study

LAYOUTS: dict[str, Callable[[Shelf, Any], Display | Figure]] = {
    "counts": arrange_counts,
    "analysis_sets": arrange_sets,
    "characteristics": arrange_characteristics,
    "hierarchy": arrange_hierarchy,
    "by_visit": arrange_by_visit,
    "by_time_point": arrange_by_time_point,
    "shift": arrange_shift,
    "response": arrange_response,
    "time_to_event": arrange_time_to_event,
    "time_to_event_comparison": arrange_time_to_event_comparison,
    "dlt": arrange_dlt,
    "dose_decision": arrange_dose_decision,
    "incidence_rate": arrange_incidence_rate,
    "cumulative_incidence": arrange_cumulative_incidence,
    "concentration": arrange_concentration,
    "parameters": arrange_parameters,
    "dose_proportionality": arrange_dose_proportionality,
    "accumulation": arrange_accumulation,
    "listing": arrange_listing,
    "waterfall": draw_waterfall,
    "swimmer": draw_swimmer,
    "survival_curve": draw_survival_curves,
    "profile": draw_profile,
    "time_point_curve": draw_time_point_curves,
}
"""Pattern of the index → its layout."""


def arrange_display(entry: IndexEntry, study: Study, results: Results) -> Display | Figure:
    """Lay out the results of a display; no dataset is looked at."""
    return LAYOUTS[entry.pattern](Shelf(entry, study, results), entry.settings)


def make_display(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Display | Figure:
    """Make the results of a display from its datasets, and lay them out."""
    return arrange_display(entry, study, analyse_display(entry, study, datasets))

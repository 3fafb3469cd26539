"""Tables of time to event: progression-free and overall survival."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_levels, count_subjects
from csrkit.results.groups import column_groups
from csrkit.results.time_to_event import follow_up, quantiles, rates
from csrkit.results.where import Where, equals
from csrkit.study import Study

ESTIMATE_CI = "{estimate} ({conf.low}, {conf.high})"
EVENT = Where("event", "CNSR == 0")
CENSORED = Where("censored", "CNSR > 0")
QUARTILES = {
    0.25: "25th percentile (95% CI)",
    0.5: "Median (95% CI)",
    0.75: "75th percentile (95% CI)",
}


def time_to_event(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Summarise one time-to-event parameter (ICH E3 14.2).

    Settings of the entry: `paramcd` (PARAMCD of ADTTE), `event` (what the event is called),
    `rate` (what being free of it is called) and `rates_months` (months at which it is given).
    """
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    paramcd, months = entry.settings["paramcd"], entry.settings["rates_months"]
    analysis = Analysis(entry.key, "ADTTE", groups, equals("PARAMCD", paramcd))
    records = datasets["ADTTE"]
    events = count_levels(analysis.narrowed(EVENT), records, "EVNTDESC", row="event")
    reasons = count_levels(analysis.narrowed(CENSORED), records, "CNSDTDSC", row="censored")
    results = [
        count_subjects(analysis, records, "events", EVENT),
        events,
        count_subjects(analysis, records, "censored", CENSORED),
        reasons,
        quantiles(analysis, records, tuple(QUARTILES)),
        rates(analysis, records, months),
        follow_up(analysis, records),
    ]
    lines = [
        Line(f"{entry.settings['event']}, n (%)", "events"),
        *_levels(events, said=entry.settings["event"]),
        Line("Censored, n (%)", "censored"),
        *_levels(reasons),
        heading("Time to event (months)"),
        *(Line(label, f"quantile.{share:g}", ESTIMATE_CI, 1) for share, label in QUARTILES.items()),
        heading(f"{entry.settings['rate']}, % (95% CI)"),
        *(Line(f"At {month:g} months", f"rate.{month:g}", ESTIMATE_CI, 1) for month in months),
        heading("Follow-up (months)"),
        Line("Median (95% CI)", "follow_up", ESTIMATE_CI, 1),
    ]
    return table(entry, study, group_columns(groups), lines, results)


def _levels(counted: pd.DataFrame, said: str = "") -> list[Line]:
    """Return a row a level; none when the only level is what the row above says already."""
    rows = dict(counted[["LEVEL", "ROW"]].drop_duplicates().itertuples(index=False, name=None))
    if list(rows) == [said]:
        return []
    return [Line(level, row, indent=1) for level, row in rows.items()]

"""Cell templates: how the statistics of a result are put together into text.

`{n} ({p})` names statistics in braces. A part in angle brackets is left out when a statistic in it
is absent or 0: `{n}< ({p})>` gives "3 (8.6)" and "0".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_STATISTIC = re.compile(r"\{([A-Za-z0-9_.]+)\}")
_OPTIONAL = re.compile(r"<([^<>]*)>")

COUNT = "{n}"
COUNT_PERCENT = "{n}< ({p})>"
COUNT_PERCENT_EVENTS = "{n}< ({p}) [{n_events}]>"
MEAN_SD = "{mean} ({sd})"
MEDIAN = "{median}"
QUARTILES = "{p25}, {p75}"
RANGE = "{min}, {max}"
INTERVAL = "({conf.low}, {conf.high})"


@dataclass(frozen=True)
class Shown:
    """A statistic as a template needs it: its text, its value and the number of its ARD row."""

    text: str
    value: float
    number: int


@dataclass(frozen=True)
class Filled:
    """A filled template: the text and the numbers of the ARD rows that stand in it."""

    text: str
    numbers: tuple[int, ...]


def fill(template: str, statistics: Mapping[str, Shown]) -> Filled:
    """Fill a template with statistics.

    Raises
    ------
    KeyError
        When a statistic outside angle brackets isn't there.
    """
    template = _OPTIONAL.sub(lambda part: _optional(part.group(1), statistics), template)
    names = _STATISTIC.findall(template)
    text = _STATISTIC.sub(lambda found: statistics[found.group(1)].text, template)
    return Filled(text, tuple(dict.fromkeys(statistics[name].number for name in names)))


def _optional(part: str, statistics: Mapping[str, Shown]) -> str:
    """Return an optional part, or nothing when it has nothing to say."""
    values = [
        statistics[name].value if name in statistics else 0.0 for name in _STATISTIC.findall(part)
    ]
    return "" if any(value == 0 or math.isnan(value) for value in values) else part

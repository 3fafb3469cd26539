"""Cell templates: how the statistics of a result are put together into text.

`{n} ({p})` names statistics in braces. A part in angle brackets is left out when all statistics in
it are absent or 0: `{n}< ({p})>` gives "3 (8.6)" and "0". What stands after a bar belongs to the
value and goes with it: `{estimate| months}` gives "3.8 months", and "NR" when it isn't reached.
`{n,n_missing}` is the first of several statistics that the result has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_STATISTIC = re.compile(r"\{([A-Za-z0-9_.,]+)(?:\|([^{}]*))?\}")
_OPTIONAL = re.compile(r"<([^<>]*)>")

COUNT = "{n}"
COUNT_PERCENT = "{n}< ({p})>"
COUNT_PERCENT_EVENTS = "{n}< ({p}) [{n_events}]>"
MEAN_SD = "{mean} ({sd})"
MEDIAN_QUARTILES = "{median} ({p25}, {p75})"
MEDIAN_RANGE = "{median} ({min}, {max})"
RANGE = "{min}, {max}"
INTERVAL = "({conf.low}, {conf.high})"
ESTIMATE_INTERVAL = "{estimate} ({conf.low}, {conf.high})"


@dataclass(frozen=True)
class Shown:
    """A statistic as a template needs it: its text, its value and the number of its ARD row."""

    text: str
    value: float
    number: int

    @property
    def absent(self) -> bool:
        """Whether there is no value (a word has none either)."""
        return math.isnan(self.value)


@dataclass(frozen=True)
class Filled:
    """A filled template: the text and the numbers of the ARD rows that stand in it."""

    text: str
    numbers: tuple[int, ...]


def fill(template: str, statistics: Mapping[str, Shown]) -> Filled:
    """Fill a template with statistics.

    When none of several statistics has a value and all say the same of it, that stands there once:
    "NE", not "NE (NE, NE)".

    Raises
    ------
    KeyError
        When a statistic outside angle brackets isn't there.
    """
    template = _OPTIONAL.sub(lambda part: _optional(part.group(1), statistics), template)
    used = {name: _named(name, statistics) for name, _ in _STATISTIC.findall(template)}
    numbers = tuple(dict.fromkeys(one.number for one in used.values()))
    words = {one.text for one in used.values()}
    if len(used) > 1 and len(words) == 1 and all(one.absent for one in used.values()):
        return Filled(words.pop(), numbers)
    return Filled(_STATISTIC.sub(lambda found: _text(found, statistics), template), numbers)


def _named(names: str, statistics: Mapping[str, Shown]) -> Shown:
    """Return the first of the statistics named that is there."""
    known = [name for name in names.split(",") if name in statistics]
    return statistics[known[0] if known else names]


def _text(found: re.Match[str], statistics: Mapping[str, Shown]) -> str:
    one = _named(found.group(1), statistics)
    return one.text + ("" if one.absent else found.group(2) or "")


def _optional(part: str, statistics: Mapping[str, Shown]) -> str:
    """Return an optional part, or nothing when it has nothing to say."""
    named = [statistics.get(name) for name, _ in _STATISTIC.findall(part)]
    silent = all(one is None or one.absent or one.value == 0 for one in named)
    return "" if silent else part

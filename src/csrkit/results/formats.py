"""How a number is written: named formats, rounding half away from zero on the decimal value.

Conventions of the displays: n (%) with one decimal, 0 without percentage, 100 without decimals;
mean and median one decimal more than the data, SD two more, minimum and maximum as the data; PK
parameters with three significant digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from csrkit.errors import StudyError
from csrkit.stats.rounding import round_half_away, round_significant

NOT_ESTIMABLE = "NE"
NOT_REACHED = "NR"
IN_WORDS = {NOT_ESTIMABLE: "not estimable", NOT_REACHED: "not reached"}

Kind = Literal["count", "percent", "fixed", "significant", "p_value"]


@dataclass(frozen=True)
class Format:
    """A way to write a number.

    Attributes
    ----------
    name
        As it stands in the FORMAT column of the results.
    kind
        `count` (a whole number), `percent` (a proportion shown in percent), `fixed` (decimals),
        `significant` (significant digits, never an exponent), `p_value` (decimals, and `<0.0001`
        below the last of them).
    digits
        Number of decimals or of significant digits.
    bare_ends
        Whether 0 and 100 percent are written without decimals.
    """

    name: str
    kind: Kind
    digits: int
    bare_ends: bool = False

    def write(self, value: float) -> str:
        """Return the number as text."""
        if self.kind == "percent":
            return _percent(value, self.digits, self.bare_ends)
        if self.kind == "significant":
            return round_significant(value, self.digits)
        if self.kind == "p_value":
            return _p_value(value, self.digits)
        return round_half_away(value, self.digits)


FORMATS: dict[str, Format] = {
    written.name: written
    for written in (
        Format("count", "count", 0),
        Format("percent", "percent", 1, bare_ends=True),
        Format("percent1", "percent", 1),
        Format("p_value", "p_value", 4),
        *(Format(f"fixed{digits}", "fixed", digits) for digits in range(9)),
        *(Format(f"significant{digits}", "significant", digits) for digits in range(1, 7)),
    )
}


def format_value(name: str, value: float) -> str:
    """Return a number written by a named format.

    Raises
    ------
    StudyError
        When there is no format of that name.
    """
    if name not in FORMATS:
        raise StudyError(
            "There is no such number format",
            found=name,
            allowed=tuple(FORMATS),
            remedy="Use one of the allowed names.",
        )
    return FORMATS[name].write(value)


def fixed(digits: int) -> str:
    """Return the name of the format with this many decimals (at most 8)."""
    return f"fixed{min(max(digits, 0), 8)}"


def _percent(share: float, digits: int, bare_ends: bool) -> str:
    """Write a proportion in percent; the decimal value of the proportion is what is rounded."""
    percent = float(Decimal(repr(float(share))) * 100)
    return round_half_away(percent, 0 if bare_ends and percent in (0, 100) else digits)


def _p_value(value: float, digits: int) -> str:
    """Write a p-value; one that is less than the last decimal, or all but 1, says so."""
    least = 10.0**-digits
    if value < least:
        return f"<{round_half_away(least, digits)}"
    if value > 1 - least:
        return f">{round_half_away(1 - least, digits)}"
    return round_half_away(value, digits)

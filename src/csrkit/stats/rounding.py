"""Rounding half away from zero on the decimal value, as the SAS function ROUND does.

A binary number stands for the decimal that it prints as: 2.675 is rounded as 2.675, though its
binary value is a little less. What arithmetic leaves behind is allowed for as well: a value within
a relative 1E-12 of a tie counts as the tie, so 0.285 * 100 = 28.499999999999996 becomes 29. That is
the size of the fuzz in the examples of the SAS documentation (ROUND of 2.499999999999 is 3, of
2.49999999999 is 2). It is never more than a thousandth of the last decimal kept.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FUZZ = 1e-12
MOST_FUZZ = 1e-3
_CONTEXT = Context(prec=400, rounding=ROUND_HALF_UP)


def round_half_away(value: float, digits: int) -> str:
    """Return a number as text with a fixed number of decimals.

    Parameters
    ----------
    value
        A finite number.
    digits
        Decimals to keep, 0 or more.

    Returns
    -------
    str
        As "12.30"; zero never carries a minus sign.

    Raises
    ------
    ValueError
        When `value` is missing or infinite, or `digits` is negative.
    """
    if digits < 0:
        raise ValueError(f"digits must be 0 or more, found {digits}")
    return _text(_quantized(value, -digits))


def round_significant(value: float, digits: int = 3) -> str:
    """Return a number as text with a number of significant digits, never in exponent form.

    Parameters
    ----------
    value
        A finite number.
    digits
        Significant digits to keep, 1 or more.

    Returns
    -------
    str
        As "0.0124", "1.20" or "123000"; "0" for zero.

    Raises
    ------
    ValueError
        When `value` is missing or infinite, or `digits` is less than 1.
    """
    if digits < 1:
        raise ValueError(f"digits must be 1 or more, found {digits}")
    if value == 0:
        return "0"
    exponent = _decimal(value).adjusted() - digits + 1
    rounded = _quantized(value, exponent)
    if rounded.adjusted() - digits + 1 > exponent:  # 9.999 became 10.00: one digit too many
        rounded = _quantized(value, exponent + 1)
    return _text(rounded)


def rounded(values: ArrayLike, digits: int) -> NDArray[np.float64]:
    """Return numbers rounded by the rule of `round_half_away`, as numbers.

    Parameters
    ----------
    values
        Numbers of any shape; NaN and infinities stay as they are.
    digits
        Decimals to keep; negative ones round to tens, hundreds, and so on.

    Returns
    -------
    numpy.ndarray
        Float array of the shape of `values`.
    """
    numbers = np.asarray(values, dtype=float)
    scaled = np.abs(numbers) * 10.0**digits
    steps = np.floor(scaled + np.minimum(scaled * FUZZ, MOST_FUZZ) + 0.5)
    # Beyond 2**52 steps a float has no decimals left to round.
    whole = np.where(scaled < 2.0**52, steps, scaled)
    return np.asarray(np.copysign(1.0, numbers) * whole / 10.0**digits + 0.0, dtype=float)


def _decimal(value: float) -> Decimal:
    number = float(value)
    if not np.isfinite(number):
        raise ValueError(f"only a finite number can be rounded, found {value}")
    return Decimal(repr(number))


def _quantized(value: float, exponent: int) -> Decimal:
    """Round to a multiple of 10**exponent; the fuzz moves the value outward before it."""
    exact, unit = _decimal(value), Decimal(1).scaleb(exponent)
    fuzz = min(abs(exact) * Decimal(repr(FUZZ)), unit * Decimal(repr(MOST_FUZZ)))
    return _CONTEXT.quantize(_CONTEXT.add(exact, fuzz.copy_sign(exact)), unit)


def _text(number: Decimal) -> str:
    return format(number.copy_abs() if number.is_zero() else number, "f")

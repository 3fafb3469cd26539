"""An estimate that says why it is missing when it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic: a value, or the reason why there is none.

    Attributes
    ----------
    value
        The number; NaN when it can't be estimated.
    reason
        Why `value` is NaN; None when it isn't.

    Raises
    ------
    ValueError
        When a missing value comes without a reason, or a value with one.
    """

    value: float
    reason: str | None = None

    def __post_init__(self) -> None:
        if math.isnan(self.value) != bool(self.reason):
            raise ValueError(
                "a missing value needs a reason, and only a missing one has it; "
                f"found value {self.value} with reason {self.reason!r}"
            )

    @property
    def estimable(self) -> bool:
        """Whether there is a value."""
        return self.reason is None


def missing(reason: str) -> Estimate:
    """Return an estimate without a value."""
    return Estimate(math.nan, reason)


class Numbers(tuple[T, ...]):
    """Numbers, or arrays of them, that unpack as a plain tuple and know why any is missing.

    Attributes
    ----------
    reasons
        One for each number: None, or why it is NaN. For an array an object array of these.

    Raises
    ------
    ValueError
        When a missing value comes without a reason, or a value with one.
    """

    reasons: tuple[Any, ...]

    def __new__(cls, numbers: Iterable[T], reasons: Iterable[Any]) -> Numbers[T]:
        """Join the numbers with their reasons."""
        made = super().__new__(cls, numbers)
        made.reasons = tuple(reasons)
        for number, reason in zip(made, made.reasons, strict=True):
            told = np.asarray(reason, dtype=object) != None  # noqa: E711 (element by element)
            if (np.isnan(np.asarray(number, dtype=float)) != told).any():
                raise ValueError(
                    "a missing value needs a reason, and only a missing one has it; "
                    f"found {number} with {reason!r}"
                )
        return made


def reason_where(flags: NDArray[np.bool_], words: str) -> NDArray[np.object_]:
    """Return a reason where it is flagged, None elsewhere."""
    reasons = np.full(flags.shape, None, dtype=object)
    reasons[flags] = words
    return reasons

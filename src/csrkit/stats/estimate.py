"""An estimate that says why it is missing when it is."""

from __future__ import annotations

import math
from dataclasses import dataclass


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

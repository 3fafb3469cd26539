"""Concentration-time profiles as matrices: checked, ordered, one row a profile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csrkit.stats.nca.column import Array, Flags

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Samples:
    """Samples in long form, one array element each; `code` is the place of their profile."""

    code: Codes
    time: Array
    conc: Array
    chosen: Flags
    excluded: Flags


@dataclass(frozen=True)
class Profiles:
    """Checked profiles, a row each: samples from the left, NaN (False) after the last of them.

    Attributes
    ----------
    time, conc
        Times in order and concentrations ≥ 0, shape (profiles, samples).
    chosen, excluded
        Samples chosen by hand for λz, and samples kept out of it; same shape.
    """

    time: Array
    conc: Array
    chosen: Flags
    excluded: Flags

    @property
    def count(self) -> NDArray[np.int64]:
        """Number of samples."""
        return np.asarray((~np.isnan(self.time)).sum(axis=1))

    @cached_property
    def quantified(self) -> Flags:
        """Samples with a concentration above 0."""
        return self.conc > 0

    @cached_property
    def last(self) -> NDArray[np.intp]:
        """Place of the last concentration above 0; of no meaning when there is none."""
        return np.asarray(self.conc.shape[1] - 1 - np.argmax(self.quantified[:, ::-1], axis=1))

    @cached_property
    def some(self) -> Flags:
        """Profiles with a concentration above 0."""
        return np.asarray(self.quantified.any(axis=1))

    @cached_property
    def to_last(self) -> Flags:
        """Samples up to the last concentration above 0, and the segments that end with them."""
        places = np.arange(self.conc.shape[1])
        return (places <= self.last[:, None]) & self.some[:, None]

    @cached_property
    def peak(self) -> NDArray[np.intp]:
        """Place of the first maximum; of no meaning when there is no sample."""
        return np.asarray(np.argmax(np.where(np.isnan(self.conc), -np.inf, self.conc), axis=1))

    def at(self, values: Array, place: NDArray[np.intp]) -> Array:
        """Return the element of each row at a place."""
        return values[np.arange(len(place)), place]


def read_samples(
    code: Codes,
    time: ArrayLike,
    conc: ArrayLike,
    chosen: ArrayLike | None,
    excluded: ArrayLike | None,
) -> Samples:
    """Return the samples that have a concentration, refusing what can't be a profile.

    Raises
    ------
    ValueError
        For shapes that differ, times that are missing, negative, duplicate or not in order,
        concentrations that are negative or infinite, and a sample chosen for λz that is also
        excluded or has no concentration above 0; the message names the values.
    """
    times, concs = np.asarray(time, dtype=float), np.asarray(conc, dtype=float)
    if times.ndim != 1 or times.shape != concs.shape or times.shape != code.shape:
        raise ValueError(
            f"time and conc must be one-dimensional and of the same length; got shapes "
            f"{times.shape} and {concs.shape}"
        )
    picked, left_out = _flags(chosen, times), _flags(excluded, times)
    _refuse(picked & ~(concs > 0), times, "samples chosen for λz need a concentration above 0")
    _refuse(picked & left_out, times, "samples chosen for λz must not be excluded from it")
    order = np.argsort(code, kind="stable")
    kept = order[~np.isnan(concs[order])]
    samples = Samples(code[kept], times[kept], concs[kept], picked[kept], left_out[kept])
    _check(samples)
    return samples


def stacked(samples: Samples, number: int) -> Profiles:
    """Return the samples as the matrices of `number` profiles."""
    count = np.bincount(samples.code, minlength=number)
    begins = np.concatenate([[0], np.cumsum(count)[:-1]]) if number else np.zeros(0, dtype=int)
    place = np.arange(len(samples.code)) - begins[samples.code]
    # At least one column, so that a profile without samples is a row like the others.
    shape = (number, max(int(count.max(initial=0)), 1))

    def spread(values: Array) -> Array:
        matrix = np.full(shape, np.nan)
        matrix[samples.code, place] = values
        return matrix

    def marked(flags: Flags) -> Flags:
        matrix = np.zeros(shape, dtype=bool)
        matrix[samples.code, place] = flags
        return matrix

    return Profiles(
        spread(samples.time), spread(samples.conc), marked(samples.chosen), marked(samples.excluded)
    )


def _flags(values: ArrayLike | None, like: Array) -> Flags:
    if values is None:
        return np.zeros(like.shape, dtype=bool)
    flags = np.asarray(values)
    if flags.shape != like.shape or flags.dtype != bool:
        raise ValueError("samples are chosen and excluded by one True or False each")
    return flags


def _check(samples: Samples) -> None:
    time, conc = samples.time, samples.conc
    _refuse(~np.isfinite(time), time, "times must be numbers")
    _refuse(time < 0, time, "times must not be negative (a pre-dose sample belongs to time 0)")
    _refuse(~np.isfinite(conc), conc, "concentrations must be finite")
    _refuse(conc < 0, conc, "concentrations must not be negative")
    step = np.diff(time, prepend=-np.inf)
    step[np.diff(samples.code, prepend=-1) > 0] = np.inf
    _refuse(step == 0, time, "times must not be duplicate")
    _refuse(step < 0, time, "times must increase; these come after a later one")


def _refuse(wrong: Flags, values: Array, message: str) -> None:
    if wrong.any():
        raise ValueError(f"{message}: {', '.join(f'{value:g}' for value in values[wrong])}")

"""Records of laboratory tests (LB); sites differ in the units they report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csrkit.simulate.patient.adverse import Event
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records.findings import (
    Columns,
    Floats,
    Texts,
    blank,
    common,
    digits_of,
    done_by_chance,
    either,
    half_up,
    pick,
    texts_of,
)
from csrkit.simulate.records.measure import Results, measure
from csrkit.simulate.records.sampling import laboratory
from csrkit.simulate.settings.catalogue import Band, Measurement
from csrkit.simulate.settings.design import Design
from csrkit.simulate.settings.sections import Sum


def laboratory_records(patients: Sequence[Patient], design: Design) -> Columns:
    """Return LB of a block of subjects; sites differ in the units they report."""
    settings = design.measurements
    tests = settings.laboratory
    samples = [laboratory(patient, design) for patient in patients]

    def bands(event: Event, code: str) -> Band | None:
        return tests[code].grades.get(min(event.grade, 4)) if event.entry.lab == code else None

    results = measure(
        patients, samples, tests, "laboratory", bands, release=settings.cytokine_release
    )
    _add_up(results, list(tests), settings.sums)
    done = done_by_chance(patients, results, settings.not_done_share, "laboratory")
    units = _Units(patients, results, tests)
    low = np.array([m.low if m.low is not None else -np.inf for m in tests.values()])[results.test]
    below = done & (results.value < low)
    original = units.original(results.value)
    standard = units.standard(original)
    lower, upper = units.ranges()
    indicator = np.where(original < lower, "LOW", np.where(original > upper, "HIGH", "NORMAL"))
    original_text, standard_text = units.original_text(original), units.standard_text(standard)
    columns = common("LB", patients, samples, results, tests, done)
    return columns | {
        "LBCAT": pick([m.category for m in tests.values()], results),
        "LBORRES": blank(either(below, _less(units.original(low)), original_text), done),
        "LBORRESU": blank(units.names, done),
        "LBORNRLO": blank(units.original_text(lower), done),
        "LBORNRHI": blank(units.original_text(upper), done),
        "LBSTRESC": blank(either(below, _less(low), standard_text), done),
        "LBSTRESN": np.where(done & ~below, standard, np.nan),
        "LBSTRESU": blank(pick([m.unit for m in tests.values()], results), done),
        "LBSTNRLO": np.where(done, units.standard(lower), np.nan),
        "LBSTNRHI": np.where(done, units.standard(upper), np.nan),
        "LBNRIND": blank(either(below, "NORMAL", indicator), done),
        "LBREASND": either(done, None, "SAMPLE CLOTTED"),
        "LBSPEC": pick([settings.specimens[m.category] for m in tests.values()], results),
    }


def _add_up(results: Results, codes: list[str], sums: Mapping[str, Sum]) -> None:
    """Make a count the sum of its parts in the same sample, of which they are a share."""
    for code, addends in sums.items():
        total = np.zeros(results.sample.max(initial=0) + 1)
        for part in addends.parts:
            rows = results.test == codes.index(part)
            total[results.sample[rows]] += results.value[rows]
        rows = results.test == codes.index(code)
        results.value[rows] = total[results.sample[rows]] / addends.share


class _Units:
    """Units in which each result is reported, by site."""

    def __init__(
        self, patients: Sequence[Patient], results: Results, tests: Mapping[str, Measurement]
    ) -> None:
        usual = [(m.unit, 1.0, m.digits) for m in tests.values()]
        other = [m.other or own for m, own in zip(tests.values(), usual, strict=True)]
        conventional = np.array([p.recruit.site.units == "conventional" for p in patients])
        theirs = conventional[results.subject]
        unit, factor, digits = (
            either(theirs, pick(others, results), pick(own, results))
            for own, others in zip(zip(*usual, strict=True), zip(*other, strict=True), strict=True)
        )
        self.names = unit
        self._factor, self._digits = factor.astype(float), digits.astype(float)
        self._standard_digits = digits_of(tests)[results.test]
        self._results = results
        none = (np.nan, np.nan)
        self._ranges = np.array(
            [[test.normal(patient.sex) or none for test in tests.values()] for patient in patients]
        )

    def original(self, values: Floats) -> Floats:
        """Return standard values in the site's unit, rounded as reported."""
        return half_up(values / self._factor, self._digits)

    def standard(self, values: Floats) -> Floats:
        """Return reported values in the standard unit, rounded to its digits."""
        return half_up(values * self._factor, self._standard_digits)

    def original_text(self, values: Floats) -> Texts:
        """Return values in the site's unit as text."""
        return texts_of(values, self._digits)

    def standard_text(self, values: Floats) -> Texts:
        """Return values in the standard unit as text."""
        return texts_of(values, self._standard_digits)

    def ranges(self) -> tuple[Floats, Floats]:
        """Return the limits of the normal range in the site's unit."""
        limits = self._ranges[self._results.subject, self._results.test]
        return self.original(limits[:, 0]), self.original(limits[:, 1])


def _less(limits: Floats) -> Texts:
    """Return limits of detection as text (`<0.5`)."""
    return np.array([f"<{limit:g}" for limit in limits], dtype=object)

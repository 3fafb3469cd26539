"""Values of laboratory tests, vital signs and ECGs for a block of subjects at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csrkit.simulate.patient.adverse import Event
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records.rows import epoch, iso, study_day
from csrkit.simulate.records.sampling import Sample
from csrkit.simulate.settings.catalogue import Band, Measurement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Bands = Callable[[Event, str], Band | None]
HOUR = dt.timedelta(hours=1)


@dataclass
class Results:
    """Results of a block, one a sample and test, in the order of subject, time and test.

    `subject`, `sample` and `test` index the lists they were made from; `value` is in the standard
    unit; `columns` holds what LB, VS and EG share (visit, times, flags), by name without prefix.
    """

    subject: Ints
    sample: Ints
    test: Ints
    value: Floats
    columns: dict[str, Texts | Floats]


def measure(
    patients: Sequence[Patient],
    samples: Sequence[Sequence[Sample]],
    tests: Mapping[str, Measurement],
    topic: str,
    bands: Bands,
    base: Callable[[Patient], Mapping[str, float]] | None = None,
    release: Mapping[str, float] | None = None,
) -> Results:
    """Return the results of every subject's samples.

    Parameters
    ----------
    patients, samples
        Subjects of the block, and the samples of each.
    tests
        Measurements by test code.
    topic
        Names the random numbers.
    bands
        Values that an event shows in a test while it lasts; None when it shows nothing.
    base
        A subject's own usual values, where they aren't drawn.
    release
        Added acute change (log) by test in cytokine release, a grade.
    """
    codes = list(tests)
    place = {code: number for number, code in enumerate(codes)}
    flat = [sample for own in samples for sample in own]
    of_sample = np.repeat(np.arange(len(patients)), [len(own) for own in samples])
    counts = np.array([len(sample.tests) for sample in flat], dtype=np.int64)
    sample = np.repeat(np.arange(len(flat)), counts)
    test = np.array([place[code] for s in flat for code in s.tests], dtype=np.int64)
    subject = of_sample[sample]
    usual, noise = _random(patients, subject, tests, topic, base)
    timing = _timing(patients, flat, of_sample)
    logs = usual[subject, test] + _of(tests, "drift")[test] * timing["day"][sample] / 100
    logs += _acute(tests, test, timing["since"][sample])
    if release:
        extra = np.array([release.get(code, 0.0) for code in codes])
        shape = 0.5 ** (timing["since"][sample] / 30)
        logs += extra[test] * timing["release"][sample] * np.nan_to_num(shape)
    logs += _of(tests, "within")[test] * noise
    plain = np.array([measurement.plain for measurement in tests.values()])
    value = np.clip(_of(tests, "mean")[test] * np.exp(logs), plain[test, 0], plain[test, 1])
    _show_events(patients, samples, value, test, place, subject, sample, flat, bands, topic)
    columns = _columns(patients, flat, of_sample, sample)
    return Results(subject, sample, test, value, columns)


def last_before_exposure(
    results: Results,
    patients: Sequence[Patient],
    samples: Sequence[Sequence[Sample]],
    has: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which results are the last ones, by subject and test, up to the first infusion."""
    early = np.array(
        [
            patient.treated and sample.moment <= patient.given[0].moment
            for patient, own in zip(patients, samples, strict=True)
            for sample in own
        ],
        dtype=bool,
    )
    rows = np.flatnonzero(early[results.sample] & has)
    keys = results.subject[rows] * (results.test.max(initial=0) + 1) + results.test[rows]
    flags = np.zeros(len(results.value), dtype=bool)
    flags[rows[len(rows) - 1 - np.unique(keys[::-1], return_index=True)[1]]] = True
    return flags


def _of(tests: Mapping[str, Measurement], name: str) -> Floats:
    return np.array(
        [getattr(measurement, name) for measurement in tests.values()], dtype=np.float64
    )


def _random(
    patients: Sequence[Patient],
    subject: Ints,
    tests: Mapping[str, Measurement],
    topic: str,
    base: Callable[[Patient], Mapping[str, float]] | None,
) -> tuple[Floats, Floats]:
    """Draw the subjects' usual values (log, from the mean) and the noise of each result."""
    counts = np.bincount(subject, minlength=len(patients))
    between = _of(tests, "between")
    usual, noise = np.zeros((len(patients), len(tests))), []
    for number, patient in enumerate(patients):
        rng = patient.stream(topic)
        usual[number] = between * rng.standard_normal(len(tests))
        for code, value in (base(patient) if base else {}).items():
            usual[number, list(tests).index(code)] = np.log(value / tests[code].mean)
        noise.append(rng.standard_normal(counts[number]))
    return usual, np.concatenate(noise) if noise else np.empty(0)


def _timing(
    patients: Sequence[Patient], flat: Sequence[Sample], of_sample: Ints
) -> dict[str, Floats]:
    """Return, a sample: day, hours since the latest infusion, grade of cytokine release then."""
    day, since = np.zeros(len(flat)), np.full(len(flat), np.nan)
    release = np.zeros(len(flat))
    for number, sample in enumerate(flat):
        patient = patients[of_sample[number]]
        before = [i.moment for i in patient.given if i.moment <= sample.moment]
        if patient.treated:
            day[number] = (sample.moment - patient.given[0].moment) / (24 * HOUR)
        if before:
            since[number] = (sample.moment - before[-1]) / HOUR
            release[number] = max(
                (
                    e.grade
                    for e in patient.events
                    if e.entry.sign == "crs" and e.lasts(sample.moment)
                ),
                default=0,
            )
    return {"day": np.maximum(day, 0), "since": since, "release": release}


def _acute(tests: Mapping[str, Measurement], test: Ints, since: Floats) -> Floats:
    """Return the change (log) after an infusion: it rises to its peak, then halves and halves."""
    none = (0.0, 1.0, 1.0)
    peak, to_peak, half = np.array([m.acute or none for m in tests.values()]).T
    past = since - to_peak[test]
    falling = np.exp2(-np.maximum(past, 0) / half[test])
    shape = np.where(past <= 0, since / to_peak[test], falling)
    change: Floats = np.nan_to_num(peak[test] * shape)
    return change


def _show_events(
    patients: Sequence[Patient],
    samples: Sequence[Sequence[Sample]],
    value: Floats,
    test: Ints,
    place: Mapping[str, int],
    subject: Ints,
    sample: Ints,
    flat: Sequence[Sample],
    bands: Bands,
    topic: str,
) -> None:
    """Put the values an event shows in place of those drawn, while the event lasts."""
    starts = np.searchsorted(subject, np.arange(len(patients) + 1))
    for number, patient in enumerate(patients):
        showing = [e for e in patient.events if any(bands(e, code) for code in place)]
        if not showing or not samples[number]:
            continue
        rng = patient.stream(f"{topic} events")
        rows = slice(starts[number], starts[number + 1])
        own_sample, own_test = sample[rows], test[rows]
        for event in showing:
            there = np.array([event.lasts(flat[index].moment) for index in own_sample])
            for code, column in place.items():
                band = bands(event, code)
                hit = (
                    np.flatnonzero(there & (own_test == column)) if band else np.empty(0, np.int64)
                )
                if band and hit.size:
                    value[hit + starts[number]] = rng.uniform(*band, size=hit.size)


def _columns(
    patients: Sequence[Patient], flat: Sequence[Sample], of_sample: Ints, sample: Ints
) -> dict[str, Texts | Floats]:
    """Return what the findings domains share, a result."""
    made: dict[str, list[object]] = {name: [] for name in _NAMES}
    for number, one in enumerate(flat):
        patient = patients[of_sample[number]]
        infused = one.infusion if one.point else None
        cells = (
            patient.usubjid,
            one.visit.number,
            one.visit.name,
            epoch(patient, one.moment),
            iso(patient, one.moment),
            study_day(patient, one.moment),
            one.point[0] if one.point else None,
            one.point[1] if one.point else None,
            _elapsed(one),
            f"INFUSION {infused.number}" if infused else None,
            iso(patient, infused.start) if infused else None,
        )
        for name, cell in zip(_NAMES, cells, strict=True):
            made[name].append(cell)
    return {name: np.array(cells, dtype=object)[sample] for name, cells in made.items()}


_NAMES = (
    *("USUBJID", "VISITNUM", "VISIT", "EPOCH", "DTC", "DY"),
    *("TPT", "TPTNUM", "ELTM", "TPTREF", "RFTDTC"),
)


def _elapsed(sample: Sample) -> str | None:
    """Return the planned time after the infusion (ISO 8601 duration); none before it."""
    if sample.point is None or sample.point[1] == 0:
        return None
    return f"PT{sample.point[1]:g}H"

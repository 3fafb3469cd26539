"""Records of laboratory tests, vital signs, ECGs and ECOG: LB, VS, EG, QS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csrkit.simulate.adverse import Event
from csrkit.simulate.catalogue import Band, Measurement
from csrkit.simulate.design import Design
from csrkit.simulate.measure import Results, last_before_exposure, measure
from csrkit.simulate.patient import Patient
from csrkit.simulate.rows import Rows, epoch, iso, study_day
from csrkit.simulate.sampling import Sample, electrocardiograms, laboratory, vital_signs

Columns = dict[str, Any]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    done = _done(patients, results, settings.not_done_share)
    units = _Units(patients, results, tests)
    low = np.array([m.low if m.low is not None else -np.inf for m in tests.values()])[results.test]
    below = done & (results.value < low)
    original = units.original(results.value)
    standard = units.standard(original)
    limits = units.original(low)
    texts = _texts(original, units.digits)
    limit_texts, low_texts = _texts(limits, units.digits), _texts(low, np.ones_like(units.digits))
    lower, upper = units.ranges()
    value_texts = _texts(standard, units.standard_digits)
    names = list(tests.values())
    columns = _common("LB", patients, samples, results, tests, done)
    indicator = np.where(original < lower, "LOW", np.where(original > upper, "HIGH", "NORMAL"))
    indicator = np.where(below, "NORMAL", indicator).astype(object)
    return columns | {
        "LBCAT": _pick([m.category for m in names], results),
        "LBORRES": _blank(np.where(below, _less(limit_texts), texts), done),
        "LBORRESU": _blank(units.names, done),
        "LBORNRLO": _blank(_texts(lower, units.digits), done),
        "LBORNRHI": _blank(_texts(upper, units.digits), done),
        "LBSTRESC": _blank(np.where(below, _less(_trim(low_texts)), value_texts), done),
        "LBSTRESN": np.where(done & ~below, standard, np.nan),
        "LBSTRESU": _blank(_pick([m.unit for m in names], results), done),
        "LBSTNRLO": np.where(done, units.standard(lower), np.nan),
        "LBSTNRHI": np.where(done, units.standard(upper), np.nan),
        "LBNRIND": _blank(indicator, done),
        "LBREASND": _either(done, None, "SAMPLE CLOTTED"),
        "LBSPEC": _pick(
            [
                "PLASMA"
                if m.category == "COAGULATION"
                else "BLOOD"
                if m.category == "HEMATOLOGY"
                else "SERUM"
                for m in names
            ],
            results,
        ),
    }


def vital_sign_records(patients: Sequence[Patient], design: Design) -> Columns:
    """Return VS of a block of subjects."""
    settings = design.measurements
    samples = [vital_signs(patient) for patient in patients]

    def bands(event: Event, code: str) -> Band | None:
        return settings.signs.get(event.entry.sign or "", {}).get(code, {}).get(event.grade)

    def base(patient: Patient) -> dict[str, float]:
        return {"WEIGHT": patient.weight, "HEIGHT": patient.height}

    results = measure(patients, samples, settings.vital_signs, "vital signs", bands, base)
    done = _done(patients, results, settings.not_done_share)
    columns = _common("VS", patients, samples, results, settings.vital_signs, done)
    values = _rounded(results, settings.vital_signs)
    return columns | _plain("VS", values, results, settings.vital_signs, done)


def ecg_records(patients: Sequence[Patient], design: Design) -> Columns:
    """Return EG of a block of subjects: intervals, QT in agreement with QTcF, interpretation."""
    settings = design.measurements
    samples = [electrocardiograms(patient) for patient in patients]
    results = measure(patients, samples, settings.ecg, "ecg", lambda event, code: None)
    everything = dict(settings.ecg)
    codes = list(everything)
    values = _rounded(results, everything)
    order = [codes.index(code) for code in ("HR", "PR", "QRS", "QTCF")]
    rate, pr, qrs, qtcf = (values[results.test == place] for place in order)
    cube_root = np.cbrt(60 / rate)
    qt = _half_up(qtcf * cube_root, np.zeros_like(qtcf))
    corrected = _half_up(qt / cube_root, np.zeros_like(qtcf))
    wide = np.column_stack([rate, pr, qrs, qt, corrected, np.full_like(rate, np.nan)])
    return _ecg_columns(patients, samples, results, everything, wide)


def _ecg_columns(
    patients: Sequence[Patient],
    samples: Sequence[Sequence[Sample]],
    results: Results,
    tests: Mapping[str, Measurement],
    wide: Floats,
) -> Columns:
    """Return the six results of each ECG; an interval beyond its limit is called abnormal."""
    qt = Measurement(
        name="QT Interval", unit="msec", digits=0, mean=1, between=0, within=0, plain=(0, 1)
    )
    reading = qt.model_copy(update={"name": "Interpretation", "unit": ""})
    codes = {
        "HR": tests["HR"],
        "PR": tests["PR"],
        "QRS": tests["QRS"],
        "QT": qt,
        "QTCF": tests["QTCF"],
        "INTP": reading,
    }
    first = np.flatnonzero(results.test == list(tests).index("HR"))
    rows, count = np.repeat(first, len(codes)), len(codes)
    six = Results(
        subject=results.subject[rows],
        sample=results.sample[rows],
        test=np.tile(np.arange(count), len(first)),
        value=wide.ravel(),
        columns={name: cells[rows] for name, cells in results.columns.items()},
    )
    abnormal = (wide[:, 4] > 450) | (wide[:, 1] > 200) | (wide[:, 0] > 100) | (wide[:, 0] < 60)
    done = np.ones(len(rows), dtype=bool)
    columns = _common("EG", patients, samples, six, codes, done)
    columns |= _plain("EG", six.value, six, codes, done)
    text = np.repeat(np.where(abnormal, "ABNORMAL", "NORMAL"), count).astype(object)
    is_reading = six.test == count - 1
    for name in ("EGORRES", "EGSTRESC"):
        columns[name] = np.where(is_reading, text, columns[name])
    for name in ("EGORRESU", "EGSTRESU"):
        columns[name] = np.where(is_reading, None, columns[name])
    return columns


def performance_status(patient: Patient, rows: Rows) -> None:
    """Add ECOG performance status (QS) at the visits where it is asked for."""
    rng = patient.stream("ecog")
    status = patient.ecog
    visits = [v for v in patient.visits if v.ecog and patient.observed(v.start)]
    before = [v for v in visits if patient.treated and v.start <= patient.given[0].moment]
    for visit in visits:
        if patient.treated and visit not in before:
            worse = patient.day(visit.start) > patient.fate.progression
            chance = rng.random()
            step = (chance > (0.74 if worse else 0.90)) - (chance < 0.06)
            status = min(max(status + step, 0), 4)
        last = "Y" if before and visit is before[-1] else None
        rows.add(
            "QS",
            patient,
            QSTESTCD="ECOG101",
            QSTEST="ECOG1-Performance Status",
            QSCAT="ECOG",
            QSORRES=str(status),
            QSSTRESC=str(status),
            QSSTRESN=float(status),
            QSLOBXFL=last,
            QSBLFL=last,
            VISITNUM=visit.number,
            VISIT=visit.name,
            EPOCH=epoch(patient, visit.start),
            QSDTC=iso(patient, visit.start, timed=False),
            QSDY=study_day(patient, visit.start),
        )


class _Units:
    """Units in which each result is reported, by site."""

    def __init__(
        self, patients: Sequence[Patient], results: Results, tests: Mapping[str, Measurement]
    ) -> None:
        own = [(m.unit, 1.0, m.digits) for m in tests.values()]
        other = [m.other or usual for m, usual in zip(tests.values(), own, strict=True)]
        conventional = np.array([p.recruit.site.units == "conventional" for p in patients])
        theirs = conventional[results.subject]
        choices = [
            np.array([row[k] for row in table], dtype=object)
            for k in range(3)
            for table in (own, other)
        ]
        pick = [
            np.where(theirs, choices[2 * k + 1][results.test], choices[2 * k][results.test])
            for k in range(3)
        ]
        self.names = pick[0]
        self._factor, self.digits = pick[1].astype(float), pick[2].astype(float)
        self.standard_digits = _of_digits(tests)[results.test]
        self._ranges = [
            np.array([m.normal(p.sex) or (np.nan, np.nan) for m in tests.values()])
            for p in patients
        ]
        self._results = results

    def original(self, values: Floats) -> Floats:
        """Return standard values in the site's unit, rounded as reported."""
        return _half_up(values / self._factor, self.digits)

    def standard(self, values: Floats) -> Floats:
        """Return reported values in the standard unit, rounded to its digits."""
        return _half_up(values * self._factor, self.standard_digits)

    def ranges(self) -> tuple[Floats, Floats]:
        """Return the limits of the normal range in the site's unit."""
        if not len(self._results.value):
            return np.empty(0), np.empty(0)
        limits = np.stack(self._ranges)[self._results.subject, self._results.test]
        return self.original(limits[:, 0]), self.original(limits[:, 1])


def _common(
    domain: str,
    patients: Sequence[Patient],
    samples: Sequence[Sequence[Sample]],
    results: Results,
    tests: Mapping[str, Measurement],
    done: Flags,
) -> Columns:
    """Return the variables that LB, VS and EG have alike."""
    shared = {"USUBJID", "VISITNUM", "VISIT", "EPOCH"}
    columns: Columns = {k if k in shared else domain + k: v for k, v in results.columns.items()}
    count = len(results.value)
    baseline = last_before_exposure(results, patients, samples, done)
    flags = _either(baseline, "Y", None)
    starts = np.searchsorted(results.subject, results.subject)
    study = patients[0].study.study.id if patients else ""
    columns |= {
        "STUDYID": np.full(count, study, dtype=object),
        "DOMAIN": np.full(count, domain, dtype=object),
        f"{domain}SEQ": np.arange(count) - starts + 1.0,
        f"{domain}TESTCD": _pick(list(tests), results),
        f"{domain}TEST": _pick([m.name for m in tests.values()], results),
        f"{domain}LOBXFL": flags,
        f"{domain}BLFL": flags,
        f"{domain}STAT": _either(done, None, "NOT DONE"),
    }
    for name in ("VISITNUM", f"{domain}DY", f"{domain}TPTNUM"):
        columns[name] = columns[name].astype(float)
    return columns


def _plain(
    domain: str, values: Floats, results: Results, tests: Mapping[str, Measurement], done: Flags
) -> Columns:
    """Return results reported in the standard unit at every site."""
    text = _blank(_texts(values, _of_digits(tests)[results.test]), done)
    unit = _blank(_pick([m.unit or None for m in tests.values()], results), done)
    return {
        f"{domain}ORRES": text,
        f"{domain}ORRESU": unit,
        f"{domain}STRESC": text,
        f"{domain}STRESN": np.where(done, values, np.nan),
        f"{domain}STRESU": unit,
        f"{domain}REASND": _either(done, None, "NOT MEASURED"),
    }


def _done(patients: Sequence[Patient], results: Results, share: float) -> Flags:
    counts = np.bincount(results.subject, minlength=len(patients))
    draws = [p.stream("not done").random(n) for p, n in zip(patients, counts, strict=True)]
    return (np.concatenate(draws) if draws else np.empty(0)) >= share


def _of_digits(tests: Mapping[str, Measurement]) -> Floats:
    return np.array([m.digits for m in tests.values()], dtype=float)


def _pick(values: Sequence[str | None], results: Results) -> NDArray[np.object_]:
    return np.array(values, dtype=object)[results.test]


def _rounded(results: Results, tests: Mapping[str, Measurement]) -> Floats:
    return _half_up(results.value, _of_digits(tests)[results.test])


def _half_up(values: Floats, digits: Floats) -> Floats:
    scale = 10.0**digits
    return np.floor(values * scale + 0.5 + 1e-9) / scale


def _texts(values: Floats, digits: Floats) -> NDArray[np.object_]:
    """Return numbers as text with their digits; nothing for a missing or infinite one."""
    texts = np.full(len(values), None, dtype=object)
    for count in np.unique(digits):
        rows = np.flatnonzero((digits == count) & np.isfinite(values))
        texts[rows] = np.char.mod(f"%.{int(count)}f", values[rows])
    return texts


def _less(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([None if text is None else f"<{text}" for text in texts], dtype=object)


def _trim(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([text and text.rstrip("0").rstrip(".") for text in texts], dtype=object)


def _blank(texts: NDArray[Any], done: Flags) -> NDArray[np.object_]:
    return _either(done, texts, None)


def _either(condition: Flags, yes: Any, no: Any) -> NDArray[np.object_]:
    """Choose between texts (or none) result by result."""
    chosen: NDArray[np.object_] = np.where(condition, yes, no).astype(object)
    return chosen

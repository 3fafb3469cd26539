"""Records of vital signs, ECGs and performance status: VS, EG, QS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csrkit.simulate.patient.adverse import Event
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records.findings import (
    Columns,
    Floats,
    common,
    done_by_chance,
    half_up,
    plain,
    rounded,
)
from csrkit.simulate.records.measure import Results, measure
from csrkit.simulate.records.rows import Rows, epoch, iso, study_day
from csrkit.simulate.records.sampling import Sample, electrocardiograms, vital_signs
from csrkit.simulate.settings.catalogue import Band, Measurement
from csrkit.simulate.settings.design import Design


def vital_sign_records(patients: Sequence[Patient], design: Design) -> Columns:
    """Return VS of a block of subjects."""
    settings = design.measurements
    samples = [vital_signs(patient) for patient in patients]

    def bands(event: Event, code: str) -> Band | None:
        return settings.signs.get(event.entry.sign or "", {}).get(code, {}).get(event.grade)

    def base(patient: Patient) -> dict[str, float]:
        return {"WEIGHT": patient.weight, "HEIGHT": patient.height}

    results = measure(patients, samples, settings.vital_signs, "vital signs", bands, base)
    done = done_by_chance(patients, results, settings.not_done_share, "vital signs")
    columns = common("VS", patients, samples, results, settings.vital_signs, done)
    values = rounded(results, settings.vital_signs)
    return columns | plain("VS", values, results, settings.vital_signs, done)


def ecg_records(patients: Sequence[Patient], design: Design) -> Columns:
    """Return EG of a block of subjects: intervals, QT in agreement with QTcF, interpretation."""
    settings = design.measurements
    samples = [electrocardiograms(patient) for patient in patients]
    results = measure(patients, samples, settings.ecg, "ecg", lambda event, code: None)
    everything = dict(settings.ecg)
    codes = list(everything)
    values = rounded(results, everything)
    order = [codes.index(code) for code in ("HR", "PR", "QRS", "QTCF")]
    rate, pr, qrs, qtcf = (values[results.test == place] for place in order)
    cube_root = np.cbrt(60 / rate)
    qt = half_up(qtcf * cube_root, np.zeros_like(qtcf))
    corrected = half_up(qt / cube_root, np.zeros_like(qtcf))
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
    columns = common("EG", patients, samples, six, codes, done)
    columns |= plain("EG", six.value, six, codes, done)
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

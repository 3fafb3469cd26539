"""What LB, VS and EG have alike: shared variables, rounding, results as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records.measure import Results, last_before_exposure
from csrkit.simulate.records.sampling import Sample
from csrkit.simulate.settings.catalogue import Measurement

Columns = dict[str, Any]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]


def common(
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
    flags = either(baseline, "Y", None)
    starts = np.searchsorted(results.subject, results.subject)
    study = patients[0].study.study.id if patients else ""
    columns |= {
        "STUDYID": np.full(count, study, dtype=object),
        "DOMAIN": np.full(count, domain, dtype=object),
        f"{domain}SEQ": np.arange(count) - starts + 1.0,
        f"{domain}TESTCD": pick(list(tests), results),
        f"{domain}TEST": pick([m.name for m in tests.values()], results),
        f"{domain}LOBXFL": flags,
        f"{domain}BLFL": flags,
        f"{domain}STAT": either(done, None, "NOT DONE"),
    }
    for name in ("VISITNUM", f"{domain}DY", f"{domain}TPTNUM"):
        columns[name] = columns[name].astype(float)
    return columns


def plain(
    domain: str, values: Floats, results: Results, tests: Mapping[str, Measurement], done: Flags
) -> Columns:
    """Return results reported in the standard unit at every site."""
    text = blank(texts_of(values, digits_of(tests)[results.test]), done)
    unit = blank(pick([m.unit or None for m in tests.values()], results), done)
    return {
        f"{domain}ORRES": text,
        f"{domain}ORRESU": unit,
        f"{domain}STRESC": text,
        f"{domain}STRESN": np.where(done, values, np.nan),
        f"{domain}STRESU": unit,
        f"{domain}REASND": either(done, None, "NOT MEASURED"),
    }


def done_by_chance(
    patients: Sequence[Patient], results: Results, share: float, topic: str
) -> Flags:
    """Return which results were obtained: all but a share of them."""
    counts = np.bincount(results.subject, minlength=len(patients))
    draws = [p.stream(f"{topic} not done").random(n) for p, n in zip(patients, counts, strict=True)]
    return (np.concatenate(draws) if draws else np.empty(0)) >= share


def digits_of(tests: Mapping[str, Measurement]) -> Floats:
    """Return the decimals in which each test is reported in the standard unit."""
    return np.array([m.digits for m in tests.values()], dtype=float)


def pick(values: Sequence[Any], results: Results) -> Texts:
    """Return, for each result, the value that belongs to its test."""
    return np.array(values, dtype=object)[results.test]


def rounded(results: Results, tests: Mapping[str, Measurement]) -> Floats:
    """Return the results rounded as they are reported."""
    return half_up(results.value, digits_of(tests)[results.test])


def half_up(values: Floats, digits: Floats) -> Floats:
    """Round half up to a number of decimals each; 1e-9 covers the binary error of a half."""
    scale = 10.0**digits
    return np.floor(values * scale + 0.5 + 1e-9) / scale


def texts_of(values: Floats, digits: Floats) -> Texts:
    """Return numbers as text with their digits; nothing for a missing or infinite one."""
    texts = np.full(len(values), None, dtype=object)
    for count in np.unique(digits):
        rows = np.flatnonzero((digits == count) & np.isfinite(values))
        texts[rows] = np.char.mod(f"%.{int(count)}f", values[rows])
    return texts


def blank(texts: NDArray[Any], done: Flags) -> Texts:
    """Return the texts, nothing where there is no result."""
    return either(done, texts, None)


def either(condition: Flags, yes: Any, no: Any) -> Texts:
    """Choose between texts (or none) result by result."""
    chosen: Texts = np.where(condition, yes, no).astype(object)
    return chosen

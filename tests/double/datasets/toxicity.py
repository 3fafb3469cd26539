"""CTCAE v5.0 of laboratory values in SI units, read from its text; the worst case where it asks.

Each function returns the grade of a value `v` by the limits of the laboratory (`lo`, `hi`). Where
the text speaks of the baseline it gets that as well: `base` an abnormal one, `known` any one.
Symptoms, which laboratory data can't tell, are taken to be there (hyponatraemia, hypokalaemia).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def _steps(v: float, *limits: float) -> int:
    """Return the place, from 1, of the last of some falling limits that a value lies below."""
    return max((place for place, limit in enumerate(limits, start=1) if v < limit), default=0)


def _rises(v: float, *limits: float) -> int:
    return max((place for place, limit in enumerate(limits, start=1) if v > limit), default=0)


def _transaminase(v, lo, hi, base, known) -> int:
    if base is None:
        return _rises(v, hi, 3 * hi, 5 * hi, 20 * hi)
    return 0 if v < 1.5 * base else 1 + _rises(v, 3 * base, 5 * base, 20 * base)


def _phosphatase(v, lo, hi, base, known) -> int:
    if base is None:
        return _rises(v, hi, 2.5 * hi, 5 * hi, 20 * hi)
    return 0 if v < 2.0 * base else 1 + _rises(v, 2.5 * base, 5 * base, 20 * base)


def _bilirubin(v, lo, hi, base, known) -> int:
    of = hi if base is None else base
    return _rises(v, of, 1.5 * of, 3 * of, 10 * of)


def _creatinine(v, lo, hi, base, known) -> int:
    by_range = _rises(v, hi, 1.5 * hi, 3 * hi, 6 * hi)
    if known is None:
        return by_range
    by_baseline = 3 if v > 3 * known else 2 if v > 1.5 * known else 0
    return max(by_range, by_baseline)


def _sodium_low(v, lo, hi, base, known) -> int:
    return 4 if v < 120 else 3 if v < 130 else int(v < lo)


def _potassium_low(v, lo, hi, base, known) -> int:
    return 4 if v < 2.5 else 3 if v < 3 else 2 if v < lo else 0


Grade = Callable[[Any, Any, Any, Any, Any], int]
LOW: dict[str, tuple[str, Grade]] = {
    "HGB": ("Anemia", lambda v, lo, hi, base, known: _steps(v, lo, 100, 80)),
    "WBC": ("White blood cell decreased", lambda v, lo, *_: _steps(v, lo, 3, 2, 1)),
    "NEUT": ("Neutrophil count decreased", lambda v, lo, *_: _steps(v, lo, 1.5, 1, 0.5)),
    "LYM": ("Lymphocyte count decreased", lambda v, lo, *_: _steps(v, lo, 0.8, 0.5, 0.2)),
    "PLAT": ("Platelet count decreased", lambda v, lo, *_: _steps(v, lo, 75, 50, 25)),
    "ALB": ("Hypoalbuminemia", lambda v, lo, *_: _steps(v, lo, 30, 20)),
    "SODIUM": ("Hyponatremia", _sodium_low),
    "K": ("Hypokalemia", _potassium_low),
    "CACR": ("Hypocalcemia", lambda v, lo, *_: _steps(v, lo, 2.0, 1.75, 1.5)),
    "GLUC": ("Hypoglycemia", lambda v, lo, *_: _steps(v, lo, 3.0, 2.2, 1.7)),
}
HIGH: dict[str, tuple[str, Grade]] = {
    "HGB": ("Hemoglobin increased", lambda v, lo, hi, *_: _rises(v, hi, hi + 20, hi + 40)),
    "WBC": ("Leukocytosis", lambda v, *_: 3 if v > 100 else 0),
    "LYM": ("Lymphocyte count increased", lambda v, *_: 3 if v > 20 else 2 if v > 4 else 0),
    "INR": ("INR increased", lambda v, *_: _rises(v, 1.2, 1.5, 2.5)),
    "APTT": (
        "Activated partial thromboplastin time prolonged",
        lambda v, lo, hi, *_: _rises(v, hi, 1.5 * hi, 2.5 * hi),
    ),
    "ALT": ("Alanine aminotransferase increased", _transaminase),
    "AST": ("Aspartate aminotransferase increased", _transaminase),
    "ALP": ("Alkaline phosphatase increased", _phosphatase),
    "BILI": ("Blood bilirubin increased", _bilirubin),
    "LDH": ("Blood lactate dehydrogenase increased", lambda v, lo, hi, *_: _rises(v, hi)),
    "CREAT": ("Creatinine increased", _creatinine),
    "SODIUM": ("Hypernatremia", lambda v, lo, hi, *_: _rises(v, hi, 150, 155, 160)),
    "K": ("Hyperkalemia", lambda v, lo, hi, *_: _rises(v, hi, 5.5, 6, 7)),
    "CACR": ("Hypercalcemia", lambda v, lo, hi, *_: _rises(v, hi, 2.9, 3.1, 3.4)),
}


def grade_of(grade: Grade, v: float, lo: Any, hi: Any, base: Any, known: Any) -> str | None:
    """Return the grade as text; None where it hangs on a limit that the record doesn't have."""
    lows = [lo] if lo is not None else [-math.inf, math.inf]
    highs = [hi] if hi is not None else [-math.inf, math.inf]
    found = {grade(v, low, high, base, known) for low in lows for high in highs}
    return str(found.pop()) if len(found) == 1 else None

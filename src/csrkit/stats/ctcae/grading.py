"""CTCAE grades of laboratory values, by direction.

The criteria stand in a file for each version (`ctcae_v5.yml`). Where the text leaves a choice, it
is that of the criteria which the R package admiral publishes for the version: the worst case where
a criterion speaks of something that laboratory data doesn't tell (symptoms, anticoagulation), and
an unknown baseline counts as normal. Where admiral departs from the text, the text holds: a limit
that begins a grade belongs to it (GGT at 2 x baseline, triglycerides at 150 mg/dL), and sodium
below 130 mmol/L is no longer grade 1.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csrkit.stats.ctcae.criteria import (
    FASTING,
    Criteria,
    Criterion,
    Rule,
    load_criteria,
    normalise_unit,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

REQUIRED = ("PARAMCD", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE")
WORDS = {"L": "low", "H": "high"}
HIGH = ("HIGH", "HIGH HIGH", "H", "HH")
LOW = ("LOW", "LOW LOW", "L", "LL")
#: Numbers that differ by less than this share count as equal, so that 1.5 × ULN is a sharp limit.
TOLERANCE = 1e-12

NORMAL = ("LLN", "ULN")
_LIMIT_MISSING = {
    "LLN": "lower limit of normal is missing",
    "ULN": "upper limit of normal is missing",
    "BASE": "baseline is missing",
}


def grade_labs(
    adlb: pd.DataFrame, version: str = "5.0", assume: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the CTCAE grades of laboratory records.

    Parameters
    ----------
    adlb
        One row a value: PARAMCD, AVAL, AVALU, ANRLO, ANRHI, BASE (limits and baseline in AVALU).
        Whether the baseline was high is told by BNRIND; without that column, by comparing BASE
        with BNRHI, or with ANRHI where that is absent too. AFTER (bool), where given, tells the
        records after baseline; one up to baseline is graded by the limits of normal alone, since
        relative to itself an abnormal baseline would be grade 0. SPEC, where given, is the
        specimen. FAST, where given, is Y for a value of a fasting patient and N for another.
    version
        CTCAE version: "4.03", "5.0" or "6.0".
    assume
        Conditions outside laboratory data that are taken to hold: of "symptomatic",
        "physiologic_consequences", "on_anticoagulation" and, of glucose in versions 4.03 and 6.0
        where FAST doesn't tell, "fasting". All of them by default, the worst case.

    Returns
    -------
    pandas.DataFrame
        With the index of `adlb`: ATOXDSCL, ATOXDSCH (terms), ATOXGRL, ATOXGRH ("0" to "4"), ATOXGR
        ("-3" is grade 3 in the low direction), REASONL, REASONH (why a grade is missing). "0" is a
        value that was measured and meets no criterion. All text, missing is None.

    Raises
    ------
    ValueError
        When a column is missing, the version isn't known, or `assume` holds another condition.

    Notes
    -----
    A grade is missing, never guessed, when the value is missing, the unit is none that the criteria
    can be converted to, the specimen is another one than the criterion's, or the limit that tells
    grade 0 from the lowest grade is missing. Another limit that is passed gives its grade even so
    (70 g/L haemoglobin is grade 3 without an LLN), unless a higher grade hangs on the missing limit
    of normal (creatinine at 3.5 x baseline, grade 3, is grade 4 above 6 x ULN).
    """
    absent = [name for name in REQUIRED if name not in adlb.columns]
    if absent:
        raise ValueError(f"columns are missing from the laboratory data: {', '.join(absent)}")
    criteria = load_criteria(version)
    held = set(criteria.conditions if assume is None else assume)
    unknown = held - set(criteria.conditions) - {FASTING}
    if unknown:
        raise ValueError(
            f"unknown condition: {', '.join(sorted(unknown))}; "
            f"the conditions are {', '.join(criteria.conditions)}"
        )
    values = _values(adlb)
    graded = {side: _graded(values, criteria, side, held) for side in ("L", "H")}
    result = pd.DataFrame(
        {
            f"{name}{side}": graded[side][name]
            for name in ("ATOXDSC", "ATOXGR", "REASON")
            for side in ("L", "H")
        },
        index=adlb.index,
        dtype=object,
    )
    result.insert(4, "ATOXGR", _combined(result))
    return result


def _values(adlb: pd.DataFrame) -> pd.DataFrame:
    """Return what the rules look at, with the normalised unit and how baseline was.

    A record up to baseline is its own baseline.
    """
    numbers = ["AVAL", "ANRLO", "ANRHI", "BASE"]
    values = adlb[numbers].astype(float).reset_index(drop=True)
    values.columns = pd.Index(["AVAL", "LLN", "ULN", "BASE"])
    values["PARAMCD"] = adlb["PARAMCD"].to_numpy()
    values["AVALU"] = adlb["AVALU"].to_numpy()
    known = {unit: normalise_unit(str(unit)) for unit in values["AVALU"].dropna().unique()}
    values["UNIT"] = values["AVALU"].map(known).fillna("")
    values["SPEC"] = adlb["SPEC"].to_numpy() if "SPEC" in adlb else None
    after = adlb["AFTER"].to_numpy(dtype=bool) if "AFTER" in adlb else np.ones(len(adlb), bool)
    value, base = values["AVAL"].to_numpy(dtype=float), values["BASE"].to_numpy(dtype=float)
    values["baseline_high"] = _baseline_high(adlb, values) & after
    values["baseline_low"] = _baseline_low(adlb, values) & after
    values["FAST"] = adlb["FAST"].to_numpy() if "FAST" in adlb else None
    values["above_baseline"] = ~after | np.isnan(base) | _compare(value, ">", base)
    values["BASE"] = np.where(after, base, value)
    return values


def _baseline_high(adlb: pd.DataFrame, values: pd.DataFrame) -> Flags:
    if "BNRIND" in adlb:
        return np.asarray(adlb["BNRIND"].isin(HIGH), dtype=bool)
    ceiling = values["ULN"].to_numpy(dtype=float)
    if "BNRHI" in adlb:
        own = adlb["BNRHI"].to_numpy(dtype=float)
        ceiling = np.where(np.isnan(own), ceiling, own)
    return np.asarray(values["BASE"].to_numpy() > ceiling, dtype=bool)


def _baseline_low(adlb: pd.DataFrame, values: pd.DataFrame) -> Flags:
    if "BNRIND" in adlb:
        return np.asarray(adlb["BNRIND"].isin(LOW), dtype=bool)
    floor = values["LLN"].to_numpy(dtype=float)
    if "BNRLO" in adlb:
        own = adlb["BNRLO"].to_numpy(dtype=float)
        floor = np.where(np.isnan(own), floor, own)
    return np.asarray(values["BASE"].to_numpy() < floor, dtype=bool)


def _graded(
    values: pd.DataFrame, criteria: Criteria, side: str, held: set[str]
) -> dict[str, Texts]:
    """Return term, grade and reason of every record in one direction."""
    columns = {name: _texts(len(values)) for name in ("ATOXDSC", "ATOXGR", "REASON")}
    columns["REASON"][values["PARAMCD"].isna().to_numpy()] = "parameter is missing"
    for paramcd, rows in values.groupby("PARAMCD").indices.items():
        key = (str(paramcd), side)
        if key not in criteria.by_parameter:
            none = f"{criteria.name} has no criterion for {WORDS[side]} {paramcd}"
            columns["REASON"][rows] = criteria.not_gradeable.get(key, none)
            continue
        choices = criteria.by_parameter[key]
        part = values.iloc[rows]
        elsewhere = _of_another_specimen(part["SPEC"], choices[0].specimen, str(paramcd), criteria)
        other = elsewhere.notna().to_numpy()
        mine = rows[~other]
        columns["REASON"][rows[other]] = elsewhere[other]
        columns["ATOXDSC"][mine] = choices[0].term
        grades, reasons = _by_unit(part[~other], choices, held)
        columns["ATOXGR"][mine], columns["REASON"][mine] = grades, reasons
    return columns


def _of_another_specimen(
    found: pd.Series, specimen: str, paramcd: str, criteria: Criteria
) -> pd.Series:
    """Return why the specimen isn't the criterion's; None where it is, or may be."""
    words = criteria.specimens[specimen]
    other = {
        text: f"specimen is {text}; {criteria.name} grades {paramcd} of {specimen}"
        for text in found.dropna().unique()
        if words.isdisjoint(re.findall(r"[A-Z]+", str(text).upper()))
    }
    reasons = found.map(other).astype(object)
    if paramcd in criteria.specimen_needed:
        untold = f"specimen is missing; {criteria.name} grades {paramcd} of {specimen}"
        reasons = reasons.mask(found.isna(), untold)
    return reasons.where(reasons.notna(), None)


def _by_unit(
    part: pd.DataFrame, choices: tuple[Criterion, ...], held: set[str]
) -> tuple[Texts, Texts]:
    """Grade the records of one parameter, each by the criterion that knows its unit."""
    grade = _texts(len(part))
    strange = "unit is not one that the criterion knows: " + part["AVALU"].astype(object)
    reason = strange.where(part["AVALU"].notna(), "unit is missing").to_numpy(
        dtype=object, copy=True
    )
    for criterion in choices:
        factor = _factor(part, criterion)
        use = ~np.isnan(factor)
        grade[use], reason[use] = _by_rules(part[use], factor[use], criterion, held)
    absent = part["AVAL"].isna().to_numpy()
    grade[absent], reason[absent] = None, "result is missing"
    return grade, reason


def _factor(part: pd.DataFrame, criterion: Criterion) -> Floats:
    """Return what converts each value into the unit of the limits; NaN when nothing does."""
    if criterion.factors is None:
        return np.ones(len(part), dtype=np.float64)
    return np.asarray(part["UNIT"].map(criterion.factors), dtype=float)


def _by_rules(
    part: pd.DataFrame, factor: Floats, criterion: Criterion, held: set[str]
) -> tuple[Texts, Texts]:
    """Grade records in a unit that the criterion knows; `factor` converts into its own."""
    grade, reason = _texts(len(part)), _texts(len(part))
    value = part["AVAL"].to_numpy() * factor
    open_ = np.ones(len(part), dtype=bool)
    lowest = criterion.grades[-1][0]
    for level, rules in criterion.grades:
        unknown = np.zeros(len(part), dtype=bool)
        missing = reason.copy()
        for rule in rules:
            applies = open_ & _applies(rule, part, held)
            limit = _limit(rule, part, factor)
            passed = applies & _compare(value, rule.operator, limit)
            # A higher grade that can't be ruled out leaves the lower one in doubt.
            grade[passed & pd.isna(reason)] = str(level)
            open_ = open_ & ~passed
            if rule.reference in NORMAL or (level == lowest and rule.reference is not None):
                lacks = applies & np.isnan(limit)
                missing[lacks & pd.isna(missing)] = _LIMIT_MISSING[rule.reference]
                unknown |= lacks
        undecided = open_ & unknown
        reason[undecided] = missing[undecided]
    grade[open_ & pd.isna(reason)] = "0"
    reason[~pd.isna(grade)] = None
    if criterion.outside:
        rule, why = criterion.outside
        beyond = _compare(value, rule.operator, _limit(rule, part, factor))
        grade[beyond], reason[beyond] = None, why
    return grade, reason


def _applies(rule: Rule, part: pd.DataFrame, held: set[str]) -> Flags:
    if rule.condition == "baseline_normal":
        return ~part["baseline_high"].to_numpy(dtype=bool)
    if rule.condition in ("baseline_high", "baseline_low", "above_baseline"):
        return part[rule.condition].to_numpy(dtype=bool)
    if rule.condition == FASTING:
        told = part["FAST"].to_numpy(dtype=object)
        return np.asarray((told == "Y") | ((told != "N") & (FASTING in held)), dtype=bool)
    if rule.condition == "value_low":
        return _compare(part["AVAL"].to_numpy(), "<", part["LLN"].to_numpy(dtype=float))
    return np.full(len(part), rule.condition is None or rule.condition in held)


def _limit(rule: Rule, part: pd.DataFrame, factor: Floats) -> Floats:
    if rule.reference is None:
        return np.full(len(part), rule.offset)
    return part[rule.reference].to_numpy(dtype=float) * factor * rule.factor + rule.offset


def _compare(value: Floats, operator: str, limit: Floats) -> Flags:
    """Compare numbers, those within a relative tolerance counting as equal; NaN never holds."""
    margin = TOLERANCE * np.maximum(np.abs(value), np.abs(limit))
    holds = {
        "<": value < limit - margin,
        "<=": value <= limit + margin,
        ">": value > limit + margin,
        ">=": value >= limit - margin,
    }
    return holds[operator]


def _combined(grades: pd.DataFrame) -> Texts:
    """Return the grade over both directions, negative for low, as admiral combines them."""
    low, high = grades["ATOXGRL"], grades["ATOXGRH"]
    low_settled = (low == "0") | grades["ATOXDSCL"].isna()
    high_settled = (high == "0") | grades["ATOXDSCH"].isna()
    zero = (low_settled & (high == "0")) | (high_settled & (low == "0"))
    combined = _texts(len(grades))
    combined[zero.to_numpy()] = "0"
    is_high = (high.notna() & (high != "0")).to_numpy()
    combined[is_high] = high[is_high]
    is_low = (low.notna() & (low != "0")).to_numpy()
    combined[is_low] = "-" + low[is_low]
    return combined


def _texts(size: int) -> Texts:
    return np.full(size, None, dtype=object)

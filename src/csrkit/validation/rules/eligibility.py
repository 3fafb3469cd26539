"""Values that the eligibility criteria ask for, against the last value before the first dose.

================================  ==========================================================
`LBSTRESN_INELIGIBLE`             the criteria that a record breaks which is the subject's last
                                  value of the test before the first dose; missing for others
`ELIGIBILITY_UNKNOWN`             (DM) the criteria for which a treated subject has no value
                                  before the first dose, or none that can be compared
================================  ==========================================================

The limits are those of `assumptions.eligibility`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.keys import sequence_variable
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study.assumptions import EligibilityLimit
from csrkit.study.units import spell_units
from csrkit.validation.rules.conduct import Conduct, find_first_doses
from csrkit.validation.rules.units import Tests, parse_number

INELIGIBLE, UNKNOWN = "_INELIGIBLE", "ELIGIBILITY_UNKNOWN"
READ = ("TESTCD", "DTC", "STRESN", "STRESC", "STRESU", "STNRLO", "STNRHI", "TPT", "SEQ")
NEEDED = ("TESTCD", "DTC", "STRESN")
RANGE = {"LLN": "STNRLO", "ULN": "STNRHI"}
CENSORED = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*(\S+)\s*")
# A value on its limit keeps to it, whatever the conversion of its unit did to its last digit.
ROUNDING = 1e-9


def find_ineligible(
    frame: pd.DataFrame,
    domain: str,
    conduct: Conduct,
    tables: Mapping[str, pd.DataFrame],
    tests: Tests,
) -> pd.Series | None:
    """Return the criteria that each record breaks; None when there is nothing to compare.

    Parameters
    ----------
    frame
        Records of the domain.
    domain
        Its name.
    conduct, tables, tests
        The study's limits, all domains, and the tests that units are known for.
    """
    limits = [limit for limit in conduct.limits if limit.domain == domain]
    first = find_first_doses(tables, conduct)
    if not limits or first is None or not _can_judge(frame, domain):
        return None
    broken: dict[Any, str] = {}
    for limit in limits:
        last = _last_before(frame, limit, first, conduct)
        for place, record in zip(last.index, last.to_dict("records"), strict=True):
            if _judge(record, limit, tests) is False:
                broken[place] = f"{broken[place]}; {limit.name}" if place in broken else limit.name
    return pd.Series(broken, dtype=object).reindex(frame.index)


def find_unknown(
    frame: pd.DataFrame, conduct: Conduct, tables: Mapping[str, pd.DataFrame], tests: Tests
) -> pd.Series | None:
    """Return the criteria that nothing tells for a treated subject; None with nothing to compare.

    Parameters
    ----------
    frame
        Records of DM.
    conduct, tables, tests
        The study's limits, all domains, and the tests that units are known for.
    """
    first = find_first_doses(tables, conduct)
    if first is None or "USUBJID" not in frame:
        return None
    lacking: dict[str, list[str]] = {subject: [] for subject in first.index}
    asked = False
    for limit in conduct.limits:
        names = ["USUBJID", *(limit.domain + name for name in READ)]
        records = read_columns(tables, limit.domain, names)
        if records is None or not _can_judge(records, limit.domain):
            continue
        asked = True
        last = _last_before(records, limit, first, conduct)
        told = {
            record["USUBJID"]
            for record in last.to_dict("records")
            if _judge(record, limit, tests) is not None
        }
        for subject in lacking.keys() - told:
            lacking[subject].append(limit.name)
    if not asked:
        return None
    words = {subject: "; ".join(names) for subject, names in lacking.items() if names}
    return frame["USUBJID"].map(words).astype(object)


def _can_judge(frame: pd.DataFrame, domain: str) -> bool:
    return {"USUBJID", *(domain + name for name in NEEDED)} <= set(frame)


def _last_before(
    frame: pd.DataFrame, limit: EligibilityLimit, first: pd.Series, conduct: Conduct
) -> pd.DataFrame:
    """Return, with `LOWEST` and `HIGHEST`, each subject's last value of a test before dosing.

    The rule is that of a baseline: on the day of the first dose times are compared where both are
    known; else the planned time point says before or after, and a record without one is before.
    """
    domain = limit.domain
    of_test = frame[frame[f"{domain}TESTCD"].eq(limit.test) & frame["USUBJID"].isin(first.index)]
    dates, doses = of_test[f"{domain}DTC"], of_test["USUBJID"].map(first)
    latest, start = iso.latest(dates), iso.earliest(doses)
    timed = iso.precision(dates).isin(["h", "m", "s"]) & iso.precision(doses).isin(["h", "m", "s"])
    same_day = latest.dt.normalize() == start.dt.normalize()
    before = (latest.dt.normalize() < start.dt.normalize()) | same_day
    before = before.mask(timed, iso.earliest(dates) <= start)
    pre_dose = conduct.pre_dose.get(domain, ())
    if pre_dose and f"{domain}TPT" in of_test:
        point = of_test[f"{domain}TPT"]
        before &= ~(same_day & ~timed & point.notna() & ~point.isin(pre_dose))
    found = of_test.assign(LATEST=latest)[before]
    bounds = [_bounds(record, domain) for record in found.to_dict("records")]
    found = found.assign(LOWEST=[low for low, _ in bounds], HIGHEST=[high for _, high in bounds])
    found = found[found["LOWEST"].notna()]
    order = [name for name in ("LATEST", sequence_variable(domain)) if name in found]
    ordered: pd.DataFrame = found.sort_values(order, kind="stable")
    return ordered.drop_duplicates("USUBJID", keep="last")


def _bounds(record: Mapping[Any, Any], domain: str) -> tuple[float, float]:
    """Return the lowest and highest number that a result can be; NaN when it is none.

    A result below or above the limit of a method ("<5") is only known to be below or above it.
    """
    number = _number(record[f"{domain}STRESN"])
    if not math.isnan(number):
        return number, number
    text = record.get(f"{domain}STRESC")
    censored = CENSORED.fullmatch(text) if isinstance(text, str) else None
    limit = parse_number(censored[2]) if censored else math.nan
    if not censored or math.isnan(limit):
        return math.nan, math.nan
    step = 0.0 if censored[1] in ("<=", "≤", ">=", "≥") else 2 * ROUNDING * abs(limit)
    below = censored[1] in ("<", "<=", "≤")
    return (-math.inf, limit - step) if below else (limit + step, math.inf)


def _judge(record: Mapping[Any, Any], limit: EligibilityLimit, tests: Tests) -> bool | None:
    """Return whether a record keeps to a limit; None when that can't be told."""
    factor = _factor(record, limit, tests)
    if math.isnan(factor):
        return None
    kept: list[bool | None] = []
    if limit.at_least is not None:
        least = limit.at_least * factor
        slack = abs(least) * ROUNDING
        told = record["LOWEST"] >= least - slack
        kept.append(True if told else None if record["HIGHEST"] >= least - slack else False)
    if limit.at_most is not None:
        most = limit.at_most * factor
        slack = abs(most) * ROUNDING
        told = record["HIGHEST"] <= most + slack
        kept.append(True if told else None if record["LOWEST"] <= most + slack else False)
    if False in kept:
        return False
    return None if None in kept else True


def _factor(record: Mapping[Any, Any], limit: EligibilityLimit, tests: Tests) -> float:
    """Return what brings a limit to the unit of a record; NaN when nothing does."""
    if limit.unit in RANGE:
        return _number(record.get(limit.domain + RANGE[limit.unit]))
    if not limit.unit:
        return 1.0
    units: Sequence[Any] = [limit.unit, record.get(f"{limit.domain}STRESU")]
    wanted, unit = spell_units(pd.Series(units, dtype=object))
    if unit == wanted:
        return 1.0
    test = tests.get(limit.domain, {}).get(limit.test)
    factors = {**test.factors, test.unit: 1.0} if test else {}
    if unit not in factors or wanted not in factors:
        return math.nan
    return factors[wanted] / factors[unit]


def _number(value: object) -> float:
    """Return a value as a number; NaN for none, and for text in a variable that holds numbers."""
    return float(value) if isinstance(value, int | float) else math.nan

"""Values before and after infusions, from VS, LB, EG and EX."""

from __future__ import annotations

import math
import re
import statistics

import pandas as pd
import pytest

VITAL_SIGNS = ["SYSBP", "DIABP", "PULSE", "RESP", "TEMP", "OXYSAT"]
CYTOKINES = ["IL6", "IFNG", "TNFA", "CRP", "FERRITIN"]
DISPLAYS = {
    "vital_signs_by_time_point": ("VS", VITAL_SIGNS, range(1, 7)),
    "cytokines_by_time_point": ("LB", CYTOKINES, (1, 6)),
    "ecg_by_time_point": ("EG", ["HR", "PR", "QRS", "QT"], range(1, 13)),
}
COLUMNS = ("ph1_20", "ph1_30", "ph2", "rp2d")
BEFORE = "PRE-INFUSION"


def read_records(data, moments, domain, codes):
    """Return planned records: USUBJID CODE INFUSION POINT VALUE TEXT, in order of time."""
    raw = data[domain]
    found = pd.DataFrame(
        {
            "USUBJID": raw["USUBJID"],
            "CODE": raw[f"{domain}TESTCD"],
            "INFUSION": raw[f"{domain}TPTREF"].map(
                lambda text: int(re.fullmatch(r"INFUSION (\d+)", text)[1]), na_action="ignore"
            ),
            "POINT": raw[f"{domain}TPT"],
            "VALUE": raw[f"{domain}STRESN"].astype(float),
            "TEXT": raw[f"{domain}STRESC"],
            "WHEN": moments(raw[f"{domain}DTC"]),
            "SEQ": raw[f"{domain}SEQ"],
        }
    )
    found = found[found["CODE"].isin(codes) & found["INFUSION"].notna() & found["POINT"].notna()]
    return found.sort_values(["USUBJID", "WHEN", "SEQ"])


def summarise(values):
    """Return the statistics of a list of numbers, NaN where it is too short for one."""
    found = {"n": float(len(values))}
    for name, needed, compute in (
        ("mean", 1, statistics.fmean), ("sd", 2, statistics.stdev),
        ("median", 1, statistics.median), ("min", 1, min), ("max", 1, max),
    ):  # fmt: skip
        found[name] = compute(values) if len(values) >= needed else math.nan
    return found


@pytest.mark.parametrize("key", DISPLAYS)
def test_values_and_changes_around_an_infusion(
    key, data, moments, infusions, columns, population, reported, agree
):
    domain, codes, numbers = DISPLAYS[key]
    records = read_records(data, moments, domain, codes)
    records = records[records["INFUSION"].isin(numbers)]
    valued = records[records["VALUE"].notna()]
    # Of several values of one time the last one stays.
    kept = {(r.USUBJID, r.CODE, r.INFUSION, r.POINT): r.VALUE for r in valued.itertuples()}
    places = set(zip(records["CODE"], records["INFUSION"], records["POINT"], strict=True))
    expected = {}
    for column, members in columns(population(key), COLUMNS).items():
        for code, number, point in places:
            row = f"{code}.{number:g}.{point}"
            has = {u: kept[u, code, number, point] for u in members.index
                   if (u, code, number, point) in kept}  # fmt: skip
            for name, value in summarise(list(has.values())).items():
                expected[row, f"{column}.value", name] = value
            if point != BEFORE:
                changes = [value - kept[u, code, number, BEFORE] for u, value in has.items()
                           if (u, code, number, BEFORE) in kept]  # fmt: skip
                for name, value in summarise(changes).items():
                    expected[row, f"{column}.change", name] = value
            if domain == "LB":
                own = records[
                    records["USUBJID"].isin(members.index)
                    & records["CODE"].eq(code)
                    & records["INFUSION"].eq(number)
                    & records["POINT"].eq(point)
                    & records["VALUE"].isna()
                    & records["TEXT"].notna()
                ]
                expected[f"{row}.without_number", f"{column}.value", "n"] = own["USUBJID"].nunique()
        given = infusions["EXLNKID"].map(lambda text: int(re.search(r"\d+$", text)[0]))
        mine = infusions["USUBJID"].isin(members.index)
        for number in set(records["INFUSION"]):
            expected[f"given.{number:g}", f"{column}.value", "n"] = (mine & given.eq(number)).sum()
    agree(reported(key), expected)

"""ADVS, derived a second time: mean arterial pressure, body mass index, surface and ranges too."""

from __future__ import annotations

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

FINDINGS = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("findings.py"))))
PARAMETERS = {
    "SYSBP": ("Systolic Blood Pressure", "mmHg"),
    "DIABP": ("Diastolic Blood Pressure", "mmHg"),
    "MAP": ("Mean Arterial Pressure", "mmHg"),
    "PULSE": ("Pulse Rate", "beats/min"),
    "RESP": ("Respiratory Rate", "breaths/min"),
    "TEMP": ("Temperature", "C"),
    "OXYSAT": ("Oxygen Saturation", "%"),
    "WEIGHT": ("Weight", "kg"),
    "HEIGHT": ("Height", "cm"),
    "BMI": ("Body Mass Index", "kg/m2"),
    "BSA": ("Body Surface Area", "m2"),
}
# Markedly low, low, high, markedly high.
RANGES = {
    "SYSBP": (80, 90, 140, 180),
    "DIABP": (50, 60, 90, 105),
    "PULSE": (50, 60, 100, 120),
    "RESP": (8, 12, 20, 30),
    "TEMP": (35, 36, 38, 39),
    "OXYSAT": (90, 95, None, None),
}


def indicator(value, limits):
    if value is None or limits is None:
        return None
    marked_low, low, high, marked_high = limits
    if value < marked_low:
        return "LOW LOW"
    if value < low:
        return "LOW"
    if marked_high is not None and value > marked_high:
        return "HIGH HIGH"
    return "HIGH" if high is not None and value > high else "NORMAL"


def computed(source, code, value):
    unnumbered = {"VSSEQ": None, "SRCSEQ": None, "AVALC": None}
    return source | unnumbered | {"PARAMCD": code, "AVAL": value}


def pressures(rows):
    diastolic = {
        (r["ADT"], r["ADTM"], r["_visit"], r["ATPT"]): r["AVAL"]
        for r in rows
        if r["PARAMCD"] == "DIABP"
    }
    for r in rows:
        low = diastolic.get((r["ADT"], r["ADTM"], r["_visit"], r["ATPT"]))
        if r["PARAMCD"] == "SYSBP" and r["AVAL"] is not None and low is not None:
            yield computed(r, "MAP", (2 * low + r["AVAL"]) / 3)


def bodies(rows):
    heights = [r for r in rows if r["PARAMCD"] == "HEIGHT" and r["AVAL"] is not None]
    heights.sort(key=FINDINGS.in_time)
    for r in rows:
        if r["PARAMCD"] != "WEIGHT" or r["AVAL"] is None or not heights:
            continue
        earlier = [h for h in heights if h["ADT"] <= r["ADT"]]
        height = (earlier[-1] if earlier else heights[0])["AVAL"]
        yield computed(r, "BMI", r["AVAL"] / (height / 100) ** 2)
        yield computed(r, "BSA", math.sqrt(height * r["AVAL"] / 3600))


def test_every_variable_of_advs(data, people, study_day, same):
    records = []
    for subject, own in data["VS"].groupby("USUBJID"):
        person = people[subject]
        rows = [FINDINGS.collected(row, "VS", study_day, person) for row in own.to_dict("records")]
        rows += [*pressures(rows), *bodies(rows)]
        for code in PARAMETERS:
            of = FINDINGS.one_parameter([r for r in rows if r["PARAMCD"] == code], person)
            limits = RANGES.get(code)
            for r in of:
                r["A1LO"], r["ANRLO"], r["ANRHI"], r["A1HI"] = limits or (None,) * 4
                r["ANRIND"] = indicator(r["AVAL"], limits)
            baseline = [r["ANRIND"] for r in of if r["ABLFL"] == "Y"]
            for r in of + FINDINGS.summed_up(of):
                r["BNRIND"] = baseline[0] if baseline else None
                name, r["AVALU"] = PARAMETERS[code]
                r["PARAM"] = f"{name} ({r['AVALU']})"
                r["BASETYPE"] = "LAST"
                records.append(r)
    order = ["PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "VSSEQ", "DTYPE"]
    same(
        "ADVS",
        FINDINGS.numbered(records, order),
        ["USUBJID", "PARAMCD", "SRCSEQ", "ADT", "ADTM", "ATPT", "DTYPE"],
    )

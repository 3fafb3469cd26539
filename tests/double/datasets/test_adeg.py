"""ADEG, derived a second time: corrections of QT, categories of ICH E14 too."""

from __future__ import annotations

import runpy
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

FINDINGS = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("findings.py"))))
NAMES = {
    "HR": "Heart Rate (beats/min)",
    "PR": "PR Interval (msec)",
    "QRS": "QRS Duration (msec)",
    "QT": "QT Interval (msec)",
    "QTCF": "QTcF Interval (msec)",
    "QTCB": "QTcB Interval (msec)",
    "INTP": "ECG Interpretation",
}


def category(value, limits):
    """Return the category of a value and its place from 1; a limit belongs to what is below it."""
    if value is None:
        return None, None
    if value <= limits[0]:
        return f"<= {limits[0]} msec", 1
    for place, (lower, upper) in enumerate(pairwise(limits), start=2):
        if value <= upper:
            return f"> {lower} to {upper} msec", place
    return f"> {limits[-1]} msec", len(limits) + 1


def corrected(rows):
    """QTcB, and QTcF where it wasn't collected, from QT and heart rate of one examination."""
    values = {}
    for r in rows:
        values.setdefault((r["ADT"], r["ADTM"], r["_visit"], r["ATPT"]), {})[r["PARAMCD"]] = r
    for one in values.values():
        qt, rate = (one[code]["AVAL"] if code in one else None for code in ("QT", "HR"))
        for code, root in (("QTCB", 1 / 2), ("QTCF", 1 / 3)):
            collected = code in one and one[code]["AVAL"] is not None
            if qt is not None and rate is not None and not collected:
                value = qt / (60 / rate) ** root
                yield one["QT"] | {"PARAMCD": code, "AVAL": value, "EGSEQ": None, "SRCSEQ": None}


def test_every_variable_of_adeg(data, people, study_day, same):
    records = []
    for subject, own in data["EG"].groupby("USUBJID"):
        person = people[subject]
        rows = own.to_dict("records")
        rows = [FINDINGS.collected(row, "EG", study_day, person) for row in rows]
        rows += [*corrected(rows)]
        for code, name in NAMES.items():
            numeric = code != "INTP"
            of = [r for r in rows if r["PARAMCD"] == code]
            of = FINDINGS.one_parameter(of, person, numeric)
            for r in of + FINDINGS.summed_up(of, numeric):
                graded = code in ("QTCF", "QTCB")
                value, change = (r["AVAL"], r["CHG"]) if graded else (None, None)
                r["AVALCAT1"], r["AVALCA1N"] = category(value, [450, 480, 500])
                r["CHGCAT1"], r["CHGCAT1N"] = category(change, [30, 60])
                r["PARAM"], r["BASETYPE"] = name, "LAST"
                r["AVALU"] = name.split("(")[1].rstrip(")") if numeric else None
                for limit in ("ANRLO", "ANRHI", "A1LO", "A1HI", "ANRIND", "BNRIND"):
                    r[limit] = None
                records.append(r)
    order = ["PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "EGSEQ", "DTYPE"]
    same(
        "ADEG",
        FINDINGS.numbered(records, order),
        ["USUBJID", "PARAMCD", "SRCSEQ", "ADT", "ADTM", "ATPT", "DTYPE"],
    )

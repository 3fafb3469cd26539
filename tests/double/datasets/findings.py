"""Baseline, changes, visits, time points and summary records of the findings datasets."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pandas as pd

Record = dict[str, Any]
ON_TREATMENT_DAYS = 30
SUMMARIES = [("MINIMUM", 9997), ("MAXIMUM", 9998), ("LOV", 9999)]
FLAGS = {"ANL01FL", "ANL02FL", "WGRLFL", "WGRHFL"}
WORDS = {"MINIMUM": "Minimum", "MAXIMUM": "Maximum", "LOV": "Last"}


def dated(dtc: str | None) -> tuple[Any, Any]:
    """Return the day and the moment (None without a time) of a complete date."""
    if dtc is None or len(dtc) < 10:
        return None, None
    return pd.Timestamp(dtc[:10]), pd.Timestamp(dtc) if len(dtc) > 10 else None


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def collected(row: Any, domain: str, study_day, person) -> Record:
    """Return what every finding has of its own record of SDTM."""
    day, moment = dated(row[f"{domain}DTC"])
    infusion = re.search(r"INFUSION (\d+)", row.get(f"{domain}TPTREF") or "")
    value = row[f"{domain}STRESN"]
    reason = None
    if row.get(f"{domain}STAT") == "NOT DONE":
        reason = f"Not done: {row[f'{domain}REASND']}"
    elif pd.isna(value) and re.match("[<>]", row[f"{domain}STRESC"]):
        reason = "Result is beyond a limit of the method"
    sequence = row[f"{domain}SEQ"]
    return {
        "USUBJID": row["USUBJID"],
        "PARAMCD": row[f"{domain}TESTCD"],
        "PARCAT1": row.get(f"{domain}CAT"),
        "AVAL": None if pd.isna(value) else value,
        "AVALC": row[f"{domain}STRESC"] if pd.isna(value) else None,
        "AREASN": reason,
        "ADT": day,
        "ADTM": moment,
        "ADY": study_day(day, person.day1),
        "AVISIT": sentence(row["VISIT"]),
        "AVISITN": row["VISITNUM"],
        "ATPT": row.get(f"{domain}TPT"),
        "ATPTN": row.get(f"{domain}TPTNUM"),
        "INFNUM": int(infusion.group(1)) if infusion else None,
        "DTYPE": None,
        f"{domain}SEQ": sequence,
        "SRCDOM": domain,
        "SRCSEQ": sequence,
        "_unscheduled": row["VISIT"].startswith("UNSCHEDULED"),
        "_visit": row["VISIT"],
        "_seq": sequence,
    }


def in_time(record: Record) -> tuple[Any, ...]:
    moment = record["ADTM"] if record["ADTM"] is not None else record["ADT"]
    return record["ADT"], moment, record["_seq"]


def is_before(record: Record, person) -> bool:
    """Whether a record is on or before the first dose.

    By the time where both have one and it isn't the same, on the day of the dose by the time point.
    """
    if person.first is None:
        return False
    timed = record["ADTM"] is not None and person.timed
    if timed and record["ADTM"] != person.first:
        return record["ADTM"] < person.first
    if record["ADT"] != person.day1:
        return record["ADT"] < person.day1
    return record["ATPT"] in (None, "PRE-INFUSION")


def has_result(record: Record) -> bool:
    return record["AVAL"] is not None or (record["AREASN"] is None and record["AVALC"] is not None)


def one_parameter(records: list[Record], person, numeric: bool = True) -> list[Record]:
    """Return the records of a parameter of a subject with the variables across records.

    `numeric`: a result counts when it is a number; else one in words does as well.
    """
    counts = (lambda r: r["AVAL"] is not None) if numeric else has_result
    records = sorted(records, key=in_time)
    before = [r for r in records if counts(r) and is_before(r, person)]
    baseline = before[-1] if before else {"AVAL": None, "AVALC": None}
    visits: dict[str, Record] = {}
    points: dict[tuple[int, str], Record] = {}
    for r in records:
        after = person.first is not None and not is_before(r, person)
        r["ABLFL"] = "Y" if r is baseline else None
        r["BASE"], r["BASEC"] = baseline["AVAL"], baseline["AVALC"]
        change = after and r["AVAL"] is not None and r["BASE"] is not None
        r["CHG"] = r["AVAL"] - r["BASE"] if change else None
        r["PCHG"] = 100 * r["CHG"] / abs(r["BASE"]) if change and r["BASE"] != 0 else None
        end = person.last + timedelta(days=ON_TREATMENT_DAYS) if after else None
        r["ONTRTFL"] = "Y" if after and r["ADT"] <= end else None
        r["_post"] = r["INFNUM"] is not None and r["ATPT"] != "PRE-INFUSION"
        if counts(r) and after and not r["_unscheduled"] and not r["_post"]:
            visits[r["_visit"]] = r
        if counts(r) and r["INFNUM"] is not None and r["ATPT"] is not None:
            points[r["INFNUM"], r["ATPT"]] = r
    for r in records:
        chosen = r is baseline or any(r is one for one in visits.values())
        r["ANL01FL"] = "Y" if chosen else None
        r["ANL02FL"] = "Y" if any(r is one for one in points.values()) else None
        pre = points.get((r["INFNUM"], "PRE-INFUSION"))
        r["PREVAL"] = pre["AVAL"] if pre else None
        known = r["_post"] and r["AVAL"] is not None and r["PREVAL"] is not None
        r["CHGPRE"] = r["AVAL"] - r["PREVAL"] if known else None
        if r is baseline:
            r["AVISIT"], r["AVISITN"] = "Baseline", 0
    return records


def summed_up(records: list[Record], numeric: bool = True) -> list[Record]:
    """Return the smallest, the largest and the last value on treatment as records."""
    counts = (lambda r: r["AVAL"] is not None) if numeric else has_result
    on_treatment = [r for r in records if r["ONTRTFL"] == "Y" and counts(r)]
    rows = []
    for kind, number in SUMMARIES if on_treatment else []:
        numbers = [r for r in on_treatment if r["AVAL"] is not None]
        if kind == "LOV":
            source = on_treatment[-1]
        elif numbers:
            choose = min if kind == "MINIMUM" else max
            source = choose(numbers, key=lambda r: r["AVAL"])
        else:
            continue
        visit = {"AVISIT": f"{WORDS[kind]} on treatment", "AVISITN": number, "DTYPE": kind}
        rows.append(source | visit | dict.fromkeys(FLAGS & source.keys()))
    return rows


def numbered(records: list[Record], by: list[str]) -> list[Record]:
    """Number the records of each subject in the order of `by`, an absent value last."""

    def place(record: Record) -> list[tuple[bool, Any]]:
        values = [record[name] for name in by]
        return [(True, 0) if v is None or pd.isna(v) else (False, v) for v in values]

    numbers: dict[str, int] = {}
    for record in sorted(records, key=place):
        subject = record["USUBJID"]
        record["ASEQ"] = numbers[subject] = numbers.get(subject, 0) + 1
    return [{k: v for k, v in r.items() if not k.startswith("_")} for r in records]

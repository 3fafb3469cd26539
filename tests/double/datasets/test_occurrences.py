"""ADCM, ADMH and ADDV, derived a second time: partial dates, periods, first occurrences."""

from __future__ import annotations

import calendar
from datetime import timedelta

import pandas as pd

END_OF_DAY = pd.Timedelta(hours=23, minutes=59, seconds=59)
CM = [
    "CMSEQ", "CMGRPID", "CMTRT", "CMDECOD", "CMCLAS", "CMCAT", "CMINDC", "CMDOSE", "CMDOSU",
    "CMDOSFRQ", "CMROUTE", "CMSTDTC", "CMENDTC", "CMENRTPT", "CMENTPT",
]  # fmt: skip
MH = [
    "MHSEQ", "MHTERM", "MHLLT", "MHDECOD", "MHHLT", "MHHLGT", "MHBODSYS", "MHCAT", "MHSCAT",
    "MHPRESP", "MHOCCUR", "MHSTDTC", "MHENDTC", "MHENRTPT", "MHENTPT",
]  # fmt: skip
DV = [
    "DVSEQ", "DVTERM", "DVDECOD", "DVCAT", "DVSCAT", "EPOCH", "DVSTDTC", "DVENDTC",
]  # fmt: skip
IMPUTED = {4: "M", 7: "D", 10: None}


def first_day(dtc):
    return None if dtc is None else pd.Timestamp(f"{dtc}-01-01"[:10] if len(dtc) == 4 else dtc)


def last_day(dtc, limits, begun=None):
    """Return the last day that a date may mean, before those limits that it leaves room for.

    What began on a known day ends on it or later, whatever ended before it.
    """
    if dtc is None or len(dtc) == 10:
        return first_day(dtc)
    low = first_day(dtc)
    month = low.month if len(dtc) == 7 else 12
    high = pd.Timestamp(low.year, month, calendar.monthrange(low.year, month)[1])
    if begun is not None:
        limits = [limit for limit in limits if limit >= begun]
        low = max(low, begun) if begun <= high else low
    return min([high, *(limit for limit in limits if low <= limit <= high)])


def flag_firsts(records, flag, order, by=(), among=lambda r: True):
    seen = set()
    for r in sorted(records, key=order):
        group = tuple(r[name] for name in by)
        fits = among(r) and group not in seen
        r[flag] = "Y" if fits else None
        if fits:
            seen.add(group)


def in_order(moment, sequence):
    return lambda r: (r[moment] is None, r[moment] or pd.Timestamp(0), r[sequence])


def days_of(r, person, study_day):
    r["ASTDY"] = study_day(r["ASTDT"], person.day1)
    r["AENDY"] = study_day(r["AENDT"], person.day1)


def test_every_variable_of_adcm(data, people, study_day, same):
    records = []
    for subject, own in data["CM"].groupby("USUBJID"):
        person, rows = people[subject], []
        for row in own.to_dict("records"):
            r = {"USUBJID": subject} | {name: row.get(name) for name in CM}
            start = first_day(r["CMSTDTC"])
            end = last_day(r["CMENDTC"], person.limits, start)
            r |= {"ASTDT": start, "ASTDTM": start, "AENDT": end}
            r["AENDTM"] = end + END_OF_DAY if end is not None else None
            for letter, part in (("ST", start), ("EN", end)):
                r[f"A{letter}DTF"] = IMPUTED[len(r[f"CM{letter}DTC"])] if part is not None else None
                r[f"A{letter}TMF"] = "H" if part is not None else None
            days_of(r, person, study_day)
            known = start is not None and end is not None
            lasts = known and end >= start
            r["ADURN"] = (end - start).days + 1 if lasts else None
            r["ADURU"] = "DAYS" if lasts else None
            r["ADURREAS"] = (
                "Start not known"
                if start is None
                else "End not known"
                if end is None
                else None
                if lasts
                else "End before start"
            )
            prior = r["CMCAT"] == "PRIOR ANTICANCER THERAPY"
            day1, last = person.day1, person.last
            r["PREFL"] = r["ONTRTFL"] = r["FUPFL"] = None
            if day1 is not None:
                early = start is not None and start < day1
                r["PREFL"] = "Y" if prior or early else None
                # What began before the treatment spans it unless it ended before.
                in_reach = start is None or start <= last + timedelta(days=30)
                ended = end is not None and end < day1
                r["ONTRTFL"] = "Y" if in_reach and not ended and not prior else None
                r["FUPFL"] = "Y" if start is not None and start > last else None
            rows.append(r)
        order = in_order("ASTDTM", "CMSEQ")
        on_treatment = {"among": lambda r: r["ONTRTFL"] == "Y"}
        flag_firsts(rows, "AOCCFL", order, **on_treatment)
        flag_firsts(rows, "AOCCPFL", order, ["CMDECOD"], **on_treatment)
        records += rows
    same("ADCM", records, ["USUBJID", "CMSEQ"])


def test_every_variable_of_admh(data, people, study_day, same):
    records = []
    for subject, own in data["MH"].groupby("USUBJID"):
        person, rows = people[subject], []
        for row in own.to_dict("records"):
            r = {"USUBJID": subject} | {name: row.get(name) for name in MH}
            r["ASTDT"] = first_day(r["MHSTDTC"])
            r["AENDT"] = last_day(r["MHENDTC"], person.limits, r["ASTDT"])
            r["ASTDTF"] = IMPUTED[len(r["MHSTDTC"])] if r["MHSTDTC"] else None
            r["AENDTF"] = IMPUTED[len(r["MHENDTC"])] if r["MHENDTC"] else None
            days_of(r, person, study_day)
            r["ONGOFL"] = "Y" if r["MHENRTPT"] == "ONGOING" else None
            rows.append(r)
        order = in_order("ASTDT", "MHSEQ")
        for flag, by in (
            ("AOCCFL", []),
            ("AOCCSFL", ["MHBODSYS"]),
            ("AOCCPFL", ["MHBODSYS", "MHDECOD"]),
        ):
            flag_firsts(rows, flag, order, by)
        records += rows
    same("ADMH", records, ["USUBJID", "MHSEQ"])


def test_every_variable_of_addv(data, people, study_day, same):
    records = []
    for row in data["DV"].to_dict("records"):
        r = {"USUBJID": row["USUBJID"]} | {name: row.get(name) for name in DV}
        r["ASTDT"], r["AENDT"] = first_day(r["DVSTDTC"]), first_day(r["DVENDTC"])
        days_of(r, people[row["USUBJID"]], study_day)
        r["IMPDVFL"] = "Y" if r["DVCAT"] == "IMPORTANT" else None
        records.append(r)
    same("ADDV", records, ["USUBJID", "DVSEQ"])

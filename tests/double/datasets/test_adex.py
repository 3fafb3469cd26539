"""ADEX, derived a second time: infusions given and missed, and what they sum up to."""

from __future__ import annotations

import pandas as pd

PARAMETERS = {
    "DOSE": (1, "Dose of the Infusion (10^8 CELLS)"),
    "MISSED": (2, "Infusion Missed"),
    "NINF": (11, "Number of Infusions Given"),
    "NCOURSE": (12, "Number of Courses Started"),
    "CUMDOSE": (13, "Cumulative Dose (10^8 CELLS)"),
    "RDI": (14, "Relative Dose Intensity (%)"),
    "TRTDURD": (15, "Treatment Duration (days)"),
    "NDELAY": (16, "Number of Infusions Delayed"),
    "NINTR": (17, "Number of Infusions Interrupted"),
    "NMISS": (18, "Number of Infusions Missed"),
}
OF_INFUSION = [
    "AREASN", "ASTDT", "ASTDTM", "ASTTMF", "AENDT", "AENDTM", "AENTMF", "ASTDY", "AENDY", "DURMIN",
    "DURREAS",
    "INFNUM", "COURSE", "DELAYD", "DELAYFL", "INTRFL", "ADJREAS", "WRDOSEFL", "SRCSEQ",
]  # fmt: skip


def completed(dtc, end):
    """Return the moment, and the highest part of the time that isn't in the text."""
    full = dtc + ("T23:59:59" if end else "T00:00:00")[len(dtc) - 10 :]
    return pd.Timestamp(full), {10: "H", 16: "S", 19: None}[len(dtc)]


def given(row, previous, person, study_day):
    start, start_flag = completed(row["EXSTDTC"], end=False)
    stop = row["EXENDTC"]
    end, end_flag = completed(stop, end=True) if stop else (None, None)
    number, course = int(row["EXLNKID"][3:]), int(row["EXGRPID"])
    late = None
    if previous and previous["COURSE"] == course:
        days = (start.normalize() - previous["ASTDT"]).days
        late = days - 7 * (number - previous["INFNUM"])
    minutes = None
    if stop and len(row["EXSTDTC"]) > 10 and len(stop) > 10:
        length = 19 if len(row["EXSTDTC"]) == len(stop) == 19 else 16
        between = pd.Timestamp(stop[:length]) - pd.Timestamp(row["EXSTDTC"][:length])
        minutes = between.total_seconds() / 60
    return {
        "PARAMCD": "DOSE",
        "AVAL": row["EXDOSE"],
        "AREASN": None,
        "ASTDT": start.normalize(),
        "ASTDTM": start,
        "ASTTMF": start_flag,
        "AENDT": end.normalize() if end else None,
        "AENDTM": end,
        "AENTMF": end_flag,
        "ASTDY": study_day(start.normalize(), person.day1),
        "AENDY": study_day(end.normalize(), person.day1) if end else None,
        "DURMIN": minutes if minutes is None or minutes >= 0 else None,
        "DURREAS": "End before start" if end is not None and end < start else None,
        "INFNUM": number,
        "COURSE": course,
        "DELAYD": late,
        "DELAYFL": "Y" if late is not None and late > 0 else "N",
        "INTRFL": "Y" if "INTERRUPTED" in (row["EXADJ"] or "") or row["PARTS"] > 1 else "N",
        "ADJREAS": row["EXADJ"],
        "WRDOSEFL": "Y" if row["EXDOSE"] != person.planned else "N",
        "SRCDOM": "EX",
        "SRCSEQ": row["EXSEQ"],
    }


def missed(row, person, study_day):
    day = pd.Timestamp(row["ECSTDTC"])
    return dict.fromkeys(OF_INFUSION) | {
        "PARAMCD": "MISSED",
        "AVAL": 1,
        "ASTDT": day,
        "ASTDTM": day,
        "ASTTMF": "H",
        "ASTDY": study_day(day, person.day1),
        "INFNUM": int(row["ECLNKID"][3:]),
        "COURSE": int(row["ECGRPID"]),
        "ADJREAS": row["ECREASOC"],
        "SRCDOM": "EC",
        "SRCSEQ": row["ECSEQ"],
    }


def sums(doses, misses, person):
    planned = 0.0
    for course in {r["COURSE"] for r in doses + misses}:
        dates = [r["ASTDT"] for r in doses + misses if r["COURSE"] == course]
        planned += (max(dates) - min(dates)).days / 7 + 1
    total = sum(r["AVAL"] for r in doses)
    values = {
        "NINF": len(doses),
        "NCOURSE": len({r["COURSE"] for r in doses}),
        "CUMDOSE": total,
        "RDI": 100 * total / (person.planned * planned),
        "TRTDURD": (person.last - person.day1).days + 1,
        "NDELAY": sum(r["DELAYFL"] == "Y" for r in doses),
        "NINTR": sum(r["INTRFL"] == "Y" for r in doses),
        "NMISS": len(misses),
    }
    for code, value in values.items():
        yield dict.fromkeys(OF_INFUSION) | {"PARAMCD": code, "AVAL": value, "SRCDOM": "ADSL"}


def test_every_variable_of_adex(data, people, study_day, same):
    ec = data["EC"][data["EC"]["ECOCCUR"] == "N"]
    records = []
    for subject, person in people.items():
        if person.first is None:
            continue
        doses = []
        for row in person.infusions.to_dict("records"):
            doses.append(given(row, doses[-1] if doses else None, person, study_day))
        misses = [
            missed(row, person, study_day)
            for row in ec[ec["USUBJID"] == subject].to_dict("records")
        ]
        for record in [*doses, *misses, *sums(doses, misses, person)]:
            number, name = PARAMETERS[record["PARAMCD"]]
            records.append(record | {"USUBJID": subject, "PARAM": name, "PARAMN": number})
    same("ADEX", records, ["USUBJID", "PARAMCD", "SRCSEQ"])

"""ADPC, derived a second time: times, results below the limit, samples set aside."""

from __future__ import annotations

import pandas as pd

WEEK = 168


def hours(late, early):
    return (late - early).total_seconds() / 3600


def minute_known(dtc):
    return dtc is not None and len(dtc) >= 16


def sample(row, person, starts):
    taken = pd.Timestamp(row["PCDTC"]) if minute_known(row["PCDTC"]) else None
    infusion = int(row["PCTPTREF"].removeprefix("INFUSION "))
    dose = starts[infusion]
    start = pd.Timestamp(dose["EXSTDTC"])
    nominal = float(row["PCELTM"][2:-1]) if row["PCELTM"] else row["PCTPTNUM"]
    actual = hours(taken, start) if taken is not None else None
    blq = row["PCSTRESC"] == "BLQ" or row["PCSTRESN"] < row["PCLLOQ"]
    following = [s for n, s in starts.items() if n > infusion]
    return {
        "USUBJID": row["USUBJID"],
        "PARAMCD": "NKDNA",
        "PARAM": "NK-cell DNA (copies/ug DNA)",
        "AVAL": None if blq or pd.isna(row["PCSTRESN"]) else row["PCSTRESN"],
        "AVALC": row["PCSTRESC"],
        "AVALU": row["PCSTRESU"],
        "BLQFL": "Y" if blq else None,
        "ALLOQ": row["PCLLOQ"],
        "INFNUM": infusion,
        "ATPT": row["PCTPT"],
        "ATPTN": row["PCTPTNUM"],
        "PCRFTDTM": start,
        "NFRLT": nominal + (infusion - 1) * WEEK if dose["EXGRPID"] == "1" else None,
        "AFRLT": hours(taken, person.first) if taken is not None else None,
        "NRRLT": nominal,
        "ARRLT": actual,
        "TIMEDEV": actual - nominal if taken is not None else None,
        "ADT": taken.normalize() if taken is not None else None,
        "ADTM": taken,
        "DOSE": dose["EXDOSE"],
        "ADOSEDUR": hours(pd.Timestamp(dose["EXENDTC"]), start) if dose["EXENDTC"] else None,
        "SRCDOM": "PC",
        "SRCSEQ": row["PCSEQ"],
        "_not_done": row["PCREASND"] if row["PCSTAT"] == "NOT DONE" else None,
        "_next": min((pd.Timestamp(s["EXSTDTC"]) for s in following), default=None),
    }


def set_aside(r):
    """Give the reason why a sample isn't used, and where: for the analysis, for summaries."""
    reason, nca, summary = None, None, None
    if r["_not_done"]:
        reason, nca, summary = f"Not done: {r['_not_done']}", "Y", "Y"
    elif r["NRRLT"] == 0:
        assert -24 <= r["ARRLT"] <= 0
    elif abs(r["TIMEDEV"]) > max(0.25, 0.1 * r["NRRLT"]) + 1e-9:
        # The analysis goes by actual times, so that it may have a sample at the wrong time.
        side = "late" if r["TIMEDEV"] > 0 else "early"
        reason, summary = f"Taken {abs(r['TIMEDEV']):.2f} h {side}", "Y"
    if not r["_not_done"]:
        assert r["_next"] is None or r["ADTM"] <= r["_next"]
    # Nobody excludes a sample by hand.
    r |= {"NCAXFL": nca, "LAMZXFL": None, "PKSUMXF": summary, "EXCLREAS": reason}
    r["EXCLFL"] = "Y" if nca or summary else None


def replace_blq(profile, seen_before):
    """Put 0 before the first quantifiable result; after it nothing, or half the limit.

    Summaries know an earlier infusion with such a result (`seen_before`), the analysis does not.
    """
    taken = sorted((r for r in profile if not r["_not_done"]), key=lambda r: r["ADTM"])
    measured = [place for place, r in enumerate(taken) if r["BLQFL"] is None]
    for place, r in enumerate(taken):
        early = not measured or place < measured[0]
        for_nca = for_summary = r["AVAL"]
        if r["BLQFL"] == "Y":
            for_nca = 0 if early else None
            for_summary = 0 if early and not seen_before else r["ALLOQ"] / 2
        r["AVALNCA"] = None if r["NCAXFL"] else for_nca
        r["AVALSUM"] = None if r["PKSUMXF"] else for_summary


def test_every_variable_of_adpc(data, people, same):
    records = []
    for subject, own in data["PC"].groupby("USUBJID"):
        person = people[subject]
        doses = person.infusions.to_dict("records")
        starts = {int(dose["EXLNKID"].removeprefix("INF")): dose for dose in doses}
        rows = own.to_dict("records")
        # A sample not taken has no date; the cut leaves those of later infusions out of the data.
        rows = [row for row in rows if int(row["PCTPTREF"].split()[1]) in starts]
        rows = [sample(row, person, starts) for row in rows]
        seen = False
        for infusion in sorted({r["INFNUM"] for r in rows}):
            profile = [r | {"AVALNCA": None, "AVALSUM": None} for r in rows]
            profile = [r for r in profile if r["INFNUM"] == infusion]
            for r in profile:
                set_aside(r)
            replace_blq(profile, seen)
            seen = seen or any(r["AVAL"] is not None for r in profile)
            records += [{k: v for k, v in r.items() if k[0] != "_"} for r in profile]
    same("ADPC", records, ["USUBJID", "PARAMCD", "SRCSEQ"])

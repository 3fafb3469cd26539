"""ADTR, derived a second time: sums of diameters, their nadir and the best change."""

from __future__ import annotations

import pandas as pd

NAMES = {
    "SDIAM": ("Sum of Diameters of Target Lesions by Investigator (mm)", "mm"),
    "BPCHG": ("Best Percent Change in Sum of Diameters by Investigator (%)", "%"),
}
EMPTY = dict.fromkeys([
    "ABLFL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ANL01FL", "AVISIT",
    "AVISITN",
])  # fmt: skip


def sums(tr, targets, person):
    """Return a record a visit at which target lesions were looked at."""
    records = []
    for (number, visit), rows in tr.groupby(["VISITNUM", "VISIT"]):
        size = dict(zip(rows["TRLNKID"], rows["TRSTRESN"], strict=True))
        missing = [lesion for lesion in sorted(targets) if pd.isna(size.get(lesion))]
        records.append(
            EMPTY
            | {
                "AVAL": None if missing else sum(size[lesion] for lesion in targets),
                "AREASN": f"Target lesion not measured: {', '.join(missing)}" if missing else None,
                "ADT": rows["DAY"].min(),
                "AVISIT": visit[0] + visit[1:].lower(),
                "AVISITN": number,
            }
        )
    return sorted(records, key=lambda r: (r["ADT"], r["AVISITN"]))


def with_changes(records, person, ends, therapy):
    """Without a sum at baseline the nadir is that of the sums on treatment."""
    if person.first is None:
        return
    before = [r for r in records if r["AVAL"] is not None and r["ADT"] <= person.day1]
    baseline = before[-1] if before else None
    for r in records:
        r["BASE"] = baseline["AVAL"] if baseline else None
        if r is baseline:
            r |= {"ABLFL": "Y", "ANL01FL": "Y", "AVISIT": "Baseline", "AVISITN": 0}
        if r["ADT"] <= person.day1:
            continue
        earlier = [
            s["AVAL"]
            for s in records
            if s["AVAL"] is not None
            and s["ADT"] < r["ADT"]
            and (s is baseline or s["ADT"] > person.day1)
        ]
        r["NADIR"] = min(earlier, default=None)
        if r["AVAL"] is None:
            continue
        if baseline:
            r["CHG"] = r["AVAL"] - r["BASE"]
            r["PCHG"] = 100 * r["CHG"] / r["BASE"] if r["BASE"] else None
        if r["NADIR"] is not None:
            r["CHGNAD"] = r["AVAL"] - r["NADIR"]
            r["PCHGNAD"] = 100 * r["CHGNAD"] / r["NADIR"] if r["NADIR"] else None
        used = (therapy is None or r["ADT"] < therapy) and (ends is None or r["ADT"] <= ends)
        r["ANL01FL"] = "Y" if used else None


def best_change(records, targets):
    changes = [r for r in records if r["ANL01FL"] == "Y" and r["PCHG"] is not None]
    best = min(changes, key=lambda r: (r["PCHG"], r["ADT"]), default=None)
    none = "No target lesion at baseline"
    if targets:
        at = "after" if any(r["ABLFL"] for r in records) else "at"
        none = f"No sum of diameters {at} baseline"
    return EMPTY | {
        "AVAL": best["PCHG"] if best else None,
        "AREASN": None if best else none,
        "ADT": best["ADT"] if best else None,
        "AVISIT": best["AVISIT"] if best else None,
        "AVISITN": best["AVISITN"] if best else None,
        "ANL01FL": "Y" if best else None,
    }


def test_every_variable_of_adtr(data, people, days, study_day, same):
    tu = data["TU"][data["TU"]["TUORRES"] == "TARGET"]
    cm = data["CM"][data["CM"]["CMCAT"] == "SUBSEQUENT ANTICANCER THERAPY"]
    rs = data["RS"][(data["RS"]["RSTESTCD"] == "OVRLRESP") & (data["RS"]["RSSTRESC"] == "PD")]
    firsts = [
        dates.groupby(frame["USUBJID"]).min().dropna().to_dict()
        for frame, dates in ((cm, days(cm["CMSTDTC"])), (rs, days(rs["RSDTC"])))
    ]
    tr = data["TR"][data["TR"]["TRTESTCD"].isin(["LDIAM", "LPERP"])]
    tr = tr.assign(DAY=days(tr["TRDTC"]))
    records = []
    for subject, person in people.items():
        lesions = tu[tu["USUBJID"] == subject]
        nodal = dict(zip(lesions["TULNKID"], lesions["TULOC"] == "LYMPH NODE", strict=True))
        own = tr[(tr["USUBJID"] == subject) & tr["TRLNKID"].isin(nodal)]
        right = own["TRLNKID"].map(nodal).eq(own["TRTESTCD"].eq("LPERP"))
        rows = sums(own[right], set(nodal), person)
        therapy, progression = (first.get(subject) for first in firsts)
        with_changes(rows, person, progression, therapy)
        rows = [r | {"PARAMCD": "SDIAM"} for r in rows]
        if person.first is not None:
            rows.insert(0, best_change(rows, nodal) | {"PARAMCD": "BPCHG"})
        for sequence, r in enumerate(rows, start=1):
            r["USUBJID"], r["ASEQ"], r["NTARGET"] = subject, sequence, len(nodal)
            r["PARAM"], r["AVALU"] = NAMES[r["PARAMCD"]]
            r["ADY"] = study_day(r["ADT"], person.day1)
            r["PARCAT1"], r["PARCAT2"], r["PARCAT3"] = (
                "Target lesions",
                "Investigator",
                "RECIST 1.1",
            )
            records.append(r)
    same("ADTR", records, ["USUBJID", "PARAMCD", "ASEQ"])

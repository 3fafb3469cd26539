"""ADTR, derived a second time: sums of diameters, their nadir and the best change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

NAMES = {
    "SDIAM": ("Sum of Diameters of Target Lesions by Investigator (mm)", "mm"),
    "BPCHG": ("Best Percent Change in Sum of Diameters by Investigator (%)", "%"),
}
EMPTY = dict.fromkeys([
    "ABLFL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ANL01FL", "AVISIT",
    "AVISITN", "AVALCM",
])  # fmt: skip


def sizes_of(rows, targets):
    """Return what a visit's sum adds up, by what it is of; None where it isn't measured.

    Also why it isn't, and what there is to say of it. RECIST 1.1: a merged lesion by its longest
    diameter, a split one by its fragments together, one too small to measure as 5 mm.
    """
    found, why, said = {}, {}, {}
    for row in rows.to_dict("records"):
        name, size = row["TRLNKID"], row["TRSTRESN"]
        if row["TRSTAT"] == "NOT DONE":
            size, why[name] = None, row["TRREASND"] or "not done"
        elif row["TRSTRESC"] == "TOO SMALL TO MEASURE":
            size, said[name] = 5, "too small to measure, counted as 5 mm"
        found[name] = None if size is None or pd.isna(size) else size
    out = {lesion: found.get(lesion) for lesion in targets}
    for name, size in found.items():
        together = [lesion for lesion in targets if lesion in name.split("/")]
        if len(together) > 1:
            out = {k: v for k, v in out.items() if k not in together} | {name: size}
            said[name] = "merged, counted once"
    for lesion in targets:
        fragments = [size for name, size in found.items() if name.startswith(f"{lesion}.")]
        if fragments:
            out[lesion] = sum(fragments)
            said[lesion] = f"split, sum of {len(fragments)} parts"
    return out, why, said


def sums(tr, targets, person):
    """Return a record a visit at which target lesions were looked at."""
    records = []
    for (number, visit), rows in tr.groupby(["VISITNUM", "VISIT"]):
        size, why, said = sizes_of(rows, targets)
        missing = [name for name in sorted(size) if size[name] is None]
        named = [f"{name} ({why[name]})" if name in why else name for name in missing]
        told = [f"{name}: {said[name]}" for name in sorted(size) if name in said]
        records.append(
            EMPTY
            | {
                "AVAL": None if missing else sum(size.values()),
                "AREASN": f"Target lesion not measured: {', '.join(named)}" if missing else None,
                "AVALCM": "; ".join(told) or None,
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


def second(data, people, days, study_day):
    """Return the records of ADTR."""
    tu = data["TU"][data["TU"]["TUORRES"] == "TARGET"]
    cm = data["CM"][data["CM"]["CMCAT"] == "SUBSEQUENT ANTICANCER THERAPY"]
    rs = data["RS"][(data["RS"]["RSTESTCD"] == "OVRLRESP") & (data["RS"]["RSSTRESC"] == "PD")]
    firsts = [
        dates.groupby(frame["USUBJID"]).min().dropna().to_dict()
        for frame, dates in ((cm, days(cm["CMSTDTC"])), (rs, days(rs["RSDTC"])))
    ]
    tr = data["TR"][data["TR"]["TRTESTCD"].isin(["LDIAM", "LPERP"])]
    tr = tr.assign(DAY=days(tr["TRDTC"]), OF=tr["TRLNKID"].str.replace(r"\.\d+$", "", regex=True))
    records = []
    for subject, person in people.items():
        lesions = tu[tu["USUBJID"] == subject]
        nodal = dict(zip(lesions["TULNKID"], lesions["TULOC"] == "LYMPH NODE", strict=True))
        own = tr[tr["USUBJID"] == subject]
        right = [counts(r, nodal) for r in own[["OF", "TRTESTCD"]].to_dict("records")]
        rows = sums(own[np.array(right, dtype=bool)], set(nodal), person)
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
    return records


def counts(row, nodal):
    """Say whether a record is of target lesions, by the short axis when all of them are nodes."""
    names = row["OF"].split("/")
    short = row["TRTESTCD"] == "LPERP"
    return set(names) <= set(nodal) and all(nodal[name] for name in names) == short


def test_every_variable_of_adtr(data, people, days, study_day, same):
    same("ADTR", second(data, people, days, study_day), ["USUBJID", "PARAMCD", "ASEQ"])


def changed(tr, tu):
    """Return the measurements with lesions merged, split and too small at every later visit."""
    target = tu[(tu["TUORRES"] == "TARGET") & (tu["TULOC"] != "LYMPH NODE")]
    plain = target.groupby("USUBJID")["TULNKID"].agg(list)
    out = []
    for place, row in enumerate(tr.to_dict("records")):
        mine = plain.get(row["USUBJID"], [])
        name, size = row["TRLNKID"], row["TRSTRESN"]
        if name not in mine or row["VISITNUM"] <= 1 or pd.isna(size):
            out.append(row)
        elif len(mine) > 2:
            merged = name in mine[:2]
            out.append(row | ({"TRLNKID": "/".join(mine[:2]), "TRSTRESN": 77.0} if merged else {}))
        elif len(mine) == 2 and name == mine[0]:
            out += [row | {"TRLNKID": f"{name}.{n}", "TRSTRESN": size / n} for n in (1, 2)]
        elif place % 2:
            out.append(row | {"TRSTRESN": None, "TRSTRESC": "TOO SMALL TO MEASURE"})
        else:
            out.append(row)
    frame = pd.DataFrame(out, columns=tr.columns)
    return frame.assign(TRSEQ=frame.groupby("USUBJID").cumcount() + 1.0)


def test_lesions_that_merge_split_or_get_too_small(
    data, people, days, study_day, derived, same, report, root
):
    from csrkit.adam.tumour.adtr import derive_adtr
    from csrkit.study import load_study

    if report != "final":
        pytest.skip("one cut is enough")
    other = data | {"TR": changed(data["TR"], data["TU"])}
    records = second(other, people, days, study_day)
    said = " ".join(r["AVALCM"] or "" for r in records)
    assert all(word in said for word in ("merged", "split", "too small"))
    study = load_study(root / "study.yml").covering(report)
    theirs = derive_adtr(other, derived, study)
    same("ADTR", records, ["USUBJID", "PARAMCD", "ASEQ"], theirs)

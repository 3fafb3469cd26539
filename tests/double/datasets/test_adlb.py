"""ADLB, derived a second time: ranges, CTCAE grades, corrected calcium and Hy's law too."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

HERE = Path(__file__).parent
FINDINGS = SimpleNamespace(**runpy.run_path(str(HERE / "findings.py")))
CTCAE = SimpleNamespace(**runpy.run_path(str(HERE / "toxicity.py")))
PARAMETERS = {
    "WBC": "Leucocytes (10^9/L)",
    "NEUT": "Neutrophils (10^9/L)",
    "LYM": "Lymphocytes (10^9/L)",
    "HGB": "Haemoglobin (g/L)",
    "PLAT": "Platelets (10^9/L)",
    "INR": "Prothrombin international normalised ratio",
    "APTT": "Activated partial thromboplastin time (s)",
    "ALT": "Alanine aminotransferase (U/L)",
    "AST": "Aspartate aminotransferase (U/L)",
    "ALP": "Alkaline phosphatase (U/L)",
    "LDH": "Lactate dehydrogenase (U/L)",
    "BILI": "Bilirubin (umol/L)",
    "CREAT": "Creatinine (umol/L)",
    "ALB": "Albumin (g/L)",
    "SODIUM": "Sodium (mmol/L)",
    "K": "Potassium (mmol/L)",
    "CA": "Calcium (mmol/L)",
    "CACR": "Calcium corrected for albumin (mmol/L)",
    "GLUC": "Glucose (mmol/L)",
    "CRP": "C-reactive protein (mg/L)",
    "FERRITIN": "Ferritin (ug/L)",
    "IL6": "Interleukin 6 (pg/mL)",
    "IFNG": "Interferon gamma (pg/mL)",
    "TNFA": "Tumour necrosis factor alpha (pg/mL)",
}
# The units that the laboratories report in are the analysis units, but for their spelling.
SPELLED = {"ng/L": "pg/mL", "sec": "s", "RATIO": None}


def with_range(record, row):
    unit = row["LBSTRESU"]
    name = PARAMETERS[record["PARAMCD"]]
    record["AVALU"] = name.split(" (")[1].rstrip(")") if "(" in name else None
    if unit is not None:
        assert SPELLED.get(unit, unit) == record["AVALU"]
    for limit, source in (("ANRLO", "LBSTNRLO"), ("ANRHI", "LBSTNRHI")):
        record[limit] = None if pd.isna(row[source]) else row[source]
    record["PARAM"], record["_sample"] = name, (row["LBDTC"], row["VISIT"], row["LBTPT"])
    return record


def corrected_calcium(rows):
    """Calcium + 0.02 mmol/L for each g/L that albumin lacks of 40 (Payne 1973)."""
    albumin = {r["_sample"]: r["AVAL"] for r in rows if r["PARAMCD"] == "ALB"}
    for r in rows:
        level = albumin.get(r["_sample"])
        if r["PARAMCD"] == "CA" and r["AVAL"] is not None and level is not None:
            yield r | {
                "PARAMCD": "CACR",
                "PARAM": PARAMETERS["CACR"],
                "AVAL": round(r["AVAL"] + 0.02 * (40 - level), 9),
                "LBSEQ": None,
                "SRCSEQ": None,
            }


def indicator(value, low, high):
    if value is None or (low is None and high is None):
        return None
    if low is not None and value < low:
        return "LOW"
    return "HIGH" if high is not None and value > high else "NORMAL"


def over_both(r):
    """Return the grade of the direction that has one; 0 only where no direction is in doubt."""
    if (r["ATOXGRL"] or "0") != "0":
        return f"-{r['ATOXGRL']}"
    if (r["ATOXGRH"] or "0") != "0":
        return r["ATOXGRH"]
    graded = [r[f"ATOXGR{letter}"] for letter in "LH" if r[f"ATOXDSC{letter}"]]
    return "0" if graded and None not in graded else None


def graded(records, person):
    """Add range indicator, grades, those of baseline and the flags of the worst grade."""
    code = records[0]["PARAMCD"]
    baseline = next((r for r in records if r["ABLFL"] == "Y"), None)
    for r in records:
        value, low, high = r["AVAL"], r["ANRLO"], r["ANRHI"]
        r["ANRIND"] = indicator(value, low, high)
        r["R2ANRHI"] = value / high if None not in (value, high) and high > 0 else None
        after = person.first is not None and not FINDINGS.is_before(r, person)
        known = baseline["AVAL"] if after and baseline else None
        limit = baseline["ANRHI"] if baseline else None
        abnormal = known if known is not None and limit is not None and known > limit else None
        for letter, terms in (("L", CTCAE.LOW), ("H", CTCAE.HIGH)):
            term, grade = terms.get(code, (None, None))
            r[f"ATOXDSC{letter}"] = term
            given = None
            if value is not None and grade is not None:
                given = CTCAE.grade_of(grade, value, low, high, abnormal, known)
            r[f"ATOXGR{letter}"] = given
        r["ATOXGR"] = over_both(r)
    for letter in "LH":
        on = [r for r in records if r["ONTRTFL"] == "Y" and r[f"ATOXGR{letter}"] is not None]
        first = max(on, key=lambda r: r[f"ATOXGR{letter}"], default=None)
        for r in records:
            r[f"WGR{letter}FL"] = "Y" if r is first else None
            r[f"BTOXGR{letter}"] = baseline[f"ATOXGR{letter}"] if baseline else None
    for r in records:
        r["BNRIND"] = baseline["ANRIND"] if baseline else None
    return records


def hys_law(subject, of, person, study_day, variables):
    """FDA (2009): ALT or AST >= 3 ULN, ALP < 2 ULN that day, bilirubin >= 2 ULN within 30 days."""
    on = {
        code: [r for r in of.get(code, []) if r["ONTRTFL"] == "Y" and r["R2ANRHI"] is not None]
        for code in ("ALT", "AST", "ALP", "BILI")
    }
    cases = []
    for enzyme in on["ALT"] + on["AST"]:
        phosphatase = [r["R2ANRHI"] for r in on["ALP"] if r["ADT"] == enzyme["ADT"]]
        if enzyme["R2ANRHI"] < 3 or any(ratio >= 2 for ratio in phosphatase):
            continue
        cases += [
            r["ADT"]
            for r in on["BILI"]
            if r["R2ANRHI"] >= 2 and 0 <= (r["ADT"] - enzyme["ADT"]).days <= 30
        ]
    day = min(cases, default=None)
    return dict.fromkeys(variables) | {
        "USUBJID": subject,
        "PARAMCD": "HYLAW",
        "PARAM": "Potential Hy's Law Case",
        "PARCAT1": "LIVER SAFETY",
        "AVAL": 1 if cases else 0,
        "AVALC": "Y" if cases else "N",
        "ADT": day,
        "ADY": study_day(day, person.day1),
    }


def test_every_variable_of_adlb(data, people, study_day, same):
    records = []
    for subject, own in data["LB"].groupby("USUBJID"):
        person = people[subject]
        rows = [
            with_range(FINDINGS.collected(row, "LB", study_day, person), row)
            for row in own.to_dict("records")
        ]
        rows += [*corrected_calcium(rows)]
        of = {}
        for r in rows:
            of.setdefault(r["PARAMCD"], []).append(r)
        for code, unordered in of.items():
            of[code] = graded(FINDINGS.one_parameter(unordered, person), person)
            for r in of[code] + FINDINGS.summed_up(of[code]):
                records.append({k: v for k, v in r.items() if k != "BASEC"})
        tested = {r["PARAMCD"] for rs in of.values() for r in rs if r["ONTRTFL"] and r["R2ANRHI"]}
        if tested & {"ALT", "AST"} and "BILI" in tested:
            records.append(hys_law(subject, of, person, study_day, records[-1]))
    order = ["PARAMCD", "AVISITN", "ADT", "ADTM", "LBSEQ", "DTYPE"]
    same(
        "ADLB",
        FINDINGS.numbered(records, order),
        ["USUBJID", "PARAMCD", "SRCSEQ", "ADT", "ADTM", "ATPT", "DTYPE"],
    )

"""The trial design domains: TA, TE, TV, TI, TS; and relations between whole domains."""

from __future__ import annotations

from csrkit.simulate.patient.schedule import (
    END_OF_TREATMENT,
    INFUSION_STEP,
    SCREENING,
    SURVIVAL,
    WEEK_BASE,
)
from csrkit.simulate.records.rows import Row
from csrkit.simulate.records.subjects import ELEMENTS
from csrkit.simulate.settings.design import Design
from csrkit.study import Study
from csrkit.study.data_cut import text_of

CRITERIA = {
    "INCL01": "Age 18 to 80 years and written informed consent",
    "INCL02": "Recurrent or metastatic solid tumour with malignant ascites",
    "INCL03": "Previous standard treatment failed",
    "INCL04": "ECOG performance status 0 to 2",
    "INCL05": "Haemoglobin at least 80 g/L, platelets at least 75 x 10^9/L",
    "INCL06": "Bilirubin at most 1.5 times the upper limit of normal",
    "EXCL01": "Symptomatic brain metastases",
    "EXCL02": "Active infection that needs treatment",
    "EXCL03": "Autoimmune disease that needs immunosuppression",
}


def tables(study: Study, design: Design) -> dict[str, list[Row]]:
    """Return the records of the trial design domains."""
    return {
        "TA": _arms(study),
        "TE": _elements(study),
        "TV": _visits(study, design),
        "TI": _criteria(study),
        "TS": _summary(study),
        "RELREC": _relations(study),
    }


def _arms(study: Study) -> list[Row]:
    branches = {
        "SCRN": ("Eligible", None),
        "TRT1": (None, "Judged to benefit: second course, else follow-up"),
        "TRT2": (None, None),
        "FU": (None, None),
    }
    return [
        {
            "STUDYID": study.study.id,
            "DOMAIN": "TA",
            "ARMCD": code,
            "ARM": arm.label,
            "TAETORD": float(order),
            "ETCD": element,
            "ELEMENT": ELEMENTS[element][0],
            "TABRANCH": branches[element][0],
            "TATRANS": branches[element][1],
            "EPOCH": ELEMENTS[element][1],
        }
        for code, arm in study.arms.items()
        for order, element in enumerate(ELEMENTS, start=1)
    ]


def _elements(study: Study) -> list[Row]:
    rules = {
        "SCRN": ("Informed consent", "First infusion or screen failure", None),
        "TRT1": (
            "First infusion of the first course",
            "End of treatment or start of second course",
            "P6W",
        ),
        "TRT2": ("First infusion of the second course", "End of treatment", "P6W"),
        "FU": ("Day after the end of treatment", "Death or end of participation", None),
    }
    return [
        {
            "STUDYID": study.study.id,
            "DOMAIN": "TE",
            "ETCD": code,
            "ELEMENT": name,
            "TESTRL": rules[code][0],
            "TEENRL": rules[code][1],
            "TEDUR": rules[code][2],
        }
        for code, (name, _) in ELEMENTS.items()
    ]


def _visits(study: Study, design: Design) -> list[Row]:
    """Return the planned visits: number, name, planned study day."""
    planned: list[tuple[float, str, int | None, str]] = [
        (SCREENING, "SCREENING", -14, "Informed consent")
    ]
    interval = study.treatment.infusion_interval_days or 7
    per_course = study.treatment.infusions_per_course or 1
    for number in range(1, 2 * per_course + 1):
        second = number > per_course
        day = None if second else 1 + (number - 1) * interval
        rule = (
            "Second course, when judged to benefit" if second else f"Day {day} from first infusion"
        )
        planned.append((number * INFUSION_STEP, f"INFUSION {number}", day, rule))
        if number in study.assumptions.pk_infusions.value and day is not None:
            days = sorted({int(h // 24) for h in study.assumptions.pk_times_hours.value if h >= 24})
            for place, after in enumerate(days, start=1):
                name = f"INFUSION {number} DAY {after + 1}"
                rule = f"{after} days after infusion {number}"
                planned.append((number * INFUSION_STEP + place, name, day + after, rule))
    every = study.assumptions.tumour_assessment_weeks.value
    for week in range(every, design.fate.followup_days // 7 + 1, every):
        planned.append(
            (WEEK_BASE + week, f"WEEK {week}", 7 * week + 1, f"Week {week} from first infusion")
        )
    rule = "28 days after the last infusion"
    planned.append((END_OF_TREATMENT, "END OF TREATMENT", None, rule))
    for number in range(1, design.fate.followup_days // design.fate.survival_visit_days + 1):
        rule = f"{number * design.fate.survival_visit_days} days after the last assessment"
        planned.append((SURVIVAL + number, f"SURVIVAL FOLLOW-UP {number}", None, rule))
    return [
        {
            "STUDYID": study.study.id,
            "DOMAIN": "TV",
            "VISITNUM": float(number),
            "VISIT": name,
            "VISITDY": None if day is None else float(day),
            "TVSTRL": rule,
        }
        for number, name, day, rule in planned
    ]


def _criteria(study: Study) -> list[Row]:
    return [
        {
            "STUDYID": study.study.id,
            "DOMAIN": "TI",
            "IETESTCD": code,
            "IETEST": text,
            "IECAT": "INCLUSION" if code.startswith("INCL") else "EXCLUSION",
        }
        for code, text in CRITERIA.items()
    ]


def _summary(study: Study) -> list[Row]:
    facts = study.study
    parameters: list[tuple[str, str, object]] = [
        ("TITLE", "Trial Title", facts.title),
        ("REGID", "Registry Identifier", facts.registration),
        ("SPONSOR", "Clinical Study Sponsor", facts.sponsor),
        ("TPHASE", "Trial Phase Classification", f"{facts.phase.upper()} TRIAL"),
        ("INDIC", "Trial Disease/Condition Indication", facts.indication),
        ("PLANSUB", "Planned Number of Subjects", facts.planned_enrolment),
        ("SSTDTC", "Study Start Date", facts.planned_start),
        ("SENDTC", "Study End Date", facts.planned_completion),
        ("TRT", "Investigational Therapy or Treatment", study.treatment.name),
        ("ROUTE", "Route of Administration", "INTRAVENOUS"),
        ("DOSU", "Dose Units", study.treatment.dose_unit),
        *[("DOSE", "Dose per Administration", f"{dose:g}") for dose in study.treatment.dose_labels],
        ("DOSFRQ", "Dosing Frequency", "QW"),
        ("NARMS", "Planned Number of Arms", len(study.arms)),
        ("RANDOM", "Trial is Randomized", "N"),
        ("TBLIND", "Trial Blinding Schema", "OPEN LABEL"),
        ("STYPE", "Study Type", "INTERVENTIONAL"),
        ("ADDON", "Added on to Existing Treatments", "N"),
        ("SEXPOP", "Sex of Participants", "BOTH"),
        ("DCUTDTC", "Data Cutoff Date", text_of(study.cuts.final)),
        ("DCUTDESC", "Data Cutoff Description", "DATABASE LOCK"),
        ("OBJPRIM", "Trial Primary Objective", "Safety, tolerability and objective response rate"),
        ("OUTMSPRI", "Primary Outcome Measure", "Incidence of DLTs, TEAEs and SAEs; ORR"),
        ("OUTMSSEC", "Secondary Outcome Measure", "Cmax, Tmax, t1/2, AUC0-last; DCR; PFS; OS"),
    ]
    if facts.synthetic:
        parameters.append(("SYNTHET", "Synthetic Data", facts.data_note))
    seen: dict[str, int] = {}
    rows = []
    for code, name, value in parameters:
        seen[code] = seen.get(code, 0) + 1
        rows.append(
            {
                "STUDYID": facts.id,
                "DOMAIN": "TS",
                "TSSEQ": float(seen[code]),
                "TSPARMCD": code,
                "TSPARM": name,
                "TSVAL": None if value is None else str(value),
                "TSVALNF": "NI" if value is None else None,
            }
        )
    return rows


def _relations(study: Study) -> list[Row]:
    """Return the relations between whole domains, by the variable that links them."""
    pairs = [
        ("TUTR", ("TU", "TULNKID", "ONE"), ("TR", "TRLNKID", "MANY")),
        ("TRRS", ("TR", "TRLNKGRP", "MANY"), ("RS", "RSLNKGRP", "MANY")),
        ("EXPC", ("EX", "EXLNKID", "ONE"), ("PC", "PCLNKID", "MANY")),
        ("EXEC", ("EX", "EXLNKID", "ONE"), ("EC", "ECLNKID", "ONE")),
    ]
    return [
        {
            "STUDYID": study.study.id,
            "RDOMAIN": domain,
            "IDVAR": variable,
            "RELTYPE": kind,
            "RELID": name,
        }
        for name, *sides in pairs
        for domain, variable, kind in sides
    ]

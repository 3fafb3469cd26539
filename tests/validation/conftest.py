"""One subject without a fault, in every domain that has a suite, and ways to do harm to it."""

import copy

import pandas as pd
import pytest

CLEAN = {
    "DM": [
        {
            "SUBJID": "1", "SITEID": "01", "RFICDTC": "2025-06-09", "RFSTDTC": "2025-06-23T09:15",
            "RFENDTC": "2025-06-30T10:55", "RFXSTDTC": "2025-06-23T09:15",
            "RFXENDTC": "2025-06-30T10:55", "RFPENDTC": "2026-02-21", "DTHDTC": "2026-02-21",
            "DTHFL": "Y", "AGE": 65.0, "AGEU": "YEARS", "SEX": "F", "RACE": "ASIAN",
            "ETHNIC": "NOT HISPANIC OR LATINO", "ARMCD": "P1D20", "ARM": "Phase I 20E8 cells",
            "ACTARMCD": "P1D20", "ACTARM": "Phase I 20E8 cells", "ARMNRS": None, "COUNTRY": "CHN",
        }
    ],
    "EX": [
        {
            "EXSEQ": 1.0, "EXGRPID": "1", "EXLNKID": "INF01", "EXTRT": "SK-NK", "EXDOSE": 20.0,
            "EXDOSU": "10^8 CELLS", "EXROUTE": "INTRAVENOUS", "EXADJ": None,
            "VISITNUM": 10.0, "VISIT": "INFUSION 1",
            "EXSTDTC": "2025-06-23T09:15", "EXENDTC": "2025-06-23T10:58",
        },
        {
            "EXSEQ": 2.0, "EXGRPID": "1", "EXLNKID": "INF02", "EXTRT": "SK-NK", "EXDOSE": 20.0,
            "EXDOSU": "10^8 CELLS", "EXROUTE": "INTRAVENOUS", "EXADJ": None,
            "VISITNUM": 20.0, "VISIT": "INFUSION 2",
            "EXSTDTC": "2025-06-30T10:00", "EXENDTC": "2025-06-30T10:55",
        },
    ],
    "EC": [
        {
            "ECSEQ": 1.0, "ECGRPID": "1", "ECLNKID": "INF01", "ECTRT": "SK-NK", "ECOCCUR": "Y",
            "ECREASOC": None, "ECDOSE": 20.0, "ECDOSU": "10^8 CELLS", "ECADJ": None,
            "ECSTDTC": "2025-06-23T09:15", "ECENDTC": "2025-06-23T10:58",
        },
        {
            "ECSEQ": 2.0, "ECGRPID": "1", "ECLNKID": "INF02", "ECTRT": "SK-NK", "ECOCCUR": "Y",
            "ECREASOC": None, "ECDOSE": 20.0, "ECDOSU": "10^8 CELLS", "ECADJ": None,
            "ECSTDTC": "2025-06-30T10:00", "ECENDTC": "2025-06-30T10:55",
        },
        {
            "ECSEQ": 3.0, "ECGRPID": "1", "ECLNKID": "INF03", "ECTRT": "SK-NK", "ECOCCUR": "N",
            "ECREASOC": "ADVERSE EVENT", "ECDOSE": None, "ECDOSU": None, "ECADJ": None,
            "ECSTDTC": None, "ECENDTC": None,
        },
    ],
    "AE": [
        {
            "AESEQ": 1.0, "AETERM": "Fever", "AEDECOD": "Fever", "AEBODSYS": "General",
            "AESEV": "MILD", "AESER": "N", "AEACN": "DOSE NOT CHANGED", "AEREL": "RELATED",
            "AEOUT": "RECOVERED/RESOLVED", "AESCONG": None, "AESDISAB": None, "AESDTH": None,
            "AESHOSP": None, "AESLIFE": None, "AESMIE": None, "AETOXGR": "1",
            "AESTDTC": "2025-06-23T11:32", "AEENDTC": "2025-06",
        },
        {
            "AESEQ": 2.0, "AETERM": "Lung infection", "AEDECOD": "Lung infection",
            "AEBODSYS": "Infections", "AESEV": "SEVERE", "AESER": "Y", "AEACN": "NOT APPLICABLE",
            "AEREL": "NOT RELATED", "AEOUT": "FATAL", "AESCONG": "N", "AESDISAB": "N",
            "AESDTH": "Y", "AESHOSP": "N", "AESLIFE": "N", "AESMIE": "N", "AETOXGR": "5",
            "AESTDTC": "2026-02-01", "AEENDTC": "2026-02-21",
        },
    ],
    "SUPPAE": [
        {"RDOMAIN": "AE", "IDVAR": "AESEQ", "IDVARVAL": "1", "QNAM": name, "QVAL": value}
        for name, value in (
            ("AEDLT", "Y"), ("AESICAT", "Cytokine release syndrome"), ("ASTCTGR", "1")
        )
    ],
    "SUPPDM": [
        {"RDOMAIN": "DM", "IDVAR": None, "IDVARVAL": None, "QNAM": "PRVSUBJ", "QVAL": "7"}
    ],
    "RELREC": [
        {"RDOMAIN": "AE", "IDVAR": "AESEQ", "IDVARVAL": "1", "RELTYPE": None, "RELID": "AECM1"},
        {"RDOMAIN": "CM", "IDVAR": "CMSEQ", "IDVARVAL": "1", "RELTYPE": None, "RELID": "AECM1"},
    ],
    "CM": [
        {
            "CMSEQ": 1.0, "CMTRT": "Paracetamol", "CMDECOD": "PARACETAMOL",
            "CMCAT": "CONCOMITANT", "CMSTDTC": "2025-06-23", "CMENDTC": "2025-06-24",
        },
        {
            "CMSEQ": 2.0, "CMTRT": "Irinotecan", "CMDECOD": "IRINOTECAN",
            "CMCAT": "SUBSEQUENT ANTICANCER THERAPY", "CMSTDTC": "2025-10-01", "CMENDTC": None,
        },
    ],
    "MH": [
        {
            "MHSEQ": 1.0, "MHTERM": "Colon cancer", "MHDECOD": "Colorectal cancer",
            "MHCAT": "PRIMARY DIAGNOSIS", "MHSTDTC": "2023", "MHENDTC": None,
        }
    ],
    "PR": [
        {
            "PRSEQ": 1.0, "PRTRT": "Paracentesis", "PRCAT": "PARACENTESIS",
            "PRSTDTC": "2025-08-09", "PRENDTC": "2025-08-09",
        }
    ],
    "DS": [
        {
            "DSSEQ": 1.0, "DSTERM": "Informed consent obtained",
            "DSDECOD": "INFORMED CONSENT OBTAINED", "DSCAT": "PROTOCOL MILESTONE",
            "DSSCAT": None, "DSSTDTC": "2025-06-09",
        },
        {
            "DSSEQ": 3.0, "DSTERM": "Stopped after 2 infusions", "DSDECOD": "PROGRESSIVE DISEASE",
            "DSCAT": "DISPOSITION EVENT", "DSSCAT": "END OF TREATMENT", "DSSTDTC": "2025-07-07",
        },
        {
            "DSSEQ": 2.0, "DSTERM": "Death", "DSDECOD": "DEATH", "DSCAT": "DISPOSITION EVENT",
            "DSSCAT": "END OF STUDY", "DSSTDTC": "2026-02-21",
        },
    ],
    "DV": [
        {
            "DVSEQ": 1.0, "DVTERM": "Infusion 3 missed", "DVDECOD": "Missed infusion",
            "DVCAT": "IMPORTANT", "DVSTDTC": "2025-07-07",
        },
        {
            "DVSEQ": 2.0, "DVTERM": "Infusion 2 given after a dose-limiting toxicity",
            "DVDECOD": "Infusion not allowed", "DVCAT": "IMPORTANT", "DVSTDTC": "2025-06-30",
        },
    ],
    "LB": [
        {
            "LBSEQ": float(number), "LBTESTCD": test, "LBTEST": name, "LBCAT": "HEMATOLOGY",
            "LBORRES": text, "LBORRESU": unit, "LBSTRESC": text, "LBSTRESN": float(text),
            "LBSTRESU": unit,
            "LBSPEC": "BLOOD", "LBORNRLO": str(low), "LBORNRHI": str(high),
            "LBSTNRLO": low, "LBSTNRHI": high, "LBNRIND": "NORMAL",
            "LBSTAT": None, "LBBLFL": "Y",
            "VISIT": "SCREENING", "LBTPT": None, "LBDTC": "2025-06-14T08:19", "VISITNUM": 1.0,
        }
        for number, (test, name, text, unit, low, high) in enumerate(
            [
                ("WBC", "Leukocytes", "7.44", "10^9/L", 3.5, 9.5),
                ("HGB", "Hemoglobin", "121", "g/L", 115.0, 150.0),
                ("PLAT", "Platelets", "231", "10^9/L", 125.0, 350.0),
                ("BILI", "Bilirubin", "12.1", "umol/L", 3.0, 21.0),
            ],
            start=1,
        )
    ],
    "VS": [
        {
            "VSSEQ": number, "VSTESTCD": test, "VSTEST": test, "VSSTRESC": str(value),
            "VSORRES": str(value), "VSORRESU": unit, "VSSTRESN": float(value), "VSSTRESU": unit,
            "VSSTAT": None, "VISIT": "SCREENING",
            "VSTPT": None, "VSDTC": "2025-06-14T08:13", "VISITNUM": 1.0,
        }
        for number, (test, (value, unit)) in enumerate(
            {
                "SYSBP": (121, "mmHg"), "DIABP": (78, "mmHg"), "PULSE": (71, "beats/min"),
                "RESP": (16, "breaths/min"), "TEMP": (36.5, "C"), "OXYSAT": (97, "%"),
                "WEIGHT": (61, "kg"), "HEIGHT": (163, "cm"),
            }.items(),
            start=1,
        )
    ],
    "EG": [
        {
            "EGSEQ": number, "EGTESTCD": test, "EGTEST": test, "EGSTRESC": str(value),
            "EGORRES": str(value), "EGORRESU": unit, "EGSTRESN": float(value), "EGSTRESU": unit,
            "EGSTAT": None, "VISIT": "SCREENING",
            "EGDTC": "2025-06-14T08:30", "VISITNUM": 1.0,
        }
        for number, (test, value, unit) in enumerate(
            [
                ("HR", 72, "beats/min"), ("PR", 151, "msec"), ("QRS", 92, "msec"),
                ("QT", 388, "msec"), ("QTCF", 412, "msec"),
            ],
            start=1,
        )
    ],
    "QS": [
        {
            "QSSEQ": 1.0, "QSTESTCD": "ECOG101", "QSCAT": "ECOG", "QSSTRESC": "1",
            "QSSTRESN": 1.0, "QSSTAT": None, "QSREASND": None,
            "VISIT": "SCREENING", "QSDTC": "2025-06-09", "VISITNUM": 1.0,
        }
    ],
    "TU": [
        {
            "TUSEQ": 1.0, "TULNKID": "T01", "TUTESTCD": "TUMIDENT", "TUSTRESC": "TARGET",
            "TULOC": "LIVER", "VISITNUM": 1.0, "VISIT": "SCREENING", "TUDTC": "2025-06-14",
        },
        {
            "TUSEQ": 2.0, "TULNKID": "NT01", "TUTESTCD": "TUMIDENT", "TUSTRESC": "NON-TARGET",
            "TULOC": "LUNG", "VISITNUM": 1.0, "VISIT": "SCREENING", "TUDTC": "2025-06-14",
        },
    
    ],
    "TR": [
        {
            "TRSEQ": number, "TRLNKID": lesion, "TRTESTCD": test, "TRSTRESC": text,
            "TRSTRESN": value, "TRSTRESU": unit, "TRSTAT": None, "VISITNUM": visit,
            "VISIT": name, "TRDTC": date,
        }
        for number, (lesion, test, text, value, unit, visit, name, date) in enumerate(
            [
                ("T01", "LDIAM", "19", 19.0, "mm", 1.0, "SCREENING", "2025-06-14"),
                ("NT01", "TUMSTATE", "PRESENT", None, None, 1.0, "SCREENING", "2025-06-14"),
                ("T01", "LDIAM", "10", 10.0, "mm", 208.0, "WEEK 8", "2025-08-21"),
                ("NT01", "TUMSTATE", "PRESENT", None, None, 208.0, "WEEK 8", "2025-08-21"),
            ],
            start=1,
        )
    ],
    "RS": [
        {
            "RSSEQ": number, "RSTESTCD": test, "RSCAT": "RECIST 1.1", "RSSTRESC": response,
            "RSSCAT": None, "RSSTAT": None, "RSEVAL": "INVESTIGATOR", "VISITNUM": 208.0,
            "VISIT": "WEEK 8", "RSDTC": "2025-08-21",
        }
        for number, (test, response) in enumerate(
            {"OVRLRESP": "PR", "TRGRESP": "PR", "NTRGRESP": "NON-CR/NON-PD"}.items(), start=1
        )
    ],
    "PC": [
        {
            "PCSEQ": number, "PCTESTCD": "NKDNA", "PCSTRESC": text, "PCSTRESN": value,
            "PCSTRESU": "copies/ug DNA", "PCSTAT": None, "PCSPEC": "BLOOD", "PCLLOQ": 10.0,
            "PCTPT": "A TIME", "PCTPTNUM": hours, "PCTPTREF": "INFUSION 1",
            "VISITNUM": 10.0, "VISIT": "INFUSION 1",
            "PCRFTDTC": "2025-06-23T09:15", "PCDTC": moment,
        }
        for number, (text, value, hours, moment) in enumerate(
            [
                ("BLQ", None, 0.0, "2025-06-23T08:55"),
                ("812", 812.0, 2.0, "2025-06-23T11:15"),
            ],
            start=1,
        )
    ],
    "FA": [
        {
            "FASEQ": 1.0, "FATESTCD": "ASCGRADE", "FAOBJ": "MALIGNANT ASCITES",
            "FASTRESC": "GRADE 2", "FASTRESN": 2.0, "FADTC": "2025-06-10",
        }
    ],
    "IE": [
        {
            "IESEQ": 1.0, "IETESTCD": "INCL01", "IETEST": "Adult", "IECAT": "INCLUSION",
            "IEORRES": "Y", "IESTRESC": "Y", "IEDTC": "2025-06-14",
        }
    ],
    "DD": [
        {
            "DDSEQ": 1.0, "DDTESTCD": "PRCDTH", "DDSTRESC": "DISEASE PROGRESSION",
            "DDDTC": "2026-02-21",
        }
    ],
    "SS": [
        {
            "SSSEQ": number, "SSTESTCD": "SURVSTAT", "SSORRES": status, "SSSTRESC": status,
            "SSSTAT": None, "SSDTC": date,
        }
        for number, (status, date) in enumerate(
            [("ALIVE", "2025-12-26"), ("DEAD", "2026-02-21")], start=1
        )
    ],
    "SV": [
        {"VISITNUM": number, "VISIT": name, "SVSTDTC": date, "SVENDTC": date}
        for number, name, date in [
            (1.0, "SCREENING", "2025-06-09"),
            (10.0, "INFUSION 1", "2025-06-23"),
            (20.0, "INFUSION 2", "2025-06-30"),
            (208.0, "WEEK 8", "2025-08-21"),
        ]
    ],
    "SE": [
        {
            "SESEQ": 1.0, "ETCD": "SCRN", "SESTDTC": "2025-06-09", "SEENDTC": "2025-06-23T09:15",
        }
    ],
}  # fmt: skip

# The design of the trial, which belongs to no subject.
TRIAL = {
    "TA": [
        {
            "ARMCD": arm, "ARM": arm, "TAETORD": order, "ETCD": element, "ELEMENT": element,
            "EPOCH": epoch,
        }
        for arm in ("P1D20", "P1D30", "P2RP2D")
        for order, element, epoch in ((1.0, "SCRN", "SCREENING"), (2.0, "TRT1", "TREATMENT"))
    ],
    "TE": [
        {"ETCD": "SCRN", "ELEMENT": "Screening", "TESTRL": "Informed consent"},
        {"ETCD": "TRT1", "ELEMENT": "First course", "TESTRL": "First infusion"},
    ],
    "TI": [
        {"IETESTCD": "INCL01", "IETEST": "Adult", "IECAT": "INCLUSION"},
        {"IETESTCD": "EXCL01", "IETEST": "Infection", "IECAT": "EXCLUSION"},
    ],
    "TS": [
        {"TSSEQ": 1.0, "TSPARMCD": code, "TSVAL": value, "TSVALNF": None}
        for code, value in {
            "TITLE": "A trial", "SPONSOR": "A sponsor", "INDIC": "A disease", "TRT": "SK-NK",
            "SSTDTC": "2025-05-30", "AEDICT": "MedDRA 28.0", "CMDICT": "WHODrug 2025",
        }.items()
    ],
    "TV": [
        {"VISITNUM": number, "VISIT": name, "VISITDY": day, "TVSTRL": name}
        for number, name, day in [
            (1.0, "SCREENING", -14.0), (10.0, "INFUSION 1", 1.0), (20.0, "INFUSION 2", 8.0),
            (208.0, "WEEK 8", 57.0),
        ]
    ],
}  # fmt: skip


def subject(name):
    """Return the records of a subject without a fault: domain → list of records."""
    first = {"STUDYID": "SKNK01", "USUBJID": name}
    return {
        domain: [first | copy.deepcopy(record) for record in records]
        for domain, records in CLEAN.items()
    }


def trial():
    """Return the trial design without a fault: domain → list of records."""
    return {
        domain: [{"STUDYID": "SKNK01"} | copy.deepcopy(record) for record in records]
        for domain, records in TRIAL.items()
    }


def tables(subjects, design=None):
    """Return the domains of some subjects, typed as the reader would."""
    subjects = list(subjects)
    rows = {domain: [row for one in subjects for row in one[domain]] for domain in CLEAN}
    rows |= trial() if design is None else design
    return {domain: table(domain, records) for domain, records in rows.items()}


def table(domain, rows):
    clean = (CLEAN | TRIAL)[domain]
    names = ["STUDYID", *(["USUBJID"] if domain in CLEAN else []), *clean[0]]
    numbers = {
        name for record in clean for name, value in record.items() if isinstance(value, int | float)
    }
    return pd.DataFrame(
        {
            name: values.astype(float)
            if name in numbers
            else values.astype(object).where(values.notna(), None)
            for name, values in pd.DataFrame(rows, columns=names).items()
        }
    )


@pytest.fixture(scope="session")
def make_subject():
    return subject


@pytest.fixture(scope="session")
def make_tables():
    return tables


@pytest.fixture(scope="session")
def make_trial():
    return trial


@pytest.fixture
def clean():
    return tables([subject("S1"), subject("S2")])

"""Made-up patients of every kind, as SDTM: what a trial may collect, well or badly.

A patient lives in days; `written` turns a day into ISO 8601 text, sometimes partial or missing.
The days on which a rule may turn (`edges`: least days to a confirmation, longest gap …) come far
more often than chance would have it.
"""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd

COLUMNS = {
    "DM": "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC",
    "EX": "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID",
    "DS": "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC",
    "RS": "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC",
    "TU": "USUBJID TUSEQ TUTESTCD TUORRES TUEVAL TULNKID TULOC TUDTC",
    "CM": "USUBJID CMSEQ CMCAT CMSTDTC CMENDTC",
    "SS": "USUBJID SSSEQ SSTESTCD SSSTRESC SSDTC",
    "LB": "USUBJID LBSEQ LBTESTCD LBSTAT LBDTC",
    "AE": "USUBJID AESEQ AEDECOD AESEV AETOXGR AEREL AEOUT AESDTH AEDLT AESTDTC AEENDTC",
}
NUMBERS = {"AGE", "VISITNUM", "EXDOSE", *(f"{name}SEQ" for name in COLUMNS)}

COURSES = (
    ("PR", "PR", "PR", "CR", "NE", "SD", "PD"),
    ("PR", "PR", "PR", "PR", "CR", "NE"),
    ("CR", "CR", "CR", "CR", "CR", "PR", "NE"),
    ("SD", "SD", "SD", "NE", "PR", "PD"),
    ("NON-CR/NON-PD", "NON-CR/NON-PD", "CR", "NE", "PD"),
    ("PD", "SD", "NE", "PR", "ND", None),
)  # fmt: skip
ARMS = {"P1D20": 20.0, "P1D30": 30.0, "P2RP2D": 30.0}


def population(seed, size, cut, edges):
    """SDTM of `size` patients who came from 700 days before the data cut to 20 after it."""
    chance = random.Random(seed)
    rows = {name: [] for name in COLUMNS}
    for number in range(size):
        came = cut - dt.timedelta(days=chance.randint(-20, 700))
        patient = Patient(f"S{number:04d}", came, chance, edges)
        patient.lives()
        for name, records in patient.records.items():
            chance.shuffle(records)
            rows[name] += [(patient.name, *record) for record in records]
        rows["DM"].append(patient.demographics())
    return {name: as_frame(name, records) for name, records in rows.items()}


def as_frame(name, records):
    """A domain; its --SEQ numbers are given in the order of the records."""
    columns = COLUMNS[name].split()
    sequence = f"{name}SEQ"
    frame = pd.DataFrame(records, columns=[c for c in columns if c != sequence], dtype=object)
    if sequence in columns:
        frame[sequence] = frame.groupby("USUBJID").cumcount() + 1
    return frame[columns].astype({c: "float64" for c in columns if c in NUMBERS})


class Patient:
    """One patient: days are counted from consent, those of assessments from the first dose."""

    def __init__(self, name, came, chance, edges):
        self.name, self.came, self.chance, self.edges = name, came, chance, edges
        self.records = {domain: [] for domain in COLUMNS if domain != "DM"}
        self.first = chance.randint(7, 21)
        self.arm = chance.choice(list(ARMS))
        self.death = None

    def is_so(self, probability):
        return self.chance.random() < probability

    def about(self, otherwise):
        """A number of days: one at which a rule turns, or the day beside it, or any."""
        if self.is_so(0.5):
            return max(0, self.chance.choice(self.edges) + self.chance.choice((-1, 0, 0, 1)))
        return self.chance.randint(0, otherwise)

    def written(self, day, *, partial=0.0, missing=0.0, time=0.0):
        """ISO 8601 text of a day, now and then without its day, its month, or at all."""
        text = (self.came + dt.timedelta(days=day)).isoformat()
        turn = self.chance.random()
        if turn < missing:
            return None
        if turn < missing + partial:
            return text[: self.chance.choice((4, 7, 7, 7))]
        return f"{text}T{self.chance.randint(0, 23):02d}:30" if self.is_so(time) else text

    def demographics(self):
        known = self.death is not None
        date = self.written(self.death, partial=0.15, missing=0.1) if known else None
        died = "Y" if known else None
        consent = self.written(0, time=0.1)
        group = (60.0, "YEARS", "F", "ASIAN", self.arm, None if self.arm is None else "Arm")
        return ("SKNK01", self.name, self.name, "01", *group, consent, died, date)

    def lives(self):
        kind = self.chance.choices(("treated", "failed", "waiting", "undecided"), (88, 5, 5, 2))[0]
        end = self.first + self.about(500) + (60 if self.is_so(0.7) else 0)
        self.death = end if self.is_so(0.4) else None
        self.end = end
        self.records["TU"] += self.lesions()
        if kind == "failed":
            self.disposed("SCREEN FAILURE", min(self.end, 6))
            self.arm = self.chance.choice((None, "SCRNFAIL"))
        elif kind != "undecided":
            self.milestone()
        if kind == "treated":
            self.is_treated()
            self.is_assessed()
            self.has_events()
        self.is_followed()

    def lesions(self):
        where = ("TARGET", "INVESTIGATOR", "T01", "LIVER", self.written(1, missing=0.02))
        return [("TUMIDENT", *where)] if self.is_so(0.95) else []

    def milestone(self):
        day = self.written(min(5, self.end), missing=0.02)
        self.records["DS"].append(("PROTOCOL MILESTONE", None, "ENROLLED", "ENROLLED", day))

    def disposed(self, reason, day):
        category = "END OF TREATMENT" if self.is_so(0.3) else "END OF STUDY"
        text = self.written(day, partial=0.05, missing=0.05)
        self.records["DS"].append(("DISPOSITION EVENT", category, reason, reason, text))

    def is_treated(self):
        day = self.first
        for number in range(1, self.chance.randint(1, 8) + 1):
            if day > self.end:
                break
            start = self.written(day, time=0.7)
            end = f"{start[:10]}T23:45" if len(start) > 10 and self.is_so(0.9) else None
            dose = 0.0 if self.is_so(0.03) else ARMS[self.arm]
            infusion = f"INF{number:02d}"
            self.records["EX"].append(("SK-NK", dose, "10^8 CELLS", start, end, infusion, "1"))
            day += 7 + self.chance.choice((0, 0, 1, 3))

    def is_assessed(self):
        """Overall responses, and what stands beside them in RS."""
        course = self.chance.choice(COURSES)
        day = self.first + self.about(70) - (20 if self.is_so(0.1) else 0)
        self.assessed = []
        for number in range(1, self.chance.choice((0, 1, 2, 3, 4, 5, 6, 7, 8)) + 1):
            if day > self.end:
                break
            self.assessed.append(day)
            unscheduled = self.is_so(0.1)
            visit = float(self.chance.randint(1, 9)) if self.is_so(0.1) else float(number)
            name = "UNSCHEDULED" if unscheduled else f"WEEK {8 * number}"
            text = self.written(day, partial=0.04, missing=0.02, time=0.1)
            value = self.chance.choice(course)
            assessor = "INDEPENDENT ASSESSOR" if self.is_so(0.04) else "INVESTIGATOR"
            common = (assessor, visit, name, text)
            self.records["RS"].append(("RECIST 1.1", "OVRLRESP", *common, value))
            if self.is_so(0.05):
                self.records["RS"].append(("RECIST 1.1", "TRGRESP", *common, "PD"))
            day += 0 if self.is_so(0.08) else self.about(60)
        if self.is_so(0.15):
            text = self.written(min(self.end, self.first + self.about(200)), partial=0.1)
            clinical = ("CLINICAL", "SYMPTDTR", "INVESTIGATOR", 99.0, "UNSCHEDULED", text, "Y")
            self.records["RS"].append(clinical)
        self.has_new_therapy()

    def has_new_therapy(self):
        """Subsequent therapy: anywhere, or on the day of an assessment or the day beside it."""
        for _ in range(self.chance.choices((0, 1, 2), (65, 28, 7))[0]):
            day = self.first + self.about(300)
            if self.assessed and self.is_so(0.4):
                day = self.chance.choice(self.assessed) + self.chance.choice((-1, 0, 1))
            if 0 < day <= self.end:
                text = self.written(day, partial=0.12, missing=0.04)
                self.records["CM"].append(("SUBSEQUENT ANTICANCER THERAPY", text, None))

    def has_events(self):
        for _ in range(self.chance.choices((0, 1, 2), (60, 25, 15))[0]):
            start = self.first + self.about(45)
            if start <= self.end:
                end = min(self.end, start + self.about(30))
                dlt = "Y" if self.is_so(0.5) else None
                dates = (self.written(start, partial=0.1), self.written(end, partial=0.1))
                self.records["AE"].append(
                    ("FEVER", "SEVERE", "3", "RELATED", None, None, dlt, *dates)
                )

    def is_followed(self):
        """Contacts up to the end, and a little that can't be: a sample after the death."""
        if self.is_so(0.6):
            day = self.written(self.chance.randint(0, self.end), partial=0.05, missing=0.02)
            self.records["SS"].append(("SURVSTAT", "ALIVE", day))
        if self.death is not None and self.is_so(0.3):
            self.records["SS"].append(("SURVSTAT", "DEAD", self.written(self.end)))
        for late in (False, True):
            if self.is_so(0.04 if late else 0.5):
                day = self.end + self.about(40) if late and self.death is not None else self.end
                status = "NOT DONE" if self.is_so(0.1) else None
                self.records["LB"].append(("ALT", status, self.written(day, partial=0.05)))
        if self.is_so(0.1):
            start, end = self.written(0), self.written(self.end, partial=0.2)
            self.records["CM"].append(("CONCOMITANT", start, end))
        for _ in range(self.chance.choices((0, 1, 2, 3), (55, 30, 10, 5))[0]):
            alive = ("WITHDRAWAL BY SUBJECT", "LOST TO FOLLOW-UP", "COMPLETED")
            reason = "DEATH" if self.death is not None else self.chance.choice(alive)
            self.disposed(reason, max(0, self.end - self.chance.choice((0, 0, 9))))

"""Tables and records that aren't what they should be: a message, or a finding that names them.

Each kind of harm is done alone to a copy of a few subjects. A table that can't be used stops the
run (`require`); a record is found by the rule that is there for it; what only the cut sees stops
the cut.
"""

import numpy as np
import pandas as pd
import pytest

from csrkit.errors import DataError
from csrkit.sdtm.cut import apply_cut
from csrkit.sdtm.required import require
from csrkit.validation import stop_if_critical, validate

DEAD = "USUBJID == 'SKNK01-01-002'"


def put(domain, where="", **values):
    """Set variables of the first record that `where` holds for."""

    def damage(domains):
        frame = domains[domain]
        place = (frame.query(where, engine="python") if where else frame).index[0]
        for name, value in values.items():
            column = frame[name].copy()
            column.loc[place] = value(column.loc[place]) if callable(value) else value
            frame = frame.assign(**{name: column})
        domains[domain] = frame

    return damage


def twice(domain, where="", **values):
    """Add a copy of such a record."""

    def damage(domains):
        frame = domains[domain]
        row = (frame.query(where, engine="python") if where else frame).iloc[[0]].assign(**values)
        domains[domain] = pd.concat([frame, row], ignore_index=True)

    return damage


def gone(domain, where=""):
    """Remove such records."""

    def damage(domains):
        frame = domains[domain]
        left = frame.drop(index=frame.query(where, engine="python").index) if where else frame[:0]
        domains[domain] = left.reset_index(drop=True)

    return damage


def swap(domain, where, one, other):
    """Exchange two variables of a record."""

    def damage(domains):
        frame = domains[domain]
        place = frame.query(where, engine="python").index[0]
        first, second = frame.loc[place, one], frame.loc[place, other]
        put(domain, f"index == {place}", **{one: second, other: first})(domains)

    return damage


def column(domain, name, change):
    def damage(domains):
        domains[domain] = change(domains[domain], name)

    return damage


def lost(domain):
    def damage(domains):
        del domains[domain]

    return damage


def every(*damages):
    def damage(domains):
        for one in damages:
            one(domains)

    return damage


TABLES = {
    "a domain is missing": (lost("EX"), "Domain EX is missing"),
    "a domain holds no record": (gone("EX"), "Domain EX holds no record"),
    "a column is missing": (
        column("DM", "SEX", lambda frame, name: frame.drop(columns=name)),
        "Variable SEX of DM is missing",
    ),
    "a column is misspelt": (
        column("AE", "AETOXGR", lambda frame, name: frame.rename(columns={name: "AETOXGRD"})),
        "similar names: AETOXGRD",
    ),
    "numbers come as text": (
        column("EX", "EXDOSE", lambda frame, name: frame.assign(**{name: "20"})),
        "Variable EXDOSE of EX must hold numbers",
    ),
    "text comes as numbers": (
        column("AE", "AESTDTC", lambda frame, name: frame.assign(**{name: 20250623.0})),
        "Variable AESTDTC of AE must hold text",
    ),
}

# Kind of harm → harm, and the rule that finds it.
RECORDS = {
    # Keys and subjects
    "a column that only rules need is missing": (
        column("LB", "LBNRIND", lambda frame, name: frame.drop(columns=name)), "LB-T-LBNRIND"
    ),
    "a record stands twice": (twice("AE"), "AE-005"),
    "a subject stands twice": (twice("DM"), "DM-010"),
    "an event stands twice under other numbers": (twice("AE", AESEQ=999.0), "AE-045"),
    "a result stands twice under other numbers": (
        twice("LB", "LBDTC.notna() and LBSTAT.isna()", LBSEQ=9999.0), "LB-027"
    ),
    "a lesion is measured twice": (twice("TR", "TRSTRESN > 0", TRSEQ=999.0), "TR-018"),
    "a record is of a subject that DM doesn't know": (put("AE", USUBJID="NOBODY"), "AE-003"),
    "a record is of another study": (put("AE", STUDYID="OTHER"), "AE-001"),
    "a record is of nobody": (put("LB", USUBJID=None), "LB-002"),
    "a number of a record is missing": (put("CM", CMSEQ=np.nan), "CM-004"),
    # Dates
    "a date isn't in the calendar": (put("AE", AESTDTC="2025-02-30"), "AE-006"),
    "a month isn't in the calendar": (put("DS", DSSTDTC="2025-13-01"), "DS-006"),
    "a date is in words": (put("LB", LBDTC="09JUN2025"), "LB-006"),
    "a date is in local order": (put("DV", DVSTDTC="09/06/2025"), "DV-006"),
    "a time stands after a blank": (put("VS", VSDTC="2025-06-09 10:30"), "VS-006"),
    "an hour isn't in the day": (put("EG", EGDTC="2025-06-09T25:00"), "EG-006"),
    "a time zone isn't one": (put("PC", PCDTC="2025-06-23T10:00+99:00"), "PC-006"),
    "a date is a thousand years old": (put("MH", MHSTDTC="1025-06-09"), "MH-006"),
    "a date is at the end of time": (put("CM", CMENDTC="9999-12-31"), "CM-007"),
    "an interval ends before it begins": (put("AE", AESTDTC="2025-06-12/2025-06-09"), "AE-006"),
    "a date is a week": (put("AE", AESTDTC="2025-W24"), "AE-006"),
    "a start is in a far year": (put("AE", AESTDTC="2052-06-23", AEENDTC=None), "AE-048"),
    "a day is known and its month isn't": (put("MH", MHSTDTC="2021---09"), "MH-014"),
    "an end is before its start": (put("AE", AESTDTC="2025-08-20", AEENDTC="2025-08-01"), "AE-013"),
    "an event starts after death": (put("AE", DEAD, AESTDTC="2026-01-02"), "AE-008"),
    "an event ends after death": (put("AE", DEAD, AEENDTC="2026-01-02"), "AE-049"),
    "a result is after death": (put("LB", DEAD, LBDTC="2026-01-02"), "LB-007"),
    "an infusion is after death": (
        put("EX", DEAD, EXSTDTC="2026-01-02T09:00", EXENDTC="2026-01-02T10:00"), "EX-021"
    ),
    "an infusion is after the end of participation": (
        put("EX", EXSTDTC="2027-01-02T09:00", EXENDTC="2027-01-02T10:00"), "EX-026"
    ),
    "an infusion is before consent": (
        put("EX", EXSTDTC="2025-01-02T09:00", EXENDTC="2025-01-02T10:00"), "EX-020"
    ),
    "a result is before consent": (put("LB", LBDTC="2025-01-02"), "LB-019"),
    "a death is before consent": (put("DM", DEAD, DTHDTC="2024-12-22"), "DM-029"),
    # Exposure
    "a dose is negative": (put("EX", EXDOSE=-20.0), "EX-015"),
    "a dose is ten times too high": (put("EX", EXDOSE=200.0), "EX-016"),
    "a dose is in another unit": (put("EX", EXDOSU="mg"), "EX-018"),
    "a treatment isn't the study's": (put("EX", EXTRT="PLACEBO"), "EX-013"),
    "two infusions start at one time": (
        twice("EX", EXSEQ=99.0, EXLNKID="INF99"), "EX-019"
    ),
    "an infusion has no start": (put("EX", EXSTDTC=None), "EX-008"),
    "an infusion has no day": (put("EX", EXSTDTC="2025-06"), "EX-009"),
    "an infusion lasts for days": (
        put("EX", EXENDTC=lambda text: "2025-06-30T10:00"), "EX-029"
    ),
    "an infusion isn't collected": (gone("EC", "ECLNKID == 'INF01'"), "EX-031"),
    "a dose is given that wasn't": (put("EC", "ECOCCUR == 'Y'", ECOCCUR="N"), "EC-018"),
    # Terms
    "a term is in mixed case": (put("AE", DEAD, AEOUT="Fatal"), "AE-031"),
    "a term is written out": (put("DM", SEX="Female"), "DM-018"),
    "a term has a blank behind it": (put("AE", AESER="N "), "AE-015"),
    "a term is of no codelist": (put("AE", AEACN="NOTHING"), "AE-029"),
    "an arm isn't the study's": (put("DM", ARMCD="P9D99"), "DM-021"),
    "a response isn't one": (put("RS", "RSTESTCD == 'OVRLRESP'", RSSTRESC="BETTER"), "RS-017"),
    "a term is missing": (put("AE", AETERM=None), "AE-009"),
    "a code is missing": (put("AE", AEDECOD=None), "AE-010"),
    "a text turns its direction": (put("AE", AETERM="fever\u202egnp.exe"), "AE-051"),
    "a text holds a control character": (put("CM", CMTRT="aspi\x07rin"), "CM-020"),
    # Subjects and deaths
    "an age is impossible": (put("DM", AGE=255.0), "DM-015"),
    "an age is that of a child": (put("DM", AGE=5.0), "DM-034"),
    "a death has no date": (put("DM", DEAD, DTHDTC=None), "DM-026"),
    "a date of death has no death": (put("DM", DEAD, DTHFL=None), "DM-027"),
    "a fatal event is of a living subject": (
        put("AE", "USUBJID == 'SKNK01-01-001'", AEOUT="FATAL"), "AE-037"
    ),
    "two dates of death disagree": (put("DM", DEAD, DTHDTC="2025-12-20"), "DM-033"),
    "a death is told by DM alone": (
        every(
            put("DS", f"{DEAD} and DSDECOD == 'DEATH'", DSDECOD="COMPLETED"),
            gone("AE", f"{DEAD} and (AEOUT == 'FATAL' or AESDTH == 'Y' or AETOXGR == '5')"),
            gone("DD", DEAD),
        ),
        "DM-032",
    ),
    "a subject ended the study twice": (
        twice("DS", "DSSCAT == 'END OF STUDY'", DSSEQ=99.0), "DS-013"
    ),
    "a status is alive after death": (
        put("SS", f"{DEAD} and SSSTRESC == 'DEAD'", SSSTRESC="ALIVE", SSDTC="2026-01-05"),
        "SS-011",
    ),
    # Adverse events
    "a criterion of seriousness isn't serious": (
        put("AE", "AESER == 'N'", AESHOSP="Y"), "AE-022"
    ),
    "a serious event has no criterion": (put("AE", "AESER == 'N'", AESER="Y"), "AE-023"),
    "a grade isn't one": (put("AE", AETOXGR="6"), "AE-025"),
    "a grade is missing": (put("AE", AETOXGR=None), "AE-024"),
    "a relationship is missing": (put("AE", AEREL=None), "AE-027"),
    "a DLT is far outside its window": (
        put("SUPPAE", "QNAM == 'AEDLT'", QVAL="Y", IDVARVAL=lambda _: "7"), "AE-047"
    ),
    "a DLT starts before the first dose": (
        every(
            put("SUPPAE", "QNAM == 'AEDLT'", USUBJID="SKNK01-01-001", IDVARVAL="1"),
            put("AE", "USUBJID == 'SKNK01-01-001' and AESEQ == 1", AESTDTC="2025-06-15"),
        ),
        "AE-046",
    ),
    "a supplement has no parent": (put("SUPPAE", IDVARVAL="999"), "SUPPAE-012"),
    "a relation has no parent": (
        put("RELREC", "IDVARVAL.notna()", IDVARVAL="999"), "RELREC-004"
    ),
    "a relation is to a domain that isn't there": (put("RELREC", RDOMAIN="ZZ"), "RELREC-004"),
    # Results
    "a result has no unit": (put("LB", "LBTESTCD == 'HGB'", LBSTRESU=None), "LB-015"),
    "a unit is of another test": (put("LB", "LBTESTCD == 'HGB'", LBSTRESU="U/L"), "LB-029"),
    "a collected unit is of another test": (
        put("LB", "LBTESTCD == 'HGB' and LBORRES.notna()", LBORRESU="U/L"), "LB-030"
    ),
    "two units are swapped": (
        put("LB", "LBTESTCD == 'ALB' and LBORRES.notna()", LBORRESU="g/dL"), "LB-031"
    ),
    "a result isn't converted": (
        put("LB", "LBTESTCD == 'CREAT' and LBSTRESN > 0", LBORRES="1.1", LBORRESU="mg/dL"),
        "LB-031",
    ),
    "a standard result is another than the collected one": (
        put("LB", "LBTESTCD == 'PLAT' and LBSTRESN > 0", LBSTRESN=12.0, LBSTRESC="12"), "LB-031"
    ),
    "a pressure is in a unit of length": (
        put("VS", "VSTESTCD == 'SYSBP'", VSSTRESU="cm"), "VS-029"
    ),
    "a weight is in pounds": (
        put("VS", "VSTESTCD == 'WEIGHT' and VSORRES.notna()", VSORRESU="LB"), "VS-030"
    ),
    "an interval is in a unit of pressure": (
        put("EG", "EGTESTCD == 'QT'", EGSTRESU="mmHg"), "EG-025"
    ),
    "an interval isn't converted": (
        put("EG", "EGTESTCD == 'QT' and EGORRES.notna()", EGORRESU="sec"), "EG-026"
    ),
    "a result is negative": (put("LB", LBSTRESN=-7.0), "LB-013"),
    "a result has its decimal point elsewhere": (
        put("LB", "LBSTRESN > 0", LBSTRESN=lambda number: 10 * number), "LB-028"
    ),
    "a result has a decimal comma": (
        put("LB", "LBSTRESN > 0", LBSTRESC="7,4", LBSTRESN=np.nan), "LB-028"
    ),
    "a normal range is upside down": (
        swap("LB", "LBSTNRLO > 0 and LBSTNRHI > 0", "LBSTNRLO", "LBSTNRHI"), "LB-014"
    ),
    "a sample not taken has a result": (put("LB", "LBSTRESN > 0", LBSTAT="NOT DONE"), "LB-011"),
    "a result has no date": (put("LB", "LBSTAT.isna()", LBDTC=None), "LB-012"),
    "a temperature is in Fahrenheit": (
        put("VS", "VSTESTCD == 'TEMP'", VSSTRESN=98.6, VSSTRESC="98.6"), "VS-017"
    ),
    "a height is in metres": (
        put("VS", "VSTESTCD == 'HEIGHT'", VSSTRESN=1.63, VSSTRESC="1.63"), "VS-020"
    ),
    "a saturation is a share": (
        put("VS", "VSTESTCD == 'OXYSAT'", VSSTRESN=0.97, VSSTRESC="0.97"), "VS-018"
    ),
    "diastolic pressure is above systolic": (
        put("VS", "VSTESTCD == 'DIABP'", VSSTRESN=199.0, VSSTRESC="199"), "VS-026"
    ),
    "an interval is in seconds": (
        put("EG", "EGTESTCD == 'QT'", EGSTRESN=0.388, EGSTRESC="0.388"), "EG-016"
    ),
    "a performance status is above 5": (put("QS", QSSTRESN=7.0, QSSTRESC="7"), "QS-011"),
    # Visits
    "a visit isn't planned": (put("LB", VISITNUM=777.0), "LB-020"),
    "a visit wasn't attended": (put("LB", VISITNUM=120.0, VISIT="INFUSION 12",
                                    USUBJID="SKNK01-01-006"), "LB-021"),
    "a visit is before an earlier one": (
        put("VS", "VISIT == 'INFUSION 2'", VSDTC="2025-06-10"), "VS-025"
    ),
    "a visit is planned twice": (twice("TV"), "TV-003"),
    "an arm of the design isn't the study's": (put("TA", ARMCD="P9D99"), "TA-003"),
    # Tumours
    "a diameter is in centimetres": (put("TR", "TRSTRESN > 0", TRSTRESU="cm"), "TR-016"),
    "a diameter is negative": (put("TR", "TRSTRESN > 0", TRSTRESN=-9.0), "TR-015"),
    "a lesion measured wasn't identified": (put("TR", TRLNKID="T99"), "TR-014"),
    "a target lesion is never measured": (
        gone("TR", "USUBJID == 'SKNK01-01-001' and TRLNKID == 'T01'"), "TU-019"
    ),
    "a new lesion comes without progression": (
        twice("TU", "USUBJID == 'SKNK01-01-001'", TUSEQ=99.0, TULNKID="NEW09", TUSTRESC="NEW"),
        "TU-020",
    ),
    "a response rests on no measurement": (
        gone("TR", "USUBJID == 'SKNK01-01-001' and VISIT == 'WEEK 8'"), "RS-029"
    ),
    "the whole is better than its parts": (
        put("RS", "USUBJID == 'SKNK01-01-001' and RSTESTCD == 'NTRGRESP'", RSSTRESC="PD"),
        "RS-031",
    ),
    # Pharmacokinetics
    "a result below the limit has a number": (
        put("PC", "PCSTRESC == 'BLQ'", PCSTRESN=3.0), "PC-017"
    ),
    "a sample after an infusion was taken before it": (
        put("PC", "PCTPTNUM > 0 and PCDTC.notna()", PCDTC="2025-06-20T09:00"), "PC-024"
    ),
    "a sample is of an infusion that wasn't": (
        put("PC", "PCDTC.notna()", PCRFTDTC="2025-06-23T03:33"), "PC-026"
    ),
    "a sample is days off its time": (
        put("PC", "PCTPTNUM == 2 and PCDTC.notna()", PCDTC="2025-12-29T11:15"), "PC-032"
    ),
    # History
    "a subject has two primary diagnoses": (
        twice("MH", "MHCAT == 'PRIMARY DIAGNOSIS'", MHSEQ=99.0, MHTERM="OTHER"), "MH-013"
    ),
    "a prior therapy starts after the first dose": (
        put("CM", "CMCAT == 'PRIOR ANTICANCER THERAPY'", CMSTDTC="2026-01-01", CMENDTC=None),
        "CM-017",
    ),
}  # fmt: skip

CUTS = {
    "an impossible date reaches the cut": (put("LB", LBDTC="2025-02-30"), "LBDTC=2025-02-30"),
    "nobody has given consent": (
        column("DM", "RFICDTC", lambda frame, name: frame.assign(**{name: None})),
        "No subject has a date of entry",
    ),
    "consent isn't delivered": (
        column("DM", "RFICDTC", lambda frame, name: frame.drop(columns=name)),
        "DM lacks the variable that the cut needs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_that_cannot_be_used_stops_the_run(kind, dirty, study):
    damage, said = TABLES[kind]
    damage(dirty)
    with pytest.raises(DataError) as error:
        require(dirty, study)
    assert said in str(error.value)
    assert error.value.remedy


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_that_is_wrong_is_found(kind, dirty, study, clean_counts):
    damage, rule = RECORDS[kind]
    damage(dirty)
    findings = validate(dirty, study, [rule.split("-")[0]])
    found = {finding.id: finding for finding in findings.findings}
    assert rule in found
    finding = found[rule]
    assert finding.n_failed > clean_counts.get(rule, 0)
    assert finding.action
    assert finding.first_records()
    if finding.severity == "critical":
        with pytest.raises(DataError, match=rule):
            stop_if_critical(findings, study)


@pytest.mark.parametrize("kind", CUTS)
def test_what_the_cut_cannot_do_stops_it(kind, dirty, study):
    damage, said = CUTS[kind]
    damage(dirty)
    with pytest.raises(DataError) as error:
        apply_cut(dirty, study)
    assert said in str(error.value)
    assert error.value.remedy


def test_the_undamaged_subjects_have_no_critical_finding(delivered, study):
    assert validate(delivered, study).critical == ()
    require(delivered, study)

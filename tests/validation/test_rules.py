"""Each rule of each suite catches the fault it is there for, and names the record."""

import pytest

from csrkit.validation import validate
from csrkit.validation.suites import load_suites

LATE, EARLY, IMPOSSIBLE = "2030-01-01", "2000-01-01", "2025-02-30"


def put(domain, where="", **values):
    """Set values of the first record, or of the first one where VARIABLE=value."""
    name, _, wanted = where.partition("=")

    def damage(subject):
        record = next(row for row in subject[domain] if not name or row[name] == wanted)
        record.update(values)

    return damage


def twice(domain, where="", **values):
    """Add a copy of such a record, with other values."""
    name, _, wanted = where.partition("=")

    def damage(subject):
        record = next(row for row in subject[domain] if not name or row[name] == wanted)
        subject[domain].append(record | values)

    return damage


def gone(domain):
    """Remove a subject's records of a domain."""

    def damage(subject):
        subject[domain].clear()

    return damage


def both(*damages):
    def damage(subject):
        for one in damages:
            one(subject)

    return damage


ALIVE = put("DM", DTHFL=None, DTHDTC=None)
FINDINGS = ("LB", "VS", "EG", "TR", "RS", "PC")
HARM = {
    "DM-023": put("DM", ARMCD=None),
    "DM-024": put("DM", ARMCD=None, ARMNRS="ASSIGNED, NOT TREATED"),
    "DM-026": put("DM", DTHDTC=None),
    "DM-027": put("DM", DTHFL=None),
    "DM-029": put("DM", DTHDTC=EARLY),
    "DM-030": put("DM", RFXSTDTC=None),
    "DM-031": gone("EX"),
    "EC-012": put("EC", "ECOCCUR=N", ECREASOC=None),
    "EC-013": put("EC", ECDOSE=None),
    "EC-016": put("EC", ECLNKID="INF09"),
    "AE-022": put("AE", AESHOSP="Y"),
    "AE-023": put("AE", "AESER=Y", AESDTH="N"),
    "AE-032": put("AE", AEENDTC=None),
    "AE-033": put("AE", AEOUT="NOT RECOVERED/NOT RESOLVED"),
    "AE-034": put("AE", "AEOUT=FATAL", AESDTH="N"),
    "AE-035": put("AE", "AEOUT=FATAL", AEOUT="RECOVERED/RESOLVED"),
    "AE-036": put("AE", AETOXGR="5"),
    "AE-037": ALIVE,
    "SUPPAE-005": put("SUPPAE", IDVARVAL="9"),
    "SUPPAE-009": put("SUPPAE", "QNAM=AEDLT", QVAL="N"),
    "SUPPAE-010": put("SUPPAE", "QNAM=AESICAT", QVAL="Headache"),
    "SUPPAE-011": put("SUPPAE", "QNAM=ASTCTGR", QVAL="6"),
    "CM-014": put("CM", "CMCAT=SUBSEQUENT ANTICANCER THERAPY", CMSTDTC=None),
    "MH-013": twice("MH", MHSEQ=2.0),
    "PR-012": put("PR", PRSTDTC=None),
    "DS-011": put("DS", "DSCAT=DISPOSITION EVENT", DSDECOD="GONE"),
    "DS-012": put("DS", "DSCAT=DISPOSITION EVENT", DSSCAT="END"),
    "DS-013": twice("DS", "DSCAT=DISPOSITION EVENT", DSSEQ=9.0),
    "DS-014": ALIVE,
    "DS-015": put("DS", "DSCAT=DISPOSITION EVENT", DSSTDTC=EARLY),
    **{f"{name}-010": put(name, **{f"{name}STRESC": None}) for name in FINDINGS},
    **{f"{name}-011": put(name, **{f"{name}STAT": "NOT DONE"}) for name in FINDINGS},
    **{f"{name}-012": put(name, **{f"{name}DTC": None}) for name in FINDINGS},
    "LB-013": put("LB", LBSTRESN=-1.0),
    "LB-014": put("LB", LBSTNRHI=1.0),
    "LB-015": put("LB", LBSTRESU=None),
    "LB-016": put("LB", LBORRES=None),
    "VS-013": put("VS", "VSTESTCD=SYSBP", VSSTRESN=12.1),
    "VS-014": put("VS", "VSTESTCD=DIABP", VSSTRESN=780.0),
    "VS-015": put("VS", "VSTESTCD=PULSE", VSSTRESN=7.0),
    "VS-016": put("VS", "VSTESTCD=RESP", VSSTRESN=160.0),
    "VS-017": put("VS", "VSTESTCD=TEMP", VSSTRESN=98.6),
    "VS-018": put("VS", "VSTESTCD=OXYSAT", VSSTRESN=0.97),
    "VS-019": put("VS", "VSTESTCD=WEIGHT", VSSTRESN=610.0),
    "VS-020": put("VS", "VSTESTCD=HEIGHT", VSSTRESN=1.63),
    "VS-021": put("VS", VSSTRESU=None),
    "EG-013": put("EG", "EGTESTCD=HR", EGSTRESN=720.0),
    "EG-014": put("EG", "EGTESTCD=PR", EGSTRESN=0.151),
    "EG-015": put("EG", "EGTESTCD=QRS", EGSTRESN=0.092),
    "EG-016": put("EG", "EGTESTCD=QT", EGSTRESN=0.388),
    "EG-017": put("EG", "EGTESTCD=QTCF", EGSTRESN=0.412),
    "EG-018": put("EG", EGSTRESU=None),
    "QS-011": put("QS", QSSTRESN=6.0),
    "TU-012": put("TU", TUSTRESC="BIG"),
    "TR-014": put("TR", TRLNKID="T09"),
    "TR-016": put("TR", TRSTRESU="cm"),
    "TR-017": put("TR", TRSTRESN=None),
    "RS-017": put("RS", "RSTESTCD=OVRLRESP", RSSTRESC="BETTER"),
    "RS-018": put("RS", "RSTESTCD=TRGRESP", RSSTRESC="NON-CR/NON-PD"),
    "RS-019": put("RS", "RSTESTCD=NTRGRESP", RSSTRESC="PR"),
    "RS-020": put("RS", "RSTESTCD=OVRLRESP", RSSTRESC=None),
    "PC-014": put("PC", PCLLOQ=None),
    "PC-016": put("PC", "PCSTRESC=812", PCSTRESN=None),
    "PC-017": put("PC", "PCSTRESC=BLQ", PCSTRESN=3.0),
    "PC-018": put("PC", "PCSTRESC=812", PCSTRESN=3.0),
    "PC-019": put("PC", "PCSTRESC=812", PCSTRESU=None),
    "PC-023": put("PC", PCRFTDTC=None),
    "PC-024": put("PC", "PCSTRESC=812", PCDTC=EARLY),
    "PC-025": put("PC", "PCSTRESC=BLQ", PCDTC="2025-06-23T09:30"),
    "PC-026": put("PC", PCRFTDTC="2025-06-23T09:16"),
    "FA-012": put("FA", FASTRESC="2"),
    "DD-010": ALIVE,
    "SS-010": put("SS", SSSTRESC="WELL"),
    "SS-011": put("SS", SSDTC=LATE),
    "SS-012": ALIVE,
}


def harm(domain, rule):
    """Return the damage of a rule: its own, or what its kind of expectation suggests."""
    if rule.id in HARM:
        return HARM[rule.id]
    kind, wanted = rule.expectation["type"], rule.expectation["kwargs"]
    column = wanted.get("column", "")
    if kind.endswith("be_unique"):
        return twice(domain)
    if kind.endswith("not_be_null"):
        return put(domain, **{column: None})
    if kind.endswith("to_be_between"):
        low, high = wanted.get("min_value"), wanted.get("max_value")
        return put(domain, **{column: high + 1.0 if low is None else low - 1.0})
    if kind.endswith("match_regex"):
        return put(domain, **{column: "2025-06"})
    if kind.endswith("greater_than_b"):
        later, earlier = wanted["column_A"].split("_")[0], wanted["column_B"].split("_")[0]
        return put(domain, **({earlier: LATE} if later == "DM" else {later: EARLY}))
    if column == "USUBJID_IN_DM_USUBJID":
        return gone("DM")
    if column.endswith("_VALID"):
        return put(domain, **{column.removesuffix("_VALID"): IMPOSSIBLE})
    return put(domain, **{column: 99.0 if column == "EXDOSE" else "WRONG"})


@pytest.fixture(scope="module")
def suites(study):
    return load_suites(study)


@pytest.fixture(scope="module")
def found(study, suites, make_subject, make_tables):
    """One subject for each rule, harmed so as to break it, beside one without a fault."""
    subjects = [make_subject("CLEAN")]
    for domain, rules in suites.items():
        for rule in rules:
            damaged = make_subject(rule.id)
            harm(domain, rule)(damaged)
            subjects.append(damaged)
    findings = validate(make_tables(subjects), study).findings
    return {finding.id: [f"{record} " for record in finding.records] for finding in findings}


DOMAINS = "AE CM DD DM DS DV EC EG EX FA LB MH PC PR QS RELREC RS SE SS SUPPAE SUPPDM SV TR TU VS"


def test_every_suite_is_tested(suites):
    assert list(suites) == DOMAINS.split()


def test_a_clean_subject_has_no_finding(clean, study):
    findings = validate(clean, study)
    assert findings.to_frame().to_dict("records") == []
    assert {rule.outcome for rule in findings.rules} == {"passed"}


@pytest.mark.parametrize("domain", DOMAINS.split())
def test_each_rule_finds_its_fault_and_names_the_record(domain, suites, found):
    unfound = [
        rule.id
        for rule in suites[domain]
        if not any(
            record.startswith((f"USUBJID={rule.id} ", "USUBJID=missing "))
            for record in found.get(rule.id, [])
        )
    ]
    assert unfound == []


def test_harm_to_others_is_not_found_in_a_clean_subject(found):
    assert not any("USUBJID=CLEAN " in record for records in found.values() for record in records)

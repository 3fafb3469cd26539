"""Each rule of each suite catches the fault it is there for, and names the record."""

import pytest

from csrkit.validation import validate
from csrkit.validation.rules.suites import load_suites

LATE, EARLY, IMPOSSIBLE = "2030-01-01", "2000-01-01", "2025-02-30"
LONG = "2025-07-20"
DATES = {"EX": "EXSTDTC", "SV": "SVSTDTC"}
# The rules that many domains have, by their number there.
PLANNED = {
    "LB": "020", "VS": "023", "EG": "020", "QS": "013", "PC": "028", "TU": "016", "TR": "020",
    "RS": "024", "EX": "023",
}  # fmt: skip
ATTENDED = {name: f"{int(number) + 1:03}" for name, number in PLANNED.items()}
ORDERED = {name: f"{int(number) + 2:03}" for name, number in PLANNED.items()}
TURNED = {
    "AE-051": "AETERM", "CM-020": "CMTRT", "MH-017": "MHTERM", "DS-025": "DSTERM",
    "DV-012": "DVTERM", "PR-016": "PRTRT",
}  # fmt: skip
SAME = {"LB": "028", "VS": "028", "EG": "024", "QS": "019"}
MONTHS = {
    "AE-039": "AESTDTC", "AE-040": "AEENDTC", "CM-015": "CMSTDTC", "CM-016": "CMENDTC",
    "MH-014": "MHSTDTC", "MH-015": "MHENDTC", "PR-013": "PRSTDTC", "PR-014": "PRENDTC",
    "LB-023": "LBDTC",
}  # fmt: skip
# An assessment on the day of death, and what may not come after death, by domain.
DEATH_DAY = {
    "LB": "035", "VS": "031", "EG": "027", "QS": "021", "PC": "034", "TU": "022", "TR": "026",
    "RS": "035",
}  # fmt: skip
AFTER_DEATH = {"EC-019": "ECSTDTC", "FA-015": "FADTC", "SE-012": "SESTDTC", "DV-013": "DVSTDTC"}
CONSENT = {
    "AE-038": "AESTDTC", "DS-016": "DSSTDTC", "DV-011": "DVSTDTC", "EC-017": "ECSTDTC",
    "EG-019": "EGDTC", "FA-013": "FADTC", "LB-019": "LBDTC", "PC-027": "PCDTC",
    "QS-012": "QSDTC", "RS-023": "RSDTC", "SE-010": "SESTDTC", "SS-013": "SSDTC",
    "SV-009": "SVSTDTC", "TR-019": "TRDTC", "TU-015": "TUDTC", "VS-022": "VSDTC",
}  # fmt: skip


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


def gone(domain, where=""):
    """Remove a subject's records of a domain, or those where VARIABLE=value."""
    name, _, wanted = where.partition("=")

    def damage(subject):
        rows = subject[domain]
        rows[:] = [row for row in rows if name and str(row[name]) != wanted]

    return damage


def move(domain, **values):
    """Give a subject's first record of a domain to another visit."""
    return put(domain, **values)


def out_of_order(domain):
    """Add two visits of one kind, the second of them before the first."""
    date = DATES.get(domain, f"{domain}DTC")

    def damage(subject):
        first = subject[domain][0]
        for number, visit, day in ((50.0, "INFUSION 5", "2025-07-21"), (60.0, "INFUSION 6", LONG)):
            named = {f"{domain}SEQ": number} if f"{domain}SEQ" in first else {}
            subject[domain].append(first | named | {"VISITNUM": number, "VISIT": visit, date: day})

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
    **{f"{name}-{number}": move(name, VISITNUM=77.0) for name, number in PLANNED.items()},
    **{f"{name}-{number}": move(name, VISITNUM=30.5) for name, number in ATTENDED.items()},
    **{f"{name}-{number}": out_of_order(name) for name, number in ORDERED.items()},
    **{rule: put(rule[:2], **{variable: "2025---09"}) for rule, variable in MONTHS.items()},
    **{rule: put(rule[:2], **{variable: "2025-06-01"}) for rule, variable in CONSENT.items()},
    **{f"{name}-{number}": put(name, **{f"{name}STRESN": 77.7}) for name, number in SAME.items()},
    **{
        f"{name}-{number}": put(name, **{f"{name}DTC": "2026-02-21"})
        for name, number in DEATH_DAY.items()
    },
    **{rule: put(rule[:2], **{name: "2026-02-22"}) for rule, name in AFTER_DEATH.items()},
    "AE-052": put("AE", "AEOUT=FATAL", AESER="N"),
    "AE-053": put("AE", AETOXGR="3"),
    "AE-054": put("AE", AESTDTC="2026-02-21"),
    "DM-042": put("DM", ARMCD="P1D30"),
    "DM-043": gone("LB", "LBTESTCD=HGB"),
    "EX-032": put("EX", EXSTDTC="2026-02-21T09:00", EXENDTC="2026-02-21T10:00"),
    "EX-033": put("AE", "AESER=Y", AESTDTC="2025-06-30"),
    "EX-034": put("AE", "AESER=Y", AESTDTC="2025-06"),
    "EX-035": gone("DV", "DVSTDTC=2025-06-30"),
    "EX-036": both(put("AE", AESTDTC="2025-06"), gone("DV", "DVSTDTC=2025-06-30")),
    "EX-037": put("EX", EXDOSE=30.0),
    "IE-008": put("IE", IETESTCD="INCL99"),
    "IE-011": put("IE", IEORRES="N"),
    "LB-034": put("LB", "LBTESTCD=HGB", LBSTRESN=79.0),
    "QS-020": put("QS", QSSTRESN=3.0),
    "FA-014": put("FA", FASTRESC="3"),
    "TR-025": put("TR", TRSTRESC="91"),
    "PC-033": put("PC", "PCSTRESC=812", PCSTRESN=None),
    **{rule: put(rule[:2], **{name: "fe\u202ever"}) for rule, name in TURNED.items()},
    "AE-041": both(
        put("AE", AEACN="DRUG WITHDRAWN"),
        gone("DS", "DSSCAT=END OF TREATMENT"),
    ),
    "AE-042": gone("DS", "DSSCAT=END OF STUDY"),
    "AE-043": put("AE", "AEOUT=FATAL", AEENDTC="2026-02-20"),
    "AE-044": put("AE", "AEOUT=FATAL", AETOXGR="4"),
    "AE-045": twice("AE", AESEQ=9.0),
    "AE-046": put("AE", AESTDTC="2025-06-22", AEENDTC=None),
    "AE-047": put("AE", AESTDTC="2025-07-21", AEENDTC=None),
    "AE-048": put("AE", AESTDTC="2026-02-22"),
    "AE-049": put("AE", AEENDTC="2026-02-22"),
    "AE-050": put("AE", AEOUT="UNKNOWN"),
    "CM-017": put("CM", CMCAT="PRIOR ANTICANCER THERAPY", CMSTDTC="2025-07-01"),
    "CM-018": put("CM", CMCAT="SUBSEQUENT ANTICANCER THERAPY", CMSTDTC="2025-06-20"),
    "CM-019": twice("CM", CMSEQ=9.0),
    "DD-012": put("DD", DDDTC="2026-02-20"),
    "DD-013": put("DS", "DSDECOD=DEATH", DSDECOD="LOST TO FOLLOW-UP"),
    "DM-032": both(
        put("DS", "DSDECOD=DEATH", DSDECOD="LOST TO FOLLOW-UP"),
        put("AE", "AEOUT=FATAL", AEOUT="UNKNOWN", AESDTH="N", AETOXGR="4"),
        gone("DD"),
    ),
    "DM-033": put("DM", DTHDTC="2026-02-20"),
    "DM-035": put("DM", ACTARMCD="P1D30"),
    "DM-036": put("DM", RFXSTDTC="2025-06-24"),
    "DM-037": put("DM", RFXENDTC="2025-07-01"),
    "DM-038": put("DM", RFICDTC="2025-06-08"),
    "DM-039": gone("AE"),
    "DM-040": gone("VS", "VSTESTCD=HEIGHT"),
    "DM-041": put("DM", DTHDTC="2026-02"),
    "DS-017": twice("DS", "DSDECOD=DEATH", DSSEQ=9.0, DSSCAT=None, DSSTDTC="2026-02-20"),
    "DS-018": put("DS", "DSDECOD=DEATH", DSSCAT=None),
    "DS-019": put("DS", "DSDECOD=DEATH", DSTERM="Death due to "),
    "DS-020": twice("DS", DSSEQ=9.0),
    "DS-021": put("DS", "DSSCAT=END OF TREATMENT", DSDECOD="ADVERSE EVENT"),
    "DS-022": put("DS", "DSDECOD=DEATH", DSSTDTC="2026-02"),
    "DS-023": put("DS", "DSSCAT=END OF TREATMENT", DSSTDTC="2026-02-22"),
    "DS-024": put("DS", "DSSCAT=END OF TREATMENT", DSSTDTC="2025-06-29"),
    "EC-018": put("EC", ECOCCUR=None),
    "EG-023": twice("EG", EGSEQ=99.0),
    "EX-026": put("EX", EXSTDTC="2026-02-22T09:00", EXENDTC="2026-02-22T10:00"),
    "EX-027": put("EX", EXSTDTC="2026-02-22T09:00", EXENDTC="2026-02-22T10:00"),
    "EX-028": put("EX", EXENDTC="2026-02-22T10:00"),
    "EX-029": put("EX", EXENDTC="2025-06-24T00:10"),
    "EX-031": put("EX", EXLNKID="INF09"),
    "LB-024": put("LB", LBSTNRLO=None, LBSTNRHI=None),
    "LB-025": put("LB", LBSTRESC=None),
    "LB-026": put("LB", LBSTRESC="<5", LBSTRESN=None),
    "LB-027": twice("LB", LBSEQ=99.0),
    "LB-029": put("LB", LBSTRESU="g/L"),
    "LB-030": put("LB", LBORRESU="g/L"),
    "LB-031": put("LB", LBORRESU="/uL"),
    "LB-032": put("LB", LBSTNRLO=1.0),
    "LB-033": put("LB", LBORNRHI="999"),
    "VS-029": put("VS", "VSTESTCD=SYSBP", VSSTRESU="cm"),
    "VS-030": put("VS", "VSTESTCD=WEIGHT", VSORRESU="g"),
    "EG-025": put("EG", "EGTESTCD=QT", EGSTRESU="mmHg"),
    "EG-026": put("EG", "EGTESTCD=QT", EGORRES="488"),
    "MH-016": twice("MH", MHSEQ=9.0),
    "PC-031": gone("EX"),
    "PC-032": put("PC", "PCSTRESC=812", PCDTC="2025-06-24T15:00"),
    "PR-015": twice("PR", PRSEQ=9.0),
    "QS-016": twice("QS", QSSEQ=9.0, QSDTC="2025-06-10"),
    "QS-017": put("QS", QSSTAT="NOT DONE", QSSTRESC=None),
    "QS-018": put("QS", QSSTAT="NOT DONE"),
    "RELREC-004": put("RELREC", IDVARVAL="99"),
    "RELREC-005": put("RELREC", "RDOMAIN=CM", RELID="AECM2"),
    "RS-027": put("RS", VISIT=None),
    "RS-028": put("RS", "RSTESTCD=TRGRESP", VISIT="WEEK 16"),
    "RS-029": gone("TR", "TRLNKID=T01"),
    "RS-030": gone("TR", "TRLNKID=NT01"),
    "RS-031": put("RS", "RSTESTCD=NTRGRESP", RSSTRESC="PD"),
    "RS-032": put("RS", RSSTRESC="CR"),
    "RS-033": put("RS", "RSTESTCD=TRGRESP", RSSTRESC="SD"),
    "RS-034": put("RS", RSSCAT="PART", RSCAT=None),
    "SE-011": put("SE", ETCD="NONE"),
    "SS-014": put("SS", "SSSTRESC=DEAD", SSDTC="2026-02-20"),
    "SS-015": put("DS", "DSDECOD=DEATH", DSDECOD="LOST TO FOLLOW-UP"),
    "SS-016": put("SS", SSSTAT="NOT DONE"),
    "SUPPAE-012": put("SUPPAE", IDVARVAL="99"),
    "SUPPDM-007": put("SUPPDM", RDOMAIN="ZZ"),
    "SV-010": put("SV", VISITNUM=77.0),
    "SV-011": put("SV", VISIT="INFUSION 1"),
    "SV-012": out_of_order("SV"),
    "SV-013": put("SV", SVSTDTC="2026-02-22"),
    "TR-023": gone("RS"),
    "TR-024": put("TR", VISIT="WEEK 8"),
    "TU-019": gone("TR", "TRLNKID=T01"),
    "TU-020": twice("TU", TUSEQ=9.0, TULNKID="NEW01", TUSTRESC="NEW", TUDTC="2025-08-21"),
    "TU-021": put("TU", VISIT="WEEK 8"),
    "VS-026": put("VS", "VSTESTCD=DIABP", VSSTRESN=121.0),
    "VS-027": twice("VS", VSSEQ=99.0),
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
        for rule in rules if domain not in TRIAL else ():
            damaged = make_subject(rule.id)
            harm(domain, rule)(damaged)
            subjects.append(damaged)
    findings = validate(make_tables(subjects), study).findings
    return {finding.id: [f"{record} " for record in finding.records] for finding in findings}


TRIAL = ("TA", "TE", "TI", "TS", "TV")
TRIAL_HARM = {
    "TA-003": {"ARMCD": "NONE"},
    "TA-006": {"ETCD": "NONE"},
    "TI-005": {"IECAT": "OTHER"},
    "TS-004": {"TSVAL": None},
    "TS-005": {"TSPARMCD": "OTHER"},
    "TS-006": {"TSPARMCD": "SENDTC", "TSVAL": IMPOSSIBLE},
    "TS-007": {"TSPARMCD": "SSTDTC", "TSVAL": LATE},
    "TV-006": {"VISITDY": 0.0},
}
DOMAINS = (
    "AE CM DD DM DS DV EC EG EX FA IE LB MH PC PR QS RELREC RS SE SS SUPPAE SUPPDM SV TR TU VS"
)


def test_every_suite_is_tested(suites):
    assert sorted(suites) == sorted([*DOMAINS.split(), *TRIAL])


def test_a_clean_subject_has_no_finding(clean, study):
    findings = validate(clean, study)
    assert findings.to_frame().to_dict("records") == []
    assert [rule for rule in findings.rules if rule.outcome != "passed"] == []


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


@pytest.mark.parametrize("domain", TRIAL)
def test_each_rule_of_the_trial_design_finds_its_fault(
    domain, suites, study, make_subject, make_tables, make_trial
):
    unfound = []
    for rule in suites[domain]:
        design = make_trial()
        kind, wanted = rule.expectation["type"], rule.expectation["kwargs"]
        rows = design[domain]
        if kind.endswith("be_unique"):
            rows.append(dict(rows[0]))
        elif rule.id == "TS-008":
            rows[:] = [row for row in rows if row["TSPARMCD"] != "CMDICT"]
        else:
            name = wanted.get("column")
            rows[0].update(
                TRIAL_HARM.get(rule.id) or {name: None if kind.endswith("not_be_null") else "WRONG"}
            )
        tables = make_tables([make_subject("S1")], design)
        found = {finding.id for finding in validate(tables, study, [domain]).findings}
        unfound += [] if rule.id in found else [rule.id]
    assert unfound == []

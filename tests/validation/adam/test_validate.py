"""The rules of analysis datasets: each finds its fault, and a derived study has none."""

from types import SimpleNamespace

import pandas as pd
import pytest

from csrkit.adam.checks import check_datasets
from csrkit.adam.registry import DATASETS, derive_all
from csrkit.adam.spec import codelists, load_spec
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.validation import validate_adam
from csrkit.validation.adam.rules import spec_facts, spec_rules
from csrkit.validation.rules.computed import RuleContext
from csrkit.validation.rules.engine import check_tables
from csrkit.validation.rules.facts import load_facts
from csrkit.validation.rules.suites import load_suites

D1, D2, D3 = (pd.Timestamp(f"2025-07-0{day}") for day in (1, 2, 3))
EMERGENT = {"TRTEMFL": "Y", "AEBODSYS": "Eye", "AEDECOD": "Dry eye"}
NOT_EMERGENT = EMERGENT | {"TRTEMFL": None}
ALIVE = {"USUBJID": "S1", "DTHDT": pd.NaT, "DTHFL": None}
DEAD = {"USUBJID": "S1", "DTHDT": D2, "DTHFL": "Y"}
BEST_SD = {"ADRS": [{"USUBJID": "S1", "PARAMCD": "CBOR", "AVALC": "SD", "AVAL": 3.0}]}
FLAGS = ("AOCCFL", "AOCCSFL", "AOCCPFL", "AOCCIFL", "AOCCSIFL", "AOCCPIFL")
SETS = {"ENRL": "ENRL", "SAF": "SAF", "DLTEVL": "DLTE", "EFF": "EFF", "PK": "PK"}
LATE = {"ADT": D3}


def number(dataset, first, each):
    return {f"{dataset}-{first + n:03}": value for n, value in enumerate(each)}


# Rule → a record that breaks it, or several, and other datasets where the rule looks at them.
HARM = {
    "ADAE-002": {"ASTDT": D2, "AENDT": D1},
    "ADAE-003": {"TRTEMFL": "Y", "TRTSDT": pd.NaT},
    "ADAE-004": {"TRTEMFL": "Y", "AENDT": D1, "TRTSDT": D2},
    "ADAE-005": {"SAFFL": "Y", "ASTDT": pd.NaT, "AENDT": pd.NaT, "TRTEMFL": None},
    "ADAE-006": ({"ASTDT": D3}, {"ADSL": [DEAD]}),
    "ADAE-007": ({"AENDTF": "D", "AENDT": D3}, {"ADSL": [DEAD]}),
    "ADAE-008": {"ASTDTF": "D", "ASTDT": D3, "AENDT": D1},
    **{f"ADAE-{9 + 2 * n:03}": [EMERGENT | {flag: "Y"}] * 2 for n, flag in enumerate(FLAGS)},
    **{f"ADAE-{10 + 2 * n:03}": NOT_EMERGENT | {flag: "Y"} for n, flag in enumerate(FLAGS)},
    "ADAE-021": {"DLTFL": "Y", "DLTWINFL": None},
    "ADAE-022": {"ATOXGRN": 6.0},
    "ADAE-023": EMERGENT | {"AREL": None},
    **{f"{name}-002": {"ASTDT": D2, "AENDT": D1} for name in ("ADCM", "ADMH")},
    **{
        f"{name}-001": {"AVAL": None, "AVALC": None, "AREASN": None}
        for name in ("ADEG", "ADQS", "ADVS")
    },
    **{
        f"{name}-002": {"ONTRTFL": "Y", "ADT": D1, "TRTSDT": D2}
        for name in ("ADEG", "ADQS", "ADVS")
    },
    **{f"{name}-003": (LATE, {"ADSL": [DEAD]}) for name in ("ADEG", "ADQS", "ADVS")},
    "ADEX-001": {"PARAMCD": "DOSE", "AVAL": 0.0},
    "ADEX-002": {"PARAMCD": "DOSE", "ASTDT": pd.NaT},
    "ADEX-003": {"PARAMCD": "RDI", "AVAL": 151.0},
    "ADEX-004": ({"ASTDT": D3}, {"ADSL": [DEAD]}),
    "ADEX-005": [{"PARAMCD": "NINF"}] * 2,
    "ADLB-001": (LATE, {"ADSL": [DEAD]}),
    "ADLB-002": {"AVAL": None, "AREASN": None},
    "ADLB-003": {"AVAL": 1.0, "AREASN": "No result"},
    "ADLB-004": {"AVAL": 1.0, "AVALC": "1", "PARAMCD": "ALT"},
    "ADLB-005": {"AREASN": "No conversion of cells to 10^9/L"},
    "ADLB-006": {"AVAL": 1.0, "AVALU": None, "PARAM": "Leucocytes (10^9/L)"},
    "ADLB-007": {"ANRIND": "LOW", "AVAL": 2.0, "ANRLO": 2.0},
    "ADLB-008": {"ANRIND": "HIGH", "AVAL": 2.0, "ANRHI": 2.0},
    "ADLB-009": {"ANRIND": "NORMAL", "AVAL": 1.9, "ANRLO": 2.0, "ANRHI": 3.0},
    "ADLB-010": {"AVAL": None, "ATOXGRL": "1", "ATOXGRH": None},
    "ADLB-011": {"ONTRTFL": "Y", "ADT": D1, "TRTSDT": D2},
    "ADLB-012": [
        {"ANL01FL": "Y", "DTYPE": None, "PARAMCD": "ALT", "AVISIT": "Week 8", "ATPT": None}
    ] * 2,
    "ADPC-001": {"AVAL": -1.0},
    "ADPC-002": {"BLQFL": "Y", "AVAL": 10.0, "ALLOQ": 10.0},
    "ADPC-003": {"PKSUMXF": "Y", "AVALSUM": 1.0},
    "ADPC-004": {"EXCLFL": "Y", "EXCLREAS": None},
    "ADPC-005": {"NCAXFL": "Y", "AVALNCA": 1.0},
    "ADPP-001": {"AVAL": None, "PPREASND": None},
    "ADPP-002": {"AVAL": 1.0, "PPREASND": "No sample"},
    "ADPP-003": {"AVAL": -1.0, "PARAMCD": "CMAX"},
    "ADRS-001": [{"PARAMCD": "CBOR"}] * 2,
    "ADRS-002": [{"PARAMCD": "OVR", "AVALC": "PR", "AVAL": code} for code in (2.0, 3.0)],
    "ADRS-003": {"PARAMCD": "RSP", "AVALC": "PR"},
    "ADRS-004": {"PARAMCD": "RSP", "AVALC": "Y", "ADT": pd.NaT},
    "ADRS-005": [{"PARAMCD": "CRSP", "AVALC": "Y"}, {"PARAMCD": "CBOR", "AVALC": "SD"}],
    "ADRS-006": [{"PARAMCD": "CRSP", "AVALC": "N"}, {"PARAMCD": "CBOR", "AVALC": "PR"}],
    "ADRS-007": {"PARAMCD": "OVR", "ANL01FL": "Y", "ADT": D2, "NACTDT": D1},
    "ADRS-008": (LATE, {"ADSL": [DEAD]}),
    "ADSL-001": {"SAFFL": "Y", "ENRLFL": "N"},
    **number("ADSL", 2, [{f: "Y", "SAFFL": "N"} for f in ("DLTEVLFL", "EFFFL", "PKFL")]),
    **{
        f"ADSL-{5 + 2 * n:03}": {f"{flag}FL": "N", f"{reason}REAS": None}
        for n, (flag, reason) in enumerate(SETS.items())
    },
    **{f"ADSL-{6 + 2 * n:03}": {f"{flag}FL": None} for n, flag in enumerate(SETS)},
    "ADSL-015": {"SAFFL": "Y", "TRTSDT": pd.NaT},
    "ADSL-016": {"TRTSDT": D2, "TRTEDT": D1},
    "ADSL-017": {"TRTDURD": 0.0},
    "ADSL-018": {"DTHFL": None, "DTHDT": D1},
    "ADSL-019": {"LSTALVDT": D2, "DTHDT": D1},
    "ADSL-020": {"TRTSDT": D2, "DTHDT": D1},
    "ADSL-021": {"EOSSTT": "ONGOING", "DTHFL": "Y"},
    "ADSL-022": {"SCRFFL": "Y", "ENRLFL": "Y"},
    "ADSL-023": {"EOSSTT": "DISCONTINUED", "DCSREAS": None},
    "ADSL-024": {"EOTSTT": "DISCONTINUED", "DCTREAS": None},
    "ADSL-025": (
        {"SAFFL": "Y", "NINF": 2.0}, {"ADEX": [{"USUBJID": "S1", "PARAMCD": "DOSE"}]}
    ),
    "ADSL-026": (
        {"SAFFL": "Y", "CUMDOSE": 40.0},
        {"ADEX": [{"USUBJID": "S1", "PARAMCD": "CUMDOSE", "AVAL": 60.0}]},
    ),
    "ADTR-001": {"AVAL": None, "AREASN": None},
    "ADTR-002": {"PARAMCD": "SDIAM", "AVAL": -1.0},
    "ADTR-003": {"CHGNAD": 1.0, "AVAL": 12.0, "NADIR": 10.0},
    "ADTR-004": {"NADIR": 11.0, "BASE": 10.0},
    "ADTR-005": [{"PARAMCD": "BPCHG"}] * 2,
    "ADTTE-001": {"AVAL": 0.0},
    "ADTTE-002": {"ADT": D1, "STARTDT": D2},
    "ADTTE-003": {"CNSR": -1.0},
    "ADTTE-004": {"CNSR": 0.0, "EVNTDESC": None},
    "ADTTE-005": {"CNSR": 1.0, "CNSDTDSC": None},
    "ADTTE-006": ({"PARAMCD": "OS", "CNSR": 0.0, "ADT": D1}, {"ADSL": [DEAD]}),
    "ADTTE-007": ({"PARAMCD": "OS", "CNSR": 1.0}, {"ADSL": [DEAD]}),
    "ADTTE-008": ({"PARAMCD": "DOR"}, BEST_SD),
    "ADTTE-009": {"AVAL": 1.0, "AVALU": "MONTHS"},
}  # fmt: skip


def frame(records):
    records = records if isinstance(records, list) else [records]
    table = pd.DataFrame([{"USUBJID": "S1"} | record for record in records])
    numbers = [name for name in ("AVAL", "AVALNCA") if name in table]
    return table.astype(dict.fromkeys(numbers, float))


def found_by(rule, dataset, records, others, study, facts, cut=None):
    tables = {name: frame(rows) for name, rows in others.items()}
    tables[dataset] = frame(records)
    known = RuleContext(tables, facts, cut)
    checked = check_tables({dataset: (rule,)}, known, study)
    return [finding.id for finding in checked.findings if finding.kind == "data"]


@pytest.fixture(scope="module")
def adam_suites(study):
    return load_suites(study, "adam")


def test_every_rule_of_the_suites_has_its_harm(adam_suites):
    assert sorted(HARM) == sorted(rule.id for rules in adam_suites.values() for rule in rules)


def test_every_rule_of_the_suites_finds_its_fault(adam_suites, study):
    unfound, facts = [], load_facts(study)
    for dataset, rules in adam_suites.items():
        for rule in rules:
            harm = HARM[rule.id]
            records, others = harm if isinstance(harm, tuple) else (harm, {})
            if rule.id not in found_by(rule, dataset, records, others, study, facts):
                unfound.append(rule.id)
    assert unfound == []


BASELINE = {"PARAMCD": "ALT", "ABLFL": "Y", "AVAL": 10.0, "BASE": 10.0, "CHG": None, "PCHG": None,
            "ADT": D1, "TRTSDT": D1, "ADY": 1.0}  # fmt: skip
LATER = BASELINE | {"ABLFL": None, "AVAL": 12.0, "CHG": 2.0, "PCHG": 20.0, "ADT": D2, "ADY": 2.0}
VARIABLES = [
    *("STUDYID", "USUBJID", "PARAMCD", "ASEQ", "ABLFL", "AVAL", "BASE", "CHG", "PCHG", "ADY"),
    *("TRTSDT", "ADT", "SAFFL"),
]
SPEC = SimpleNamespace(
    dataset="ADLB",
    keys=("STUDYID", "USUBJID", "PARAMCD", "ASEQ"),
    variables=[
        SimpleNamespace(
            name=name,
            type="date" if name == "ADT" else "text",
            codelist={"SAFFL": "NY", "ABLFL": "Y"}.get(name),
            source="ADSL.SAFFL" if name == "SAFFL" else None,
        )
        for name in VARIABLES
    ],
)
OF_SPEC = {
    "ADLB-KEYS": [{"STUDYID": "X", "PARAMCD": "ALT", "ASEQ": 1.0}] * 2,
    "ADLB-SUBJECT": {"USUBJID": "S9"},
    "ADLB-ABLFL-CT": {"ABLFL": "X"},
    "ADLB-ADT-CUT": {"ADT": D3},
    "ADLB-ADSL": {"SAFFL": "N"},
    "ADLB-ABLFL": [BASELINE, BASELINE],
    "ADLB-ABLFL-DATE": BASELINE | {"TRTSDT": D1 - pd.Timedelta(days=1)},
    "ADLB-BASE": [BASELINE, LATER | {"BASE": 11.0}],
    "ADLB-CHG": [BASELINE, LATER | {"CHG": 3.0}],
    "ADLB-PCHG": [BASELINE, LATER | {"PCHG": 21.0}],
    "ADLB-ADY": LATER | {"ADY": 0.0},
}


@pytest.mark.parametrize("rule_id", OF_SPEC)
def test_a_rule_of_the_specification_finds_its_fault(rule_id, study):
    spec = SPEC
    rules = {rule.id: rule for rule in spec_rules(spec, {"NY": ("Y", "N"), "Y": ("Y",)})}
    others = {"ADSL": [ALIVE | {"SAFFL": "Y"}]}
    facts, cut = spec_facts(spec), D2
    found = found_by(rules[rule_id], "ADLB", OF_SPEC[rule_id], others, study, facts, cut)
    assert found == [rule_id]
    clean = [BASELINE | {"SAFFL": "Y", "STUDYID": "X", "ASEQ": 1.0}, LATER | {"SAFFL": "Y"}]
    assert found_by(rules[rule_id], "ADLB", clean, others, study, facts, cut) == []


def test_a_change_in_percent_is_of_the_size_of_a_negative_baseline(study):
    rules = {rule.id: rule for rule in spec_rules(load_spec("ADLB"), {})}
    facts = spec_facts(load_spec("ADLB"))
    others = {"ADSL": [{"USUBJID": "S1", "SAFFL": "Y"}]}
    base = BASELINE | {"AVAL": -10.0, "BASE": -10.0}
    later = LATER | {"AVAL": -8.0, "BASE": -10.0, "CHG": 2.0, "PCHG": 20.0}
    for records, expected in (
        ([base, later], []),
        ([base, later | {"PCHG": -20.0}], ["ADLB-PCHG"]),
    ):
        assert found_by(rules["ADLB-PCHG"], "ADLB", records, others, study, facts, D2) == expected


def test_every_rule_of_an_analysis_dataset_has_its_own_id_and_says_where_it_comes_from(study):
    terms = {name: tuple(each.terms) for name, each in codelists().items()}
    further = [rule for each in load_suites(study, "adam").values() for rule in each]
    rules = [rule for one in DATASETS for rule in spec_rules(load_spec(one.name), terms)]
    assert len(further) == 106
    assert [rule.id for rule in (*rules, *further) if not rule.source] == []
    ids = [rule.id for rule in (*rules, *further)]
    assert len(set(ids)) == len(ids) > 300


def test_a_codelist_that_may_be_extended_binds_nobody():
    spec = load_spec("ADTTE")
    fixed = {name: tuple(each.terms) for name, each in codelists().items() if not each.extensible}
    assert not [rule.id for rule in spec_rules(spec, fixed) if rule.id == "ADTTE-PARAMCD-CT"]


@pytest.fixture(scope="module")
def derived(study):
    """The datasets of a few subjects of the study."""
    domains = read(study.path("data"))
    some = set(domains["DM"]["USUBJID"].iloc[:8])
    few = {
        name: table[table["USUBJID"].isin(some)] if "USUBJID" in table else table
        for name, table in domains.items()
    }
    sdtm = apply_cut(few, study).domains
    return sdtm, derive_all(sdtm, study)


def test_the_datasets_of_the_study_have_no_critical_finding(derived, study):
    findings = check_datasets(*derived, study)
    assert [finding.id for finding in findings.critical] == []
    assert {rule.outcome for rule in findings.rules} <= {"passed", "failed", "no records"}
    assert {rule.domain for rule in findings.rules} == {dataset.name for dataset in DATASETS}


def test_the_subjects_and_their_age_are_those_of_dm(derived):
    sdtm, adam = derived
    dm, adsl = sdtm["DM"].set_index("USUBJID"), adam["ADSL"].set_index("USUBJID")
    assert set(dm.index) == set(adsl.index)
    assert adsl["AGE"].eq(dm["AGE"].reindex(adsl.index)).all()


def test_a_response_that_the_measurements_do_not_give_is_a_finding(derived, study):
    sdtm, adam = derived
    rs = sdtm["RS"]
    overall = rs["RSTESTCD"].eq("OVRLRESP") & rs["RSSTRESC"].eq("SD")
    wrong = {**sdtm, "RS": rs.assign(RSSTRESC=rs["RSSTRESC"].mask(overall, "CR"))}
    findings = check_datasets(wrong, adam, study)
    (finding,) = [each for each in findings.findings if each.id == "ADRS-RECIST"]
    assert finding.severity == "warning"
    assert finding.n_failed == overall.sum() > 0
    assert "AVALC=CR DERIVED=SD" in finding.first_records()
    assert finding.records[0].site


def test_a_waiver_of_a_dataset_is_not_asked_of_the_sdtm(derived, study, tmp_path):
    import shutil

    shutil.copytree(study.path("validation"), tmp_path / "v")
    line = "- {id: ADAE-001, reason: Seen, name: A. Person, date: 2026-04-02}"
    (tmp_path / "v" / "waivers.yml").write_text(line)
    paths = study.paths.model_copy(update={"validation": tmp_path / "v"})
    waiving = study.model_copy(update={"paths": paths})
    findings = validate_adam({"ADSL": derived[1]["ADSL"]}, waiving)
    assert [finding.id for finding in findings.findings] == ["WAIVER-ADAE-001"]

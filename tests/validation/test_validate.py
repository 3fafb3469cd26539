import json
import re

import pandas as pd
import pytest

from csrkit.errors import DataError, StudyError
from csrkit.sdtm import read
from csrkit.validation import stop_if_critical, validate
from csrkit.validation.findings.describe import describe_records
from csrkit.validation.findings.files import write_json, write_page, write_queries
from csrkit.validation.findings.model import QUERY_COLUMNS


@pytest.fixture
def own_rules(study, tmp_path):
    """Return a function that makes the study with other suites, requirements and codelists."""

    def make(expectations, required="{}", codelists="'Y': ['Y']"):
        folder = tmp_path / "validation"
        (folder / "suites").mkdir(parents=True, exist_ok=True)
        suite = expectations
        if not isinstance(expectations, str):
            suite = json.dumps({"name": "AE", "expectations": expectations})
        (folder / "suites" / "ae.json").write_text(suite)
        (folder / "required.yml").write_text(required)
        (folder / "codelists.yml").write_text(codelists)
        paths = study.paths.model_copy(update={"validation": folder})
        return study.model_copy(update={"paths": paths})

    return make


def expectation(kind="column_values_to_not_be_null", severity="critical", rule_id="AE-001", **kw):
    meta = {"id": rule_id, "severity": severity, "rule": "The rule", "action": "Do it."}
    return {"type": f"expect_{kind}", "kwargs": kw or {"column": "AETERM"}, "meta": meta}


AE = pd.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S2"],
        "AESEQ": [1.0, 2.0, 1.0],
        "AETERM": ["Fever", None, None],
        "AESTDTC": ["2025-06-23", "2025", None],
    }
)


def test_a_finding_says_what_where_how_many_and_what_to_do(own_rules):
    findings = validate({"AE": AE}, own_rules([expectation()]))
    assert findings.to_frame().iloc[0].to_dict() == {
        "ID": "AE-001",
        "SEVERITY": "critical",
        "DOMAIN": "AE",
        "RULE": "The rule",
        "N_FAILED": 2,
        "N_RECORDS": 3,
        "RECORDS": "USUBJID=S1 AESEQ=2 AETERM=missing; USUBJID=S2 AESEQ=1 AETERM=missing",
        "ACTION": "Do it.",
        "KIND": "data",
        "WAIVER": "",
    }


def test_records_are_named_whatever_the_index_of_the_table(own_rules):
    shuffled = AE.set_axis([30, 10, 20])
    findings = validate({"AE": shuffled}, own_rules([expectation()]))
    assert str(findings.findings[0].records[0]) == "USUBJID=S1 AESEQ=2 AETERM=missing"


def test_a_missing_column_is_a_fault_of_the_table_not_of_its_records(own_rules):
    rules = [
        expectation(column="AESEV", severity="note"),
        expectation(column="AESEV", severity="warning", rule_id="AE-002"),
        expectation(rule_id="AE-003"),
    ]
    findings = validate({"AE": AE}, own_rules(rules))
    first, *_ = [finding for finding in findings.findings if finding.kind == "table"]
    assert (first.id, first.severity) == ("AE-T-AESEV", "warning")
    assert first.first_records() == "rules AE-001, AE-002"
    assert [rule.outcome for rule in findings.rules] == ["not run", "not run", "failed"]


def test_a_missing_date_behind_a_computed_column_is_a_fault_of_the_table(own_rules):
    rules = [expectation("column_values_to_be_in_set", column="AEENDTC_VALID", value_set=[True])]
    (finding,) = validate({"AE": AE}, own_rules(rules)).findings
    assert finding.id == "AE-T-AEENDTC"


def test_a_required_variable_that_is_missing_is_told_once_and_is_critical(own_rules):
    study = own_rules([expectation(column="AESEV", severity="note")], "AE: {text: [AESEV]}")
    (finding,) = validate({"AE": AE}, study).findings
    assert (finding.id, finding.severity, finding.kind) == ("AE-T-AESEV", "critical", "table")


def test_a_missing_domain_is_a_critical_fault_of_the_table(own_rules):
    study = own_rules([expectation()], "AE: {text: [AETERM]}")
    findings = validate({"DM": AE}, study)
    (finding,) = findings.findings
    assert (finding.id, finding.kind, finding.severity) == ("AE-T-DOMAIN", "table", "critical")
    assert [rule.outcome for rule in findings.rules] == ["no records"]


def test_a_rule_that_breaks_down_is_a_fault_of_the_table(own_rules):
    rules = [expectation("column_values_to_be_between", column="AETERM", min_value=0)]
    (finding,) = validate({"AE": AE}, own_rules(rules)).findings
    assert finding.kind == "table"
    assert finding.first_records().startswith("the rule couldn't be run: ")


def test_a_rule_on_the_table_as_a_whole_puts_all_records_at_issue(own_rules):
    rules = [expectation("table_row_count_to_equal", value=2)]
    (finding,) = validate({"AE": AE}, own_rules(rules)).findings
    assert (finding.n_failed, finding.kind) == (3, "data")
    assert finding.first_records() == "AE as a whole"


def test_a_rule_may_look_at_another_domain(own_rules):
    dm = pd.DataFrame({"USUBJID": ["S1"], "DTHDTC": ["2025-06-01"]})
    rules = [
        expectation(
            "column_pair_values_a_to_be_greater_than_b",
            column_A="DM_DTHDTC_LATEST",
            column_B="AESTDTC_EARLIEST",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        )
    ]
    (finding,) = validate({"AE": AE, "DM": dm}, own_rules(rules)).findings
    told = "USUBJID=S1 AESEQ=1 DM.DTHDTC=2025-06-01 AESTDTC=2025-06-23"
    assert finding.first_records() == told


def test_findings_come_gravest_first_and_tables_before_records(own_rules):
    rules = [
        expectation(severity="note", rule_id="AE-001"),
        expectation(severity="critical", rule_id="AE-002"),
        expectation(severity="critical", rule_id="AE-003", column="AESEV"),
        expectation(severity="warning", rule_id="AE-004"),
    ]
    findings = validate({"AE": AE}, own_rules(rules))
    assert findings.to_frame()["ID"].tolist() == ["AE-T-AESEV", "AE-002", "AE-004", "AE-001"]
    assert findings.counts() == {"critical": 2, "warning": 1, "note": 1}
    assert [finding.id for finding in findings.critical] == ["AE-T-AESEV", "AE-002"]


def test_critical_findings_stop_a_run_with_what_and_where(own_rules):
    study = own_rules([expectation()])
    with pytest.raises(DataError) as error:
        stop_if_critical(validate({"AE": AE}, study), study)
    message = str(error.value)
    assert "The data has 1 critical finding, so nothing is made" in message
    assert "AE-001 (AE, 2 of 3 records) The rule" in message
    assert "USUBJID=S1 AESEQ=2" in message
    assert "→ Do it." in message
    assert error.value.where.endswith("data_raw/sdtm")


def test_warnings_and_notes_stop_nothing(own_rules):
    study = own_rules([expectation(severity="warning")])
    assert stop_if_critical(validate({"AE": AE}, study), study) is None


def test_findings_are_written_as_json_with_all_their_records(own_rules, tmp_path):
    many = pd.concat([AE.iloc[[1]]] * 9, ignore_index=True).assign(AESEQ=range(1, 10))
    findings = validate({"AE": many}, own_rules([expectation()]))
    write_json(findings, tmp_path / "findings.json")
    content = json.loads((tmp_path / "findings.json").read_text())
    assert content["study"] == "SKNK01"
    assert content["counts"] == {"critical": 1, "warning": 0, "note": 0, "waived": 0}
    assert len(content["findings"][0]["records"]) == 9
    assert content["rules"][0]["outcome"] == "failed"
    assert findings.to_frame()["RECORDS"].iloc[0].endswith("; and 4 more")


def test_the_query_list_has_one_line_a_record_with_site_and_question(own_rules, tmp_path):
    dm = pd.DataFrame({"USUBJID": ["S1", "S2"], "SITEID": ["01", "02"]})
    findings = validate({"AE": AE, "DM": dm}, own_rules([expectation()]))
    write_queries(findings, tmp_path / "findings.csv")
    content = pd.read_csv(tmp_path / "findings.csv", dtype=str, keep_default_na=False)
    assert tuple(content) == QUERY_COLUMNS
    assert content.to_dict("records") == [
        {
            "ID": "AE-001",
            "SEVERITY": "critical",
            "SITE": site,
            "SUBJECT": subject,
            "DOMAIN": "AE",
            "KEY": key,
            "ABOUT": about,
            "VALUES": "AETERM=missing",
            "QUESTION": "Expected: The rule. Do it.",
        }
        for site, subject, key, about in (
            ("01", "S1", "AESEQ=2", "2025"),
            ("02", "S2", "AESEQ=1", ""),
        )
    ]


def test_what_no_site_can_answer_is_no_query(own_rules):
    of_nobody = AE.assign(USUBJID=None).drop(columns="USUBJID")
    assert validate({"AE": of_nobody}, own_rules([expectation()])).queries_frame().empty
    quiet = expectation()
    quiet["meta"]["for_sites"] = False
    findings = validate({"AE": AE}, own_rules([quiet]))
    assert len(findings.open) == 1
    assert findings.queries_frame().empty
    missing = validate({"AE": AE.drop(columns="AETERM")}, own_rules([expectation()]))
    assert [finding.kind for finding in missing.open] == ["table"]
    assert missing.queries_frame().empty


def test_a_query_names_test_visit_time_point_and_date():
    records = pd.DataFrame(
        {
            "LBTEST": ["Albumin", "Albumin"],
            "VISIT": ["WEEK 8", None],
            "LBTPT": ["1 H POST", None],
            "LBDTC": ["2025-08-21", "2025"],
        }
    )
    told = describe_records("LB", records).tolist()
    assert told == ["Albumin, WEEK 8, 1 H POST, 2025-08-21", "Albumin, 2025"]
    assert describe_records("AE", pd.DataFrame({"AETERM": ["Fever"]})).tolist() == ["Fever"]
    assert describe_records("DM", pd.DataFrame({"SUBJID": ["1"]})).tolist() == [""]


def test_the_page_is_self_contained_and_escapes_the_data(own_rules, tmp_path):
    bad = AE.assign(AESTDTC="<script>alert(1)</script>")
    rules = [expectation("column_values_to_be_in_set", column="AESTDTC", value_set=["x"])]
    findings = validate({"AE": bad}, own_rules(rules))
    write_page(findings, tmp_path / "findings.html")
    page = (tmp_path / "findings.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:src|href)=|https?://", page)
    assert "1 critical, 0 warning, 0 note" in page


def test_a_page_without_findings_says_so(own_rules, tmp_path):
    findings = validate({"AE": AE.iloc[[0]]}, own_rules([expectation()]))
    write_page(findings, tmp_path / "findings.html")
    assert "Every rule is kept." in (tmp_path / "findings.html").read_text()


def test_the_same_data_gives_the_same_findings(own_rules, tmp_path):
    study = own_rules([expectation()])
    for name in ("one", "two"):
        write_json(validate({"AE": AE}, study), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_nothing_is_left_behind(own_rules, tmp_path, monkeypatch):
    study = own_rules([expectation()])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    validate({"AE": AE}, study)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("suite", "what"),
    [
        ("{", "A settings file is not valid JSON"),
        ('{"expectations": [], "expectations": []}', "A settings file is not valid JSON"),
        ('{"expectations": ' + "[" * 100_000, "A settings file is not valid JSON"),
        ("[]", "A validation suite can't be used"),
        ('{"expectations": [[]]}', "A validation suite can't be used"),
        ("{}", "A validation suite can't be used"),
        ([{"type": "expect_x", "kwargs": {}}], "A validation suite can't be used"),
        ([expectation(severity="grave")], "A validation rule is incomplete"),
        ([expectation(rule_id="")], "A validation rule is incomplete"),
        ([expectation(), expectation()], "Two validation rules share an id"),
        (
            [
                expectation(
                    "column_values_to_be_in_set",
                    column="AETERM",
                    value_set={"$PARAMETER": "codelist_NONE"},
                )
            ],
            "A validation rule asks for values that nobody gives",
        ),
    ],
)
def test_a_mistake_in_a_suite_is_an_error_of_the_study(own_rules, suite, what):
    with pytest.raises(StudyError) as error:
        validate({"AE": AE}, own_rules(suite))
    assert error.value.what == what
    assert error.value.remedy


@pytest.mark.parametrize("name", ["AE.json", "adverse-events.json", "a.json", "ǆ.json"])
def test_a_suite_has_the_name_of_one_domain(own_rules, name):
    study = own_rules([expectation()])
    suite = study.path("validation") / "suites" / name
    suite.write_text(json.dumps({"expectations": [expectation(rule_id="AE-002")]}))
    with pytest.raises(StudyError, match="validation suite") as error:
        validate({"AE": AE}, study)
    assert error.value.where.startswith(str(suite.parent))
    assert error.value.found.lower() == name.lower()


def test_what_a_computer_leaves_beside_the_suites_is_passed_over(own_rules):
    study = own_rules([expectation()])
    (study.path("validation") / "suites" / "._ae.json").write_bytes(b"\0\5\x16\7")
    assert len(validate({"AE": AE}, study).findings) == 1


@pytest.mark.parametrize(
    "rule",
    [
        expectation("column_values_to_be_nice"),
        expectation("column_values_to_be_in_set", column="AETERM", values=["x"]),
        expectation("column_values_to_be_between", column="AESEQ"),
    ],
)
def test_a_rule_that_great_expectations_does_not_know_is_an_error_of_the_study(own_rules, rule):
    with pytest.raises(StudyError) as error:
        validate({"AE": AE}, own_rules([rule]))
    assert error.value.what == "Great Expectations doesn't accept a validation rule"
    assert error.value.where == "rule AE-001"


def test_a_codelist_that_yaml_reads_as_true_is_an_error(own_rules):
    with pytest.raises(StudyError) as error:
        validate({"AE": AE}, own_rules([expectation()], codelists="NY: [Y: N]"))
    assert error.value.what == "The codelists can't be used"
    assert "quotes" in error.value.allowed


def test_a_folder_without_suites_is_an_error(own_rules, tmp_path):
    study = own_rules([expectation()])
    (tmp_path / "validation" / "suites" / "ae.json").unlink()
    with pytest.raises(StudyError, match="no validation suite"):
        validate({"AE": AE}, study)


def test_the_data_of_the_study_has_no_critical_finding(study):
    findings = validate(read(study.path("data")), study)
    assert [finding.id for finding in findings.critical] == []


@pytest.mark.parametrize("harm", ["no variable but the subject", "no subject", "types swapped"])
def test_data_wrong_through_and_through_gives_findings_not_a_breakdown(clean, study, harm):
    def damage(frame):
        if harm == "no variable but the subject":
            return frame[[name for name in frame if name == "USUBJID"]]
        if harm == "no subject":
            return frame.drop(columns="USUBJID", errors="ignore")
        kinds = pd.api.types
        return pd.DataFrame(
            {
                name: "x" if kinds.is_numeric_dtype(values) else pd.Series(1.0, frame.index)
                for name, values in frame.items()
            },
            index=frame.index,
        )

    findings = validate({name: damage(frame) for name, frame in clean.items()}, study)
    found = {finding.id for finding in findings.critical if finding.kind == "table"}
    missing = "AE-T-AETERM" if harm != "no subject" else "AE-T-USUBJID"
    assert missing in found

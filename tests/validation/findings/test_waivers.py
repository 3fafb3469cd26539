import datetime as dt

import pytest

from csrkit.errors import DataError, StudyError
from csrkit.validation.findings.files import write_page
from csrkit.validation.findings.gate import stop_if_critical
from csrkit.validation.findings.model import (
    Finding,
    FindingRecord,
    Findings,
    combine_findings,
    sort_findings,
)
from csrkit.validation.findings.waivers import Waiver, apply_waivers, load_waivers

RECORDS = tuple(
    FindingRecord(key=f"AESEQ={n}", values="AETERM=missing", subject="S1", site="01")
    for n in (1, 2, 3)
)


def finding(rule_id="AE-009", severity="critical", records=RECORDS):
    return Finding(
        rule_id, severity, "AE", "AETERM is given", len(records), 9, records, "Fill in.", "data"
    )


def waiver(rule_id="AE-009", records=()):
    return Waiver(
        id=rule_id, records=records, reason="Seen", name="A. Person", date=dt.date(2026, 4, 2)
    )


def findings(*some):
    return Findings("SKNK01", sort_findings(some), ())


@pytest.fixture
def with_waivers(study, tmp_path):
    def make(text):
        (tmp_path / "waivers.yml").write_text(text)
        paths = study.paths.model_copy(update={"validation": tmp_path})
        return study.model_copy(update={"paths": paths})

    return make


def test_a_waiver_accepts_a_finding_and_is_shown_with_it():
    (waived,) = apply_waivers([finding()], [waiver()])
    assert waived.waiver == "Seen (A. Person, 2026-04-02)"
    assert findings(waived).critical == ()
    assert findings(waived).to_frame()["WAIVER"].tolist() == ["Seen (A. Person, 2026-04-02)"]
    assert findings(waived).counts() == {"critical": 0, "warning": 0, "note": 0}


def test_a_waiver_of_some_records_leaves_the_others():
    out = apply_waivers([finding()], [waiver(records=("USUBJID=S1 AESEQ=2",))])
    assert [(each.waiver != "", each.n_failed) for each in out] == [(False, 2), (True, 1)]
    assert [record.key for record in out[0].records] == ["AESEQ=1", "AESEQ=3"]
    assert len(findings(*out).critical) == 1
    assert findings(*out).queries_frame()["KEY"].tolist() == ["AESEQ=1", "AESEQ=3"]


def test_two_waivers_may_share_a_finding():
    waivers = [waiver(records=(f"USUBJID=S1 AESEQ={n}",)) for n in (1, 2)]
    out = apply_waivers([finding()], waivers)
    assert sorted(each.n_failed for each in out if each.waiver) == [1, 1]
    assert [each.n_failed for each in out if not each.waiver] == [1]


@pytest.mark.parametrize(
    ("unused", "told"),
    [
        (waiver("AE-010"), "no such finding"),
        (waiver(records=("USUBJID=S9 AESEQ=1",)), "USUBJID=S9 AESEQ=1"),
        (waiver(records=("USUBJID=S1 AESEQ=1", "USUBJID=S9 AESEQ=1")), "USUBJID=S9 AESEQ=1"),
    ],
)
def test_a_waiver_or_record_of_it_that_is_of_no_use_is_a_note(unused, told):
    *_, note = apply_waivers([finding()], [unused])
    assert (note.id, note.severity) == (f"WAIVER-{unused.id}", "note")
    assert told in note.first_records()
    assert len(apply_waivers([finding()], [unused], unused=False)) < 3


def test_waivers_are_read_from_the_file(with_waivers):
    study = with_waivers("- {id: AE-009, reason: Seen, name: A. Person, date: 2026-04-02}")
    assert load_waivers(study) == (waiver(),)
    assert load_waivers(with_waivers("[]")) == ()


def test_without_a_file_there_is_no_waiver(study, tmp_path):
    paths = study.paths.model_copy(update={"validation": tmp_path})
    assert load_waivers(study.model_copy(update={"paths": paths})) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- {id: AE-009, name: A. Person, date: 2026-04-02}", "A waiver has no reason"),
        ("- {id: AE-009, reason: ' ', name: A, date: 2026-04-02}", "A waiver has no reason"),
        ("- {id: AE-009, reason: Seen}", "A waiver has no name and no date"),
        ("- AE-009", "A waiver has no id and no reason and no name and no date"),
        ("- {id: A, reason: B, name: C, date: soon}", "The waivers can't be used"),
        (
            "- {id: A, reason: B, name: C, date: 2026-04-02, why: x}",
            "The waivers can't be used: a key is unknown",
        ),
        ("AE-009: yes", "The waivers can't be used"),
    ],
)
def test_a_waiver_without_its_parts_is_an_error(with_waivers, text, what):
    with pytest.raises(StudyError) as error:
        load_waivers(with_waivers(text))
    assert error.value.what == what
    assert error.value.remedy


def test_critical_findings_always_stop_a_final_report(study):
    with pytest.raises(DataError, match="A final report can't be made"):
        stop_if_critical(findings(finding()), study.covering("final"), accept=True)


def test_critical_findings_stop_an_interim_report_unless_accepted(study):
    with pytest.raises(DataError, match="--accept-findings"):
        stop_if_critical(findings(finding()), study.covering("interim"))
    assert stop_if_critical(findings(finding()), study.covering("interim"), accept=True) is None


@pytest.mark.parametrize("report", ["interim", "final"])
def test_waived_findings_and_warnings_stop_nothing(study, report):
    some = [*apply_waivers([finding()], [waiver()]), finding("AE-012", "warning")]
    assert stop_if_critical(findings(*some), study.covering(report)) is None


def test_findings_of_sdtm_and_analysis_datasets_come_together(study):
    one, two = findings(finding("AE-012", "note")), findings(finding("ADAE-001"))
    assert [each.id for each in combine_findings(study, one, two).findings] == [
        "ADAE-001",
        "AE-012",
    ]


def test_waived_findings_stand_apart_on_the_page(tmp_path):
    out = apply_waivers([finding()], [waiver(records=("USUBJID=S1 AESEQ=2",))])
    write_page(findings(*out), tmp_path / "page.html")
    open_part, waived_part = (tmp_path / "page.html").read_text().split("<h2>Waived</h2>")
    assert "AESEQ=1" in open_part
    assert "AESEQ=2" not in open_part
    assert "Seen (A. Person, 2026-04-02)" in waived_part


def test_the_summary_counts_rules_and_findings_by_domain():
    out = apply_waivers([finding(), finding("AE-012", "note")], [waiver()])
    row = findings(*out).summary_frame().to_dict("records")
    assert row == [
        {
            "DOMAIN": "AE",
            "RULES": 0,
            "PASSED": 0,
            "FAILED": 0,
            "NOTHING_TO_CHECK": 0,
            "CRITICAL": 0,
            "WARNING": 0,
            "NOTE": 1,
            "WAIVED": 1,
        }
    ]

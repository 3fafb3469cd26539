import pandas as pd

from csrkit.validation import validate


def test_what_the_reader_noted_is_a_finding_of_the_table(clean, study):
    note = ("READ-AE-ENCODING", "warning", "AETERM", "Text is in UTF-8", "2 values in latin-1")
    clean["AE"].attrs = {"files": ["sdtm/ae.csv"], "notes": [note]}
    (finding,) = validate(clean, study, ["AE"]).findings
    assert (finding.id, finding.severity, finding.kind) == ("READ-AE-ENCODING", "warning", "table")
    assert finding.rule == "Text is in UTF-8"
    assert finding.first_records() == "sdtm/ae.csv, variable AETERM: 2 values in latin-1"


def test_notes_of_other_domains_are_left_out_when_some_are_asked(clean, study):
    clean["AE"].attrs = {"notes": [("N", "critical", "", "What", "found")]}
    assert validate(clean, study, ["DM"]).findings == ()


def test_a_domain_may_be_validated_alone(clean, study):
    clean["AE"] = clean["AE"].assign(AETERM=None)
    clean["CM"] = pd.DataFrame()
    found = validate(clean, study, ["AE"])
    assert {finding.domain for finding in found.findings} == {"AE"}
    assert {rule.domain for rule in found.rules} == {"AE"}

"""Why records are used by no dataset: the rules, and a rule that can't be read."""

from __future__ import annotations

import pytest

from csrkit.adam.accounting import set_aside
from csrkit.errors import StudyError


def test_a_dose_that_is_missing_or_zero_is_no_valid_dose(frame):
    ex = frame("USUBJID EXDOSE", "S1|0", "S1|.", "S1|20")
    ex = ex.assign(EXDOSE=ex["EXDOSE"].astype("float64"))
    found = set_aside.find_reasons("EX", ex, {})
    assert found.tolist() == ["No valid dose", "No valid dose", "No dataset uses it"]


def test_a_rule_holds_for_no_record_of_a_domain_without_its_variables(frame):
    ex = frame("USUBJID EXTRT", "S1|X")
    assert set_aside.find_reasons("EX", ex, {}).tolist() == ["No dataset uses it"]


def test_a_record_that_points_to_none_is_told_from_one_that_nobody_reads(frame):
    supp = frame(
        "USUBJID RDOMAIN IDVAR IDVARVAL QNAM",
        "S1|AE|AESPID|E1|X", "S1|AE|AESPID|E9|X", "S2|AE|AESPID|E1|X", "S1|AE|AEXXX|1|X",
        "S1|ZZ|.|.|X", "S1|AE|.|.|X",
    )  # fmt: skip
    ae = frame("USUBJID AESEQ AESPID", "S1|1|E1")
    none, unread = "Points to a record that isn't in the data", "Qualifier that no dataset reads"
    found = set_aside.find_reasons("SUPPAE", supp, {"AE": ae, "SUPPAE": supp})
    assert found.tolist() == [unread, none, none, none, none, unread]


def test_a_comment_on_the_study_points_to_nothing_and_lacks_none(frame):
    comments = frame("USUBJID RDOMAIN IDVAR IDVARVAL", "S1|.|.|.", "S1|DM|.|.", "S1|AE|AESEQ|1")
    found = set_aside.find_reasons("CO", comments, {"DM": frame("USUBJID", "S1")})
    kept = "Comments, kept for reference"
    assert found.tolist() == [kept, kept, "Points to a record that isn't in the data"]


def test_a_rule_that_cannot_be_read_is_told_with_file_key_and_place(tmp_path, monkeypatch):
    file = tmp_path / "set_aside.yml"
    file.write_text("rules: [{where: EXDOSE.isna(), reason: None given}]\notherwise: Not used\n")
    monkeypatch.setattr(set_aside, "RULES", file)
    with pytest.raises(StudyError) as caught:
        set_aside.load_rules.__wrapped__()
    assert caught.value.where.endswith("set_aside.yml, key rules.0.where")
    assert caught.value.allowed.startswith("at position 7 stands '.isna()'; allowed there: ==")

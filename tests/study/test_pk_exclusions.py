"""The file of samples that people exclude: read with the study, its mistakes told."""

import shutil

import pytest

from csrkit.errors import StudyError
from csrkit.study import load_study

GOOD = "{subject: S1, infusion: 1, time: 48, scope: lambda_z, reason: Haemolysed., by: A. Person}"


@pytest.fixture
def load(root, tmp_path):
    def run(text):
        shutil.copy(root / "study.yml", tmp_path / "study.yml")
        (tmp_path / "validation").mkdir(exist_ok=True)
        if text is not None:
            (tmp_path / "validation" / "pk_exclusions.yml").write_text(text, encoding="utf-8")
        return load_study(tmp_path / "study.yml").pk_exclusions

    return run


def test_an_entry_names_a_sample_its_scope_and_who_says_why(load):
    (found,) = load(f"- {GOOD}")
    assert (found.subject, found.infusion, found.time, found.scope) == ("S1", 1, 48, "lambda_z")
    assert (found.reason, found.by, found.date) == ("Haemolysed.", "A. Person", None)
    assert found.describe() == "subject S1, infusion 1, time 48.0, scope lambda_z"


@pytest.mark.parametrize("text", [None, "", "[]", "# nothing yet\n"])
def test_a_study_may_have_no_entry_or_no_file(load, text):
    assert load(text) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("scope: lambda_z", "scope: area", "'sample' or 'lambda_z'"),
        ("reason: Haemolysed., ", "", "Field required"),
        ("by: A. Person", "by: ''", "at least 1 character"),
        ("infusion: 1, time: 48, ", "", "by infusion (and time), or one of them by pcseq"),
        ("infusion: 1", "infusion: 1, pcseq: 4", "by infusion (and time), or one of them by pcseq"),
        ("infusion: 1", "pcseq: 4", "has no time beside it"),
        ("time: 48", "hours: 48", "time"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_what_is_allowed(load, old, new, words):
    with pytest.raises(StudyError) as caught:
        load(f"- {GOOD.replace(old, new)}")
    assert "pk_exclusions.yml" in caught.value.where
    assert words in caught.value.allowed
    assert "pk_exclusions.yml" in caught.value.remedy


def test_what_is_no_list_is_refused(load):
    with pytest.raises(StudyError, match="excluded samples can't be used"):
        load("subject: S1")


def test_a_study_with_an_nca_has_the_usual_criteria_unless_it_names_its_own(root, tmp_path):
    text = (root / "study.yml").read_text(encoding="utf-8")
    begin = text.index("  nca_acceptance:")
    end = text.index("  dose_proportionality_limits:")
    (tmp_path / "study.yml").write_text(text[:begin] + text[end:], encoding="utf-8")
    chosen = load_study(tmp_path / "study.yml").assumptions
    assert (
        chosen.nca_acceptance.value
        == load_study(root / "study.yml").assumptions.nca_acceptance.value
    )
    assert "nca_acceptance" in chosen.by_name()
    assert chosen.nca_acceptance.source == "usual criteria of the non-compartmental analysis"

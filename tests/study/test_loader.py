import datetime as dt
from pathlib import Path

import pytest
import yaml

from csrkit.conditions import equal
from csrkit.errors import StudyError
from csrkit.study import load_study


@pytest.fixture
def settings(root):
    return yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))


def write(tmp_path: Path, settings: object) -> Path:
    file = tmp_path / "study.yml"
    file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return file


def test_the_interim_report_uses_the_interim_cut_and_the_final_one_the_lock(root):
    study = load_study(root / "study.yml")
    assert study.covering("interim").data_cut == study.cuts.interim
    assert study.covering("final").data_cut == study.cuts.final
    assert study.covering("final", dt.date(2026, 1, 2)).data_cut == dt.date(2026, 1, 2)


def test_an_unknown_key_is_told_with_file_and_key(tmp_path, settings):
    settings["cuts"]["interm"] = "2026-01-01"
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert "cuts.interm" in caught.value.where
    assert str(tmp_path) in caught.value.where


def test_a_wrong_value_is_told_with_what_was_found_and_what_is_allowed(tmp_path, settings):
    settings["assumptions"]["dlt_window_days"]["value"] = "four weeks"
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert caught.value.found == "'four weeks'"
    assert "integer" in caught.value.allowed
    assert "assumptions.dlt_window_days.value" in caught.value.where


def test_a_wrong_condition_is_told_with_its_key_its_place_and_what_may_stand_there(
    tmp_path, settings
):
    settings["derivations"]["adtr"]["nodal"] = "TULOC == 'LYMPH NODE' & TUEVAL.notna()"
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert caught.value.where == f"{tmp_path / 'study.yml'}, key derivations.adtr.nodal"
    assert "LYMPH NODE" in caught.value.found
    assert caught.value.allowed == "at position 23 stands '&'; allowed there: and, or, the end"


def test_a_wrong_condition_of_a_source_is_told_with_its_key(tmp_path, settings):
    settings["derivations"]["adsl"]["death_causes"][1]["where"] = "AESDTH = 'Y'"
    with pytest.raises(StudyError, match=r"adsl\.death_causes\.1\.where") as caught:
        load_study(write(tmp_path, settings))
    assert caught.value.allowed.startswith("at position 8 stands '='; allowed there: ==, !=")


def test_an_empty_condition_of_what_the_data_may_not_tell_is_none(tmp_path, settings):
    for dataset, name in (("adex", "interrupted"), ("admh", "ongoing"), ("addv", "important")):
        settings["derivations"][dataset][name] = ""
    derivations = load_study(write(tmp_path, settings)).derivations
    assert derivations.adex.interrupted is derivations.admh.ongoing is None
    assert derivations.addv.important is None


def test_a_missing_key_is_told_as_missing(tmp_path, settings):
    del settings["study"]["sponsor"]
    with pytest.raises(StudyError, match="missing") as caught:
        load_study(write(tmp_path, settings))
    assert "study.sponsor" in caught.value.where


def test_an_arm_with_a_dose_nobody_labelled_is_refused(tmp_path, settings):
    settings["arms"]["P1D20"]["dose"] = 25
    with pytest.raises(StudyError, match="no label"):
        load_study(write(tmp_path, settings))


def test_every_assumption_says_what_it_means_and_that_it_is_not_public(root):
    assumptions = load_study(root / "study.yml").assumptions
    for name in type(assumptions).model_fields:
        assumption = getattr(assumptions, name)
        assert assumption.meaning.endswith("."), name
        assert assumption.source == "not in the public record", name


def test_a_column_filter_uses_the_dose_of_the_analysis_set(study):
    assert study.column_condition("rp2d", "SAF") == equal("TRT01AN", 30)
    assert study.column_condition("rp2d", "ENR") == equal("TRT01PN", 30)
    assert study.column_condition("rp2d", "") == study.column_condition("rp2d", "ENR")


def test_a_section_left_out_is_told_when_something_asks_for_it(tmp_path, settings):
    del settings["derivations"]["adpc"]
    del settings["assumptions"]["pk_lloq"]
    study = load_study(write(tmp_path, settings))
    assert study.derivations.has("ADSL")
    assert not study.derivations.has("ADPC")
    assert "pk_lloq" not in study.assumptions.by_name()
    with pytest.raises(StudyError, match=r"assumptions\.pk_lloq"):
        _ = study.assumptions.pk_lloq
    with pytest.raises(StudyError, match=r"derivations\.adpc"):
        _ = study.derivations.adpc


@pytest.mark.parametrize(
    ("made", "name"), [("validation", "10_validate"), ("datasets", "20_derive")]
)
def test_a_study_needs_a_notebook_that_makes_the_validation_and_one_for_the_datasets(
    tmp_path, settings, made, name
):
    del settings["notebooks"][name]
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert f"one of notebooks has to make the {made}; found none" in caught.value.allowed


def test_two_notebooks_that_make_the_datasets_are_told(tmp_path, settings):
    settings["notebooks"]["21_again"] = {"title": "Again", "makes": "datasets"}
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert "make the datasets; found 20_derive, 21_again" in caught.value.allowed


def test_a_study_may_leave_notebooks_of_displays_out_and_bring_its_own(tmp_path, settings):
    for name in ("50_efficacy", "60_pk"):
        del settings["notebooks"][name]
    settings["notebooks"]["70_quality_of_life"] = {"title": "Quality of life"}
    study = load_study(write(tmp_path, settings))
    assert list(study.notebooks)[-1] == "70_quality_of_life"
    assert study.notebooks["70_quality_of_life"].makes == "displays"
    assert len(study.notebooks) == 5


def test_a_notebook_makes_one_of_three_things(tmp_path, settings):
    settings["notebooks"]["30_population"]["makes"] = "tables"
    with pytest.raises(StudyError) as caught:
        load_study(write(tmp_path, settings))
    assert caught.value.where.endswith("key notebooks.30_population.makes")
    assert "'validation', 'datasets' or 'displays'" in caught.value.allowed


@pytest.mark.parametrize(("written", "held"), [('"4.03"', "4.03"), ("4.03", "4.03"), ("6", "6.0")])
def test_a_version_of_ctcae_may_be_written_as_a_number(root, tmp_path, written, held):
    assert changed(root, tmp_path, written).assumptions.ctcae_version.value == held


@pytest.mark.parametrize("written", ['"3.0"', "4", "v5.0", "[5.0]"])
def test_a_version_of_ctcae_that_is_not_held_is_told_with_those_that_are(root, tmp_path, written):
    with pytest.raises(StudyError) as caught:
        changed(root, tmp_path, written)
    assert caught.value.where.endswith("assumptions.ctcae_version.value")
    assert caught.value.allowed == "a version of CTCAE held here: 4.03, 5.0, 6.0"


def changed(root, tmp_path, version):
    """Load the study with another version of CTCAE."""
    text = (root / "study.yml").read_text(encoding="utf-8")
    line = '  ctcae_version:\n    value: "5.0"'
    assert line in text
    (tmp_path / "study.yml").write_text(text.replace(line, line[:-5] + version), encoding="utf-8")
    return load_study(tmp_path / "study.yml")

"""Names and paths of study.yml that become files: none elsewhere, none that can't be one."""

from __future__ import annotations

import pytest
import yaml

from csrkit.errors import StudyError
from csrkit.index import load_index
from csrkit.study import load_study


@pytest.fixture
def settings(root):
    return yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))


@pytest.fixture
def load(tmp_path):
    """Write settings as the study.yml of a folder of its own, and load them."""
    folder = tmp_path / "study"
    folder.mkdir()

    def loaded(settings):
        text = yaml.safe_dump(settings, allow_unicode=True)
        (folder / "study.yml").write_text(text, encoding="utf-8")
        return load_study(folder / "study.yml")

    return loaded


@pytest.mark.parametrize("name", ["../X", "A/B", "", " ", "CON", "A\nB", "x" * 21, "é", "A B"])
def test_a_study_id_that_names_no_folder_is_told(load, settings, name):
    settings["study"]["id"] = name
    with pytest.raises(StudyError) as caught:
        load(settings)
    assert caught.value.where.endswith("study.yml, key study.id")
    assert "name" in caught.value.allowed or "20 characters" in caught.value.allowed


@pytest.mark.parametrize("name", ["../10", "a/b", "aux", "30 population", ".hidden", "30_pop\n"])
def test_a_notebook_that_names_no_file_is_told(load, settings, name):
    settings["notebooks"][name] = {"title": "More"}
    with pytest.raises(StudyError) as caught:
        load(settings)
    assert caught.value.where.endswith(f"study.yml, key notebooks.{name}")
    assert "name" in caught.value.allowed


def test_notebooks_that_are_one_file_on_some_systems_are_told(load, settings):
    settings["notebooks"]["30_Population"] = {"title": "More"}
    with pytest.raises(StudyError) as caught:
        load(settings)
    assert "notebooks 30_Population and 30_population differ only in case" in caught.value.allowed


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("../x", "14.1.9"),
        ("a/b", "14.1.9"),
        ("a\n", "14.1.9"),
        ("Ä", "14.1.9"),
        ("x" * 81, "14.1.9"),
        ("ok", "../14"),
        ("ok", "14.1.9\n"),
        ("ok", "١٤"),
        ("ok", "14/1"),
        ("ok", "1" * 41),
    ],
)
def test_a_display_whose_key_or_number_names_no_file_is_told(root, tmp_path, key, number):
    content = yaml.safe_load((root / "report" / "tlf.yml").read_text(encoding="utf-8"))
    entry = content["displays"]["demographics"]
    content["displays"] = {key: {**entry, "number": number}}
    file = tmp_path / "tlf.yml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load_index(file)
    assert caught.value.where == f"{file}, key displays.{key}{'.number' * (key == 'ok')}"
    assert "pattern" in caught.value.allowed or "at most" in caught.value.allowed


SETTINGS = ["notebooks", "validation", "report", "index", "values"]


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("path", ["..", "../other", "report/../../other", "link/x", "/etc/passwd"])
def test_settings_outside_the_folder_of_the_study_are_refused(load, settings, tmp_path, name, path):
    (tmp_path / "study" / "link").symlink_to(tmp_path)
    settings["paths"][name] = path
    with pytest.raises(StudyError, match="leads out of the study's folder") as caught:
        load(settings)
    assert caught.value.where == f"{tmp_path / 'study' / 'study.yml'}, key paths.{name}"
    assert caught.value.found.startswith(f"{path}: ")
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["data", "derived", "outputs"])
def test_data_may_be_anywhere(load, settings, tmp_path, name):
    for path in ("../elsewhere", str(tmp_path / "elsewhere")):
        settings["paths"][name] = path
        assert load(settings).path(name) == tmp_path / "elsewhere"


@pytest.mark.parametrize("name", [*SETTINGS, "data", "derived", "outputs"])
@pytest.mark.parametrize("path", ["a\0b", "a\nb", ""])
def test_no_path_is_empty_or_holds_control_characters(load, settings, name, path):
    settings["paths"][name] = path
    with pytest.raises(StudyError) as caught:
        load(settings)
    assert caught.value.where.endswith(f"key paths.{name}")
    assert "a path without control characters" in caught.value.allowed


@pytest.mark.parametrize("path", ["report/aux.yml", "a:b/tlf.yml", "a?", "dir./tlf.yml", "nul"])
def test_a_path_of_settings_that_some_system_does_not_take_is_told(load, settings, path):
    settings["paths"]["index"] = path
    with pytest.raises(StudyError) as caught:
        load(settings)
    assert caught.value.where.endswith("key paths.index")


def test_a_link_in_a_circle_is_told_by_who_opens_it(load, settings, tmp_path):
    (tmp_path / "study" / "tlf.yml").symlink_to("tlf.yml")
    settings["paths"]["index"] = "tlf.yml"
    with pytest.raises(StudyError, match="can't be followed"):
        load_index(load(settings).path("index"))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_without_an_end_is_no_setting(load, settings, value):
    settings["arms"]["P1D20"]["dose"] = value
    with pytest.raises(StudyError, match="finite number") as caught:
        load(settings)
    assert caught.value.where.endswith("key arms.P1D20.dose")


def test_the_second_study_keeps_its_settings_in_its_folder(root):
    study = load_study(root / "studies" / "cdiscpilot01" / "study.yml")
    assert all(study.path(name).is_relative_to(study.root) for name in SETTINGS)

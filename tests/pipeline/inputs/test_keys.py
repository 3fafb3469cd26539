"""The key of a stage: what its results rest on changes it, and nothing else does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from csrkit.errors import CsrError
from csrkit.pipeline import run as module
from csrkit.pipeline.inputs.sources import read_sources
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.request import make_request
from csrkit.pipeline.stages import stages_of
from csrkit.pipeline.workspace.store import StageStore

ALL = ["10_validate", "20_derive", "30_population", "40_safety", "50_efficacy", "60_pk"]
DISPLAYS = ALL[2:]


def find_keys(place, **changes):
    """Return stage → key, as a run would find them where each stage is done already."""
    request = make_request(place / "study.yml", out=place / "out", derived=place / "derived")
    request = replace(request, **changes)
    shown = module.check_displays(request.study)
    sources = read_sources(request.study, request.data)
    with ExitStack() as stack:
        work = module._StageWork(request, sources, shown, ConsoleProgress(), stack, here=False)
        for stage in stages_of(request.study):
            work.prepare(stage)
        return work.keys


@pytest.fixture
def keys(place):
    return lambda **changes: find_keys(place, **changes)


def changed(before, after):
    return [name for name in before if before[name] != after[name]]


def test_nothing_changed_gives_the_same_keys(keys):
    assert keys() == keys()
    assert len(set(keys().values())) == 6


def test_keys_are_the_same_in_another_process_with_other_hashes(place, keys):
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[2]);"
        "from test_keys import find_keys; from pathlib import Path;"
        "print(json.dumps(find_keys(Path(sys.argv[1]))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, place, Path(__file__).parent],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("validation/suites/ae.json", ALL[:2]),
        ("validation/waivers.yml", ALL[:2]),
        ("validation/codelists.yml", ALL[:2]),
        ("validation/adam/adsl.json", ALL[:2]),
        ("study.yml", []),
        ("report/tlf.yml", []),
        ("report/values.yml", []),
        ("report/csr.qmd", []),
        ("_quarto.yml", []),
        ("data_raw/sdtm/dm.csv", ALL[:2]),
        ("notebooks/20_derive.ipynb", ["20_derive"]),
        ("notebooks/40_safety.ipynb", ["40_safety"]),
    ],
)
def test_a_file_changes_the_key_of_the_stages_that_read_it(place, keys, file, stages):
    """A remark in settings is none of a stage's inputs; what they say is."""
    assert (place / file).is_file()
    before = keys()
    with (place / file).open("a", encoding="utf-8") as stream:
        stream.write("\n\n" if file.endswith(".ipynb") else "\n# changed\n")
    assert changed(before, keys()) == stages


@pytest.mark.parametrize(
    ("file", "old", "new", "stages"),
    [
        ("study.yml", "label: Phase I total", "label: Phase I both", DISPLAYS),
        ("study.yml", "label: Safety set", "label: Safety analysis set", ALL[1:]),
        ("study.yml", "teae_window_days:\n    value: 30", "teae_window_days:\n    value: 28", ALL),
        ("study.yml", "Derive and check the ADaM datasets", "Derive ADaM", []),
        # The checks of the datasets look for each parameter that a display names.
        ("report/tlf.yml", "PARAMCD == 'NCOURSE'", "PARAMCD == 'NC'", [ALL[1], "30_population"]),
        ("report/tlf.yml", "title: Overview of t", "title: An overview of t", ["40_safety"]),
    ],
)  # fmt: skip
def test_a_setting_changes_the_key_of_the_stages_that_know_it(place, keys, file, old, new, stages):
    before = keys()
    text = (place / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (place / file).write_text(text.replace(old, new), encoding="utf-8")
    assert changed(before, keys()) == stages


def test_the_order_of_columns_is_part_of_the_key(place, keys):
    before = keys()
    text = (place / "study.yml").read_text(encoding="utf-8")
    lines = re.search(r"(  ph1_20: .*\n)(  ph1_30: .*\n)", text)
    (place / "study.yml").write_text(text.replace(lines[0], lines[2] + lines[1]), encoding="utf-8")
    assert changed(before, keys()) == DISPLAYS


def test_a_new_suite_is_an_input(place, keys):
    before = keys()
    (place / "validation" / "suites" / "zz.json").write_text("{}", encoding="utf-8")
    assert changed(before, keys()) == ALL[:2]


def test_a_linked_suite_is_an_input_by_its_content(place, keys, tmp_path):
    (tmp_path / "zz.json").write_text("{}", encoding="utf-8")
    (place / "validation" / "suites" / "zz.json").symlink_to(tmp_path / "zz.json")
    before = keys()
    (tmp_path / "zz.json").write_text("{ }", encoding="utf-8")
    assert changed(before, keys()) == ALL[:2]


def test_accepting_findings_is_a_parameter_of_every_notebook(keys):
    assert changed(keys(), keys(accept_findings=True)) == ALL


def test_another_package_than_before_changes_every_key(keys, monkeypatch):
    before = keys()
    from csrkit.pipeline.inputs import packages

    found = packages.installed_packages()
    monkeypatch.setattr(packages, "installed_packages", lambda: {**found, "pandas": "0.1"})
    assert changed(before, keys()) == ALL


def test_what_an_earlier_stage_made_is_an_input_of_those_that_read_it(place, keys):
    before = keys()
    store = StageStore(place / "derived" / "2026-03-31")
    for number, (text, stages) in enumerate((("1", DISPLAYS), ("1", []), ("2", DISPLAYS))):
        made = place / f"made{number}"
        (made / "adam").mkdir(parents=True)
        (made / "adam" / "adsl.parquet").write_text(text)
        (made / "notebooks").mkdir()
        (made / "notebooks" / "20_derive.ipynb").write_text("{}")
        folders = (Path("adam"), Path("adam_validation"))
        store.publish("20_derive", made, "key", folders)
        after = keys()
        assert changed(before, after) == stages
        before = after


def test_a_stage_that_reads_more_settings_than_its_key_is_made_of_stops(study):
    from csrkit.pipeline.settings import SETTINGS

    limited = study.limited_to(SETTINGS["datasets"])
    assert limited.assumptions == study.assumptions
    assert limited.path("data") == study.path("data")
    with pytest.raises(AttributeError, match="columns"):
        limited.columns  # noqa: B018


def test_a_missing_notebook_is_told(place, keys):
    (place / "notebooks" / "60_pk.ipynb").unlink()
    with pytest.raises(CsrError, match="missing"):
        keys()

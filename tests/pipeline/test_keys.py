"""The key of a stage: whatever its results rest on changes it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace

import pytest

from csrkit.pipeline.request import make_request
from csrkit.pipeline.run import _StageWork
from csrkit.pipeline.stages import stages_of


@pytest.fixture
def place(root, tmp_path):
    """A copy of the sources, and a little data."""
    for name in ("study.yml", "requirements.lock"):
        shutil.copy(root / name, tmp_path)
    for name in ("report", "notebooks", "validation"):
        shutil.copytree(root / name, tmp_path / name)
    (tmp_path / "data_raw" / "sdtm").mkdir(parents=True)
    (tmp_path / "data_raw" / "sdtm" / "dm.xpt").write_bytes(b"first")
    return tmp_path


@pytest.fixture
def keys(place):
    """Return stage → key, as a run would find them."""

    def find(**changes):
        request = make_request(place / "study.yml", out=place / "out", derived=place / "derived")
        with ExitStack() as stack:
            work = _StageWork(replace(request, **changes), stack, here=False)
            for stage in stages_of(request.study):
                work.prepare(stage)
            return work.keys

    return find


def test_nothing_changed_gives_the_same_keys(keys):
    assert keys() == keys()
    assert len(set(keys().values())) == 6


@pytest.mark.parametrize(
    "file",
    [
        "validation/suites/ae.json",
        "validation/waivers.yml",
        "validation/codelists.yml",
        "validation/adam/adsl.json",
        "study.yml",
        "report/tlf.yml",
        "requirements.lock",
        "data_raw/sdtm/dm.xpt",
    ],
)
def test_a_change_of_what_results_rest_on_changes_the_key_of_every_stage(place, keys, file):
    assert (place / file).is_file()
    before = keys()
    with (place / file).open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    after = keys()
    assert [name for name in before if before[name] == after[name]] == []


def test_a_new_suite_changes_the_key_of_every_stage(place, keys):
    before = keys()
    (place / "validation" / "suites" / "zz.json").write_text("{}", encoding="utf-8")
    assert not set(before.values()) & set(keys().values())


def test_accepting_findings_changes_the_key_of_every_stage(keys):
    assert not set(keys().values()) & set(keys(accept_findings=True).values())


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("40_safety", ["40_safety"]),
        ("20_derive", ["20_derive", "30_population", "40_safety", "50_efficacy", "60_pk"]),
    ],
)
def test_a_changed_notebook_changes_its_own_key_and_of_those_that_need_it(
    place, keys, name, changed
):
    before = keys()
    with (place / "notebooks" / f"{name}.ipynb").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    after = keys()
    assert [name for name in before if before[name] != after[name]] == changed

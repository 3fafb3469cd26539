"""What a stage made is used again as it was made, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from csrkit.pipeline.workspace.locks import lock_cut
from csrkit.pipeline.workspace.store import StageStore

ADAM = (Path("adam"),)
DATASET = "adam/adsl.parquet"
NOTEBOOK = "notebooks/20_derive.ipynb"


def made_in(folder, text):
    (folder / "adam").mkdir(parents=True)
    (folder / DATASET).write_text(text)
    (folder / "notebooks").mkdir()
    (folder / NOTEBOOK).write_text("{}")
    return folder


@pytest.fixture
def store(tmp_path):
    store = StageStore(tmp_path / "cut")
    store.publish("20_derive", made_in(tmp_path / "new", "12"), "key-1", ADAM)
    return store


def test_results_are_kept_with_key_and_hashes(store):
    kept = store.kept("20_derive")
    assert kept.key == "key-1"
    assert list(kept.files) == [DATASET, NOTEBOOK]
    assert store.damaged("20_derive", ADAM) == []


def test_nothing_is_kept_of_a_stage_that_never_ran(store):
    assert store.kept("40_safety").key == ""


def test_new_results_replace_old_ones_whole(tmp_path):
    store = StageStore(tmp_path / "cut")
    first = made_in(tmp_path / "one", "1")
    (first / "adam" / "left_over.parquet").write_text("old")
    store.publish("20_derive", first, "key-1", ADAM)
    store.publish("20_derive", made_in(tmp_path / "two", "2"), "key-2", ADAM)
    assert [p.name for p in (tmp_path / "cut" / "adam").iterdir()] == ["adsl.parquet"]
    assert (tmp_path / "cut" / "adam" / "adsl.parquet").read_text() == "2"


def edit(file):
    file.write_text("21")


def truncate(file):
    file.write_text("")


def remove(file):
    file.unlink()


def add(file):
    file.with_name("more").write_text("x")


@pytest.mark.parametrize("damage", [edit, truncate, remove, add])
def test_what_was_damaged_is_named(store, damage):
    damage(store.folder / DATASET)
    expected = "adam/more" if damage is add else DATASET
    assert store.damaged("20_derive", ADAM) == [expected]


@pytest.mark.parametrize("damage", [edit, truncate, remove])
def test_a_damaged_notebook_is_named(store, damage):
    damage(store.folder / NOTEBOOK)
    assert store.damaged("20_derive", ADAM) == [NOTEBOOK]


@pytest.mark.parametrize("text", ["", "{}", '{"key": 1}', '{"key": "key-1", "files": []}', "[1]"])
def test_a_record_that_cannot_be_read_keeps_nothing(store, text):
    (store.folder / "stages" / "20_derive.json").write_text(text)
    assert store.kept("20_derive").key == ""


def test_the_digest_is_of_what_is_read_alone(tmp_path):
    def digest(text, other):
        place = tmp_path / f"{text}{other}"
        store = StageStore(place / "cut")
        made = made_in(place / "made", text)
        (made / "adam_validation").mkdir()
        (made / "adam_validation" / "findings.json").write_text(other)
        store.publish("20_derive", made, "key", (*ADAM, Path("adam_validation")))
        return store.kept("20_derive").digest(ADAM)

    assert digest("1", "a") == digest("1", "b")
    assert digest("1", "c") != digest("2", "c")


def test_what_a_killed_run_left_under_way_is_gone_with_the_next(tmp_path):
    store = StageStore(tmp_path)
    store.publish("20_derive", made_in(tmp_path / ".20_derive-made", "1"), "key-1", ADAM)
    made_in(tmp_path / ".20_derive-killed", "half")
    with lock_cut(tmp_path):
        assert {file.name for file in tmp_path.iterdir()} == {
            ".lock", "adam", "notebooks", "stages",
        }  # fmt: skip
    assert store.damaged("20_derive", ADAM) == []

from pathlib import Path

import pytest

from csrkit.errors import RunError
from csrkit.pipeline.workspace import StageStore, lock_folder, move_into_place, temporary_folder

ADAM = (Path("adam"),)


def made_in(folder, text):
    (folder / "adam").mkdir(parents=True)
    (folder / "adam" / "adsl.parquet").write_text(text)
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "20_derive.ipynb").write_text("{}")
    return folder


def test_results_are_found_under_the_key_they_were_made_with_only(tmp_path):
    store = StageStore(tmp_path / "cut")
    store.publish("20_derive", made_in(tmp_path / "new", "1"), "key-1", ADAM)
    assert store.has("20_derive", "key-1", ADAM)
    assert not store.has("20_derive", "key-2", ADAM)


def test_new_results_replace_old_ones_whole(tmp_path):
    store = StageStore(tmp_path / "cut")
    first = made_in(tmp_path / "one", "1")
    (first / "adam" / "left_over.parquet").write_text("old")
    store.publish("20_derive", first, "key-1", ADAM)
    store.publish("20_derive", made_in(tmp_path / "two", "2"), "key-2", ADAM)
    assert [p.name for p in (tmp_path / "cut" / "adam").iterdir()] == ["adsl.parquet"]
    assert (tmp_path / "cut" / "adam" / "adsl.parquet").read_text() == "2"


def test_results_without_their_folder_or_notebook_are_not_whole(tmp_path):
    store = StageStore(tmp_path / "cut")
    store.publish("20_derive", made_in(tmp_path / "new", "1"), "key-1", ADAM)
    store.notebook("20_derive").unlink()
    assert not store.has("20_derive", "key-1", ADAM)


def test_a_temporary_folder_is_gone_after_a_failure(tmp_path):
    def fail_half_way():
        with temporary_folder(tmp_path, "work") as folder:
            (folder / "half").write_text("x")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_a_move_that_fails_leaves_the_older_folder(tmp_path):
    target = tmp_path / "report"
    target.mkdir()
    (target / "report.html").write_text("old")
    with pytest.raises(OSError):  # noqa: PT011 (the platform words it)
        move_into_place(tmp_path / "never made", target)
    assert (target / "report.html").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_second_run_in_the_same_folder_is_refused_and_a_later_one_is_not(tmp_path):
    with lock_folder(tmp_path), pytest.raises(RunError, match="Another run"), lock_folder(tmp_path):
        pass
    with lock_folder(tmp_path):
        pass


def test_what_a_killed_run_left_under_way_is_gone_with_the_next(tmp_path):
    store = StageStore(tmp_path)
    store.publish("20_derive", made_in(tmp_path / ".20_derive-made", "1"), "key-1", ADAM)
    made_in(tmp_path / ".20_derive-killed", "half")
    with lock_folder(tmp_path):
        assert {file.name for file in tmp_path.iterdir()} == {
            ".lock",
            "adam",
            "notebooks",
            "stages",
        }
    assert store.has("20_derive", "key-1", ADAM)

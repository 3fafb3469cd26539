"""Folders appear whole or not at all, and killed runs leave nothing for good."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from csrkit.errors import RunError
from csrkit.files import folders
from csrkit.files.folders import (
    copy_folder,
    move_into_place,
    scratch_folder,
    sweep,
    temporary_folder,
    write_whole,
)
from csrkit.pipeline.workspace import locks
from csrkit.pipeline.workspace.locks import hold_still, lock_cut, lock_outputs


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
    with lock_cut(tmp_path), pytest.raises(RunError, match="Another run"), lock_cut(tmp_path):
        pass
    with lock_cut(tmp_path):
        pass


@pytest.mark.parametrize("below", ["", "adam"])
def test_results_are_not_read_while_a_run_writes_them(tmp_path, below):
    (tmp_path / "adam").mkdir()
    with lock_cut(tmp_path), pytest.raises(RunError, match="Another run"):  # noqa: SIM117
        with hold_still(tmp_path / below):
            pass
    with hold_still(tmp_path / below), pytest.raises(RunError, match="Another run"):  # noqa: SIM117
        with lock_cut(tmp_path):
            pass


def test_a_folder_that_no_run_works_in_is_read_as_it_stands(tmp_path):
    with hold_still(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_who_adds_to_the_reports_waits_for_another_and_is_told_when_that_takes_long(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    with lock_outputs(tmp_path), pytest.raises(RunError, match="Another run"):  # noqa: SIM117
        with lock_outputs(tmp_path):
            pass


HOLDING = """
import sys, time
from pathlib import Path
from csrkit.files.folders import scratch_folder, temporary_folder
with temporary_folder(Path(sys.argv[1]), "work") as one, scratch_folder() as other:
    print(one, other, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_run(tmp_path, monkeypatch):
    """Another process with a folder beside the results and one among temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, tmp_path / "cut"], stdout=subprocess.PIPE, text=True
    )
    folders = process.stdout.readline().split()
    yield process, folders
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="folders aren't held there")
def test_the_folders_of_a_run_are_left_while_it_lives_and_removed_once_it_was_killed(
    tmp_path, other_run
):
    process, folders = other_run
    for expected in (True, False):
        sweep(tmp_path / "cut", ".*-*")
        with scratch_folder():
            pass
        assert [os.path.isdir(folder) for folder in folders] == [expected, expected]
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="folders aren't held there")
def test_a_folder_swept_before_it_could_be_held_is_made_anew(tmp_path, monkeypatch):
    swept = []

    @contextlib.contextmanager
    def swept_first(folder, *, wait=False):
        if not swept:
            swept.append(folder)
            folder.rmdir()
        yield True

    monkeypatch.setattr(folders, "_held", swept_first)
    with temporary_folder(tmp_path, "work") as folder:
        assert folder.is_dir()
        assert folder != swept[0]
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_never_swept(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / ".work-link").symlink_to(tmp_path / "kept")
    sweep(tmp_path, ".*-*")
    assert (tmp_path / "kept" / "file").exists()


def test_copies_of_what_can_only_be_read_can_be_written_to(tmp_path):
    source = tmp_path / "source"
    (source / "below").mkdir(parents=True)
    (source / "below" / "file").write_text("x")
    for path in (source / "below" / "file", source / "below", source):
        path.chmod(0o555)
    copy_folder(source, tmp_path / "copy")
    made = tmp_path / "copy" / "below"
    assert (made / "file").read_text() == "x"
    assert os.stat(made).st_mode & 0o200
    assert os.stat(made / "file").st_mode & 0o200
    for path in (source, source / "below"):
        path.chmod(0o755)


def test_a_file_is_replaced_in_one_step(tmp_path):
    file = tmp_path / "record.json"
    file.write_text("old")
    held = file.open()
    write_whole(file, "new")
    assert held.read() == "old"
    assert file.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]
    held.close()

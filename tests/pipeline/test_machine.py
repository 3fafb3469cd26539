import errno
import os
from pathlib import Path

import pytest

from csrkit.errors import DataError, RunError, UsageError
from csrkit.pipeline.machine import OF_NUMBER, machine_fault, machine_faults
from csrkit.pipeline.places import keep_apart, written_whole


@pytest.mark.parametrize("number", OF_NUMBER, ids=errno.errorcode.get)
def test_what_the_system_refuses_names_the_file_and_a_remedy(number):
    fault = OSError(number, os.strerror(number), "/data/adsl.parquet")
    told = machine_fault(type(fault).__name__, str(fault))
    assert told.where == "/data/adsl.parquet"
    assert os.strerror(number) in told.found
    assert told.remedy
    assert told.exit_code == 1


@pytest.mark.parametrize(
    ("kind", "text", "what"),
    [
        ("MemoryError", "", "enough memory"),
        ("_ArrayMemoryError", "Unable to allocate 7 GiB", "enough memory"),
        ("OutOfMemoryException", "Out of Memory Error: failed to allocate", "enough memory"),
        ("ImportError", "libx.so: failed to map segment from shared object", "enough memory"),
        ("RuntimeError", "can't start new thread", "process or thread"),
        ("ZMQError", "Too many open files", "Too many files"),
        ("OSError", "[Errno 28] Error writing. Detail: [errno 28] No space", "no space"),
        ("FileNotFoundError", "[Errno 2] No usable temporary directory found in []", "temporary"),
    ],
)
def test_what_libraries_say_in_words_of_their_own_is_told_as_well(kind, text, what):
    assert what in machine_fault(kind, text).what


@pytest.mark.parametrize(
    ("kind", "text"),
    [("ValueError", "no response"), ("KeyError", "'AESEQ'"), ("BrokenPipeError", "[Errno 32] x")],
)
def test_a_fault_of_another_kind_is_none_of_the_machine(kind, text):
    assert machine_fault(kind, text) is None


def test_of_two_files_the_one_that_is_written_to_is_named():
    fault = OSError(errno.ENOSPC, "No space", "/from/a", None, "/to/a")
    assert machine_fault("OSError", str(fault)).where == "/to/a"


def test_a_full_disk_is_looked_for_where_the_work_writes(tmp_path, monkeypatch):
    full = tmp_path / "full"
    full.mkdir()

    def usage(folder):
        free = 0 if Path(folder).is_relative_to(full) else 1 << 40
        return type("Usage", (), {"free": free})

    monkeypatch.setattr("shutil.disk_usage", usage)
    with (
        pytest.raises(RunError) as caught,
        machine_faults(tmp_path / "other", full / "not" / "there"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.where == str(full)


def test_other_errors_and_those_of_ours_pass_as_they_are():
    with pytest.raises(ZeroDivisionError), machine_faults():
        raise ZeroDivisionError
    with pytest.raises(DataError, match="MemoryError in the words of a study"), machine_faults():
        raise DataError("MemoryError in the words of a study")


def test_files_move_into_place_once_all_are_written(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept").write_text("kept")
    (out / "a").write_text("old")

    def stop_half_way():
        with written_whole(out) as folder:
            (folder / "a").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_half_way()
    assert {one.name: one.read_text() for one in out.iterdir()} == {"kept": "kept", "a": "old"}
    with written_whole(out) as folder:
        (folder / "below").mkdir()
        (folder / "a").write_text("new")
        (folder / "below" / "b").write_text("b")
        assert (out / "a").read_text() == "old"
    assert (out / "a").read_text() == "new"
    assert (out / "below" / "b").read_text() == "b"
    assert sorted(one.name for one in out.iterdir()) == ["a", "below", "kept"]


def test_results_in_the_data_are_refused_by_option(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "sdtm")
    keep_apart(tmp_path / "sdtm", {"--out": tmp_path / "sdtm-out"})
    for folder in ("sdtm", "sdtm/out", "link/out"):
        with pytest.raises(UsageError, match="into the data") as caught:
            keep_apart(tmp_path / "sdtm", {"--out": tmp_path / folder})
        assert caught.value.where == "--out"
        assert caught.value.exit_code == 2

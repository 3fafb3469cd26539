"""What stands in the place of a dataset's file, and names that no dataset has: told at once."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read
from csrkit.sdtm.write import write_xpt


def as_folder(file: Path) -> None:
    file.mkdir()


def as_socket(file: Path) -> None:
    # A relative name: the whole one may be longer than a socket's can be.
    before = Path.cwd()
    os.chdir(file.parent)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(file.name)
    os.chdir(before)


PLACES = {
    "a folder": as_folder,
    "a named pipe (FIFO)": os.mkfifo,
    "a socket": as_socket,
    "a device": lambda file: file.symlink_to("/dev/zero"),
    "where nothing is": lambda file: file.symlink_to(file.parent / "old" / "ae.xpt"),
    "which can't be followed": lambda file: file.symlink_to(file),
}


@pytest.mark.parametrize("name", ["ae.xpt", "AE.CSV", "ae.json", "ae.parquet", "ae.sas7bdat"])
@pytest.mark.parametrize("place", PLACES)
def test_what_has_a_datasets_name_and_is_no_file_is_told(tmp_path, refuse, place, name):
    PLACES[place](tmp_path / name)
    fault = refuse()
    assert fault.where == str(tmp_path / name)
    assert place in fault.found


@pytest.mark.parametrize("name", ["types.yml", "define.xml"])
@pytest.mark.parametrize("place", PLACES)
def test_what_stands_for_the_types_of_csv_files_is_told(tmp_path, refuse, place, name):
    (tmp_path / "ae.csv").write_text("USUBJID,AESEQ\nS1,1\n")
    PLACES[place](tmp_path / name)
    fault = refuse()
    assert fault.where == str(tmp_path / name)
    assert place in fault.found


def test_a_link_to_a_file_is_read(tmp_path, xpt):
    shutil.move(xpt, tmp_path / ".real")
    (tmp_path / "ae.xpt").symlink_to(".real")
    assert len(read(tmp_path)["AE"]) == 2


def test_a_pipe_that_is_no_dataset_is_told_by_its_suffix(tmp_path, xpt, refuse):
    os.mkfifo(tmp_path / "ae.pipe")
    assert "kind that can't be read" in refuse().what


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize(
    ("closed", "found"), [("ae.xpt", "no permission"), (".", "Permission denied")]
)
def test_what_may_not_be_read_is_told(closed, found, events):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sdtm"
        folder.mkdir()
        Path(name).chmod(0o755)
        write_xpt(events, folder / "ae.xpt", "AE", "", {})
        (folder / closed).chmod(0)
        with somebody_else(), pytest.raises(DataError) as caught:
            read(folder)
        (folder / closed).chmod(0o700)
    assert found in caught.value.found
    assert caught.value.remedy


@pytest.mark.parametrize("place", PLACES)
def test_what_stands_in_the_place_of_the_folder_is_told(tmp_path, place):
    if place == "a folder":
        return
    PLACES[place](tmp_path / "sdtm")
    with pytest.raises(DataError, match="folder of the SDTM data is missing"):
        read(tmp_path / "sdtm")


@pytest.mark.parametrize(
    "name", ["ae\n.xpt", "ﬁ.xpt", "ä.xpt", "a.xpt", "ae .xpt", "aé.xpt", "..xpt"]
)
def test_a_file_with_a_name_like_a_datasets_is_told(tmp_path, refuse, xpt, name):
    shutil.move(xpt, tmp_path / f"{name}")
    if name.startswith("."):
        assert "no dataset" in refuse().what
    else:
        assert refuse().what == "A file's name is not that of an SDTM dataset"


@pytest.mark.parametrize("other", ["AE.csv", "ae.parquet", "Ae.XPT", "ae.xport", "ae.ndjson"])
def test_a_domain_delivered_twice_is_told_whatever_the_formats(tmp_path, refuse, xpt, other):
    (tmp_path / other).write_text("USUBJID\nS1\n")
    fault = refuse()
    assert fault.what == "Dataset AE was delivered twice"
    assert set(fault.found.split(" and ")) == {"ae.xpt", other}


@pytest.mark.parametrize("name", ["ae.xpt", "ae.csv", "ae.json", "ae.parquet", "ae.sas7bdat"])
@pytest.mark.parametrize(
    ("begin", "found"),
    [
        (b"PK\x03\x04", "an Excel workbook or ZIP archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<?xml version='1.0'?>", "an XML document"),
        (b"\n<!DOCTYPE html><title>404</title>", "an HTML page"),
    ],
)
def test_a_file_that_is_something_else_than_its_name_says_is_told(
    tmp_path, refuse, name, begin, found
):
    (tmp_path / name).write_bytes(begin + b"x" * 2_000)
    fault = refuse()
    assert fault.what == "A file is not what its name says"
    assert fault.found == found


@pytest.mark.parametrize("name", ["ae.xpt", "ae.json", "ae.parquet", "ae.sas7bdat"])
def test_a_csv_file_with_another_name_is_told(tmp_path, refuse, name):
    (tmp_path / name).write_bytes(b"USUBJID,AETERM\nS1,Fever\n" * 50)
    assert "not a SAS transport" in refuse().what or "damaged" in refuse().what


@pytest.mark.parametrize("name", ["ae.xpt", "ae.csv", "ae.json", "ae.parquet", "ae.sas7bdat"])
def test_an_empty_file_is_told_in_every_format(tmp_path, refuse, name):
    (tmp_path / name).touch()
    assert refuse().what == "A file is empty (0 bytes)"

"""A file in whose place something else stands is told at once, and nothing is waited for."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csrkit.errors import DataError, StudyError
from csrkit.files.opening import require_regular
from csrkit.files.yaml import read_yaml

PLACES = ["folder", "fifo", "socket", "device", "nowhere", "circle", "missing"]


@pytest.fixture(params=PLACES)
def place(request, tmp_path, monkeypatch):
    """Something that isn't a file, and how it is told."""
    file = tmp_path / "study.yml"
    if request.param == "folder":
        file.mkdir()
        return file, "a folder"
    if request.param == "fifo":
        os.mkfifo(file)
        return file, "a named pipe (FIFO)"
    if request.param == "socket":
        # A relative name: the whole one may be longer than a socket's can be.
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(file.name)
        return file, "a socket"
    if request.param == "device":
        file.symlink_to("/dev/zero")
        return file, "a device"
    if request.param == "nowhere":
        file.symlink_to(tmp_path / "old.yml")
        return file, f"a link to {tmp_path / 'old.yml'}, where nothing is"
    if request.param == "circle":
        file.symlink_to(tmp_path / "other.yml")
        (tmp_path / "other.yml").symlink_to(file)
        return file, "which can't be followed: Too many levels of symbolic links"
    return file, "nothing"


@pytest.mark.parametrize("kind", [StudyError, DataError])
def test_what_stands_in_the_place_of_a_file_is_told(place, kind):
    file, found = place
    with pytest.raises(kind) as caught:
        require_regular(file, kind)
    assert caught.value.where == str(file)
    assert found in caught.value.found
    assert caught.value.remedy
    assert ("missing" in caught.value.what) == (found == "nothing")


@pytest.fixture
def open_folder():
    """A folder that anybody may look into, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


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


def test_a_file_that_may_not_be_read_is_told(open_folder):
    file = open_folder / "study.yml"
    file.write_text("a: 1")
    file.chmod(0)
    with somebody_else(), pytest.raises(StudyError) as caught:
        read_yaml(file)
    assert caught.value.found == "a file that may not be read (no permission)"


def test_a_file_in_a_folder_that_may_not_be_looked_into_is_told(open_folder):
    (open_folder / "closed").mkdir(mode=0)
    with somebody_else(), pytest.raises(StudyError) as caught:
        read_yaml(open_folder / "closed" / "study.yml")
    assert caught.value.found == "Permission denied"


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "real.yml").write_text("a: 1")
    (tmp_path / "link.yml").symlink_to("real.yml")
    assert read_yaml(tmp_path / "link.yml") == {"a": 1}


def test_a_missing_settings_file_names_the_remedy(tmp_path):
    with pytest.raises(StudyError) as caught:
        read_yaml(Path(tmp_path / "none.yml"))
    assert "--study" in caught.value.remedy

"""A bundle's bytes depend on its files alone, and its names stay inside."""

from __future__ import annotations

import os
import zipfile

import pytest

from csrkit.bundle.archive import write_archive
from csrkit.errors import RunError


def test_equal_files_give_equal_bytes_whatever_their_order_times_and_modes(tmp_path):
    (tmp_path / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    members = [("a/one", tmp_path / "one"), ("a/two", tmp_path / "two"), ("README", b"text")]
    first = write_archive(tmp_path / "first.zip", members).read_bytes()
    os.utime(tmp_path / "one", (1, 1))
    (tmp_path / "two").chmod(0o600)
    assert write_archive(tmp_path / "second.zip", reversed(members)).read_bytes() == first
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert archive.namelist() == ["README", "a/one", "a/two"]
        assert archive.read("a/two") == b"2"
        assert archive.testzip() is None


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../up", "a/../../up", "a/..", "./a", "a//b", "a/", "a\\b", "C:a", "a\nb", ""],
)
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path, name):
    with pytest.raises(RunError, match="can't be put into the bundle"):
        write_archive(tmp_path / "one.zip", [(name, b"x")])


@pytest.mark.parametrize("other", ["a/One", "a/one"])
def test_a_name_that_stands_twice_in_any_spelling_is_refused(tmp_path, other):
    with pytest.raises(RunError, match="can't be put into the bundle"):
        write_archive(tmp_path / "one.zip", [("a/one", b"x"), (other, b"y")])


@pytest.mark.parametrize("name", ["a/b.c", "..a/b", "a/...", "数据/表.csv", ".hidden"])
def test_other_names_are_kept(tmp_path, name):
    with zipfile.ZipFile(write_archive(tmp_path / "one.zip", [(name, b"x")])) as archive:
        assert archive.namelist() == [name]

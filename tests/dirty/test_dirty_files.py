"""Files that aren't what they should be stop the run with one clear message."""

import shutil

import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read


def cut_short(folder):
    content = (folder / "dm.xpt").read_bytes()
    (folder / "dm.xpt").write_bytes(content[: len(content) // 2 + 17])


def emptied(folder):
    (folder / "dm.xpt").write_bytes(b"")


def garbage(folder):
    (folder / "dm.xpt").write_bytes(bytes(range(256)) * 40)


def other_kind(folder):
    (folder / "ae.xlsx").write_bytes(b"PK\x03\x04")


def other_name(folder):
    (folder / "dm.xpt").rename(folder / "demographics.xpt")


def twice(folder):
    shutil.copy(folder / "dm.xpt", folder / "DM.XPT")


def of_another(folder):
    shutil.copy(folder / "dm.xpt", folder / "ae.xpt")


def no_utf8(folder):
    content = (folder / "dm.xpt").read_bytes()
    (folder / "dm.xpt").write_bytes(content.replace(b"Phase I 20E8", b"Phase I \xe9\xff20", 1))


def no_file(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def no_folder(folder):
    shutil.rmtree(folder)


HARMS = {
    "a file cut short": (cut_short, ("dm.xpt",)),
    "a file of 0 bytes": (emptied, ("dm.xpt", "0 bytes")),
    "a file of garbage": (garbage, ("dm.xpt",)),
    "a spreadsheet among the datasets": (other_kind, ("ae.xlsx",)),
    "a file with a name that is no domain": (other_name, ("demographics",)),
    "a dataset delivered twice": (twice, ("DM", "twice")),
    "a file that holds another domain": (of_another, ("ae.xpt", "another domain")),
    "bytes that are no UTF-8": (no_utf8, ("dm.xpt",)),
    "a folder without a dataset": (no_file, ("no dataset",)),
    "a folder that is missing": (no_folder, ("missing",)),
}


@pytest.mark.parametrize("kind", HARMS)
def test_a_file_that_is_wrong_stops_the_run(kind, study, tmp_path):
    folder = tmp_path / "sdtm"
    folder.mkdir()
    for name in ("dm.xpt", "ds.xpt"):
        shutil.copy(study.path("data") / name, folder / name)
    damage, said = HARMS[kind]
    damage(folder)
    with pytest.raises(DataError) as error:
        read(folder)
    assert all(part in str(error.value) for part in said)
    assert error.value.remedy

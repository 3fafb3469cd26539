import shutil
import subprocess

import pytest

from csrkit.bundle.manifest import differences, is_whole, read_manifest, write_manifest


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "run"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "14.1.1.1_disposition.csv").write_text("a,b\n")
    (folder / "report.html").write_text("<html>")
    (folder / "run.json").write_text("{}")
    write_manifest(folder)
    return folder


def test_sha256sum_reads_the_manifest(folder):
    assert shutil.which("sha256sum")
    done = subprocess.run(
        ["sha256sum", "-c", "manifest.sha256"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 3


@pytest.mark.parametrize("damage", ["change", "add", "remove"])
def test_a_folder_that_was_touched_is_not_whole(folder, damage):
    assert is_whole(folder)
    file = folder / ("new.txt" if damage == "add" else "report.html")
    if damage == "remove":
        file.unlink()
    else:
        file.write_text("other")
    assert not is_whole(folder)


def test_what_differs_between_two_runs_is_named(folder, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "report.html").write_text("<html lang>")
    write_manifest(other)
    assert differences(read_manifest(folder), read_manifest(other)) == ["report.html"]

"""What a run reads is hashed at its beginning, and the same until its end."""

from __future__ import annotations

import os

import pytest

from csrkit.errors import RunError
from csrkit.pipeline.inputs import sources as module
from csrkit.pipeline.inputs.hashes import files_below
from csrkit.pipeline.inputs.signature import signature_of
from csrkit.pipeline.inputs.sources import read_sources
from csrkit.pipeline.request import make_request


@pytest.fixture
def request_(place):
    return make_request(place / "study.yml", out=place / "out", derived=place / "derived")


@pytest.fixture
def read(request_):
    return lambda: read_sources(request_.study, request_.data, request_.begun)


def replaced(file):
    """Another file of the same size and time takes its place."""
    text = file.read_bytes()
    before = file.stat()
    other = file.with_name("other")
    other.write_bytes(bytes(reversed(text)))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, file)


def put_back(file):
    """Changed and changed back."""
    text = file.read_bytes()
    file.write_bytes(text + b" ")
    file.write_bytes(text)


def removed(file):
    file.unlink()


def appended(file):
    with file.open("ab") as stream:
        stream.write(b"\n")


@pytest.mark.parametrize("change", [replaced, put_back, removed, appended])
@pytest.mark.parametrize(
    "name",
    [
        "data_raw/sdtm/dm.csv",
        "study.yml",
        "report/tlf.yml",
        "report/values.yml",
        "report/csr.qmd",
        "report/sections/02_synopsis.qmd",
        "_quarto.yml",
        "validation/suites/ae.json",
        "notebooks/40_safety.ipynb",
        "requirements.lock",
    ],
)
def test_a_file_changed_while_the_run_reads_is_named(place, read, name, change):
    sources = read()
    sources.require_unchanged()
    change(place / name)
    with pytest.raises(RunError, match="changed while it ran") as fault:
        sources.require_unchanged()
    assert str(place / name) in fault.value.where


def test_a_file_added_while_the_run_reads_is_named(place, read):
    sources = read()
    (place / "data_raw" / "sdtm" / "ae.csv").write_text("USUBJID\nSKNK01-01-001\n")
    with pytest.raises(RunError, match="changed while it ran") as fault:
        sources.require_unchanged()
    assert "ae.csv" in fault.value.where


def test_the_library_is_watched_too(read, monkeypatch, tmp_path):
    (tmp_path / "module.py").write_text("1")
    monkeypatch.setattr(module, "library_files", lambda: [("module.py", tmp_path / "module.py")])
    sources = read()
    (tmp_path / "module.py").write_text("2")
    with pytest.raises(RunError, match="changed while it ran"):
        sources.require_unchanged()


def test_a_study_file_replaced_between_its_reading_and_its_hash_is_noticed(place):
    request = make_request(place / "study.yml", out=place / "out", derived=place / "derived")
    replaced(place / "study.yml")
    with pytest.raises(RunError, match="changed while it ran"):
        read_sources(request.study, request.data, request.begun).require_unchanged()


def test_another_mode_or_access_is_no_change(place, read):
    sources = read()
    os.chmod(place / "data_raw" / "sdtm" / "dm.csv", 0o600)
    (place / "study.yml").read_bytes()
    sources.require_unchanged()


def test_what_is_no_dataset_is_no_input(place, read):
    before = read().input_hash
    for name in (".hidden.csv", "notes.txt", "README.md"):
        (place / "data_raw" / "sdtm" / name).write_text("x")
    (place / "report" / ".swp").write_text("x")
    assert read().input_hash == before
    (place / "data_raw" / "sdtm" / "ae.csv").write_text("USUBJID\nSKNK01-01-001\n")
    assert read().input_hash != before


def test_names_are_relative_so_that_hashes_hold_wherever_the_study_stands(place, read, tmp_path):
    names = [name for named in read().files.values() for name, _ in named]
    assert {"dm.csv", "study.yml", "report/tlf.yml", "notebooks/60_pk.ipynb"} <= set(names)
    assert not [name for name in names if name.startswith("/") or ".." in name]


def test_a_link_that_leads_back_is_followed_once(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file").write_text("x")
    (tmp_path / "one" / "back").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert [file.name for file in files_below(tmp_path)] == ["file"]


def test_a_file_that_is_not_there_has_no_signature(tmp_path):
    assert signature_of(tmp_path / "none") is None

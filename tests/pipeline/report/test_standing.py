"""A finished report is never overwritten, and never passed on when it was changed."""

from __future__ import annotations

import json

import pytest

from csrkit.bundle.manifest import digest_line, write_manifest
from csrkit.errors import RunError
from csrkit.pipeline.inputs.hashes import hash_file
from csrkit.pipeline.report.standing import (
    has_bundle,
    is_current,
    places_of,
    refuse_changed,
    refuse_other_content,
    refuse_other_inputs,
)
from csrkit.pipeline.report.versions import list_versions
from csrkit.pipeline.request import make_request

RECORD = {
    "report_key": "key",
    "engine": "embedded",
    "input_sha256": {"data": {"ae.xpt": "1", "dm.xpt": "2"}, "index": {"report/tlf.yml": "3"}},
    "packages": {"pandas": "2"},
}


@pytest.fixture
def request_(root, tmp_path):
    return make_request(root / "study.yml", out=tmp_path / "out", derived=tmp_path / "derived")


def fill(folder, text="report", **record):
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(text)
    (folder / "tables").mkdir()
    (folder / "tables" / "14.1.csv").write_text("1")
    (folder / "run.json").write_text(json.dumps({**RECORD, **record}))
    write_manifest(folder)
    return folder


@pytest.fixture
def standing(request_):
    return fill(request_.run_folder)


def edit(folder):
    (folder / "report.html").write_text("edited")
    return "report.html"


def edit_record(folder):
    (folder / "run.json").write_text("{}")
    return "run.json"


def put_note(folder):
    (folder / "note.txt").write_text("hello")
    return "note.txt"


def put_link(folder):
    (folder / "link").symlink_to("nowhere")
    return "link"


def remove(folder):
    (folder / "tables" / "14.1.csv").unlink()
    return "tables/14.1.csv"


def lose_manifest(folder):
    (folder / "manifest.sha256").unlink()
    return "manifest.sha256"


def garble_manifest(folder):
    (folder / "manifest.sha256").write_bytes(b"\xff\xfe")
    return "manifest.sha256"


CHANGES = [edit, edit_record, put_note, put_link, remove, lose_manifest, garble_manifest]


@pytest.mark.parametrize("change", CHANGES)
def test_a_report_changed_by_hand_is_left_and_the_file_named(request_, standing, change):
    refuse_changed(request_)
    name = change(standing)
    with pytest.raises(RunError, match="was changed since it was made") as fault:
        refuse_changed(request_)
    assert fault.value.found == name
    assert not is_current(places_of(request_), "key")
    listed = list_versions(request_.outputs)
    assert [one["state"] for one in listed] == ["changed"]


def test_a_report_is_current_when_its_key_is_and_it_is_whole(request_, standing):
    assert is_current(places_of(request_), "key")
    assert not is_current(places_of(request_), "another")


def test_where_no_report_stands_nothing_is_refused(request_, tmp_path):
    refuse_changed(request_)
    refuse_other_inputs(request_, RECORD)
    refuse_other_content(request_, fill(tmp_path / "made"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"engine": "quarto"}, "engine"),
        ({"packages": {"pandas": "3"}}, "packages: pandas"),
        ({"packages": {}}, "packages: pandas"),
        ({"input_sha256": {"data": {"ae.xpt": "1"}}}, "data: dm.xpt"),
        (
            {"input_sha256": {**RECORD["input_sha256"], "index": {"report/tlf.yml": "4"}}},
            "index: report/tlf.yml",
        ),
    ],
)
def test_a_report_made_from_something_else_is_told_before_anything_runs(
    request_, standing, change, named
):
    refuse_other_inputs(request_, {k: v for k, v in RECORD.items() if k != "report_key"})
    with pytest.raises(RunError, match="made from something else") as fault:
        refuse_other_inputs(request_, {**RECORD, **change})
    assert named in fault.value.found
    assert "--report-version 1.1" in fault.value.remedy


def test_the_version_that_is_proposed_is_free(request_, standing):
    fill(standing.with_name(standing.name.replace("v1.0", "v1.1")))
    with pytest.raises(RunError) as fault:
        refuse_other_inputs(request_, {**RECORD, "engine": "quarto"})
    assert "--report-version 1.2" in fault.value.remedy


@pytest.mark.parametrize("change", [edit, put_note, remove])
def test_what_stands_there_is_compared_file_by_file_with_what_was_made(
    request_, standing, tmp_path, change
):
    made = fill(tmp_path / "made")
    refuse_other_content(request_, made)
    name = change(standing)
    with pytest.raises(RunError, match="other content") as fault:
        refuse_other_content(request_, made)
    assert fault.value.found == f"differing: {name}"


def test_a_bundle_is_whole_when_its_hash_is_as_it_was_kept(request_, standing):
    places = places_of(request_)
    assert not has_bundle(places)
    places.bundle.write_bytes(b"zip")
    assert not has_bundle(places)
    places.bundle_hash.write_text(digest_line(hash_file(places.bundle), places.bundle.name))
    assert has_bundle(places)
    for damage in (b"", b"zap", b"zip "):
        places.bundle.write_bytes(damage)
        assert not has_bundle(places)


def test_versions_say_when_each_was_made_where_the_log_is_there(request_, standing):
    assert list_versions(request_.outputs)[0]["finished"] is None
    places_of(request_).log.write_text('{"finished": "2026-01-01"}')
    assert list_versions(request_.outputs)[0]["finished"] == "2026-01-01"

from pathlib import Path

import pytest

from csrkit.errors import RunError
from csrkit.render.config import merge, profile_file, read_document

ROOT = Path(__file__).parents[2]


def test_maps_merge_lists_join_and_the_later_value_prevails():
    first = {"csr": {"draft": True, "version": "1"}, "css": ["a.css"], "lang": "en"}
    second = {"csr": {"draft": False}, "css": ["b.css"], "lang": "de"}
    assert merge(first, second) == {
        "csr": {"draft": False, "version": "1"},
        "css": ["a.css", "b.css"],
        "lang": "de",
    }


def test_a_mistyped_profile_stops_and_names_those_there_are():
    with pytest.raises(RunError) as stopped:
        profile_file(ROOT, "intrim")
    assert (stopped.value.found, stopped.value.allowed) == ("intrim", "final, interim")


def test_the_profile_decides_whether_the_report_is_a_draft():
    drafts = [
        read_document(ROOT, one, ("html",)).metadata["csr"]["draft"] for one in ("interim", "final")
    ]
    assert drafts == [True, False]


def test_a_format_brings_the_options_of_the_extension():
    options = read_document(ROOT, "interim", ("html", "pdf")).options
    assert options["html"]["html-math-method"] == "mathml"
    assert options["pdf"]["pdf-standard"] == ["a-2a", "ua-1"]
    assert options["html"]["filters"] == options["pdf"]["filters"]

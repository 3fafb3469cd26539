from __future__ import annotations

import pytest

from csrkit.index import IndexEntry
from csrkit.study.base import Section


@pytest.fixture
def entry():
    return IndexEntry(
        key="terms", kind="listing", number="14.3.10.2", title="Terms", datasets=("ADSL",),
        pattern="listing", settings=Section(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("section", "belongs"),
    [
        ("14.3.10.2", True),
        ("14.3.10", True),
        ("14", True),
        ("14.3.1", False),
        ("14.3.10.20", False),
        ("1", False),
    ],
)
def test_a_display_belongs_to_its_section_and_those_above_not_to_one_that_begins_alike(
    entry, section, belongs
):
    assert entry.belongs_to(section) == belongs


def test_files_are_named_by_kind_number_and_key(entry):
    assert (entry.folder, entry.file_stem) == ("listings", "14.3.10.2_terms")
    assert entry.caption == "Listing 14.3.10.2 Terms"

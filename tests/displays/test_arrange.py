from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import equal
from csrkit.displays.arrange import Line, Shelf
from csrkit.index import IndexEntry
from csrkit.results.bench import Bench
from csrkit.results.methods import VALUE
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.values import pick_values
from csrkit.study.base import Section


@pytest.fixture
def shelf(study, adsl):
    """Arrange what is made on a bench of a table of two columns, of which one has no subjects."""
    entry = IndexEntry(
        key="one", kind="table", number="14.1", title="Title", population="SAF",
        footnotes=("Of {ctcae_version}.",), datasets=("ADSL", "ADEX"), pattern="counts",
        columns=("ph1_20", "ph1_30"), settings=Section(),
    )  # fmt: skip
    adex = pd.DataFrame({"USUBJID": ["S1", "S1"], "INFNUM": [1.0, 2.0], "ASTDY": [1.0, 8.0]})

    def make(fill):
        bench = Bench(entry, study, {"ADSL": adsl[adsl["USUBJID"] != "S3"], "ADEX": adex})
        bench.head_columns()
        fill(bench)
        return Shelf(entry, study, bench.finish())

    return make


def count_women(bench):
    count_subjects(bench, bench.declare("F", dataset="ADSL"), "F", equal("SEX", "F"))


def test_columns_are_headed_by_their_own_label_and_number(shelf, study):
    columns = shelf(count_women).columns()
    labels = [study.columns[key].label for key in ("ph1_20", "ph1_30")]
    assert [(one.key, one.label, one.n) for one in columns] == [
        ("ph1_20", labels[0], 2),
        ("ph1_30", labels[1], 0),
    ]


def test_the_notes_of_the_index_and_the_pattern_stand_before_what_is_not_estimable(shelf, study):
    made = shelf(count_women)
    table = made.table(made.columns(), [Line("Share", "F", "{p}")], notes=["First."])
    assert table.footnotes == (
        "First.",
        f"Of {study.assumptions.ctcae_version.value}.",
        "NE = not estimable: No subject counts in the denominator.",
    )


def test_what_is_not_shown_needs_no_note(shelf):
    made = shelf(count_women)
    table = made.table(made.columns(), [Line("Women", "F", "{n}")])
    assert [cell.text for cell in table.rows[0].cells] == ["1", "0"]
    assert len(table.footnotes) == 1


def test_a_row_keeps_its_indentation_and_an_absent_result_leaves_its_cell_empty(shelf):
    made = shelf(count_women)
    row = made.table(made.columns(), [Line("Men", "M", "{n}", indent=2)]).rows[0]
    assert (row.indent, [cell.text for cell in row.cells]) == (2, ["", ""])


def test_values_of_single_subjects_stand_in_no_cell(shelf):
    """A subject's two infusions have one row, column and name."""

    def pick(bench):
        declared = bench.declare("given", dataset="ADEX", method=VALUE, variable="ASTDY")
        pick_values(bench, declared, "infusion", "ASTDY", written="fixed0", number="INFNUM")

    made = shelf(pick)
    assert (made.ard["STAT"] == "infusion").sum() == 2
    assert [row for row, _ in made.cells] == ["columns", "columns"]

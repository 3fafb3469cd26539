from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.displays.make import make_display
from csrkit.index import IndexEntry
from csrkit.index.settings.time_points import ByTimePoint, Given, WithoutNumber

NAMES = ["USUBJID", "INFNUM", "ATPT", "ATPTN", "AVAL", "AVALC", "CHGPRE"]
HEADINGS = [("Interleukin 6 (pg/mL)", 0, []), ("Infusion 1", 1, [])]


@pytest.fixture
def show(study, adsl):
    """Show IL-6 of S1 (5, then 45) and S2 (<2, then 80) around infusion 1."""
    adlb = pd.DataFrame(
        [("S1", 1.0, "PRE", 0.0, 5.0, None, None), ("S2", 1.0, "PRE", 0.0, None, "<2", None),
         ("S1", 1.0, "4 H", 4.0, 45.0, None, 40.0), ("S2", 1.0, "4 H", 4.0, 80.0, None, None)],
        columns=NAMES,
    ).assign(PARAMCD="IL6", PARAM="Interleukin 6 (pg/mL)")  # fmt: skip
    adex = pd.DataFrame({"USUBJID": ["S1", "S2"], "INFNUM": 1.0, "PARAMCD": "DOSE"})

    def make(records=slice(None), **more):
        entry = IndexEntry(
            key="il6", kind="table", number="14.3.4.5", title="IL-6", population="SAF",
            datasets=("ADSL", "ADLB", "ADEX"), pattern="by_time_point", columns=("ph1_20",),
            settings=ByTimePoint(dataset="ADLB", points={"PRE": "Before"}, **more),
        )  # fmt: skip
        return make_display(entry, study, {"ADSL": adsl, "ADLB": adlb[records], "ADEX": adex})

    return make


def shown(display):
    return [(row.label, row.indent, [cell.text for cell in row.cells]) for row in display.rows]


def test_a_block_an_infusion_and_time_has_value_and_change_side_by_side(show):
    display = show()
    assert [column.label for column in display.columns] == [
        "Value",
        "Change from before the infusion",
    ]
    assert shown(display) == [
        *HEADINGS,
        ("Before", 2, []),
        ("n", 3, ["1", ""]),
        ("Mean (SD)", 3, ["5.0 (NE)", ""]),
        ("Median (min, max)", 3, ["5.0 (5, 5)", ""]),
        ("4 H", 2, []),
        ("n", 3, ["2", "1"]),
        ("Mean (SD)", 3, ["62.5 (24.75)", "40.0 (NE)"]),
        ("Median (min, max)", 3, ["62.5 (45, 80)", "40.0 (40, 40)"]),
    ]


def test_results_without_a_number_and_who_received_the_infusion_have_rows_of_their_own(show):
    where = parse("AVAL is missing and AVALC is not missing")
    display = show(
        given=Given(where=parse("PARAMCD == 'DOSE'")),
        without_number=WithoutNumber(where=where, label="Below a limit, n"),
    )
    assert shown(display)[:6] == [
        *HEADINGS,
        ("Received it, n", 2, ["2", ""]),
        ("Before", 2, []),
        ("n", 3, ["1", ""]),
        ("Below a limit, n", 3, ["1", ""]),
    ]
    assert sum(row.label == "Below a limit, n" for row in display.rows) == 2


def test_without_a_change_there_is_one_column_a_group(show):
    assert [column.label for column in show(change="").columns] == ["Value"]


def test_without_a_record_there_is_no_row(show):
    assert shown(show(slice(0, 0))) == []

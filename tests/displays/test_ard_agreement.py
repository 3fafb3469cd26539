"""Every number of a display comes from a result, and every result from records that it names."""

from __future__ import annotations

import pytest

from csrkit.displays.arrange import cells_of
from csrkit.results.analyse import analyse_display
from csrkit.results.ard import ARD_COLUMNS
from csrkit.results.trace import trace_results

TABLES = [
    "disposition",
    "analysis_sets",
    "demographics",
    "exposure",
    "dlt",
    "teae_overview",
    "teae_soc_pt",
    "deaths",
    "lab_grade_shift",
]


@pytest.mark.parametrize("key", TABLES)
def test_the_results_of_a_cell_stand_in_it(shown, key):
    display = shown(key)
    texts = dict(zip(display.ard["NUMBER"], display.ard["FORMATTED"], strict=True))
    columns = dict(zip(display.ard["NUMBER"], display.ard["COLUMN"], strict=True))
    cells = [
        (column.key, cell)
        for row in display.rows
        for column, cell in zip(display.columns, row.cells, strict=False)
    ]
    assert sum(bool(cell.ard) for _, cell in cells) > 10
    for column, cell in cells:
        assert bool(cell.text) == bool(cell.ard)
        for number in cell.ard:
            assert texts[number] in cell.text
            assert columns[number] == column


@pytest.mark.parametrize("key", TABLES)
def test_results_have_the_columns_of_the_contract_and_one_place_each(shown, key):
    ard = shown(key).ard
    assert tuple(ard.columns) == ARD_COLUMNS
    assert ard["NUMBER"].tolist() == list(range(1, len(ard) + 1))
    assert not ard.duplicated(["ROW", "COLUMN", "STAT"]).any()
    assert set(ard["OUTPUT"]) == {key}


@pytest.mark.parametrize("key", TABLES)
def test_a_result_without_a_value_says_why(shown, key):
    ard = shown(key).ard
    absent = ard["VALUE"].isna() & ard["FORMAT"].ne("text")
    assert ard.loc[absent, "REASON"].str.len().gt(0).all()
    assert ard.loc[~absent, "REASON"].isna().all()


@pytest.mark.parametrize("key", [*TABLES, "ae_listing", "deaths_listing"])
def test_the_sets_of_a_display_find_their_records_and_subjects(index, study, datasets, key):
    found = analyse_display(index[key], study, datasets)
    traced = trace_results(datasets, found.ard, found.sets, found.subjects)
    assert traced.departures == ()
    assert traced.sets > 0


def test_two_results_may_not_claim_one_place(shown):
    import pandas as pd

    ard = shown("dlt").ard
    with pytest.raises(ValueError, match="two results"):
        cells_of(pd.concat([ard, ard]))

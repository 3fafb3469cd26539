from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import equal
from csrkit.index.settings.figures import Source, Waterfall
from csrkit.index.settings.listing import ListedColumn, Listing


@pytest.fixture
def listed(analysed, adae):
    """List terms by grade, those of all subjects of the safety set (S1 to S4)."""

    def make(records=adae, sort=("ATOXGRN", "USUBJID"), text="{AEDECOD}"):
        columns = (ListedColumn(label="Term", text=text),)
        settings = Listing(dataset="ADAE", sort=sort, columns=columns)
        return analysed("listing", settings, keys=(), ADAE=records)

    return make


def test_a_listing_holds_the_subjects_of_its_population_alone(listed, stat):
    found = listed()
    assert found.listed["USUBJID"].tolist() == ["S1", "S3", "S4", "S2", "S1"]
    assert stat(found.ard, "listed", "all", "n_events") == str(len(found.listed)) == "5"


def test_records_without_a_value_of_the_order_come_last(listed, adae):
    ungraded = adae.assign(ATOXGRN=adae["ATOXGRN"].where(adae["USUBJID"] != "S1"))
    assert listed(ungraded).listed["USUBJID"].tolist() == ["S3", "S4", "S2", "S1", "S1"]


def test_a_listing_takes_from_adsl_what_its_dataset_lacks(listed):
    found = listed(text="{AEDECOD} {SEX}").listed
    assert dict(zip(found["USUBJID"], found["SEX"], strict=True)) == {
        "S1": "F",
        "S2": "M",
        "S3": None,
        "S4": "F",
    }


def test_the_bars_of_a_waterfall_descend_and_an_unchanged_sum_is_not_smaller(analysed, stat):
    adtr = pd.DataFrame({"USUBJID": ["S1", "S2", "S3"], "PARAMCD": "B", "AVAL": [-30.0, 0.0, 9.0]})
    adrs = pd.DataFrame({"USUBJID": ["S1", "S2"], "PARAMCD": "R", "AVALC": ["PR", "SD"]})
    settings = Waterfall(
        change=Source(dataset="ADTR", variable="AVAL", where=equal("PARAMCD", "B")),
        response=Source(dataset="ADRS", variable="AVALC", where=equal("PARAMCD", "R")),
        axis="", thresholds=(), colours={},
    )  # fmt: skip
    ard = analysed("waterfall", settings, ADTR=adtr, ADRS=adrs).ard
    assert ard.loc[ard["STAT"] == "aval", "ROW"].tolist() == ["S3", "S2", "S1"]
    assert (stat(ard, "n.shown", "all", "n"), stat(ard, "n.smaller", "all", "n")) == ("3", "1")

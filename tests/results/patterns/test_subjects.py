from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.figures import Mark, Source, Swimmer
from csrkit.index.settings.listing import Beside, ListedColumn, Listing

LISTING = Listing(
    dataset="ADAE", where="TRTEMFL == 'Y'", sort=("USUBJID", "ATOXGRN"),
    columns=(ListedColumn(label="Term", text="{AEDECOD} {SEX}"),),
)  # fmt: skip


def test_a_listing_holds_the_records_of_its_analysis_set_in_order_and_no_others(analysed, adae):
    """S5 isn't treated, and S4's event isn't treatment-emergent."""
    results = analysed("listing", LISTING, keys=(), ADAE=adae.iloc[::-1])
    assert results.listed["USUBJID"].tolist() == ["S1", "S1", "S2", "S3"]
    assert results.listed["ATOXGRN"].tolist() == [1.0, 3.0, 2.0, 1.0]


def test_the_results_of_a_listing_count_what_is_listed(analysed, adae):
    results = analysed("listing", LISTING, keys=(), ADAE=adae)
    counted = results.ard.set_index("STAT")["VALUE"].to_dict()
    assert counted == {"n": results.listed["USUBJID"].nunique(), "n_events": len(results.listed)}


def test_a_listing_of_some_columns_holds_their_subjects_alone(analysed, adae):
    results = analysed("listing", LISTING, keys=("ph1_30",), ADAE=adae)
    assert results.listed["USUBJID"].tolist() == ["S2", "S3"]


def test_a_listing_holds_the_variables_that_it_shows_or_sorts_by(analysed, adae):
    results = analysed("listing", LISTING, keys=(), ADAE=adae)
    assert list(results.listed.columns) == ["USUBJID", "ATOXGRN", "AEDECOD", "SEX"]


@pytest.fixture
def beside(analysed, adae):
    """Women, each beside her events of nausea."""
    settings = Listing(
        dataset="ADSL", where="SEX == 'F'", sort=("USUBJID", "ATOXGRN"),
        beside=Beside(dataset="ADAE", where="AEDECOD == 'Nausea' and ATOXGRN >= 2"),
        columns=(ListedColumn(label="Term", text="{AGE} {AEDECOD}"),),
    )  # fmt: skip
    return analysed("listing", settings, keys=(), ADAE=adae)


def test_a_record_without_one_beside_it_is_listed_all_the_same(beside):
    """S1 had nausea of grade 3; S4 of grade 1 alone; S5 isn't treated."""
    listed = beside.listed
    assert listed["USUBJID"].tolist() == ["S1", "S4"]
    assert listed["AEDECOD"].tolist()[0] == "Nausea"
    assert listed["AEDECOD"].isna().tolist() == [False, True]


def test_the_results_count_the_records_beside_apart(beside):
    counted = beside.ard.set_index(["ROW", "STAT"])["VALUE"].to_dict()
    assert counted == {
        ("listed", "n"): 2, ("listed", "n_events"): 2,
        ("beside", "n"): 1, ("beside", "n_events"): 1,
    }  # fmt: skip


def test_several_records_beside_stand_in_order(analysed, adae):
    settings = Listing(
        dataset="ADSL", sort=("USUBJID", "ATOXGRN"), beside=Beside(dataset="ADAE"),
        columns=(ListedColumn(label="Term", text="{AEDECOD}"),),
    )  # fmt: skip
    listed = analysed("listing", settings, keys=(), ADAE=adae.iloc[::-1]).listed
    assert listed.loc[listed["USUBJID"] == "S1", "ATOXGRN"].tolist() == [1.0, 3.0]


def test_a_variable_that_neither_dataset_has_is_told(analysed, adae):
    settings = Listing(
        dataset="ADSL", sort=("USUBJID",), beside=Beside(dataset="ADAE"),
        columns=(ListedColumn(label="Term", text="{AEWORD}"),),
    )  # fmt: skip
    with pytest.raises(StudyError) as fault:
        analysed("listing", settings, keys=(), ADAE=adae)
    assert fault.value.found == "AEWORD"


@pytest.fixture
def swimmer():
    day = Source(dataset="ADRS", variable="ADY", where="PARAMCD == 'RSP' and AVALC == 'Y'")
    mark = Mark(day=day, marker="^", colour="#FFFFFF", label="First response")
    return Swimmer(
        follow_up=Source(dataset="ADTTE", variable="AVAL", where="PARAMCD == 'OS'"),
        treatment=Source(dataset="ADSL", variable="AGE", where="AGE is not missing"),
        status=Source(dataset="ADSL", variable="SEX", where="SEX is not missing"),
        ongoing="F",
        administrations=Source(dataset="ADEX", variable="ASTDY", where="PARAMCD == 'DOSE'"),
        number="INFNUM",
        marks={"response": mark},
        axis="",
    )


def test_a_second_record_of_a_mark_is_refused_instead_of_one_being_picked(analysed, swimmer):
    """A first and a later response: which of them counts is said by ADaM, not by a display."""
    adrs = pd.DataFrame({"USUBJID": ["S1"], "PARAMCD": "RSP", "AVALC": "Y", "ADY": [57.0]})
    other = {
        "ADTTE": pd.DataFrame({"USUBJID": ["S1"], "PARAMCD": "OS", "AVAL": [200.0]}),
        "ADEX": pd.DataFrame(
            {"USUBJID": ["S1"], "PARAMCD": "DOSE", "ASTDY": [1.0], "INFNUM": [1.0]}
        ),
    }
    found = analysed("swimmer", swimmer, ADRS=adrs, **other).ard
    response = found[found["STAT"] == "response"]
    assert response["FORMATTED"].tolist() == ["1.9"]
    later = pd.concat([adrs, adrs.assign(ADY=113.0)])
    with pytest.raises(ValueError, match="more than one record of S1"):
        analysed("swimmer", swimmer, ADRS=later, **other)

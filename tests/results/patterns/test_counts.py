from __future__ import annotations

from dataclasses import replace

import pytest

from csrkit.conditions import parse
from csrkit.index.settings.common import Levels
from csrkit.index.settings.counts import AnalysisSets, CountRow, Counts
from csrkit.results.patterns.counts import analyse_sets
from csrkit.study.analysis import AnalysisSet


@pytest.fixture
def sets(bench, study, adsl):
    """The analysis sets; all belong to all of them but S1, whose flag of the PK set is missing."""
    flags = {one.flag: "Y" for one in study.analysis_sets.values()}
    reasons = {one.reason: None for one in study.analysis_sets.values()}
    members = adsl.assign(**{**flags, **reasons})
    members.loc[0, ["PKFL", "PKREAS"]] = [None, "No sample"]
    made = bench(datasets={"ADSL": members})
    analyse_sets(made, AnalysisSets())
    return made.finish().ard


def test_who_has_no_flag_of_an_analysis_set_is_outside_it(sets, stat):
    assert stat(sets, "PK", "all", "n") == "4"
    assert stat(sets, "PK.excluded", "all", "n") == "1"
    assert stat(sets, "PK.PKREAS.No sample", "all", "n") == "1"
    assert stat(sets, "ENR.excluded", "all", "n") == "0"


def test_a_set_by_a_condition_without_reasons_counts_its_members_and_all_others(bench, study):
    women = AnalysisSet(where=parse("SEX == 'F'"), label="Women", definition="All women.")
    own = study.model_copy(update={"analysis_sets": {"WOM": women}})
    made = replace(bench(population="", columns=("all",)), study=own)
    analyse_sets(made, AnalysisSets())
    ard = made.finish().ard
    assert ard.loc[ard["ROW"].eq("WOM") & ard["STAT"].eq("n"), "VALUE"].tolist() == [3]
    assert ard.loc[ard["ROW"].eq("WOM.excluded") & ard["STAT"].eq("n"), "VALUE"].tolist() == [2]
    assert set(ard["ROW"]) == {"columns", "WOM", "WOM.excluded"}


@pytest.fixture
def severe(analysed, adae):
    """Count severe events and their terms: of four subjects S1 alone has one of grade 3."""
    row = CountRow(
        row="severe", label="Severe", where=parse("ATOXGRN >= 3"), levels=Levels(variable="AEDECOD")
    )
    return analysed("counts", Counts(dataset="ADAE", stub="", rows=(row,)), ADAE=adae).ard


def test_levels_below_a_row_are_those_of_its_own_records(severe, stat):
    assert stat(severe, "severe", "all", "n") == "1"
    rows = [row for row in dict.fromkeys(severe["ROW"]) if row.startswith("severe.")]
    assert rows == ["severe.AEDECOD.Nausea"]
    assert stat(severe, rows[0], "all", "n") == "1"


def test_a_row_of_everyone_counts_all_subjects_in_the_columns_of_all(analysed, stat):
    """S5 belongs to no analysis set."""
    row = CountRow(row="seen", label="Seen", everyone=True)
    ard = analysed("counts", Counts(dataset="ADSL", stub="", rows=(row,))).ard
    assert ard.loc[ard["ROW"] == "seen", "COLUMN"].unique().tolist() == ["all"]
    assert [stat(ard, "seen", "all", name) for name in ("n", "N")] == ["5", "5"]

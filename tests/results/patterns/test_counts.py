from __future__ import annotations

import pytest

from csrkit.index.settings.counts import AnalysisSets


@pytest.fixture
def sets(bench, study, adsl):
    """The analysis sets, to which all subjects belong but S1, whose flag of the PK set is missing."""
    from csrkit.results.patterns.counts import analyse_sets

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

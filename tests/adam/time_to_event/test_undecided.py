"""Endpoints that a date known in part decides: kept by default, and told."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.registry import derive_all
from csrkit.adam.time_to_event.undecided import find_undecided_endpoints
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.validation.adam.undecided import find_undecided_findings

# Progression on 2026-08-14 (day 115); therapy on a day of September, and none before.
PROGRESSED = "SKNK01-01-016"


@pytest.fixture(scope="module")
def final(study, root):
    """The study at its final cut."""
    return study.covering("final")


@pytest.fixture(scope="module")
def domains(final):
    """The domains of the one subject, delivered whole."""
    whole = read(final.path("data"))
    return {
        name: frame[frame["USUBJID"].eq(PROGRESSED)] if "USUBJID" in frame else frame
        for name, frame in whole.items()
    }


@pytest.fixture(scope="module")
def result(domains, final):
    """Datasets, and endpoints that hang on dates, with some values of a domain changed."""

    def make(domain, where, study=final, **values):
        frame = domains[domain].copy()
        chosen = frame.query(where).index
        assert len(chosen)
        for name, value in values.items():
            frame.loc[chosen, name] = value
        sdtm = apply_cut({**domains, domain: frame}, study).domains
        adam = derive_all(sdtm, study, only=["ADTTE", "ADRS"])
        return adam, find_undecided_endpoints(sdtm, adam, study)

    return make


def pfs(adam):
    row = adam["ADTTE"].set_index("PARAMCD").loc["PFS"]
    return row["AVAL"], row["CNSR"]


THERAPY = "CMCAT == 'SUBSEQUENT ANTICANCER THERAPY'"


def test_a_therapy_known_to_the_month_does_not_erase_a_progression_and_is_told(result):
    adam, undecided = result("CM", THERAPY, CMSTDTC="2026-08")
    assert pfs(adam) == (115, 0)
    free = undecided[undecided["PARAMCD"] == "PFS"].iloc[0]
    assert free["USUBJID"] == PROGRESSED
    assert free["DATE"].endswith("CMSTDTC=2026-08")
    assert free["STATED"] == "event on day 115 (Disease progression)"
    assert free["OTHERWISE"] == "censored at day 60 (New anticancer therapy)"
    assert {"PD", "PFS"} <= set(undecided["PARAMCD"])
    assert "PFSEV" not in set(undecided["PARAMCD"])


def test_by_the_other_reading_the_progression_is_censored_and_told_as_well(result, final):
    own = final.assumptions.partial_new_therapy.model_copy(update={"value": "earliest"})
    assumptions = final.assumptions.model_copy(update={"partial_new_therapy": own})
    cautious = final.model_copy(update={"assumptions": assumptions})
    adam, undecided = result("CM", THERAPY, cautious, CMSTDTC="2026-08")
    assert pfs(adam) == (60, 2)
    free = undecided[undecided["PARAMCD"] == "PFS"].iloc[0]
    assert free["STATED"].startswith("censored at day 60")
    assert free["OTHERWISE"].startswith("event on day 115")


@pytest.mark.parametrize("date", ["2026-08-20", "2026-09", "2026-08-15/2026-08-30"])
def test_a_therapy_that_surely_came_later_decides_nothing(result, date):
    adam, undecided = result("CM", THERAPY, CMSTDTC=date)
    assert pfs(adam) == (115, 0)
    assert undecided.empty


def test_a_progression_known_to_the_month_comes_before_a_therapy_of_that_month(result):
    where = "RSDTC == '2026-08-14' and RSTESTCD == 'OVRLRESP'"
    adam, undecided = result("RS", where, RSDTC="2026-08")
    assert pfs(adam)[1] == 0
    assert undecided["DATE"].str.contains("RSDTC=2026-08").all()
    assert "PFS" in set(undecided["PARAMCD"])


def test_a_death_known_to_the_month_is_told_where_it_decides(result, domains):
    _, undecided = result("DM", "USUBJID.notna()", DTHDTC="2026-10", DTHFL="Y")
    overall = undecided[undecided["PARAMCD"] == "OS"]
    assert overall["DATE"].tolist() == [
        f"DM SUBJID={domains['DM']['SUBJID'].iloc[0]} DTHDTC=2026-10"
    ]


def test_the_finding_names_subject_site_and_what_hangs_on_the_date(result):
    adam, undecided = result("CM", THERAPY, CMSTDTC="2026-08")
    (finding,) = find_undecided_findings(undecided, adam)
    assert (finding.id, finding.severity) == ("ADTTE-PARTIAL", "warning")
    record = next(each for each in finding.records if each.key == "PARAMCD=PFS")
    assert (record.subject, record.site) == (PROGRESSED, "01")
    assert "event on day 115" in record.values
    assert "otherwise censored at day 60" in record.values
    assert find_undecided_findings(undecided.iloc[:0], adam) == []
    assert isinstance(undecided, pd.DataFrame)

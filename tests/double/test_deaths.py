"""Deaths, serious events and discontinuations, from DM, DD, AE and EX, whenever they happened."""

from __future__ import annotations

import pandas as pd
import pytest

# The case of a related fatal event long after the last infusion: who, when, of what.
LATE = ("SKNK01-01-002", "2025-12-22", "Lung infection")


@pytest.fixture(scope="module")
def deaths(data, subjects) -> pd.DataFrame:
    """One row a death: USUBJID, CAUSE and SINCE, the days from the last infusion."""
    dd = data["DD"][data["DD"]["DDTESTCD"] == "PRCDTH"].set_index("USUBJID")["DDSTRESC"]
    dead = subjects[subjects["DEATH"].notna()]
    since = (dead["DEATH"] - dead["LAST"]).dt.days
    return pd.DataFrame(
        {"USUBJID": dead.index, "CAUSE": dead.index.map(dd), "SINCE": since.to_numpy()}
    )


@pytest.fixture(scope="module")
def fatal(events, subjects, assumed) -> pd.DataFrame:
    """Fatal events, with LATE: started after the window of treatment-emergent ones."""
    own = events[(events["AEOUT"] == "FATAL") | (events["AESDTH"] == "Y")]
    end = own["USUBJID"].map(subjects["LAST"]) + pd.Timedelta(days=assumed("teae_window_days"))
    return own.assign(
        LATE=own["ONSET"] > end, RELATED=own["AEREL"].isin(["RELATED", "POSSIBLY RELATED"])
    )


def test_all_deaths_by_cause_and_time_since_the_last_infusion(
    deaths, fatal, columns, settings, population, reported, agree
):
    limit = settings["derivations"]["adsl"]["death_after_dose_days"]
    late, related = fatal["LATE"], fatal["RELATED"]
    counted = {
        "died": deaths,
        "fatal": fatal,
        "fatal_related": fatal[related],
        "fatal_teae": fatal[~late],
        "fatal_teae_related": fatal[~late & related],
        "fatal_other": fatal[late],
        "fatal_other_related": fatal[late & related],
    }
    for cause, own in deaths.groupby("CAUSE"):
        counted[f"cause.{cause}"] = own
    for term, own in fatal.groupby("AEDECOD"):
        counted[f"fatal_term.{term}"] = own
    soon = deaths["SINCE"] <= limit
    for group, own in ((f"<= {limit}", deaths[soon]), (f"> {limit}", deaths[~soon])):
        counted[f"elapsed.{group}"] = own
        for cause, part in own.groupby("CAUSE"):
            counted[f"elapsed.{group}.DTHCAUS.{cause}"] = part
    expected = {}
    for column, members in columns(population("deaths")).items():
        for row, own in counted.items():
            expected[row, column, "n"] = own.loc[
                own["USUBJID"].isin(members.index), "USUBJID"
            ].nunique()
            expected[row, column, "N"] = len(members)
    values = reported("deaths")
    found = set(values.index.get_level_values("ROW"))
    assert found == {row for row, *_ in expected} | {"untreated"}
    agree(values, expected)


def test_every_death_is_listed_with_its_fatal_events(deaths, fatal, records):
    listed = records("deaths_listing")
    expected = deaths.merge(fatal[["USUBJID", "AESEQ", "AETERM", "LATE"]], how="left")
    keys = ["USUBJID", "AESEQ"]
    one, other = listed.sort_values(keys), expected.sort_values(keys)
    pd.testing.assert_frame_equal(
        one[keys].reset_index(drop=True), other[keys].reset_index(drop=True), check_dtype=False
    )
    assert one["LDDTHELD"].tolist() == other["SINCE"].tolist()
    assert one["DTHCAUS"].tolist() == other["CAUSE"].tolist()
    assert one["TRTEMFL"].ne("Y").tolist() == other["LATE"].ne(False).tolist()


def test_the_related_death_after_the_window_is_in_table_listings_and_events(records, reported):
    subject, day, term = LATE
    dead = records("deaths_listing").set_index("USUBJID").loc[subject]
    assert (str(dead["DTHDT"].date()), dead["AEDECOD"], dead["ASTDY"]) == (day, term, 142)
    assert (dead["ATOXGR"], dead["AEREL"], dead["TRTEMFL"]) == ("5", "RELATED", None)
    serious = records("sae_listing")
    own = serious[(serious["USUBJID"] == subject) & (serious["AEDECOD"] == term)]
    assert own["AEOUT"].tolist() == ["FATAL"]
    assert reported("deaths")["fatal_other_related", "all", "n"] == 1


@pytest.mark.parametrize(
    ("key", "listed_if"),
    [
        ("sae_listing", lambda event: event["AESER"].eq("Y")),
        ("discontinuation_listing", lambda event: event["AEACN"].eq("DRUG WITHDRAWN")),
        ("aesi_listing", lambda event: event["AESICAT"].notna()),
    ],
)
def test_events_of_the_whole_study_are_listed(events, records, key, listed_if):
    own, listed = events[listed_if(events)], records(key)
    assert sorted(zip(listed["USUBJID"], listed["AESEQ"], strict=True)) == sorted(
        zip(own["USUBJID"], own["AESEQ"], strict=True)
    )
    assert len(own)

"""Adverse events on treatment and dose-limiting toxicities, counted from AE, SUPPAE and EX."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import beta


def is_emergent(ae, window: int) -> bool:
    """Whether an event starts from the first infusion through the window, or then gets worse.

    A partial date is compared with as much of the first infusion's: what may be on its day, is.
    """
    first, started, ended = ae.FIRST.isoformat(), ae.AESTDTC, ae.AEENDTC
    if pd.notna(ended) and ended < first[: len(ended)]:
        return False
    if pd.isna(started):
        return True
    if started < first[: len(started)]:
        return pd.notna(ae.AEITOXGR) and float(ae.AETOXGR) > float(ae.AEITOXGR)
    return max(ae.ONSET, ae.START) <= ae.LAST + pd.Timedelta(days=window)


@pytest.fixture(scope="module")
def emergent(events, subjects, assumed) -> pd.DataFrame:
    own = events.merge(subjects[subjects["SAF"]], left_on="USUBJID", right_index=True)
    window = assumed("teae_window_days")
    own = own[[is_emergent(ae, window) for ae in own.itertuples()]]
    return own.assign(GRADE=pd.to_numeric(own["AETOXGR"]))


def count(events: pd.DataFrame, members: pd.DataFrame, row: str, column: str):
    own = events[events["USUBJID"].isin(members.index)]
    return {
        (row, column, "n"): own["USUBJID"].nunique(),
        (row, column, "N"): len(members),
        (row, column, "n_events"): len(own),
    }


def test_the_overview_of_adverse_events(emergent, columns, assumed, population, reported, agree):
    related = emergent["AEREL"].isin(["RELATED", "POSSIBLY RELATED"])
    severe, serious = emergent["GRADE"] >= 3, emergent["AESER"] == "Y"
    categories = {
        "any": emergent["AESEQ"].notna(),
        "related": related,
        "grade3": severe,
        "grade3_related": severe & related,
        "serious": serious,
        "serious_related": serious & related,
        "discontinued": emergent["AEACN"] == "DRUG WITHDRAWN",
        "interrupted": emergent["AEACN"] == "DRUG INTERRUPTED",
        "fatal": (emergent["AEOUT"] == "FATAL") | (emergent["AESDTH"] == "Y"),
        "aesi": emergent["AESICAT"].notna(),
    }
    for name in [one["name"] for one in assumed("aesi")]:
        categories[f"aesi.{name}"] = emergent["AESICAT"] == name
    expected = {}
    for column, members in columns(population("teae_overview")).items():
        for row, mask in categories.items():
            expected |= count(emergent[mask], members, row, column)
    agree(reported("teae_overview"), expected)


def count_terms(events: pd.DataFrame, members: pd.DataFrame, column: str):
    """Count the subjects of any event, of each class, and of each term in it."""
    expected = count(events, members, "any", column)
    for soc, of_class in events.groupby("AEBODSYS"):
        expected |= count(of_class, members, str(soc), column)
        for term, of_term in of_class.groupby("AEDECOD"):
            expected |= count(of_term, members, f"{soc} / {term}", column)
    return expected


@pytest.mark.parametrize(
    ("key", "selected"),
    [
        ("teae_soc_pt", lambda events: events),
        (
            "teae_related",
            lambda events: events[events["AEREL"].isin(["RELATED", "POSSIBLY RELATED"])],
        ),
    ],
)
def test_adverse_events_by_class_and_term(
    emergent, columns, population, reported, agree, key, selected
):
    expected = {}
    for column, members in columns(population(key)).items():
        expected |= count_terms(selected(emergent), members, column)
    values = reported(key)
    assert set(values.index.get_level_values("ROW")) == {row for row, *_ in expected}
    agree(values, expected)


def test_subjects_by_their_worst_grade(emergent, columns, population, reported, agree):
    """A subject counts in the highest grade of its events, overall, in a class and of a term."""
    graded = emergent.assign(ROW="any")
    of_class = emergent.assign(ROW=emergent["AEBODSYS"])
    of_term = emergent.assign(ROW=emergent["AEBODSYS"] + " / " + emergent["AEDECOD"])
    every = pd.concat([graded, of_class, of_term])
    worst = every.groupby(["ROW", "USUBJID"])["GRADE"].max().reset_index()
    expected = {}
    for column, members in columns(population("teae_worst_grade")).items():
        for (row, grade), own in worst.groupby(["ROW", "GRADE"]):
            key = f"{row} | {grade:g}"
            expected[key, column, "n"] = own["USUBJID"].isin(members.index).sum()
            expected[key, column, "N"] = len(members)
    values = reported("teae_worst_grade")
    found = set(values.index.get_level_values("ROW"))
    assert {row for row in found if "|" in row} == {row for row, *_ in expected}
    agree(values, expected)


def test_events_that_led_to_discontinuation_interruption_and_death(
    emergent, columns, population, reported, agree
):
    led_to = {
        "discontinued": emergent["AEACN"] == "DRUG WITHDRAWN",
        "interrupted": emergent["AEACN"] == "DRUG INTERRUPTED",
        "fatal": (emergent["AEOUT"] == "FATAL") | (emergent["AESDTH"] == "Y"),
    }
    expected = {}
    for column, members in columns(population("teae_consequences")).items():
        for row, mask in led_to.items():
            expected |= count(emergent[mask], members, row, column)
            for term, own in emergent[mask].groupby("AEDECOD"):
                expected |= count(own, members, f"{row}.AEDECOD.{term}", column)
    values = reported("teae_consequences")
    assert set(values.index.get_level_values("ROW")) == {row for row, *_ in expected}
    agree(values, expected)


def test_toxicities_inside_and_outside_the_window_are_listed(events, subjects, assumed, records):
    window = pd.Timedelta(days=assumed("dlt_window_days") - 1)
    dlts = events[events["AEDLT"] == "Y"]
    start = dlts["USUBJID"].map(subjects["START"])
    inside = dlts["ONSET"].between(start, start + window).map({True: "Y", False: "N"})
    listed = records("dlt_listing")
    assert sorted(zip(listed["USUBJID"], listed["AEDECOD"], listed["DLTWINFL"], strict=True)) == (
        sorted(zip(dlts["USUBJID"], dlts["AEDECOD"], inside, strict=True))
    )
    assert set(listed["DLTWINFL"]) == {"Y", "N"}


def test_dose_limiting_toxicities(events, subjects, columns, assumed, reported, agree):
    window = pd.Timedelta(days=assumed("dlt_window_days") - 1)
    start = events["USUBJID"].map(subjects["START"])
    dlts = events[(events["AEDLT"] == "Y") & events["ONSET"].between(start, start + window)]
    a, b = assumed("dlt_prior")
    expected, posterior = {}, {}
    for column, members in columns("DLT", ("ph1_20", "ph1_30")).items():
        total = len(members)
        n = int(members.index.isin(dlts["USUBJID"]).sum())
        expected["rate", column, "n"] = n
        expected["rate", column, "N"] = total
        expected["rate", column, "conf.low"] = beta.ppf(0.025, n, total - n + 1) if n else 0.0
        expected["rate", column, "conf.high"] = beta.ppf(0.975, n + 1, total - n)
        rate = beta(a + n, b + total - n)
        posterior["posterior", column, "mean"] = rate.mean()
        posterior["posterior", column, "prob"] = rate.sf(assumed("dlt_target_rate"))
    values = reported("dlt")
    agree(values, expected)
    agree(values, posterior)

"""Best overall response, ORR and DCR, worked out from the dated overall responses of RS."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import beta

LEVELS = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING"]


def best_confirmed(visits: list[tuple[int, str]], confirmation: int, sd_least: int) -> str:
    """Return the best response of one subject by RECIST 1.1, with confirmation.

    `visits` are (days since the first infusion, overall response) in order, up to the first PD.
    """

    def confirmed(place: int, by: set[str]) -> bool:
        between: list[str] = []
        for day, response in visits[place + 1 :]:
            if response in by and day - visits[place][0] >= confirmation:
                return between.count("NE") <= 1 and set(between) <= by | {"NE"}
            between.append(response)
        return False

    responses = [response for _, response in visits]
    late = [response for day, response in visits if day >= sd_least]
    places = range(len(visits))
    if any(responses[i] == "CR" and confirmed(i, {"CR"}) for i in places):
        return "CR"
    if any(responses[i] == "PR" and confirmed(i, {"CR", "PR"}) for i in places):
        return "PR"
    if {"CR", "PR", "SD"} & set(late):
        return "SD"
    if "NON-CR/NON-PD" in late:
        return "NON-CR/NON-PD"
    if "PD" in responses:
        return "PD"
    return "NE" if responses else "MISSING"


@pytest.fixture(scope="module")
def best(data, subjects, assumed, days, therapy_starts) -> pd.Series:
    rs = data["RS"][(data["RS"]["RSCAT"] == "RECIST 1.1") & (data["RS"]["RSTESTCD"] == "OVRLRESP")]
    rs = rs.assign(DAY=days(rs["RSDTC"])).sort_values("DAY")
    found = {}
    for subject, start in subjects.loc[subjects["SAF"], "START"].items():
        own = rs[(rs["USUBJID"] == subject) & (rs["DAY"] >= start)]
        own = own[~(own["DAY"] > therapy_starts.get(subject, pd.Timestamp.max))]
        visits = list(zip((own["DAY"] - start).dt.days, own["RSSTRESC"], strict=True))
        ends = [place for place, (_, response) in enumerate(visits) if response == "PD"]
        visits = visits[: ends[0] + 1] if ends else visits
        found[subject] = best_confirmed(
            visits, assumed("confirmation_days"), assumed("sd_min_days")
        )
    return pd.Series(found)


def test_best_overall_response_by_column(best, columns, population, reported, agree):
    expected = {}
    for column, members in columns(population("best_response")).items():
        for level in LEVELS:
            expected[f"bor.{level}", column, "n"] = best[members.index].eq(level).sum()
            expected[f"bor.{level}", column, "N"] = len(members)
    agree(reported("best_response"), expected)


def test_response_and_disease_control_rates_with_exact_intervals(
    best, columns, population, assumed, reported, agree
):
    expected = {}
    counted = {"orr": ["CR", "PR"], "dcr": assumed("disease_control")}
    for column, members in columns(population("best_response")).items():
        for row, levels in counted.items():
            n, total = int(best[members.index].isin(levels).sum()), len(members)
            expected[row, column, "n"] = n
            expected[row, column, "p"] = n / total
            low = beta.ppf(0.025, n, total - n + 1) if n else 0.0
            high = beta.ppf(0.975, n + 1, total - n) if n < total else 1.0
            expected[row, column, "conf.low"] = low
            expected[row, column, "conf.high"] = high
    agree(reported("best_response"), expected)


@pytest.mark.parametrize(
    ("visits", "response"),
    [
        ([(56, "PR"), (112, "PR")], "PR"),
        ([(56, "PR"), (112, "SD"), (168, "PR")], "SD"),
        ([(56, "PR"), (70, "NE"), (84, "PR")], "PR"),
        ([(31, "SD")], "NE"),
        ([(20, "PD")], "PD"),
        ([], "MISSING"),
    ],
)
def test_the_second_program_reads_recist_as_meant(visits, response):
    assert best_confirmed(visits, 28, 42) == response

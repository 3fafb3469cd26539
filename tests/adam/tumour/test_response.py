"""Best overall response: worked cases, and a plainly written second version on all sequences."""

from __future__ import annotations

import itertools
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.tumour.response import (
    best_overall_response,
    derive_first_response,
    select_usable_responses,
)
from csrkit.adam.tumour.rules import ResponseRules
from csrkit.errors import DerivationError

PLAIN = runpy.run_path(str(Path(__file__).with_name("plain_response.py")))
RULES = ResponseRules(confirmation_days=28, sd_min_days=42)
START = pd.Timestamp("2025-07-01")


def seen(*visits, subject="S1", start=START):
    """Rows (day after start, response) of one subject."""
    return pd.DataFrame(
        {
            "USUBJID": subject,
            "TRTSDT": start,
            "ADT": pd.to_datetime([start + pd.Timedelta(days=day) for day, _ in visits]),
            "AVALC": [value for _, value in visits],
        }
    )


def bor(responses, *, confirmed=True, rules=RULES):
    """(response, day after start or None) of one subject."""
    row = best_overall_response(responses, rules, confirmed=confirmed).iloc[0]
    return row["AVALC"], None if pd.isna(row["ADT"]) else (row["ADT"] - START).days


@pytest.mark.parametrize(
    ("visits", "unconfirmed", "confirmed"),
    [
        ([(56, "CR"), (84, "CR")], ("CR", 56), ("CR", 56)),
        ([(56, "CR"), (83, "CR")], ("CR", 56), ("SD", 56)),
        ([(56, "CR"), (70, "NE"), (112, "CR")], ("CR", 56), ("CR", 56)),
        ([(56, "CR"), (70, "NE"), (84, "NE"), (112, "CR")], ("CR", 56), ("SD", 56)),
        ([(56, "CR"), (112, "PR")], ("CR", 56), ("SD", 56)),
        ([(56, "PR"), (84, "PR")], ("PR", 56), ("PR", 56)),
        ([(56, "PR"), (112, "CR")], ("CR", 112), ("PR", 56)),
        ([(56, "PR"), (112, "SD"), (168, "PR")], ("PR", 56), ("SD", 56)),
        ([(56, "PR"), (70, "CR"), (84, "PR")], ("CR", 70), ("SD", 56)),
        ([(56, "PR"), (70, "PR"), (84, "CR")], ("CR", 84), ("PR", 56)),
        ([(56, "PR"), (84, "NE"), (112, "PR")], ("PR", 56), ("PR", 56)),
        ([(30, "PR"), (56, "PD")], ("PR", 30), ("PD", 56)),
        ([(42, "SD")], ("SD", 42), ("SD", 42)),
        ([(41, "SD")], ("NE", 41), ("NE", 41)),
        ([(41, "SD"), (56, "PD")], ("PD", 56), ("PD", 56)),
        ([(56, "NON-CR/NON-PD")], ("NON-CR/NON-PD", 56), ("NON-CR/NON-PD", 56)),
        ([(40, "NON-CR/NON-PD")], ("NE", 40), ("NE", 40)),
        ([(56, "NE"), (112, "NE")], ("NE", 56), ("NE", 56)),
        ([(56, "ND")], ("MISSING", None), ("MISSING", None)),
        ([(56, None)], ("MISSING", None), ("MISSING", None)),
        ([(-1, "CR"), (56, "SD")], ("SD", 56), ("SD", 56)),
        ([(56, "PD"), (84, "CR"), (140, "CR")], ("PD", 56), ("PD", 56)),
        ([(56, "PR"), (56, "SD"), (112, "PR")], ("PR", 112), ("SD", 56)),
        ([(56, "NE"), (56, "SD")], ("SD", 56), ("SD", 56)),
    ],
)
def test_best_overall_response_of_worked_cases(visits, unconfirmed, confirmed):
    assert bor(seen(*visits), confirmed=False) == unconfirmed
    assert bor(seen(*visits)) == confirmed


def test_the_examples_of_admiralonco_give_its_published_results():
    """Records and results of the package's own test, where SD counts from day 28."""
    starts = {
        "1": "2020-01-01", "2": "2019-12-12", "3": "2019-11-11", "4": "2019-12-30",
        "5": "2020-01-01", "6": "2020-02-02", "7": "2020-02-02", "9": "2020-02-01",
    }  # fmt: skip
    visits = {
        "1": "2020-01-01 PR 2020-02-01 CR 2020-02-16 NE 2020-03-01 CR 2020-04-01 SD",
        "2": "2020-01-01 SD 2020-02-01 PR 2020-03-01 SD 2020-03-13 CR",
        "3": "2019-11-12 CR 2019-12-02 CR 2020-01-01 SD",
        "4": "2020-01-01 PR 2020-03-01 SD 2020-04-01 SD 2020-05-01 PR 2020-05-15 NON-CR/NON-PD",
        "5": "2020-01-01 PR 2020-01-10 SD 2020-01-20 PR 2020-05-15 NON-CR/NON-PD",
        "6": "2020-02-06 PR 2020-02-16 CR 2020-03-30 PR",
        "7": "2020-02-06 PR 2020-02-16 CR 2020-04-01 NE",
        "9": "2020-02-16 PD 2020-03-06 SD",
    }
    responses = pd.DataFrame(
        [
            (subject, starts[subject], date, value)
            for subject, text in visits.items()
            for date, value in zip(text.split()[::2], text.split()[1::2], strict=True)
        ],
        columns=["USUBJID", "TRTSDT", "ADT", "AVALC"],
    )
    responses = responses.assign(
        ADT=pd.to_datetime(responses["ADT"]), TRTSDT=pd.to_datetime(responses["TRTSDT"])
    )
    rules = ResponseRules(confirmation_days=28, sd_min_days=28)
    best = best_overall_response(responses, rules)
    assert list(
        zip(best["USUBJID"], best["ADT"].dt.strftime("%F"), best["AVALC"], strict=True)
    ) == [
        ("1", "2020-02-01", "CR"),
        ("2", "2020-02-01", "SD"),
        ("3", "2020-01-01", "SD"),
        ("4", "2020-03-01", "SD"),
        ("5", "2020-05-15", "NON-CR/NON-PD"),
        ("6", "2020-03-30", "SD"),
        ("7", "2020-02-06", "NE"),
        ("9", "2020-02-16", "PD"),
    ]
    response = derive_first_response(responses, rules, confirmed=True, counts=("CR", "PR"))
    assert response["AVALC"].tolist() == ["Y", *["N"] * 7]
    assert response["ADT"].iloc[0] == pd.Timestamp("2020-01-01")


def test_a_new_therapy_ends_what_counts():
    responses = seen((56, "PR"), (112, "PR")).assign(NACTDT=START + pd.Timedelta(days=112))
    assert bor(responses) == ("SD", 56)
    assert bor(responses.assign(NACTDT=START + pd.Timedelta(days=113))) == ("PR", 56)


def test_one_sd_between_is_accepted_for_pr_only_when_the_rules_say_so():
    responses = seen((56, "PR"), (70, "SD"), (112, "PR"))
    assert bor(responses) == ("SD", 56)
    accepting = ResponseRules(confirmation_days=28, sd_min_days=42, accept_sd_between=True)
    assert bor(responses, rules=accepting) == ("PR", 56)


def test_the_deciding_record_keeps_its_other_columns():
    responses = seen((56, "SD"), (112, "PR"), (168, "PR")).assign(RSSEQ=[7.0, 8.0, 9.0])
    best = best_overall_response(responses, RULES)
    assert list(best.columns) == [*responses.columns, "AVAL"]
    assert best.loc[0, ["RSSEQ", "AVALC", "AVAL"]].tolist() == [8.0, "PR", 2.0]


def test_an_unknown_response_is_an_error_that_names_the_record():
    with pytest.raises(DerivationError, match=r"subject S1, 2025-08-26[\s\S]*'iCR'"):
        bor(seen((56, "iCR")))


def test_response_and_disease_control_are_dated_by_their_first_record():
    responses = seen((28, "PR"), (56, "SD"), (84, "PR"), (112, "PR"))
    rsp = derive_first_response(responses, RULES, confirmed=False, counts=("CR", "PR")).iloc[0]
    crsp = derive_first_response(responses, RULES, confirmed=True, counts=("CR", "PR")).iloc[0]
    cdc = derive_first_response(
        responses, RULES, confirmed=True, counts=RULES.disease_control
    ).iloc[0]
    assert (rsp["AVALC"], (rsp["ADT"] - START).days) == ("Y", 28)
    assert (crsp["AVALC"], (crsp["ADT"] - START).days) == ("Y", 84)
    assert (cdc["AVALC"], (cdc["ADT"] - START).days) == ("Y", 56)
    none = derive_first_response(seen((56, "PD")), RULES, confirmed=True, counts=("CR", "PR")).iloc[
        0
    ]
    assert none["AVALC"] == "N"
    assert none["AVAL"] == 0
    assert pd.isna(none["ADT"])


SCHEDULES = ([56, 112, 168, 224], [28, 56, 84, 112], [14, 35, 56, 77], [-3, 20, 48, 49])


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_every_sequence_of_up_to_four_responses_agrees_with_the_plain_version(schedule, confirmed):
    values = ["CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"]
    sequences = [
        list(zip(schedule, combination, strict=False))
        for length in range(1, 5)
        for combination in itertools.product(values, repeat=length)
    ]
    frame = pd.concat(
        [seen(*visits, subject=f"{n:05d}") for n, visits in enumerate(sequences)],
        ignore_index=True,
    )
    found = best_overall_response(frame.sample(frac=1, random_state=1), RULES, confirmed)
    expected = [PLAIN["plain_bor"](visits, RULES, confirmed) for visits in sequences]
    days = (found["ADT"] - START).dt.days
    assert found["USUBJID"].tolist() == [f"{n:05d}" for n in range(len(sequences))]
    assert found["AVALC"].tolist() == [value for value, _ in expected]
    np.testing.assert_array_equal(
        days.to_numpy(float), [np.nan if day is None else day for _, day in expected]
    )


@pytest.mark.parametrize("seed", range(3))
def test_long_random_courses_agree_with_the_plain_version_under_other_rules(seed):
    random = np.random.default_rng(seed)
    values = ["CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD", "ND"]
    chances = [0.25, 0.3, 0.12, 0.05, 0.2, 0.05, 0.03]
    rules = ResponseRules(confirmation_days=21, sd_min_days=35, max_ne_between=seed)
    courses = [
        [
            (int(day), str(random.choice(values, p=chances)))
            for day in np.sort(random.integers(-10, 200, random.integers(1, 12)))
        ]
        for _ in range(1500)
    ]
    frame = pd.concat([seen(*course, subject=f"{n:05d}") for n, course in enumerate(courses)])
    for confirmed in (True, False):
        found = best_overall_response(frame, rules, confirmed)
        expected = [PLAIN["plain_bor"](course, rules, confirmed) for course in courses]
        days = [None if pd.isna(d) else (d - START).days for d in found["ADT"]]
        assert list(zip(found["AVALC"], days, strict=True)) == expected


def test_each_subject_is_derived_by_itself_and_order_does_not_matter():
    both = pd.concat(
        [
            seen((56, "PR"), (112, "PR"), subject="A"),
            seen((56, "SD"), (112, "PD"), subject="B"),
        ],
        ignore_index=True,
    )
    whole = best_overall_response(both, RULES)
    parts = pd.concat(
        [best_overall_response(both[both["USUBJID"] == name], RULES) for name in ("A", "B")],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(whole, parts)
    pd.testing.assert_frame_equal(whole, best_overall_response(both.iloc[::-1], RULES))


def test_usable_responses_of_no_records_is_an_empty_frame():
    assert select_usable_responses(seen((56, "SD")).iloc[:0], RULES).empty
    assert best_overall_response(seen((56, "SD")).iloc[:0], RULES).empty

from __future__ import annotations

import json

import pytest

from csrkit.results.ard import Analysis, Result, Statistic, ard, combine
from csrkit.results.compact import BETWEEN_TERMS, BETWEEN_WORDS, compact_results
from csrkit.results.counts import count_levels


@pytest.fixture
def results(analysis, adsl):
    return combine([count_levels(analysis, adsl, "SEX")])


def unfolded(small, output):
    """Return the results of an output as the page shows them."""
    texts, found = small["texts"], small["outputs"][output]
    rows = []
    for stat, value, place in zip(found["stats"], found["values"], found["sets"], strict=True):
        dataset, words, terms, records, subjects, keys = small["sets"][place]
        rows.append(
            (
                texts[stat],
                value,
                texts[dataset],
                BETWEEN_WORDS.join(texts[one] for one in words),
                BETWEEN_TERMS.join(texts[one] for one in terms),
                records,
                subjects,
                None if keys is None else [texts[one] for one in keys],
            )
        )
    return rows


def test_every_result_comes_back_whole_in_the_order_of_its_number(results):
    rows = unfolded(compact_results(results, ["demographics"]), "demographics")
    assert len(rows) == len(results)
    for row, (_, whole) in zip(rows, results.iterrows(), strict=True):
        assert row[1] == whole["VALUE"]
        assert row[2:5] == (whole["DATASET"], whole["FILTER_TEXT"], whole["FILTER_EXPR"])
        assert row[5:7] == (whole["N_RECORDS"], whole["N_SUBJECTS"])
        assert row[7] == json.loads(whole["SUBJECTS"])


def test_only_the_outputs_asked_for_are_there(results):
    assert compact_results(results, ["another"])["outputs"] == {}


def test_a_result_without_a_value_carries_its_word_or_its_reason(groups):
    statistics = [
        Statistic("mean", None, "fixed1", "no value"),
        Statistic.word("decision", "Stay"),
        Statistic("p", 1 / 3, "percent"),
    ]
    found = ard(Analysis("x", "ADSL", groups), [Result("r", "all", statistics)])
    rows = unfolded(compact_results(combine([found]), ["x"]), "x")
    assert [row[:2] for row in rows] == [
        ("Mean", "NE: no value"),
        ("Decision", "Stay"),
        ("Share of the denominator", 1 / 3),
    ]


def test_what_results_share_is_written_once(results):
    small = compact_results(results, ["demographics"])
    assert len(small["texts"]) == len(set(small["texts"]))
    assert len(small["sets"]) < len(results)

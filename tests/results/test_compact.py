from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from csrkit.results.ard import Result, Statistic
from csrkit.results.compact import (
    BETWEEN_TERMS,
    BETWEEN_WORDS,
    SUBJECTS_NAMED,
    compact_results,
)
from csrkit.results.methods import CLOPPER_PEARSON
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.proportions import estimate_proportion


def shown_set(small, place):
    """Return a set as the page shows it: dataset, words, SQL, records, subjects, their keys."""
    texts = small["texts"]
    dataset, words, terms, records, subjects, keys = small["sets"][place]
    return (
        texts[dataset],
        BETWEEN_WORDS.join(texts[one] for one in words),
        BETWEEN_TERMS.join(texts[one] for one in terms),
        records,
        subjects,
        None if keys is None else [texts[one] for one in keys],
    )


def members(results, key):
    return results.subjects.loc[results.subjects["SET_ID"] == key, "USUBJID"].tolist()


def test_every_result_comes_back_whole_in_the_order_of_its_number(women):
    small = compact_results(women, ["demographics"])
    found = small["outputs"]["demographics"]
    sets = women.sets.set_index("SET_ID")
    assert len(found["values"]) == len(women.ard)
    for place, (_, row) in enumerate(women.ard.iterrows()):
        assert found["values"][place] == row["VALUE"]
        assert small["texts"][found["methods"][place]] == row["METHOD"]
        own = sets.loc[row["SET_ID"]]
        assert shown_set(small, found["sets"][place]) == (
            own["DATASET"],
            own["WHERE_TEXT"],
            own["WHERE_SQL"],
            own["N_RECORDS"],
            own["N_SUBJECTS"],
            members(women, row["SET_ID"]),
        )


def test_a_share_names_its_denominator_and_a_total_has_none(women):
    small = compact_results(women, ["demographics"])
    found = small["outputs"]["demographics"]
    for place, (_, row) in enumerate(women.ard.iterrows()):
        denominator = found["denominators"][place]
        if row["STAT"] == "N":
            assert denominator is None
        else:
            assert shown_set(small, denominator)[5] == members(women, row["DENOM_ID"])


def test_only_the_outputs_asked_for_are_there(women):
    small = compact_results(women, ["another"])
    assert small == {"texts": [], "sets": [], "outputs": {}}


def test_a_result_without_a_value_carries_its_word_or_its_reason(bench):
    made = bench("x")
    declared = made.declare("r", dataset="ADSL")
    own = made.denominator(made.columns(), "all")
    statistics = [
        Statistic("mean", None, "fixed1", "no value"),
        Statistic.text("decision", "Stay"),
        Statistic("p", 1 / 3, "percent"),
    ]
    result = Result(row="r", column="all", statistics=statistics, levels={}, set_id=own)
    made.add(declared, result)
    small = compact_results(made.finish(), ["x"])
    found = small["outputs"]["x"]
    texts = [small["texts"][place] for place in found["stats"]]
    assert list(zip(texts, found["values"], strict=True)) == [
        ("Mean", "NE: no value"),
        ("Decision", "Stay"),
        ("Share of the denominator", 1 / 3),
    ]


def test_a_confidence_limit_says_its_level_beside_the_method(bench):
    made = bench("x")
    declared = made.declare("rate", dataset="ADAE", method=CLOPPER_PEARSON, level=0.9)
    estimate_proportion(made, declared, "rate")
    small = compact_results(made.finish(), ["x"])
    named = {small["texts"][place] for place in small["outputs"]["x"]["methods"]}
    assert named == {CLOPPER_PEARSON.name, f"{CLOPPER_PEARSON.name}, 90%"}


@pytest.mark.parametrize("size", [SUBJECTS_NAMED, SUBJECTS_NAMED + 1])
def test_the_page_names_few_subjects_and_the_results_keep_all(bench, size):
    many = pd.DataFrame(
        {
            "USUBJID": [f"S{n:02}" for n in range(size)],
            "SAFFL": "Y",
            "PHASE": "I",
            "TRT01AN": 20.0,
        }
    )
    made = bench("x", datasets={"ADSL": many}, columns=("all",))
    count_subjects(made, made.declare("any", dataset="ADSL"), "any", percent=False)
    results = made.finish()
    named = shown_set(compact_results(results, ["x"]), 0)[5]
    assert (named is None) == (size > SUBJECTS_NAMED)
    assert len(results.subjects) == size


def test_what_results_share_is_written_once(women):
    small = compact_results(women, ["demographics"])
    assert len(small["texts"]) == len(set(small["texts"]))
    assert len(small["sets"]) == len({json.dumps(one) for one in small["sets"]})
    assert len(small["sets"]) < len(women.ard)


def test_results_stand_in_the_order_of_their_numbers_by_which_cells_name_them(women):
    turned = replace(women, ard=women.ard.iloc[::-1])
    values = compact_results(turned, ["demographics"])["outputs"]["demographics"]["values"]
    assert values == women.ard["VALUE"].tolist()

from __future__ import annotations

import pytest

from csrkit.conditions import parse
from csrkit.results.methods import CLOPPER_PEARSON
from csrkit.results.verbs.proportions import estimate_proportion

NAUSEA = parse("TRTEMFL == 'Y' and AEDECOD == 'Nausea'")


@pytest.fixture
def rate(bench):
    def estimate(*, analysis_set=None, level=0.95, datasets=None):
        made = bench(datasets=datasets)
        declared = made.declare(
            "rate", dataset="ADAE", method=CLOPPER_PEARSON, level=level,
            columns=None if analysis_set is None else made.columns(analysis_set),
        )  # fmt: skip
        estimate_proportion(made, declared, "rate", NAUSEA)
        return made.finish().ard

    return estimate


def test_a_proportion_carries_its_exact_interval(rate, stat):
    shown = [stat(rate(), "rate", "all", name) for name in ("n", "N", "p", "conf.low", "conf.high")]
    assert shown == ["1", "4", "25.0", "0.6", "80.6"]


def test_the_interval_is_that_of_the_level_of_the_analysis(rate, stat):
    """Exact limits of 1/4 at 90%: 1.27 and 75.14 percent."""
    found = rate(level=0.9)
    assert [stat(found, "rate", "all", name) for name in ("conf.low", "conf.high")] == [
        "1.3",
        "75.1",
    ]
    assert stat(found, "rate", "all", "conf.low", "CONF_LEVEL") == 0.9


def test_a_rate_of_another_analysis_set_is_of_its_subjects_alone(rate, stat):
    """S1 and S2 alone are efficacy-evaluable."""
    found = rate(analysis_set="EFF")
    assert [stat(found, "rate", "all", name) for name in ("n", "N", "p")] == ["1", "2", "50.0"]
    assert set(found["ANALYSIS_SET"]) == {"EFF"}
    assert stat(found, "rate", "all", "N", "WHERE_SQL") == "\"EFFFL\" = 'Y'"


def test_a_column_without_subjects_has_no_interval_and_says_why(rate, adsl, stat):
    found = rate(datasets={"ADSL": adsl.iloc[1:]})
    for name in ("p", "conf.low", "conf.high"):
        assert stat(found, "rate", "ph1_20", name) == "NE"
        assert stat(found, "rate", "ph1_20", name, "REASON")

"""Nothing is missing without the reason: of every function whose result can be missing."""

import numpy as np
import pandas as pd
import pytest

from csrkit.stats.dose_finding.boin import boin_mtd
from csrkit.stats.estimate import Numbers
from csrkit.stats.incidence import piecewise_exposure
from csrkit.stats.proportion_difference import miettinen_nurminen, newcombe
from csrkit.stats.proportions import (
    agresti_coull,
    clopper_pearson,
    jeffreys,
    poisson_rate,
    wilson,
)
from csrkit.stats.survival import kaplan_meier
from csrkit.stats.survival.competing import cumulative_incidence

SMALL = {
    "nobody": ([], []),
    "one event": ([5], [1]),
    "one censored": ([5], [0]),
    "all censored": ([1, 2, 3], [0, 0, 0]),
    "all events at one time": ([4, 4, 4], [1, 1, 1]),
    "a flat step at one half": ([1, 2, 3, 4], [1, 1, 0, 0]),
    "last one censored": ([1, 2, 3, 4], [1, 0, 1, 0]),
}


def explained(frame):
    values = frame.drop(columns="reason").replace([np.inf, -np.inf], 0)
    return (values.isna().any(axis=1) == frame["reason"].notna()).all()


@pytest.mark.parametrize("case", SMALL)
def test_a_curve_says_why_it_has_no_quantile_no_rate_and_no_mean(case):
    curve = kaplan_meier(*SMALL[case])
    for found in (curve.quantile(0.5), curve.quantile(1), curve.rmst(2), curve.rmst(9)):
        missing = [bool(np.isnan(value)) for value in found]
        assert missing == [reason is not None for reason in found.reasons]
    assert explained(curve.at([0, 2, 4, 9]))
    assert explained(curve.table)


@pytest.mark.parametrize("case", SMALL)
def test_an_incidence_says_why_it_is_missing(case):
    curve = cumulative_incidence(*SMALL[case])
    assert explained(curve.at([0, 2, 4, 9]))
    assert explained(curve.table)


def test_the_reasons_tell_the_cases_apart():
    words = {
        case: (kaplan_meier(*data).quantile(0.5).reasons, kaplan_meier(*data).rmst(9).reasons[0])
        for case, data in SMALL.items()
    }
    assert words["nobody"] == (("no subject",) * 3, "no subject")
    assert words["one event"][0][0] is None
    assert words["one event"][0][1] == "the confidence limit of the curve does not come down to it"
    assert words["all censored"] == (
        ("too few events: the curve does not come down to it",)
        + ("the confidence limit of the curve does not come down to it",) * 2,
        "no subject was followed as long",
    )


@pytest.mark.parametrize("interval", [clopper_pearson, wilson, agresti_coull, jeffreys])
def test_an_interval_of_nobody_says_so(interval):
    assert interval(0, 0).reasons == ("no subject",) * 2
    assert interval(1, 3).reasons == (None, None)
    lower, upper = interval([0, 1], [0, 3]).reasons
    assert lower.tolist() == upper.tolist() == ["no subject", None]


def test_a_rate_without_exposure_says_so():
    assert poisson_rate(0, 0).reasons == ("no exposure",) * 3
    assert poisson_rate([0, 1], [0, 2]).reasons[0].tolist() == ["no exposure", None]
    assert explained(piecewise_exposure([1, 2], [1, 0], cuts=[1, 5]))


def test_a_difference_with_nobody_says_so():
    for interval in (newcombe, miettinen_nurminen):
        assert interval(0, 0, 1, 3).reasons == ("no subject in a group",) * 3
        assert interval(0, 2, 1, 3).reasons == (None,) * 3


def test_a_dose_without_subjects_says_so():
    assert explained(boin_mtd(0.3, [3, 0], [1, 0]).table.drop(columns="eliminated"))


def test_numbers_unpack_and_refuse_what_is_not_explained():
    low, high = Numbers([1.0, np.nan], [None, "why"])
    assert low == 1
    assert np.isnan(high)
    with pytest.raises(ValueError, match="a missing value needs a reason"):
        Numbers([np.nan], [None])
    with pytest.raises(ValueError, match="only a missing one has it"):
        Numbers([1.0], ["why"])
    with pytest.raises(ValueError, match="a missing value needs a reason"):
        Numbers([np.array([1, np.nan])], [np.array([None, None], dtype=object)])


def test_the_reasons_stay_with_the_rows_asked_for():
    rows = kaplan_meier([1, 2, 3], [1, 1, 0]).at([9, 1, 0])
    assert rows["reason"].tolist() == ["no subject was followed as long", None, None]
    pd.testing.assert_index_equal(rows.index, pd.RangeIndex(3))

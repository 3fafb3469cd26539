"""The names that outside scripts call: added to freely, never taken away."""

import importlib
import inspect

import pytest

CALLED = {
    "csrkit.stats.proportions.clopper_pearson": "count total level",
    "csrkit.stats.survival.kaplan_meier": "time event level ci",
    "csrkit.stats.nca.nca": "time conc dose duration auc include_cmax_in_lambda_z",
    "csrkit.stats.ctcae.grade_labs": "adlb version",
    "csrkit.adam.common.dates.impute_date": "dtc highest how not_before not_after",
    "csrkit.adam.tumour.response.best_overall_response": "responses settings confirmed",
    "csrkit.sdtm.read": "folder",
    "csrkit.sdtm.cut.apply_cut": "domains settings",
}


@pytest.mark.parametrize("path", CALLED)
def test_a_function_that_others_call_is_there_with_its_parameters(path):
    module, name = path.rsplit(".", 1)
    given = inspect.signature(getattr(importlib.import_module(module), name)).parameters
    assert [one for one in given if one in CALLED[path].split()] == CALLED[path].split()


def test_an_estimate_of_survival_answers_what_others_ask():
    kaplan_meier = importlib.import_module("csrkit.stats.survival").kaplan_meier
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1])
    estimate, lower, upper = curve.quantile(0.5)
    assert lower <= estimate <= upper or upper != upper
    assert list(curve.at([2]))[:5] == ["time", "n_risk", "survival", "lower", "upper"]
    assert len(curve.rmst(3)) == 2

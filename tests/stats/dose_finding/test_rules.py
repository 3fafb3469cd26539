import pytest
from scipy.integrate import quad
from scipy.stats import binom

from csrkit.stats.dose_finding.rules import THREE_PLUS_THREE, dlt_posterior, three_plus_three


@pytest.mark.parametrize(
    ("n_evaluable", "n_dlt", "decision"),
    [
        (0, 0, "NO DECISION"),
        (2, 1, "STAY"),
        (2, 2, "DE-ESCALATE"),
        (3, 0, "ESCALATE"),
        (3, 1, "EXPAND"),
        (3, 2, "DE-ESCALATE"),
        (4, 0, "ESCALATE"),
        (5, 0, "ESCALATE"),
        (5, 1, "STAY"),
        (6, 0, "ESCALATE"),
        (6, 1, "ESCALATE"),
        (6, 2, "DE-ESCALATE"),
        (7, 1, "NO DECISION"),
    ],
)
def test_the_3_plus_3_rule_decides(n_evaluable, n_dlt, decision):
    assert three_plus_three(n_evaluable, n_dlt).decision == decision


def test_at_the_highest_planned_dose_the_rule_finds_it_tolerated_and_never_escalates():
    assert three_plus_three(6, 1, highest=True).decision == "HIGHEST DOSE TOLERATED"
    assert three_plus_three(6, 2, highest=True).decision == "DE-ESCALATE"


def test_one_line_of_the_table_covers_each_outcome_of_up_to_6_subjects():
    for n in range(7):
        for x in range(n + 1):
            assert sum(rule.covers(n, x) for rule in THREE_PLUS_THREE) == 1, (n, x)


def test_the_posterior_is_bayes_theorem():
    def likelihood(rate):
        return binom.pmf(1, 6, rate) * rate**0.5 * (1 - rate) ** 1.5

    posterior = dlt_posterior(6, 1, (1.5, 2.5))
    above = quad(likelihood, 0.3, 1)[0] / quad(likelihood, 0, 1)[0]
    assert posterior.exceeds(0.3) == pytest.approx(above, rel=1e-8)
    assert posterior.mean == pytest.approx(2.5 / 10)
    lower, upper = posterior.interval(0.9)
    assert posterior.exceeds(lower) == pytest.approx(0.95)
    assert posterior.exceeds(upper) == pytest.approx(0.05)


def test_without_subjects_the_posterior_is_the_prior():
    assert dlt_posterior(0, 0, (0.5, 0.5)).mean == 0.5


def test_what_cant_be_is_refused():
    with pytest.raises(ValueError, match="found 4 of 3"):
        three_plus_three(3, 4)
    with pytest.raises(ValueError, match="prior"):
        dlt_posterior(3, 1, (0, 1))
    with pytest.raises(ValueError, match="target"):
        dlt_posterior(3, 1, (1, 1)).exceeds(30)

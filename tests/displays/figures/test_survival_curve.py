"""What is drawn of a Kaplan-Meier curve: steps, band, censor marks, medians, numbers at risk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.displays.figures import survival_curve
from csrkit.displays.make import arrange_display
from csrkit.results.analyse import analyse_display

MONTH = 30.4375


@pytest.fixture
def results(index, study, adsl):
    """S3 and S4, both at the RP2D: an event at month 2, censored at month 5; S1, S2: one event."""
    adtte = pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4"],
            "PARAMCD": "PFS",
            "AVAL": np.array([3, 4, 2, 5]) * MONTH,
            "CNSR": [0, 1, 0, 1],
        }
    )
    return analyse_display(index["pfs_km"], study, {"ADSL": adsl, "ADTTE": adtte})


@pytest.fixture
def axes(results, index, study, monkeypatch):
    """The axes of the curves, and those of the numbers at risk."""
    monkeypatch.setattr(survival_curve, "figure_output", lambda shelf, fig, *rest: fig)
    return arrange_display(index["pfs_km"], study, results).axes


def values(results, column, stat):
    ard = results.ard
    chosen = ard["ANALYSIS"].eq("pfs_km.step") & ard["COLUMN"].eq(column) & ard["STAT"].eq(stat)
    return ard.loc[chosen, "VALUE"].tolist()


@pytest.mark.parametrize("column", ["ph1_20", "rp2d"])
def test_the_band_lies_between_the_lower_and_the_upper_limit(axes, results, study, column):
    place = ["ph1_20", "rp2d"].index(column)
    outline = axes[0].collections[place].get_paths()[0].vertices
    low, high = (values(results, column, f"conf.{end}") for end in ("low", "high"))
    known = [(a, b) for a, b in zip(low, high, strict=True) if not np.isnan(a + b)]
    drawn = {round(float(y), 9) for _, y in outline}
    assert any(a < b for a, b in known)
    for a, b in known:
        assert {round(a, 9), round(b, 9)} <= drawn


def test_the_curve_steps_through_the_estimates(axes, results):
    curve = axes[0].lines[0]
    assert curve.get_drawstyle() == "steps-post"
    assert curve.get_xdata().tolist() == values(results, "ph1_20", "time")
    assert curve.get_ydata().tolist() == values(results, "ph1_20", "estimate") == [1, 0.5, 0.5]


def test_the_censored_are_marked_where_the_curve_is(axes):
    marks = [line for line in axes[0].lines if line.get_marker() == "|"]
    assert [(round(x, 6), y) for x, y in zip(*marks[0].get_data(), strict=True)] == [(4, 0.5)]


def test_the_numbers_at_risk_are_written_below_each_month(axes):
    written = {
        (text.get_position()[0], text.get_position()[1]): text.get_text() for text in axes[1].texts
    }
    assert [written[month, 0] for month in (0.0, 3.0, 4.0, 5.0)] == ["2", "2", "1", "0"]
    assert [written[month, 1] for month in (0.0, 2.0, 3.0, 5.0)] == ["2", "2", "1", "1"]


def test_a_limit_that_is_not_defined_keeps_the_last_one_known():
    limits = np.array([0.9, np.nan, 0.5, np.nan])
    assert survival_curve._carried(limits).tolist() == [0.9, 0.9, 0.5, 0.5]

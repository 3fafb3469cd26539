from __future__ import annotations

import pytest


@pytest.fixture
def drawn(drawing):
    """S1 and S2 of the lower dose: censored on month 5, event on month 7; S3: event on month 4."""
    return drawing("pfs_km", "survival_curve", columns=("ph1_20", "ph1_30", "all"))


def steps(shelf, column, name):
    ard = shelf.ard[(shelf.ard["COLUMN"] == column) & (shelf.ard["STAT"] == name)]
    return ard.loc[ard["ROW"].str.startswith("step."), "VALUE"].tolist()


def test_the_curve_steps_down_at_its_times(drawn):
    fig, shelf, _ = drawn
    curve = fig.axes[0].lines[0]
    assert curve.get_drawstyle() == "steps-post"
    assert list(curve.get_xdata()) == steps(shelf, "ph1_20", "time") == [0, 5, 7]
    assert list(curve.get_ydata()) == [1, 1, 0]


def test_the_band_lies_between_both_limits(drawn):
    """On month 4 one of three has had the event: 2 / 3, with limits on both sides of it."""
    fig, shelf, _ = drawn
    low, high = (steps(shelf, "all", name)[1] for name in ("conf.low", "conf.high"))
    assert low < 2 / 3 < high
    heights = set(fig.axes[0].collections[2].get_paths()[0].vertices[:, 1])
    assert {low, high} <= heights


def test_censored_subjects_are_marked_and_events_are_not(drawn):
    marks = [line for line in drawn[0].axes[0].lines if line.get_marker() == "|"]
    assert [list(line.get_xdata()) for line in marks] == [[5], [], [5]]


def test_each_group_has_its_own_numbers_at_risk(drawn):
    written = [text.get_text() for text in drawn[0].axes[1].texts]
    groups = [written[start : start + 9] for start in range(0, 27, 9)]
    assert [group[8] for group in groups] == ["Phase I 20×10⁸", "Phase I 30×10⁸", "All"]
    assert [[group[month] for month in (0, 4, 5, 6)] for group in groups] == [
        ["2", "2", "2", "1"],
        ["1", "1", "0", "0"],
        ["3", "3", "2", "1"],
    ]


def test_the_median_is_the_line_of_one_half(drawn):
    dotted = [line for line in drawn[0].axes[0].lines if line.get_linestyle() == ":"]
    assert list(dotted[0].get_xdata()) == [0, 7, 7]
    assert list(dotted[0].get_ydata()) == [0.5, 0.5, 0]

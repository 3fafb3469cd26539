from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

NAMES = ["USUBJID", "INFNUM", "ATPT", "ATPTN", "AVAL", "AVALC"]
GROUPS = ("ph1_20", "ph1_30")


@pytest.fixture
def adlb():
    """IL-6 around infusions 1 and 6 of S1 and S2 (20×10⁸), and of S3 (30×10⁸) around the first."""
    rows = [
        ("S1", 1.0, "PRE-INFUSION", 0.0, 4.0, None),
        ("S2", 1.0, "PRE-INFUSION", 0.0, None, "<2"),
        ("S3", 1.0, "PRE-INFUSION", 0.0, 8.0, None),
        ("S1", 1.0, "4 H POST", 4.0, 40.0, None),
        ("S2", 1.0, "4 H POST", 4.0, 60.0, None),
        ("S3", 1.0, "4 H POST", 4.0, 20.0, None),
        ("S1", 6.0, "PRE-INFUSION", 0.0, 5.0, None),
    ]
    frame = pd.DataFrame(rows, columns=NAMES).astype({"AVAL": "float64"})
    flags = {"ANL02FL": frame["AVAL"].notna().map({True: "Y", False: None})}
    return frame.assign(PARAMCD="IL6", PARAM="Interleukin 6 (pg/mL)", **flags)


@pytest.fixture
def draw(drawing, adlb):
    def make(key="cytokines_curve", records=slice(None), **more):
        return drawing(key, "time_points", ADLB=adlb[records], columns=GROUPS, **more)

    return make


def bars(axes):
    """Return the points of each curve of a panel, and the ends of its bars."""
    curves = [(c.lines[0].get_ydata(), c.lines[2][0].get_segments()) for c in axes.containers]
    return [
        (list(values), [(float(low), float(high)) for (_, low), (_, high) in ends])
        for values, ends in curves
    ]


def test_a_curve_has_median_and_quartiles_and_ends_with_its_infusion(draw):
    axes = draw()[0].axes[0]
    assert bars(axes) == [
        ([4.0, 50.0], [(4.0, 4.0), (40.0, 60.0)]),
        ([8.0, 20.0], [(8.0, 8.0), (20.0, 20.0)]),
        ([5.0], [(5.0, 5.0)]),
        ([], []),
    ]


def test_a_mean_has_one_standard_error_and_one_value_alone_none(draw, adlb):
    adeg = adlb.assign(PARAMCD="HR", PARAM="Heart Rate (beats/min)")
    axes = draw("ecg_curve", ADEG=adeg)[0].axes[0]
    assert bars(axes)[0] == ([4.0, 50.0], [(4.0, 4.0), (40.0, 60.0)])  # SE of 40, 60: 10
    assert axes.get_ylabel() == "Mean ± SE\n(beats/min)"


def test_groups_keep_colour_and_marker_and_stand_side_by_side(draw, study):
    axes = draw()[0].axes[0]
    first, second = (container.lines[0] for container in axes.containers[:2])
    assert [line.get_marker() for line in (first, second)] == ["o", "s"]
    assert first.get_color() == study.columns["ph1_20"].colour
    assert np.all(first.get_xdata() < second.get_xdata())


def test_below_each_time_stands_n_with_the_results_that_are_no_number_in_brackets(draw):
    axes = draw()[0].axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert texts[texts.index("1 (1)") :] == [
        "1 (1)", "2", "1", "n, Phase I 20×10⁸", "1", "1", "0", "n, Phase I 30×10⁸",
    ]  # fmt: skip
    assert texts[:2] == ["Infusion 1", "Infusion 6"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["Before", "4 h", "Before"]


def test_the_scale_is_logarithmic_where_settings_say_so(draw, adlb):
    assert draw()[0].axes[0].get_yscale() == "log"
    adeg = adlb.assign(PARAMCD="HR", PARAM="Heart Rate (beats/min)")
    assert draw("ecg_curve", ADEG=adeg)[0].axes[0].get_yscale() == "linear"


def test_the_alternative_text_says_each_group_s_highest_value_and_where(draw):
    alt = draw()[2]
    assert "Interleukin 6 (pg/mL), Phase I 20×10⁸: 50.0 (infusion 1, 4 h)" in alt
    assert "Interleukin 6 (pg/mL), Phase I 30×10⁸: 20.0 (infusion 1, 4 h)" in alt


def test_without_a_value_the_figure_says_so(draw):
    fig, _, alt = draw(records=slice(0, 0))
    assert "No records meet the criteria" in [text.get_text() for text in fig.axes[0].texts]
    assert alt.endswith("No records meet the criteria.")

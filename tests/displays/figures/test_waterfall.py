from __future__ import annotations

import matplotlib.colors
import pytest

from csrkit.displays.figures.theme import NEUTRAL


@pytest.fixture
def axes(drawing):
    """Bars of S3 (120%, without a response), S2 (3%, SD) and S1 (−45%, PR)."""
    return drawing("waterfall", "waterfall")[0].axes[0]


def test_bars_descend_and_one_beyond_the_top_is_cut(axes):
    assert [bar.get_height() for bar in axes.patches] == [100, 3, -45]


def test_a_bar_has_the_colour_of_its_own_response(axes, index):
    colours = index["waterfall"].settings.colours
    for bar, colour in zip(axes.patches, [NEUTRAL, colours["SD"], colours["PR"]], strict=True):
        assert matplotlib.colors.same_color(bar.get_facecolor(), colour)


def test_a_bar_is_named_by_its_response_and_a_cut_one_by_its_number_too(axes):
    assert [text.get_text() for text in axes.texts][:3] == ["MISSING 120.0", "SD", "PR"]


def test_a_bar_bears_the_marker_of_its_group(axes, study):
    markers = [line.get_marker() for line in axes.lines if len(line.get_xdata()) == 1]
    low, high = study.columns["ph1_20"].marker, study.columns["ph1_30"].marker
    assert markers == [high, low, low]

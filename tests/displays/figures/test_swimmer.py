from __future__ import annotations

import pytest

MONTH = 30.4375


@pytest.fixture
def axes(drawing):
    """The lanes from below: S3 of the higher dose, then S2 and S1 by follow-up."""
    return drawing("swimmer", "swimmer")[0].axes[0]


def marked(axes, marker):
    (line,) = [line for line in axes.lines if line.get_marker() == marker]
    return list(zip(line.get_xdata(), line.get_ydata(), strict=True))


def test_each_lane_bears_its_subject(axes):
    assert [label.get_text() for label in axes.get_yticklabels()] == ["S3", "S2", "S1"]


def test_a_bar_ends_with_follow_up_and_its_darker_part_with_treatment(axes):
    bars = [(round(bar.get_y() + bar.get_height() / 2), bar.get_width(), bar.get_alpha())
            for bar in axes.patches]  # fmt: skip
    assert bars == [
        (0, pytest.approx(4), 0.25), (0, pytest.approx(3), 0.75),
        (1, pytest.approx(5), 0.25), (1, pytest.approx(2), 0.75),
        (2, pytest.approx(7), 0.25), (2, pytest.approx(1), 0.75),
    ]  # fmt: skip


def test_marks_stand_at_the_months_of_what_happened(axes):
    assert marked(axes, "^") == [(pytest.approx(2), 2)]  # first response of S1
    assert marked(axes, "D") == [(pytest.approx(5), 2)]  # progression of S1
    assert marked(axes, "X") == [(pytest.approx(4), 0)]  # death of S3
    assert marked(axes, "|") == [(pytest.approx(1 / MONTH), 2), (pytest.approx(1), 2)]


def test_an_arrow_goes_on_from_the_bar_of_a_subject_who_does(axes):
    assert [arrow.xy for arrow in axes.texts] == [(pytest.approx(5), 1)]

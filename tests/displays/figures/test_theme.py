from __future__ import annotations

import matplotlib as mpl
import pytest

from csrkit.displays.arrange import Shelf
from csrkit.displays.figures.theme import FONT, figure_output, figure_style, looks, new_figure
from csrkit.displays.model import Figure
from csrkit.displays.writers.files import write_display
from csrkit.index import IndexEntry
from csrkit.results.bench import Bench
from csrkit.study import Study
from csrkit.study.base import Section


@pytest.fixture
def entry() -> IndexEntry:
    return IndexEntry(
        key="growth",
        kind="figure",
        number="14.2.9.9",
        title="Growth",
        population="SAF",
        datasets=("ADSL",),
        pattern="waterfall",
        settings=Section(),
    )


def drawn(entry: IndexEntry, study: Study) -> Figure:
    with figure_style():
        fig = new_figure(entry, 3)
        axes = fig.subplots()
        for place, look in enumerate(looks(study, ("ph1_20", "ph1_30")).values()):
            axes.plot([0, 1], [0, place], color=look.colour, marker=look.marker, label=look.label)
        axes.set_xlabel("Time (months)")
        axes.legend()
        shelf = Shelf(entry, study, Bench(entry, study, {}).finish())
        return figure_output(shelf, fig, "Growth: 0 & 1 [by dose].")


def test_the_same_drawing_gives_the_same_bytes(entry, study):
    first, second = drawn(entry, study), drawn(entry, study)
    assert first.svg == second.svg
    assert first.png == second.png


def test_svg_holds_neither_date_nor_text_in_a_font(entry, study):
    svg = drawn(entry, study).svg
    assert svg.startswith("<?xml")
    assert "dc:date" not in svg
    assert "<text" not in svg


def test_png_has_300_dots_an_inch(entry, study):
    png = drawn(entry, study).png
    width = int.from_bytes(png[16:20], "big")
    assert width == round(6.5 * 300)


def test_groups_keep_their_look_whichever_stand_beside_them(study):
    alone, together = looks(study, ("ph2",)), looks(study)
    assert alone["ph2"] == together["ph2"]
    assert together["ph1_20"].colour == study.columns["ph1_20"].colour
    colours = [together[key].colour for key in ("ph1_20", "ph1_30", "ph2")]
    assert len(set(colours)) == 3


def test_the_style_ends_with_its_block():
    before = mpl.rcParams["font.size"]
    with figure_style():
        assert mpl.rcParams["font.family"] == [FONT]
    assert mpl.rcParams["font.size"] == before


def test_a_figure_is_put_out_with_alternative_text_and_notes(entry, study):
    text = drawn(entry, study)._repr_markdown_()
    assert text.startswith('::: {#tlf-growth .tlf .tlf-figure population="Safety set"}\n')
    assert r"![Growth\: 0 \& 1 \[by dose\]\.](../figures/14.2.9.9_growth.svg)" in text
    assert text.count(":::") == 4
    assert ".tlf-notes" in text


def test_a_figure_is_written_as_svg_and_png(entry, study, tmp_path):
    paths = write_display(drawn(entry, study), tmp_path)
    assert [path.name for path in paths] == ["14.2.9.9_growth.svg", "14.2.9.9_growth.png"]

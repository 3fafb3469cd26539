"""Tables and figure of pharmacokinetics, on a handful of subjects."""

import re

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest

from csrkit.displays.figures import profile
from csrkit.displays.make import make_display
from csrkit.index import PATTERNS, IndexEntry

ADSL = pd.DataFrame(
    {
        "USUBJID": ["A", "B", "C", "D"],
        "PKFL": ["Y", "Y", "Y", "N"],
        "PHASE": "I",
        "TRT01PN": [20.0, 20.0, 30.0, 30.0],
        "TRT01AN": [20.0, 20.0, 30.0, 30.0],
    }
)
ANALYTE = {"paramcd": "NKDNA", "name": "NK-cell DNA", "unit": "copies/µg DNA"}


@pytest.fixture
def own(study):
    """The study with two infusions and three planned times."""
    values = {"pk_infusions": (1, 6), "pk_times_hours": (0.0, 4.0, 48.0), "pk_lloq": 10.0}
    assumptions = study.assumptions.model_copy(
        update={
            name: getattr(study.assumptions, name).model_copy(update={"value": value})
            for name, value in values.items()
        }
    )
    return study.model_copy(update={"assumptions": assumptions})


def entry(pattern, dataset, **settings):
    known = PATTERNS[pattern]
    return IndexEntry(
        key="pk", kind=known.kind, number="14.4", title="Concentration", population="PK",
        pattern=pattern, datasets=("ADSL", dataset), orientation="landscape",
        columns=("ph1_20", "ph1_30"), settings=known.settings(**settings),
    )  # fmt: skip


def concentrations(*rows):
    """Make ADPC from `(subject, infusion, nominal hours, value for summaries, BLQFL, PKSUMXF)`."""
    names = ["USUBJID", "INFNUM", "NRRLT", "AVALSUM", "BLQFL", "PKSUMXF"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {"INFNUM": "float64", "NRRLT": "float64", "AVALSUM": "float64"}
    )
    return frame.assign(PARAMCD="NKDNA")


ADPC = concentrations(
    ("A", 1, 0, 0, "Y", None), ("B", 1, 0, 0, "Y", None), ("C", 1, 0, 0, "Y", None),
    ("A", 1, 4, 100, None, None), ("B", 1, 4, 300, None, None), ("C", 1, 4, 50, None, None),
    ("A", 1, 48, 5, "Y", None), ("B", 1, 48, 20, None, None), ("C", 1, 48, None, None, "Y"),
    ("A", 6, 4, 200, None, None), ("D", 1, 4, 999, None, None),
)  # fmt: skip


def table_of(own, adpc):
    display = make_display(
        entry("concentration", "ADPC", **ANALYTE),
        own,
        {"ADSL": ADSL, "ADPC": adpc},
    )
    rows, block = {}, ""
    for row in display.rows:
        block = row.label if not row.cells else block
        if row.cells:
            rows[block, row.label] = [cell.text for cell in row.cells]
    return display, rows


def test_concentrations_stand_by_infusion_and_group_a_column_a_planned_time(own):
    display, rows = table_of(own, ADPC)
    assert [column.label for column in display.columns] == ["Pre-dose", "4 h", "48 h"]
    first = "Infusion 1, Phase I 20×10⁸ (N=2)"
    assert rows[first, "n (n BLQ)"] == ["2 (2)", "2 (0)", "2 (1)"]
    assert rows[first, "Mean (SD)"] == ["0 (0)", "200 (141)", "12.5 (10.6)"]
    assert rows[first, "CV%"] == ["NE", "70.7", "84.9"]
    assert rows[first, "Geometric mean (CV%)"] == ["NE", "173 (91.0)", "10.0 (127.0)"]
    assert rows[first, "Median"] == ["0", "200", "12.5"]
    assert rows[first, "Min, max"] == ["0, 0", "100, 300", "5.00, 20.0"]
    assert rows["Infusion 6, Phase I 20×10⁸ (N=2)", "Mean (SD)"] == ["NE", "200 (NE)", "NE"]


def test_samples_that_summaries_leave_out_are_not_counted(own):
    _, rows = table_of(own, ADPC)
    assert rows["Infusion 1, Phase I 30×10⁸ (N=1)", "n (n BLQ)"] == ["1 (1)", "1 (0)", "0 (0)"]


def test_subjects_outside_the_analysis_set_are_not_counted(own):
    _, rows = table_of(own, ADPC)
    assert rows["Infusion 1, Phase I 30×10⁸ (N=1)", "Min, max"] == ["0, 0", "50.0, 50.0", "NE"]


def test_a_planned_time_that_the_study_does_not_name_has_its_column(own):
    extra = concentrations(("A", 1, 8, 70, None, None), ("A", 2, 12, 70, None, None))
    display, rows = table_of(own, pd.concat([ADPC, extra]))
    labels = [column.label for column in display.columns]
    assert labels == ["Pre-dose", "4 h", "8 h", "48 h"]
    assert rows["Infusion 1, Phase I 20×10⁸ (N=2)", "n (n BLQ)"] == [
        "2 (2)",
        "2 (0)",
        "1 (0)",
        "2 (1)",
    ]


def test_every_number_of_the_table_is_an_analysis_result(own):
    display, _ = table_of(own, ADPC)
    shown = display.ard.set_index("NUMBER")["FORMATTED"]
    cells = [cell for row in display.rows for cell in row.cells]
    assert cells
    for cell in cells:
        words = dict.fromkeys(re.findall(r"[^\s(),]+", cell.text))
        assert words == dict.fromkeys(shown[number] for number in cell.ard)
    assert "not estimable" in " ".join(display.footnotes)


def test_concentrations_of_another_analyte_are_left_out(own):
    other = ADPC.assign(PARAMCD="OTHER", AVALSUM=9999.0)
    _, alone = table_of(own, ADPC)
    _, beside = table_of(own, pd.concat([ADPC, other]))
    assert beside == alone


def test_without_concentrations_the_table_is_empty(own):
    display, _ = table_of(own, ADPC.iloc[:0])
    assert display.rows == ()


ADPP = pd.DataFrame(
    [
        ("A", 1.0, "CMAX", 100.0, None), ("B", 1.0, "CMAX", 300.0, None),
        ("C", 1.0, "CMAX", 50.0, None), ("A", 1.0, "TMAX", 1.0, None),
        ("B", 1.0, "TMAX", 3.0, None), ("C", 1.0, "TMAX", 1.5, None),
        ("A", 1.0, "LAMZHL", 30.0, None), ("B", 1.0, "LAMZHL", np.nan, "No terminal phase"),
        ("C", 1.0, "LAMZHL", np.nan, "λz not estimable"), ("A", 6.0, "CMAX", 10.0, None),
    ],
    columns=["USUBJID", "INFNUM", "PARAMCD", "AVAL", "PPREASND"],
).assign(
    PARCAT1="NKDNA", EXCLREAS=None,
    ANL01FL=lambda frame: frame["AVAL"].notna().map({True: "Y", False: None}),
)  # fmt: skip


def parameters_of(own, adpp):
    shown = [
        {"paramcd": "CMAX", "label": "Cmax"},
        {"paramcd": "TMAX", "label": "Tmax", "show": "range"},
        {"paramcd": "LAMZHL", "label": "t1/2"},
    ]
    display = make_display(
        entry("parameters", "ADPP", analyte="NKDNA", parameters=shown),
        own,
        {"ADSL": ADSL, "ADPP": adpp},
    )
    rows, infusion, parameter = {}, "", ""
    for row in display.rows:
        if row.cells:
            rows[infusion, parameter, row.label] = [cell.text for cell in row.cells]
        elif row.indent:
            parameter = row.label
        else:
            infusion = row.label
    return display, rows


def test_parameters_are_summarised_by_infusion_and_group(own):
    _, rows = parameters_of(own, ADPP)
    first = "Infusion 1"
    assert rows[first, "Cmax", "n"] == ["2", "1"]
    assert rows[first, "Cmax", "Mean (SD)"] == ["200 (141)", "50.0 (NE)"]
    assert rows[first, "Cmax", "CV%"] == ["70.7", "NE"]
    assert rows[first, "Cmax", "Geometric mean (geometric CV%)"] == ["173 (91.0)", "50.0 (NE)"]
    assert rows[first, "Cmax", "Median"] == ["200", "50.0"]
    assert rows[first, "Cmax", "Minimum, maximum"] == ["100, 300", "50.0, 50.0"]
    assert rows["Infusion 6", "Cmax", "Mean (SD)"] == ["10.0 (NE)", "NE"]


def test_a_time_is_shown_by_its_median_and_range(own):
    _, rows = parameters_of(own, ADPP)
    assert rows["Infusion 1", "Tmax", "Median (minimum, maximum)"] == [
        "2.00 (1.00, 3.00)",
        "1.50 (1.50, 1.50)",
    ]
    assert ("Infusion 1", "Tmax", "Mean (SD)") not in rows


def test_why_a_parameter_is_missing_stands_below_it(own):
    _, rows = parameters_of(own, ADPP)
    assert rows["Infusion 1", "t1/2", "n"] == ["1", "0"]
    assert rows["Infusion 1", "t1/2", "Not calculated: no terminal phase"] == ["1", "0"]
    assert rows["Infusion 1", "t1/2", "Not calculated: λz not estimable"] == ["0", "1"]


FEW = "Span below 2 half-lives"


def flagged(adpp, *places):
    """Return the parameters with some records that don't fulfil their criteria."""
    out = adpp.index.isin(places)
    return adpp.assign(
        ANL01FL=adpp["ANL01FL"].mask(out, None), EXCLREAS=adpp["EXCLREAS"].mask(out, FEW)
    )


def test_a_value_that_is_not_accepted_is_counted_below_and_not_summarised(own):
    more = pd.concat([ADPP, ADPP.iloc[[6]].assign(USUBJID="C", AVAL=90.0, ANL01FL="Y")])
    more = more[~(more["USUBJID"].eq("C") & more["AVAL"].isna())].reset_index(drop=True)
    _, before = parameters_of(own, more)
    _, rows = parameters_of(own, flagged(more, 6))
    assert before["Infusion 1", "t1/2", "n"] == ["1", "1"]
    assert rows["Infusion 1", "t1/2", "n"] == ["0", "1"]
    assert rows["Infusion 1", "t1/2", "Median"] == ["NE", "90.0"]
    assert rows["Infusion 1", "t1/2", "Not used: span below 2 half-lives"] == ["1", "0"]
    assert rows["Infusion 1", "t1/2", "Not calculated: no terminal phase"] == ["1", "0"]
    assert not [label for _, _, label in before if label.startswith("Not used")]


def test_a_display_can_name_other_values_to_use(own):
    entry_of = {"paramcd": "LAMZHL", "label": "t1/2"}
    display = make_display(
        entry("parameters", "ADPP", analyte="NKDNA", parameters=[entry_of], used="AVAL > 0"),
        own, {"ADSL": ADSL, "ADPP": flagged(ADPP, 6)},
    )  # fmt: skip
    texts = [[cell.text for cell in row.cells] for row in display.rows if row.label == "n"]
    assert texts[0] == ["1", "0"]


def test_parameters_of_another_analyte_are_left_out(own):
    other = ADPP.assign(PARCAT1="OTHER", AVAL=9999.0)
    _, alone = parameters_of(own, ADPP)
    _, beside = parameters_of(own, pd.concat([ADPP, other]))
    assert beside == alone


def test_without_parameters_the_table_is_empty(own):
    display, _ = parameters_of(own, ADPP.iloc[:0])
    assert display.rows == ()


def figure_of(own, adpc):
    datasets = {"ADSL": ADSL, "ADPC": adpc}
    return make_display(entry("profile", "ADPC", **ANALYTE), own, datasets)


@pytest.fixture
def canvas(own, monkeypatch):
    """Draw the figure and return the drawing itself, before it becomes an image."""
    monkeypatch.setattr(profile, "figure_output", lambda shelf, fig, *rest: fig)
    return figure_of(own, ADPC)


def points(axes, look):
    """Return what is drawn of a group, as times rounded to the hour and values."""
    (line,) = [line for line in axes.lines if line.get_marker() == look.marker]
    assert matplotlib.colors.same_color(line.get_color(), look.colour)
    return list(zip(np.round(line.get_xdata()), line.get_ydata(), strict=True))


def test_the_figure_draws_the_means_of_the_results(canvas, own):
    linear, log = canvas.axes[:2]
    assert points(linear, own.columns["ph1_20"]) == [(0, 0), (4, 200), (48, 12.5)]
    assert linear.get_title(loc="left") == "Infusion 1, linear scale"
    assert log.get_yscale() == "log"
    assert (linear.get_ylabel(), linear.get_ylim()[0]) == (
        "NK-cell DNA, mean ± SD\n(copies/µg DNA)",
        0,
    )


def test_a_bar_reaches_one_standard_deviation_to_either_side(canvas):
    """100 and 300 at 4 h: 200 with a standard deviation of 141.4."""
    bars = canvas.axes[0].collections[0].get_segments()
    assert [list(np.round(bar[:, 1], 1)) for bar in bars][1] == [58.6, 341.4]


def test_a_mean_of_zero_is_not_drawn_on_the_logarithmic_scale(canvas, own):
    assert points(canvas.axes[1], own.columns["ph1_20"]) == [(4, 200), (48, 12.5)]


def test_the_first_day_is_enlarged(canvas, own):
    (early,) = canvas.axes[0].child_axes
    assert points(early, own.columns["ph1_20"]) == [(0, 0), (4, 200)]


def test_the_alternative_text_names_the_highest_means(own):
    alt = figure_of(own, ADPC).alt
    assert "infusion 1, Phase I 20×10⁸: 200 copies/µg DNA at 4 h" in alt
    assert "infusion 1, Phase I 30×10⁸: 50.0 copies/µg DNA at 4 h" in alt
    assert "infusion 6, Phase I 20×10⁸: 200 copies/µg DNA at 4 h" in alt


def test_the_same_data_gives_the_same_picture(own):
    one, two = figure_of(own, ADPC), figure_of(own, ADPC)
    assert (one.svg, one.png, one.source) == (two.svg, two.png, two.source)


def test_without_concentrations_the_figure_says_so(own):
    assert figure_of(own, ADPC.iloc[:0]).alt.endswith("No records meet the criteria.")

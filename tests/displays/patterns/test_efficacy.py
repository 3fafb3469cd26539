from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.displays.make import make_display

MONTH = 30.4375


@pytest.fixture
def efficacy(adsl):
    """S1 responds and progresses, S2 is stable, S3 progresses and dies, S4 has no target lesion."""
    four = ["S1", "S2", "S3", "S4"]
    treated = adsl["USUBJID"].isin(four)
    subjects = adsl.assign(
        TRTDURD=pd.Series(36.0, index=adsl.index).where(treated),
        DTHADY=pd.Series(100.0, index=adsl.index).where(adsl["USUBJID"] == "S3"),
    )
    best = dict(zip(four, ["PR", "SD", "PD", "NON-CR/NON-PD"], strict=True))
    adrs = pd.DataFrame(
        [
            *((who, "CBOR", level, np.nan) for who, level in best.items()),
            *((who, "CRSP", "Y" if best[who] == "PR" else "N", np.nan) for who in four),
            *((who, "CDC", "N" if best[who] == "PD" else "Y", np.nan) for who in four),
            ("S1", "RSP", "Y", 57),
            ("S1", "OVR", "PR", 57),
            ("S1", "OVR", "PR", 113),
            ("S1", "PD", "Y", 169),
            ("S3", "PD", "Y", 51),
            ("S3", "RSP", "N", np.nan),
        ],
        columns=["USUBJID", "PARAMCD", "AVALC", "ADY"],
    )
    adtr = pd.DataFrame(
        {"USUBJID": ["S1", "S2", "S3"], "PARAMCD": "BPCHG", "AVAL": [-45.05, 3.0, 120.0]}
    )
    adex = pd.DataFrame(
        {
            "USUBJID": ["S1", "S1"],
            "PARAMCD": "DOSE",
            "INFNUM": [1, 2],
            "ASTDY": [1.0, 8.0],
        }
    )
    adtte = pd.DataFrame(
        {
            "USUBJID": four,
            "PARAMCD": "PFS",
            "AVAL": np.array([6, 7, 2, 1]) * MONTH,
            "CNSR": [0, 1, 0, 1],
            "EVNTDESC": ["Progression", None, "Progression", None],
            "CNSDTDSC": [None, "Last assessment", None, "New therapy"],
        }
    )
    survival = pd.DataFrame({"USUBJID": four, "PARAMCD": "OS", "AVAL": [200.0, 200, 100, 200]})
    adtte = pd.concat([adtte, survival.assign(CNSR=[1, 1, 0, 1])], ignore_index=True)
    return {"ADSL": subjects, "ADRS": adrs, "ADTR": adtr, "ADEX": adex, "ADTTE": adtte}


@pytest.fixture
def made(efficacy, index, study):
    return lambda key: make_display(index[key], study, efficacy)


def test_rates_have_exact_intervals_and_absent_responses_are_shown(made, row_of):
    display = made("best_response")
    assert row_of(display, "Partial response (PR)")[-1] == "1 (25.0)"
    assert row_of(display, "Complete response (CR)")[-1] == "0"
    assert row_of(display, "ORR (CR + PR), n (%)")[-1] == "1 (25.0)"
    assert row_of(display, "DCR, n (%)")[-1] == "3 (75.0)"
    # Exact binomial limits of 1/4 as published: 0.6 and 80.6 percent.
    limits = [row.cells[-1].text for row in display.rows if row.label == "95% CI, %"]
    assert limits[0] == "(0.6, 80.6)"


def test_rates_of_the_evaluable_set_are_of_its_subjects_alone(efficacy, index, study, row_of):
    subjects = efficacy["ADSL"]
    evaluable = subjects.assign(EFFFL=["Y", "Y", "N", "N", "N", "N"])
    display = make_display(index["best_response"], study, {**efficacy, "ADSL": evaluable})
    assert row_of(display, "ORR (CR + PR), n (%)")[-1] == "1 (25.0)"
    assert row_of(display, "ORR in the efficacy-evaluable set, n/N (%)")[-1] == "1/2 (50.0)"
    assert row_of(display, "DCR in the efficacy-evaluable set, n/N (%)")[-1] == "2/2 (100)"


def test_events_and_reasons_for_censoring_add_up_to_the_subjects(made, row_of):
    display = made("pfs")
    assert row_of(display, "Progression or death, n (%)")[-1] == "2 (50.0)"
    assert row_of(display, "Censored, n (%)")[-1] == "2 (50.0)"
    assert row_of(display, "New therapy")[-1] == "1 (25.0)"
    assert row_of(display, "Median (95% CI)")[-1].startswith("6.0 ")


def test_a_rate_of_another_analysis_set_says_its_denominator(made, efficacy, row_of):
    """S2 isn't evaluable."""
    adsl = efficacy["ADSL"]
    efficacy["ADSL"] = adsl.assign(EFFFL=adsl["EFFFL"].where(adsl["USUBJID"] != "S2", "N"))
    display = made("best_response")
    assert row_of(display, "ORR in the efficacy-evaluable set, n/N (%)")[-1] == "1/3 (33.3)"
    assert row_of(display, "ORR (CR + PR), n (%)")[-1] == "1 (25.0)"


def test_quartiles_are_those_that_they_are_called(made, row_of):
    """Censored at 1, event at 2 (2/3 left), event at 6 (1/3 left), censored at 7."""
    display = made("pfs")
    assert row_of(display, "25th percentile (95% CI)")[-1].startswith("2.0 (")
    assert row_of(display, "Median (95% CI)")[-1].startswith("6.0 (")
    assert row_of(display, "75th percentile (95% CI)")[-1].startswith("NR (")


def test_the_kind_of_event_is_not_said_twice(made, efficacy, index, study):
    labels = [row.label for row in made("pfs").rows]
    assert labels[1] == "Progression"
    adtte = efficacy["ADTTE"].replace({"EVNTDESC": {"Progression": "Progression or death"}})
    display = make_display(index["pfs"], study, {**efficacy, "ADTTE": adtte})
    assert [row.label for row in display.rows][1] == "Censored, n (%)"


def test_each_bar_of_the_waterfall_is_a_result_with_its_best_response(made):
    figure = made("waterfall")
    drawn = figure.ard[figure.ard["STAT"] == "aval"].set_index("ROW")
    assert drawn["FORMATTED"].to_dict() == {"S1": "-45.1", "S2": "3.0", "S3": "120.0"}
    responses = figure.ard[figure.ard["STAT"] == "response"].set_index("ROW")["FORMATTED"]
    assert responses[drawn.index].to_dict() == {"S3": "PD", "S2": "SD", "S1": "PR"}
    assert list(drawn.index) == ["S3", "S2", "S1"]
    assert "Best change from 120.0% to -45.1%." in figure.alt
    assert "Phase I 20×10⁸: 1 of 2 subjects; Phase I 30×10⁸: 0 of 1 subjects" in figure.alt


def test_the_swimmer_counts_what_it_draws(made):
    figure = made("swimmer")
    assert (
        "Phase I 20×10⁸ (N=2): 1 first response, 1 progression, 0 death, "
        "1 ongoing at the data cut-off date; "
        "Phase I 30×10⁸ (N=1): 0 first response, 1 progression, 1 death, 1 ongoing"
    ) in figure.alt
    follow_up = figure.ard[figure.ard["STAT"] == "follow_up"].set_index("ROW")["VALUE"]
    assert follow_up["S3"] == pytest.approx(100 / MONTH)
    response = figure.ard[figure.ard["STAT"] == "response"].set_index("ROW")["VALUE"]
    assert response.to_dict() == pytest.approx({"S1": 57 / MONTH})  # the first, not that of day 113
    assert (figure.ard["STAT"] == "infusion").sum() == 2


def test_the_curve_tells_its_medians_in_words(made):
    figure = made("pfs_km")
    assert "All at RP2D (N=2): median 2.0 months" in figure.alt
    assert figure.svg.startswith("<?xml")
    assert figure.png[:4] == b"\x89PNG"


def test_drawing_twice_gives_the_same_bytes(made):
    assert made("waterfall").svg == made("waterfall").svg
    assert made("pfs_km").png == made("pfs_km").png


@pytest.mark.parametrize("key", ["waterfall", "swimmer", "pfs_km"])
def test_a_figure_without_records_keeps_its_place(key, efficacy, index, study):
    empty = {name: frame.iloc[:0] for name, frame in efficacy.items()}
    figure = make_display(index[key], study, empty)
    assert figure.svg

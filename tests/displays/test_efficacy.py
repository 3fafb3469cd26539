from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from csrkit.displays.files import make_display

MONTH = 30.4375


@pytest.fixture
def efficacy(adsl):
    """S1 responds and progresses, S2 is stable, S3 progresses and dies, S4 has no target lesion."""
    four = ["S1", "S2", "S3", "S4"]
    start = pd.Timestamp("2025-07-01")
    day = pd.Timedelta(days=1)
    treated = adsl["USUBJID"].isin(four)
    subjects = adsl.assign(
        TRTSDT=pd.Series(start, index=adsl.index).where(treated),
        TRTEDT=pd.Series(start + 35 * day, index=adsl.index).where(treated),
        DTHDT=pd.Series(start + 99 * day, index=adsl.index).where(adsl["USUBJID"] == "S3"),
        LSTALVDT=pd.Series(start + 199 * day, index=adsl.index).where(treated),
    )
    best = dict(zip(four, ["PR", "SD", "PD", "NON-CR/NON-PD"], strict=True))
    adrs = pd.DataFrame(
        [
            *((who, "CBOR", level, pd.NaT) for who, level in best.items()),
            *((who, "CRSP", "Y" if best[who] == "PR" else "N", pd.NaT) for who in four),
            *((who, "CDC", "N" if best[who] == "PD" else "Y", pd.NaT) for who in four),
            ("S1", "OVR", "PR", start + 56 * day),
            ("S1", "PD", "Y", start + 168 * day),
            ("S3", "PD", "Y", start + 50 * day),
        ],
        columns=["USUBJID", "PARAMCD", "AVALC", "ADT"],
    )
    adtr = pd.DataFrame(
        {"USUBJID": ["S1", "S2", "S3"], "PARAMCD": "BPCHG", "AVAL": [-45.05, 3.0, 120.0]}
    )
    adex = pd.DataFrame(
        {
            "USUBJID": ["S1", "S1"],
            "PARAMCD": "DOSE",
            "INFNUM": [1, 2],
            "ASTDTM": [start + pd.Timedelta(hours=9), start + pd.Timedelta(days=7, hours=9)],
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


def test_events_and_reasons_for_censoring_add_up_to_the_subjects(made, row_of):
    display = made("pfs")
    assert row_of(display, "Progression or death, n (%)")[-1] == "2 (50.0)"
    assert row_of(display, "Censored, n (%)")[-1] == "2 (50.0)"
    assert row_of(display, "New therapy")[-1] == "1 (25.0)"
    assert row_of(display, "Median (95% CI)")[-1].startswith("6.0 ")


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
    assert drawn["LEVEL"].to_dict() == {"S1": "PR", "S2": "SD", "S3": "PD"}
    assert "3 subjects" in figure.alt
    assert "1 with a smaller sum" in figure.alt


def test_the_swimmer_counts_what_it_draws(made):
    figure = made("swimmer")
    assert "1 with a response, 2 with progression, 1 died, 3 ongoing" in figure.alt
    follow_up = figure.ard[figure.ard["STAT"] == "follow_up"].set_index("ROW")["VALUE"]
    assert follow_up["S3"] == pytest.approx(100 / MONTH)
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

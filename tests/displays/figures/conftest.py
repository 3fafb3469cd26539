"""The courses of three subjects, and figures before they become images."""

from __future__ import annotations

import importlib

import pandas as pd
import pytest

from csrkit.displays.make import make_display

MONTH = 30.4375


@pytest.fixture
def courses(adsl):
    """S1 responds and progresses; S2 is treated on; S3, of the higher dose, dies on month 4."""
    subjects = ["S1", "S2", "S3"]
    days = {"TRTDURD": [MONTH, 2 * MONTH, 3 * MONTH], "DTHADY": [None, None, 4 * MONTH]}
    status = ["DISCONTINUED", "ONGOING", "DISCONTINUED"]
    treated = adsl[adsl["USUBJID"].isin(subjects)].assign(**days, EOSSTT=status, ENRLFL="Y")
    adrs = pd.DataFrame(
        [
            ("S1", "CBOR", "PR", None),
            ("S2", "CBOR", "SD", None),
            ("S1", "RSP", "Y", 2 * MONTH),
            ("S1", "PD", "Y", 5 * MONTH),
        ],
        columns=["USUBJID", "PARAMCD", "AVALC", "ADY"],
    )
    times = pd.DataFrame({"USUBJID": subjects, "AVAL": [MONTH * each for each in (7, 5, 4)]})
    adtte = pd.concat(
        [times.assign(PARAMCD="OS", CNSR=[1, 1, 0]), times.assign(PARAMCD="PFS", CNSR=[0, 1, 0])]
    )
    adtr = pd.DataFrame({"USUBJID": subjects, "PARAMCD": "BPCHG", "AVAL": [-45.0, 3.0, 120.0]})
    adex = pd.DataFrame(
        {"USUBJID": "S1", "PARAMCD": "DOSE", "INFNUM": [1.0, 2.0], "ASTDY": [1.0, MONTH]}
    )
    return {"ADSL": treated, "ADRS": adrs, "ADTTE": adtte, "ADTR": adtr, "ADEX": adex}


@pytest.fixture
def drawing(index, study, courses, monkeypatch):
    """Draw a figure of the index; return the drawing, its results and its alternative text."""

    def draw(key, pattern, **others):
        module = importlib.import_module(f"csrkit.displays.figures.{pattern}")
        monkeypatch.setattr(module, "figure_output", lambda shelf, fig, alt: (fig, shelf, alt))
        columns = {"columns": others.pop("columns")} if "columns" in others else {}
        return make_display(index[key].model_copy(update=columns), study, {**courses, **others})

    return draw

"""Small literal subjects and domains for the tests of the ADaM datasets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csrkit.study import load_study

REPOSITORY = Path(__file__).parents[2]

SUBJECT = {
    "STUDYID": "SKNK01", "SITEID": "01", "PHASE": "I", "TRT01P": "SK-NK 20E8 cells",
    "TRT01PN": 20.0, "TRT01A": "SK-NK 20E8 cells", "TRT01AN": 20.0, "ENRLFL": "Y", "SAFFL": "Y",
    "DLTEVLFL": "Y", "EFFFL": "Y", "PKFL": "Y", "DTHFL": None, "DTHDT": None, "TRTSTMF": None,
    "TRTSDT": "2025-07-01", "TRTSDTM": "2025-07-01T10:00:00", "TRTEDT": "2025-08-05",
    "TRTEDTM": "2025-08-05T11:00:00", "TRTONGFL": "N", "LSTALVDT": "2026-01-31", "AGE": 60.0,
    "AGEGR1": "< 65 years", "AGEGR1N": 1.0, "SEX": "F", "RACE": "ASIAN",
}  # fmt: skip


@pytest.fixture(scope="session")
def study():
    """The study of this repository, interim report."""
    return load_study(REPOSITORY / "study.yml").covering("interim")


@pytest.fixture(scope="session")
def subjects():
    """Make ADSL from one dictionary a subject, {} for an ordinary one."""

    def make(**overrides):
        rows = [{**SUBJECT, "USUBJID": name, **own} for name, own in overrides.items()]
        frame = pd.DataFrame(rows)
        dates = [name for name in frame if name.endswith(("DT", "DTM"))]
        return frame.assign(**{name: pd.to_datetime(frame[name]) for name in dates})

    return make


@pytest.fixture(scope="session")
def frame():
    """Make a domain from a header and lines of values; `.` is missing."""

    def make(header, *lines):
        rows = [line.split("|") for line in lines]
        cells = [[None if cell.strip() == "." else cell.strip() for cell in row] for row in rows]
        out = pd.DataFrame(cells, columns=header.split(), dtype=object)
        endings = ("SEQ", "STRESN", "VISITNUM", "TPTNUM", "NRLO", "NRHI")
        numbers = [name for name in out if name.endswith(endings)]
        return out.assign(**{name: out[name].astype("float64") for name in numbers})

    return make

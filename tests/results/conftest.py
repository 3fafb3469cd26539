"""Five subjects, and a bench for them: the records of one display, and its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csrkit.index import IndexEntry
from csrkit.results.analyse import analyse_display
from csrkit.results.bench import Bench
from csrkit.results.model import Results
from csrkit.study import Study
from csrkit.study.base import Section

COLUMNS = ("ph1_20", "ph1_30", "all")


@pytest.fixture
def adsl() -> pd.DataFrame:
    """Five subjects: one at the lower dose, two at the higher, one in phase II, one untreated."""
    return pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4", "S5"],
            "PHASE": ["I", "I", "I", "II", None],
            "TRT01PN": [20.0, 30.0, 30.0, 30.0, np.nan],
            "TRT01AN": [20.0, 30.0, 30.0, 30.0, np.nan],
            "SAFFL": ["Y", "Y", "Y", "Y", "N"],
            "EFFFL": ["Y", "Y", "N", "N", "N"],
            "ENRLFL": ["Y", "Y", "Y", "Y", "N"],
            "SEX": ["F", "M", None, "F", "F"],
            "AGE": [60.0, 70.0, 55.0, np.nan, 30.0],
        }
    )


@pytest.fixture
def adae() -> pd.DataFrame:
    """Six events; that of S4 isn't treatment-emergent, S5 isn't treated, S3's has no class."""
    return pd.DataFrame(
        [
            ("S1", "Gut", "Nausea", 1.0, "Y"),
            ("S1", "Gut", "Nausea", 3.0, "Y"),
            ("S2", "Gut", "Vomiting", 2.0, "Y"),
            ("S3", None, "Rash", 1.0, "Y"),
            ("S4", "Gut", "Nausea", 1.0, None),
            ("S5", "Gut", "Nausea", 1.0, "Y"),
        ],
        columns=["USUBJID", "AEBODSYS", "AEDECOD", "ATOXGRN", "TRTEMFL"],
    )


@pytest.fixture
def entry() -> Callable[..., IndexEntry]:
    """Make an entry of the index."""

    def make(
        key: str = "teae", *, pattern: str = "counts", settings: Any = None, **more: Any
    ) -> IndexEntry:
        given = {
            "number": "14.1",
            "title": "Title",
            "population": "SAF",
            "columns": COLUMNS,
            "datasets": ("ADSL", "ADAE"),
            "settings": settings or Section(),
        }
        return IndexEntry(key=key, kind="table", pattern=pattern, **{**given, **more})

    return make


@pytest.fixture
def bench(study: Study, entry: Callable[..., IndexEntry], adsl: pd.DataFrame, adae: pd.DataFrame):
    """Make a bench; datasets and keys of its entry may be others."""

    def make(key: str = "teae", *, datasets: dict[str, pd.DataFrame] | None = None, **more: Any):
        given = {"ADSL": adsl, "ADAE": adae, **(datasets or {})}
        return Bench(entry(key, datasets=tuple(given), **more), study, given)

    return make


@pytest.fixture
def analysed(study: Study, entry: Callable[..., IndexEntry], adsl: pd.DataFrame):
    """Analyse a display of a pattern with typed settings, from ADSL and the datasets given."""

    def make(
        pattern: str, settings: Section, key: str = "one", *, keys: Any = None, **datasets: Any
    ) -> Results:
        given = {"ADSL": adsl, **datasets}
        more = {} if keys is None else {"columns": keys}
        made = entry(key, pattern=pattern, settings=settings, datasets=tuple(given), **more)
        return analyse_display(made, study, given)

    return make


@pytest.fixture
def stat():
    """Look up one value of an ARD frame."""

    def look_up(ard: pd.DataFrame, row: str, column: str, name: str, field: str = "FORMATTED"):
        found = ard[(ard["ROW"] == row) & (ard["COLUMN"] == column) & (ard["STAT"] == name)]
        assert len(found) == 1, f"{len(found)} rows for {row}, {column}, {name}"
        return found[field].iloc[0]

    return look_up


@pytest.fixture
def women(bench):
    """The results of SEX by column, as a display `demographics` has them."""
    from csrkit.results.verbs.counts import count_levels

    made = bench("demographics")
    declared = made.declare("SEX", dataset="ADSL", variable="SEX", groupings=["SEX"])
    count_levels(made, declared, "SEX", prefix="SEX")
    return made.finish()

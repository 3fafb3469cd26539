from __future__ import annotations

import pandas as pd
import pytest

from csrkit.displays.make import make_display
from csrkit.index import IndexEntry
from csrkit.index.settings.occurrences import Grades, Hierarchy


@pytest.fixture
def graded(study, adsl):
    """Terms of S1 and S2 by worst grade: S1 had nausea of grade 3, S2 of grade 1 and twice."""
    adae = pd.DataFrame(
        [("S1", 3.0, "Y"), ("S2", 1.0, "Y"), ("S2", 1.0, None)],
        columns=["USUBJID", "ATOXGRN", "WORST"],
    ).assign(AEBODSYS="Gut", AEDECOD="Nausea")
    grades = Grades(variable="ATOXGRN", flags=("WORST",) * 3, labels={3: "Severe", 1: "Mild"})
    settings = Hierarchy(
        dataset="ADAE", by=("AEBODSYS", "AEDECOD"), any="Any", stub="", events=True, grades=grades
    )
    entry = IndexEntry(
        key="terms", kind="table", number="14.3.1", title="Terms", population="SAF",
        datasets=("ADSL", "ADAE"), pattern="hierarchy", columns=("ph1_20",), settings=settings,
    )  # fmt: skip
    return make_display(entry, study, {"ADSL": adsl, "ADAE": adae})


def test_grades_stand_by_their_names_below_the_row_that_they_divide(graded):
    found = [(row.label, row.indent, row.cells[0].text) for row in graded.rows]
    assert found == [
        ("Any", 0, "2 (100) [3]"),
        ("Severe", 1, "1 (50.0)"),
        ("Mild", 1, "1 (50.0)"),
        ("Gut", 0, "2 (100) [3]"),
        ("Severe", 2, "1 (50.0)"),
        ("Mild", 2, "1 (50.0)"),
        ("Nausea", 1, "2 (100) [3]"),
        ("Severe", 3, "1 (50.0)"),
        ("Mild", 3, "1 (50.0)"),
    ]

"""What relative timing says of a date, by each term and each kind of reference."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.sdtm.relative_timing import find_bounds
from csrkit.study.derivations.sources import DateSource

DM = pd.DataFrame({"USUBJID": ["S1"], "RFSTDTC": ["2025-07-01"], "RFENDTC": ["2025-08-05T11:00"]})
BEFORE_PERIOD, START, END = "2025-06-30 23:59:59", "2025-07-01 00:00:00", "2025-08-05 11:00:00"
LAST, AFTER = "2025-08-05 11:00:59", "2025-08-05 11:01:00"
NONE = "NaT"


def bounds(variable, term, point=None, domains=None, points=None):
    name = variable.replace("RTPT", "TPT")
    named = {name: [point]} if point else {}
    record = pd.DataFrame({"USUBJID": ["S1"], variable: [term], **named})
    found = find_bounds(record, variable, {"DM": DM} if domains is None else domains, points or {})
    return tuple(str(each.iloc[0]) for each in found)


@pytest.mark.parametrize("variable", ["AESTRF", "AEENRF"])
@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("BEFORE", (NONE, BEFORE_PERIOD)),
        ("BEFORE/DURING", (NONE, LAST)),
        ("DURING", (START, LAST)),
        ("COINCIDENT", (START, LAST)),
        ("DURING/AFTER", (START, NONE)),
        ("ONGOING", (END, NONE)),
        ("AFTER", (AFTER, NONE)),
        (" during ", (START, LAST)),
        ("UNKNOWN", (NONE, NONE)),
        ("U", (NONE, NONE)),
        (None, (NONE, NONE)),
    ],
)
def test_the_reference_period_bounds_a_date(variable, term, expected):
    assert bounds(variable, term) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("DURING", (START, NONE)),
        ("AFTER", (START, NONE)),
        ("ONGOING", (START, NONE)),
        ("BEFORE/DURING", (NONE, NONE)),
    ],
)
def test_a_period_whose_end_is_not_known_bounds_by_its_beginning_alone(term, expected):
    assert bounds("AESTRF", term, domains={"DM": DM.assign(RFENDTC=None)}) == expected


@pytest.mark.parametrize("domains", [{}, {"DM": DM[["USUBJID"]]}, {"DM": DM[:0]}])
def test_without_a_reference_nothing_is_bounded(domains):
    assert bounds("AESTRF", "BEFORE", domains=domains) == (NONE, NONE)


@pytest.mark.parametrize(
    ("term", "point", "expected"),
    [
        ("BEFORE", "2025-07-10", (NONE, "2025-07-09 23:59:59")),
        ("BEFORE", "2025-07-10T08:30", (NONE, "2025-07-10 08:29:59")),
        ("BEFORE", "2025-07", (NONE, "2025-07-31 23:59:59")),
        ("BEFORE", "2025-07-10/2025-07-12", (NONE, "2025-07-12 23:59:59")),
        ("COINCIDENT", "2025-07-10", ("2025-07-10 00:00:00", "2025-07-10 23:59:59")),
        ("AFTER", "2025-07-10", ("2025-07-11 00:00:00", NONE)),
        ("AFTER", "2025-07", ("2025-07-01 00:00:00", NONE)),
        ("ONGOING", "2025-07-10", ("2025-07-10 00:00:00", NONE)),
        ("ONGOING", "2025-07", ("2025-07-01 00:00:00", NONE)),
        ("BEFORE", None, (NONE, NONE)),
        ("BEFORE", "WEEK 99", (NONE, NONE)),
    ],
)
def test_a_time_point_bounds_a_date_as_far_as_it_is_known(term, point, expected):
    assert bounds("CMENRTPT", term, point) == expected


def test_a_time_point_may_be_a_visit_or_a_name_that_the_study_dates():
    visits = pd.DataFrame(
        {
            "USUBJID": ["S1", "S1", "S2"],
            "VISIT": ["Screening", "SCREENING", "SCREENING"],
            "SVSTDTC": ["2025-06-20", "2025-06-22", "2025-01-01"],
            "SVENDTC": [None, "2025-06-23", None],
        }
    )
    domains = {"DM": DM, "SV": visits}
    during = ("2025-06-20 00:00:00", "2025-06-23 23:59:59")
    assert bounds("CMENRTPT", "COINCIDENT", "screening", domains) == during
    assert bounds("CMENRTPT", "BEFORE", "SCREENING", domains) == (NONE, "2025-06-19 23:59:59")
    named = {"Second screening": DateSource.model_validate(
        {"domain": "SV", "variable": "SVSTDTC", "where": "SVENDTC is not missing"}
    )}  # fmt: skip
    second = bounds("CMENRTPT", "BEFORE", "SECOND SCREENING", domains, named)
    assert second == (NONE, "2025-06-21 23:59:59")

"""Dates of two records, complete and partial, held against one another."""

import pandas as pd
import pytest

from csrkit.validation.rules.moments import is_before, is_running


def dates(*texts):
    return pd.Series(list(texts), dtype=object)


@pytest.mark.parametrize(
    ("earlier", "later", "sure", "may_be"),
    [
        ("2025-06-23", "2025-06-30T10:00", True, False),
        ("2025-06-30T09:59", "2025-06-30T10:00", True, False),
        # The day of an event that came on the day of an infusion, as most do, accuses nobody.
        ("2025-06-30", "2025-06-30T10:00", False, False),
        ("2025-06-30", "2025-06-30", False, False),
        ("2025-06", "2025-06-30T10:00", False, True),
        ("2025-06", "2025-06-01T10:00", False, False),
        ("2025-06", "2025-07-01", True, False),
        ("2025", "2025-07-01", False, True),
        ("2025-06-30", "2025-07", True, False),
        ("2025-07-02", "2025-07", False, True),
        ("2025-07-02", "2025-06-30", False, False),
        (None, "2025-06-30", False, False),
        ("2025-06-30", None, False, False),
    ],
)
def test_before_holds_by_every_reading_or_by_some(earlier, later, sure, may_be):
    pair = dates(earlier), dates(later)
    assert is_before(*pair).tolist() == [sure]
    assert is_before(*pair, "possibly").tolist() == [may_be]


@pytest.mark.parametrize(
    ("start", "end", "asked", "sure", "may_be"),
    [
        ("2025-06-23", "2025-07-02", "2025-06-30T10:00", True, False),
        ("2025-06-23", None, "2025-06-30T10:00", True, False),
        # On the first and on the last day it runs, unless times say otherwise.
        ("2025-06-30", "2025-07-02", "2025-06-30T10:00", True, False),
        ("2025-06-30T11:00", "2025-07-02", "2025-06-30T10:00", False, False),
        ("2025-06-23", "2025-06-30", "2025-06-30T10:00", True, False),
        ("2025-06-23", "2025-06-30T09:00", "2025-06-30T10:00", False, False),
        ("2025-06-23", "2025-06-29", "2025-06-30T10:00", False, False),
        ("2025-07-01", "2025-07-02", "2025-06-30T10:00", False, False),
        ("2025-06", "2025-07-02", "2025-06-30T10:00", True, False),
        ("2025-06", "2025-07-02", "2025-06-15", False, True),
        ("2025-06-23", "2025-06", "2025-06-25", False, True),
        ("2025-06-23", "2025-07", "2025-06-25", True, False),
        ("2025-06-23", "2025", "2025-12-01", False, True),
        ("2025", None, "2025-06-25", False, True),
        (None, "2025-07-02", "2025-06-30", False, False),
        ("2025-06-23", "2025-07-02", None, False, False),
    ],
)
def test_what_runs_on_a_day_does_so_by_every_reading_or_by_some(start, end, asked, sure, may_be):
    three = dates(start), dates(end), dates(asked)
    assert is_running(*three).tolist() == [sure]
    assert is_running(*three, "possibly").tolist() == [may_be]

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from csrkit.adam.common.dates import (
    derive_duration,
    derive_study_day,
    impute_date,
    impute_dates,
    impute_datetimes,
)
from csrkit.errors import DataError, UsageError

D = dt.date


def test_a_time_between_two_is_imputed_between_them():
    between = "2024-06-15T22:00/2024-06-17T02:00"
    found = impute_datetime(between, highest="M", how="last", time="first")
    assert found == (dt.datetime(2024, 6, 17, 2, 0, 59), "D", "H")
    same_day = "2024-06-15T10:00/2024-06-15T11:30"
    assert impute_datetime(same_day) == (dt.datetime(2024, 6, 15, 10), None, "H")
    latest = impute_datetime(same_day, time="last")
    assert latest == (dt.datetime(2024, 6, 15, 11, 30, 59), None, "H")


def impute_datetime(dtc, **options):
    """Date-time and flags of one value."""
    row = impute_datetimes(pd.Series([dtc], dtype=object), **options).iloc[0]
    return (None if pd.isna(row["DTM"]) else row["DTM"].to_pydatetime()), row["DTF"], row["TMF"]


@pytest.mark.parametrize(
    ("dtc", "options", "expected"),
    [
        ("2025-06-15", {}, (D(2025, 6, 15), None)),
        ("2025-06-15T10:30", {}, (D(2025, 6, 15), None)),
        ("2025-06-15T23:30:00+08:00", {}, (D(2025, 6, 15), None)),
        ("2025-06-15T10:30Z", {}, (D(2025, 6, 15), None)),
        ("2025-06", {}, (D(2025, 6, 1), "D")),
        ("2025-06", {"how": "mid"}, (D(2025, 6, 15), "D")),
        ("2025-06", {"how": "last"}, (D(2025, 6, 30), "D")),
        ("2024-02", {"how": "last"}, (D(2024, 2, 29), "D")),
        ("2025", {}, (D(2025, 1, 1), "M")),
        ("2025", {"how": "mid"}, (D(2025, 6, 30), "M")),
        ("2025", {"how": "last"}, (D(2025, 12, 31), "M")),
        ("2025", {"highest": "D"}, (None, None)),
        ("2025-06", {"highest": "n"}, (None, None)),
        ("2025-06", {"highest": "h"}, (None, None)),
        ("2025---15", {}, (D(2025, 1, 1), "M")),
        ("--06-15", {}, (None, None)),
        ("--06-15", {"highest": "Y"}, (None, None)),
        ("--06-15", {"highest": "Y", "not_before": "2024-02-03"}, (D(2024, 2, 3), "Y")),
        (None, {"highest": "Y", "not_after": "2024-02-03", "how": "last"}, (D(2024, 2, 3), "Y")),
        (None, {}, (None, None)),
        ("", {}, (None, None)),
        ("2024-06-15/2024-06-17", {}, (D(2024, 6, 15), "D")),
        ("2024-06-15/2024-06-17", {"how": "mid"}, (D(2024, 6, 16), "D")),
        ("2024-06-15/2024-06-17", {"how": "last"}, (D(2024, 6, 17), "D")),
        ("2024-06-15/2024-06-17", {"highest": "n"}, (None, None)),
        ("2024-06-15/2024-06-17", {"not_before": "2024-06-16"}, (D(2024, 6, 16), "D")),
        ("2024-06-15/2024-06-17", {"not_before": "2024-06-18"}, (D(2024, 6, 15), "D")),
        ("2024-06-28/2024-07-02", {"highest": "D"}, (None, None)),
        ("2024-06-28/2024-07-02", {"how": "last"}, (D(2024, 7, 2), "M")),
        ("2024-06-15T08:00/2024-06-15T20:00", {"highest": "n"}, (D(2024, 6, 15), None)),
        ("2025-06-15T24:00", {}, (D(2025, 6, 16), None)),
    ],
)
def test_a_partial_date_is_imputed_only_as_asked(dtc, options, expected):
    assert impute_date(dtc, **options) == expected


@pytest.mark.parametrize(
    ("dtc", "options", "expected"),
    [
        ("2025-06", {"not_before": "2025-06-10"}, D(2025, 6, 10)),
        ("2025-06", {"not_before": D(2025, 6, 10)}, D(2025, 6, 10)),
        ("2025-06", {"not_before": "2025-06-10T09:30"}, D(2025, 6, 10)),
        ("2025-06", {"not_before": "2025-05-10"}, D(2025, 6, 1)),
        ("2025-06", {"not_before": "2025-07-10"}, D(2025, 6, 1)),
        ("2025", {"not_before": "2025-07-10"}, D(2025, 7, 10)),
        ("2025-06", {"how": "last", "not_after": "2025-06-12"}, D(2025, 6, 12)),
        ("2025-06", {"how": "last", "not_after": "2025-07-12"}, D(2025, 6, 30)),
        ("2025-06", {"how": "last", "not_after": ["2025-05-01", "2025-06-20"]}, D(2025, 6, 20)),
        ("2025-06-05", {"not_before": "2025-06-10"}, D(2025, 6, 5)),
    ],
)
def test_a_limit_binds_only_where_the_partial_date_allows_it(dtc, options, expected):
    assert impute_date(dtc, **options)[0] == expected


@pytest.mark.parametrize(
    ("dtc", "options", "expected"),
    [
        ("2025-06-15T10:30:15", {}, (dt.datetime(2025, 6, 15, 10, 30, 15), None, None)),
        ("2025-06-15T10:30", {}, (dt.datetime(2025, 6, 15, 10, 30), None, "S")),
        ("2025-06-15T23:30+08:00", {}, (dt.datetime(2025, 6, 15, 23, 30), None, "S")),
        ("2025-06-15T23:30:15Z", {}, (dt.datetime(2025, 6, 15, 23, 30, 15), None, None)),
        ("2025-06-15T23-05", {}, (dt.datetime(2025, 6, 15, 23), None, "M")),
        ("2025-06-15T10", {}, (dt.datetime(2025, 6, 15, 10), None, "M")),
        ("2025-06-15", {"time": "last"}, (dt.datetime(2025, 6, 15, 23, 59, 59), None, "H")),
        ("2025-06-15T-:30", {}, (dt.datetime(2025, 6, 15), None, "H")),
        ("2025-06-15", {"highest": "n"}, (None, None, None)),
        ("2025-06", {}, (None, None, None)),
        ("2025-06", {"highest": "M", "how": "last"}, (dt.datetime(2025, 6, 30), "D", "H")),
        ("2025", {"highest": "M", "how": "mid"}, (dt.datetime(2025, 6, 30), "M", "H")),
        (
            "2025-06-15",
            {"not_before": "2025-06-15T10:00"},
            (dt.datetime(2025, 6, 15, 10), None, "H"),
        ),
        (
            "2025-06-15T08:00:00",
            {"not_before": "2025-06-15T10:00"},
            (dt.datetime(2025, 6, 15, 8), None, None),
        ),
    ],
)
def test_a_missing_time_is_imputed_within_its_day(dtc, options, expected):
    assert impute_datetime(dtc, **options) == expected


def test_a_series_has_its_limits_record_by_record():
    values = pd.Series(["2025-06", "2025-06", None, "2025-06-02"], index=[7, 3, 5, 1])
    limits = pd.Series(["2025-06-10", "2025-08-01", "2025-06-10", "2025-06-10"], index=[7, 3, 5, 1])
    dates, flags = impute_dates(values, not_before=pd.to_datetime(limits))
    expected = pd.to_datetime(pd.Series(["2025-06-10", "2025-06-01", None, "2025-06-02"]))
    pd.testing.assert_series_equal(dates, expected.set_axis([7, 3, 5, 1]), check_names=False)
    assert flags.tolist() == ["D", "D", None, None]


def test_an_empty_series_keeps_its_types():
    dates, flags = impute_dates(pd.Series([], dtype=object))
    moments = impute_datetimes(pd.Series([], dtype=object))
    assert (str(dates.dtype), str(flags.dtype)) == ("datetime64[ns]", "object")
    assert moments.dtypes.astype(str).tolist() == ["datetime64[ns]", "object", "object"]


@pytest.mark.parametrize(
    "dtc", ["2025-02-30", "2025-13", "2025-06-31T10:00", "2025-06-15T24:10", "15JUN2025"]
)
def test_an_impossible_date_is_an_error(dtc):
    with pytest.raises(DataError, match="impossible"):
        impute_date(dtc)


def test_an_impossible_date_names_its_record():
    ae = pd.DataFrame(
        {"USUBJID": ["S-01", "S-02"], "AESEQ": [1.0, 4.0], "AESTDTC": ["2025", "2025-02-30"]}
    )
    with pytest.raises(DataError) as fault:
        impute_dates(ae["AESTDTC"], records=ae)
    assert "S-02 AESEQ=4: AESTDTC=2025-02-30" in str(fault.value)


def test_an_unknown_way_to_impute_is_an_error():
    with pytest.raises(UsageError, match="highest"):
        impute_date("2025", highest="W")
    with pytest.raises(UsageError, match="how"):
        impute_date("2025", how="middle")


def test_there_is_no_study_day_zero():
    dates = pd.to_datetime(pd.Series(["2025-06-08", "2025-06-09", "2025-06-10", None]))
    reference = pd.to_datetime(pd.Series(["2025-06-09T10:00"] * 4))
    assert derive_study_day(dates, reference).tolist()[:3] == [-1, 1, 2]
    assert derive_study_day(dates, reference).isna().tolist() == [False, False, False, True]


def test_a_duration_counts_both_days():
    start = pd.to_datetime(pd.Series(["2025-06-09T22:00", "2025-06-09T00:00"]))
    end = pd.to_datetime(pd.Series(["2025-06-10T01:00", "2025-06-09T00:00"]))
    assert derive_duration(start, end).tolist() == [2, 1]

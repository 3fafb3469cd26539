import pandas as pd
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import iso


def column(*values):
    return pd.Series(values, dtype=object, name="AESTDTC")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31T23:59:59"),
        ("2025-02", "2025-02-01", "2025-02-28T23:59:59"),
        ("2024-02", "2024-02-01", "2024-02-29T23:59:59"),
        ("2025-06-09", "2025-06-09", "2025-06-09T23:59:59"),
        ("2025-06-09T10", "2025-06-09T10:00:00", "2025-06-09T10:59:59"),
        ("2025-06-09T10:30", "2025-06-09T10:30:00", "2025-06-09T10:30:59"),
        ("2025-06-09T10:30:15", "2025-06-09T10:30:15", "2025-06-09T10:30:15"),
        ("2025---09", "2025-01-09", "2025-12-09T23:59:59"),
        ("2025-06--T16:57:30", "2025-06-01T16:57:30", "2025-06-30T16:57:30"),
        ("2025-06-09T-:30", "2025-06-09T00:30:00", "2025-06-09T23:30:59"),
        ("2024-06-15/2024-06-17", "2024-06-15", "2024-06-17T23:59:59"),
        ("2024-06/2024-08-03", "2024-06-01", "2024-08-03T23:59:59"),
        ("2024/2025", "2024-01-01", "2025-12-31T23:59:59"),
        ("2024-06-15/2024-06-15", "2024-06-15", "2024-06-15T23:59:59"),
        ("2024-06-15T10:00/2024-06-15T11:30", "2024-06-15T10:00", "2024-06-15T11:30:59"),
        ("2024-06-15T23:00Z/2024-06-16T24:00Z", "2024-06-15T23:00", "2024-06-17T00:00:59"),
        ("2025-06-09T24:00", "2025-06-10T00:00:00", "2025-06-10T00:00:59"),
        ("2025-12-31T24:00:00", "2026-01-01T00:00:00", "2026-01-01T00:00:00"),
        ("2024-02-29T24:00:00+08:00", "2024-03-01T00:00:00", "2024-03-01T00:00:00"),
    ],
)
def test_a_partial_date_means_a_span_of_moments(text, first, last):
    assert iso.is_valid(column(text)).tolist() == [True]
    assert iso.earliest(column(text)).iloc[0] == pd.Timestamp(first)
    assert iso.latest(column(text)).iloc[0] == pd.Timestamp(last)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30",
        "2025-13",
        "2025-00-10",
        "2025-06-31",
        "2023-02-29",
        "2025-06-09T24:01",
        "2025-06-09T24:00:01",
        "2025-06-09T24",
        "2025-06-31T24:00",
        "2025-06--T24:00",
        "2025-06-09T25:00",
        "2025-06-17/2025-06-15",
        "2025-06-15/",
        "/2025-06-15",
        "2025-06-15/17",
        "2025-06-15/P3D",
        "2025-06-31/2025-07-02",
        "2025-06-15/2025-06-16/2025-06-17",
        "P3D",
        "2025-W05",
        "2025-W05-3",
        "2025-123",
        "20250615",
        "2025-06-09T10:60",
        "2025-06-09T10:30:60",
        "9999-12-31",
        "09JUN2025",
        "2025-6-9",
        "2025/06/09",
        "2025-06-09 10:30",
        "2025-06-09Z",
        "2025-06-09+08:00",
        "2025-06-09T10:30+15:00",
        "2025-06-09T10:30+08:60",
        "2025-06-09T10:30+8",
        "2025-06-09T10:30 Z",
        "1025-06-09",
        "unknown",
    ],
)
def test_an_impossible_or_malformed_date_is_invalid_and_has_no_moment(text):
    assert iso.is_valid(column(text)).tolist() == [False]
    assert iso.earliest(column(text)).isna().all()
    assert iso.latest(column(text)).isna().all()
    assert iso.precision(column(text)).tolist() == [None]


@pytest.mark.parametrize("zone", ["Z", "+08:00", "+0800", "+08", "-03:30", "+14:00", "-00:00"])
@pytest.mark.parametrize("time", ["T10", "T10:30", "T10:30:15", "T10:30:15.25", "T-:30"])
def test_a_time_zone_is_accepted_and_left_out_of_account(time, zone):
    plain, zoned = column(f"2025-06-09{time}"), column(f"2025-06-09{time}{zone}")
    assert iso.is_valid(zoned).tolist() == [True]
    assert iso.earliest(zoned).tolist() == iso.earliest(plain).tolist()
    assert iso.latest(zoned).tolist() == iso.latest(plain).tolist()
    assert iso.precision(zoned).tolist() == iso.precision(plain).tolist()


def test_a_missing_date_is_valid_and_has_no_moment():
    dates = column(None, "2025-06-09", None)
    assert iso.is_valid(dates).tolist() == [True, True, True]
    assert iso.earliest(dates).isna().tolist() == [True, False, True]
    assert iso.precision(dates).tolist() == [None, "D", None]


def test_a_date_without_its_year_is_valid_and_has_no_moment():
    assert iso.is_valid(column("--06-09", "-----T07:15")).all()
    assert iso.earliest(column("--06-09", "-----T07:15")).isna().all()


def test_precision_ends_at_the_first_gap():
    dates = column("2025", "2025-06", "2025-06-09", "2025-06-09T10", "2025---09", "--06-09")
    assert iso.precision(dates).tolist() == ["Y", "M", "D", "h", "Y", None]
    timed = column("2025-06-09T10:30", "2025-06-09T10:30:15")
    assert iso.precision(timed).tolist() == ["m", "s"]
    spans = column("2024-06-15/2024-06-17", "2024/2025", "2024-06-15T10:00/2024-06-15T10:30")
    assert iso.precision(spans).tolist() == ["M", None, "h"]


def test_fractions_of_a_second_are_kept():
    found = iso.earliest(column("2025-06-09T10:30:15.25")).iloc[0]
    assert found == pd.Timestamp("2025-06-09T10:30:15.250")


@pytest.mark.parametrize("dates", [column(), column(None, None)])
def test_an_empty_column_gives_an_empty_column_of_moments(dates):
    assert iso.earliest(dates).dtype == "datetime64[ns]"
    assert len(iso.latest(dates)) == len(dates)
    assert iso.is_valid(dates).dtype == bool


def test_the_index_of_the_dates_is_kept():
    dates = pd.Series(["2025", "2026"], index=[7, 3])
    assert iso.earliest(dates).index.tolist() == [7, 3]


def test_an_impossible_date_is_an_error_that_names_the_record():
    dates = column("2025-06-09", "2025-02-30", "2025-13")
    records = pd.Series(["S1 AESEQ=1", "S1 AESEQ=2", "S2 AESEQ=1"])
    with pytest.raises(DataError) as error:
        iso.require_valid(dates, records, "AE")
    assert error.value.where == "AE, variable AESTDTC"
    assert error.value.found == "S1 AESEQ=2: AESTDTC=2025-02-30; S2 AESEQ=1: AESTDTC=2025-13"
    assert "ISO 8601" in error.value.allowed


def test_only_the_first_impossible_dates_are_named_and_the_others_counted():
    dates = column(*["2025-02-30"] * 5)
    with pytest.raises(DataError, match="and 2 more"):
        iso.require_valid(dates, pd.Series([f"S{n}" for n in range(5)]), "AE")

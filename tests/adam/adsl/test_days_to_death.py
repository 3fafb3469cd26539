"""Days from the last dose to death: LDDTHELD and LDDTHGR1 of ADSL."""

import pandas as pd
import pytest

from csrkit.adam.adsl.disposition import derive_days_to_death


@pytest.fixture
def settings(study):
    return study.derivations.adsl


@pytest.mark.parametrize(
    ("last", "death", "days", "group"),
    [
        ("2025-06-10", "2025-06-10", 0, "<= 30"),
        ("2025-06-10", "2025-07-10", 30, "<= 30"),
        ("2025-06-10", "2025-07-11", 31, "> 30"),
        ("2025-06-10", None, None, None),
        (None, "2025-07-11", None, None),
    ],
    ids=["on the day", "on the last day", "a day later", "alive", "not treated"],
)
def test_days_and_group(settings, last, death, days, group):
    found = derive_days_to_death(dates(death), dates(last), settings)
    value, name = found["LDDTHELD"].iloc[0], found["LDDTHGR1"].iloc[0]
    assert pd.isna(value) if days is None else value == days
    assert name == group


def test_the_groups_follow_the_setting(settings):
    shorter = settings.model_copy(update={"death_after_dose_days": 28})
    found = derive_days_to_death(dates("2025-07-09"), dates("2025-06-10"), shorter)
    assert found["LDDTHGR1"].iloc[0] == "> 28"


def dates(text):
    return pd.to_datetime(pd.Series([text]))

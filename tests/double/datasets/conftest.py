"""Every variable of a dataset that csrkit derives, beside a second derivation of it.

The tests here give records, one dictionary each, worked out subject by subject from the raw SDTM,
the methods of the specification and limits typed anew. `same` holds them against csrkit's dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

CARRIED = {
    "STUDYID", "USUBJID", "SITEID", "PHASE", "TRT01P", "TRT01PN", "TRT01A", "TRT01AN",
    "ENRLFL", "SAFFL", "DLTEVLFL", "EFFFL", "PKFL", "TRTSDT", "TRTSDTM", "TRTEDT",
    "TRTEDTM", "AGE", "AGEGR1", "AGEGR1N", "SEX", "RACE",
}  # fmt: skip


@pytest.fixture(scope="session")
def people(subjects, infusions, data, settings, report, days) -> dict[str, SimpleNamespace]:
    """What every derivation asks of a subject; a day or moment that there isn't is None."""
    ds = data["DS"]
    ended = ds[(ds["DSSCAT"] == "END OF STUDY") & (ds["DSDECOD"] != "SCREEN FAILURE")]
    left = dict(zip(ended["USUBJID"], days(ended["DSSTDTC"]), strict=True))
    cut = pd.Timestamp(settings["cuts"].get(report, report))
    people = {}
    for subject, row in subjects.iterrows():
        own = infusions[infusions["USUBJID"] == subject]
        limits = [row["DEATH"], left.get(subject), cut]
        people[subject] = SimpleNamespace(
            first=None if pd.isna(row["FIRST"]) else row["FIRST"],
            timed=len(own) > 0 and len(own["EXSTDTC"].iloc[0]) > len("2026-01-01"),
            day1=None if pd.isna(row["START"]) else row["START"],
            last=None if pd.isna(row["LAST"]) else row["LAST"],
            planned=row["PLANNED"],
            limits=[limit for limit in limits if pd.notna(limit)],
            infusions=own,
        )
    return people


@pytest.fixture(scope="session")
def study_day() -> Callable[[Any, Any], float | None]:
    def day(date, day1):
        if date is None or day1 is None or pd.isna(date):
            return None
        between = (date - day1).days
        return between + 1 if between >= 0 else between

    return day


@pytest.fixture(scope="session")
def same(derived) -> Callable[..., None]:
    """Check that csrkit's dataset has just these records, with these values.

    Every variable that isn't carried from ADSL has to be among the values. `theirs` is the dataset
    of other data than the study's.
    """

    def check(
        dataset: str,
        records: list[dict[str, Any]],
        key: Sequence[str],
        theirs: pd.DataFrame | None = None,
    ) -> None:
        theirs = derived[dataset] if theirs is None else theirs
        ours = pd.DataFrame(records)
        assert set(theirs) - CARRIED == set(ours) - {"USUBJID"}
        ours = ours.set_index(_named(ours, key)).sort_index()
        theirs = theirs.set_index(_named(theirs, key)).sort_index()
        assert ours.index.is_unique
        assert len(ours) == len(theirs)
        apart = ours.index.symmetric_difference(theirs.index)
        assert [*apart][:9] == []
        unequal = {name: ~_equal(ours[name], theirs[name]) for name in ours}
        assert {
            name: [*zip(ours.index[wrong], ours[name][wrong], theirs[name][wrong], strict=True)][:3]
            for name, wrong in unequal.items()
            if wrong.any()
        } == {}

    return check


def _named(frame: pd.DataFrame, key: Sequence[str]) -> pd.Index:
    """Return the key of each record as one text."""
    parts = [
        frame[name].map(lambda v: "-" if pd.isna(v) else f"{v:g}" if _number(v) else str(v))
        for name in key
    ]
    return pd.Index([" ".join(values) for values in zip(*parts, strict=True)])


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _equal(one: pd.Series, other: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(other) and not one.map(lambda v: isinstance(v, str)).any():
        ours, theirs = (np.asarray(values, dtype=float) for values in (one, other))
        return np.isclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True)
    if pd.api.types.is_datetime64_any_dtype(other):
        one = pd.to_datetime(one)
    return np.asarray((one.isna() & other.isna()) | (one == other).fillna(False), dtype=bool)

"""Every combination of known and unknown parts of a date, at cuts before, within and after it.

A partial date counts as its earliest moment; one without a year has none and keeps its record.
"""

import datetime as dt
import itertools

import pandas as pd
import pytest

from csrkit.sdtm import iso
from csrkit.sdtm.cut import CutSettings, apply_cut
from csrkit.study.design import CutRules

RULES = CutRules.model_validate({"subject_entry": {"domain": "DM", "variable": "RFICDTC"}})
PARTS = {"year": "2025", "month": "06", "day": "09", "hour": "10", "minute": "30", "second": "15"}
FIRST = {"month": "01", "day": "01", "hour": "00", "minute": "00", "second": "00"}
BEFORE = ("", "-", "-", "T", ":", ":")


def combinations():
    """Each prefix of the parts, with each choice of the others unknown (a hyphen): 63 texts."""
    names = list(PARTS)
    for length in range(1, len(names) + 1):
        for known in itertools.product((True, False), repeat=length):
            if known[-1]:
                yield dict(zip(names, known, strict=False))


def text_of(known):
    parts = [PARTS[name] if is_known else "-" for name, is_known in known.items()]
    return "".join(mark + part for mark, part in zip(BEFORE, parts, strict=False))


def earliest_of(known):
    if not known["year"]:
        return None
    parts = [PARTS["year"], *(PARTS[n] if known.get(n) else FIRST[n] for n in FIRST)]
    return pd.Timestamp("{}-{}-{}T{}:{}:{}".format(*parts))


ALL = list(combinations())
TEXTS = [text_of(known) for known in ALL]


def kept(cut):
    dm = pd.DataFrame({"USUBJID": ["S1"], "RFICDTC": ["2000-01-01"]})
    ae = pd.DataFrame({"USUBJID": "S1", "AESEQ": range(1, len(ALL) + 1), "AESTDTC": TEXTS})
    ae = ae.astype({"AESEQ": float, "USUBJID": object, "AESTDTC": object})
    left = apply_cut({"DM": dm, "AE": ae}, CutSettings(cut, RULES)).domains["AE"]
    return set(left["AESTDTC"])


def test_there_are_all_combinations():
    assert len(set(TEXTS)) == 63
    assert {"2025", "2025-06", "2025---09", "--06-09", "2025-06-09T-:30", "-----T-:-:15"} <= set(
        TEXTS
    )


def test_each_combination_is_a_valid_date_with_its_earliest_moment():
    dates = pd.Series(TEXTS, dtype=object)
    assert iso.is_valid(dates).all()
    found = [None if pd.isna(each) else each for each in iso.earliest(dates)]
    assert found == [earliest_of(known) for known in ALL]


@pytest.mark.parametrize(
    "cut",
    [
        dt.date(2024, 12, 31),
        dt.date(2025, 1, 1),
        dt.date(2025, 1, 8),
        dt.date(2025, 5, 31),
        dt.date(2025, 6, 1),
        dt.date(2025, 6, 8),
        dt.datetime(2025, 6, 9, 0, 0, 0),
        dt.datetime(2025, 6, 9, 10, 0, 0),
        dt.datetime(2025, 6, 9, 10, 30, 14),
        dt.datetime(2025, 6, 9, 10, 30, 15),
        dt.date(2025, 6, 9),
        dt.date(2026, 1, 1),
    ],
    ids=str,
)
def test_each_combination_stays_when_its_earliest_moment_is_not_after_the_cut(cut):
    moment = CutSettings(cut, RULES).moment
    expected = {
        text
        for text, known in zip(TEXTS, ALL, strict=True)
        if earliest_of(known) is None or earliest_of(known) <= moment
    }
    assert kept(cut) == expected


@pytest.mark.parametrize("zone", ["Z", "+08:00", "-0500", "+08"])
def test_a_time_zone_changes_nothing_since_local_times_are_compared(zone):
    dm = pd.DataFrame({"USUBJID": ["S1"], "RFICDTC": ["2025-01-01"]})
    texts = [f"2025-06-09T23:59{zone}", f"2025-06-10T00:01{zone}"]
    ae = pd.DataFrame({"USUBJID": ["S1"] * 2, "AESEQ": [1.0, 2.0], "AESTDTC": texts})
    cut = CutSettings(dt.date(2025, 6, 9), RULES)
    assert apply_cut({"DM": dm, "AE": ae}, cut).domains["AE"]["AESEQ"].tolist() == [1.0]

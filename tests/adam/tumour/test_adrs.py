"""ADRS: parameters, flags and dates from literal records."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.tumour.adrs import derive_adrs

RS = "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC"
RECIST = "RECIST 1.1|OVRLRESP|INVESTIGATOR"


def values(adrs, subject):
    """{PARAMCD: (AVALC, date)} of a subject."""
    mine = adrs[(adrs["USUBJID"] == subject) & (adrs["PARAMCD"] != "OVR")]
    dates = mine["ADT"].dt.strftime("%F").where(mine["ADT"].notna(), None)
    return dict(zip(mine["PARAMCD"], zip(mine["AVALC"], dates, strict=True), strict=True))


def test_every_parameter_of_a_confirmed_responder_who_died(study, subjects, frame):
    adsl = subjects(A={"DTHFL": "Y", "DTHDT": "2026-02-02"})
    rs = frame(
        RS,
        f"A|1|{RECIST}|8|WEEK 8|2025-08-26|PR",
        f"A|2|{RECIST}|16|WEEK 16|2025-10-21|PR",
        f"A|3|{RECIST}|24|WEEK 24|2025-12-16|NE",
        f"A|4|{RECIST}|32|WEEK 32|2026-01-20|PD",
        f"A|5|{RECIST}|40|WEEK 40|2026-01-27|PR",
    )
    adrs = derive_adrs({"RS": rs}, {"ADSL": adsl}, study)
    assert values(adrs, "A") == {
        "PD": ("Y", "2026-01-20"),
        "RSP": ("Y", "2025-08-26"),
        "CRSP": ("Y", "2025-08-26"),
        "DC": ("Y", "2025-08-26"),
        "CDC": ("Y", "2025-08-26"),
        "BOR": ("PR", "2025-08-26"),
        "CBOR": ("PR", "2025-08-26"),
        "LSTA": ("PR", "2026-01-27"),
        "DEATH": ("Y", "2026-02-02"),
    }
    overall = adrs[adrs["PARAMCD"] == "OVR"]
    assert overall["ANL01FL"].tolist() == ["Y", "Y", "Y", "Y", None]
    assert overall["AVAL"].tolist() == [2, 2, 6, 5, 2]
    assert overall["AVISIT"].tolist()[:2] == ["Week 8", "Week 16"]
    assert overall["ADY"].tolist()[0] == 57
    confirmed = adrs[adrs["PARAMCD"] == "CBOR"].iloc[0]
    assert confirmed[["SRCDOM", "SRCVAR", "SRCSEQ"]].tolist() == ["RS", "RSSTRESC", 1]
    assert confirmed["PARAM"] == "Best Confirmed Overall Response by Investigator"


def test_a_subject_without_an_assessment_is_missing_and_has_no_last_assessment(
    study, subjects, frame
):
    adrs = derive_adrs({"RS": frame(RS)}, {"ADSL": subjects(A={}, B={"SAFFL": "N"})}, study)
    assert values(adrs, "A") == {
        "PD": ("N", None),
        "RSP": ("N", None),
        "CRSP": ("N", None),
        "DC": ("N", None),
        "CDC": ("N", None),
        "BOR": ("MISSING", None),
        "CBOR": ("MISSING", None),
        "DEATH": ("N", None),
    }
    assert values(adrs, "B") == {}


def test_the_worst_response_of_a_day_is_used_and_ne_yields(study, subjects, frame):
    rs = frame(
        RS,
        f"A|1|{RECIST}|8|WEEK 8|2025-08-26|SD",
        f"A|2|{RECIST}|8|WEEK 8|2025-08-26|NE",
        f"A|3|{RECIST}|8|WEEK 8|2025-08-26|PR",
        "A|4|RECIST 1.1|OVRLRESP|CENTRAL READER|8|WEEK 8|2025-08-26|PD",
        "A|5|CLINICAL|SYMPTDTR|INVESTIGATOR|8|WEEK 8|2025-08-26|Y",
        f"A|6|{RECIST}|1|SCREENING|2025-06-20|CR",
    )
    adrs = derive_adrs({"RS": rs}, {"ADSL": subjects(A={})}, study)
    overall = adrs[adrs["PARAMCD"] == "OVR"].set_index("SRCSEQ")["ANL01FL"]
    assert overall.to_dict() == {6: None, 1: "Y", 2: None, 3: None}
    assert values(adrs, "A")["BOR"] == ("SD", "2025-08-26")


@pytest.mark.parametrize(
    ("therapy", "counts", "date"),
    [
        ("2025-10-22", ("PR", "2025-08-26"), "2025-10-22"),
        ("2025-10-21", ("SD", "2025-08-26"), "2025-10-21"),
        ("2025-10", ("SD", "2025-08-26"), "2025-10-01"),
        ("2025-08", ("MISSING", None), "2025-08-05"),
        ("2025", ("MISSING", None), "2025-08-05"),
    ],
)
def test_records_from_a_new_therapy_on_are_not_used(study, subjects, frame, therapy, counts, date):
    rs = frame(
        RS,
        f"A|1|{RECIST}|8|WEEK 8|2025-08-26|PR",
        f"A|2|{RECIST}|16|WEEK 16|2025-10-21|PR",
        f"A|3|{RECIST}|24|WEEK 24|2025-12-16|PD",
    )
    cm = frame(
        "USUBJID CMSEQ CMCAT CMSTDTC",
        f"A|1|SUBSEQUENT ANTICANCER THERAPY|{therapy}",
        "A|2|PRIOR ANTICANCER THERAPY|2024-01-01",
        "A|3|SUBSEQUENT ANTICANCER THERAPY|2026-01-01",
    )
    adrs = derive_adrs({"RS": rs, "CM": cm}, {"ADSL": subjects(A={})}, study)
    found = values(adrs, "A")
    assert found["CBOR"] == counts
    assert found["PD"] == ("N", None)
    overall = adrs[adrs["PARAMCD"] == "OVR"]
    assert overall["ANL02FL"].tolist() == ["Y", "Y", "Y"]
    assert overall["NACTDT"].eq(pd.Timestamp(date)).all()


def test_a_missing_day_of_an_assessment_is_the_last_of_its_month(study, subjects, frame):
    rs = frame(RS, f"A|1|{RECIST}|8|WEEK 8|2025-08|SD", f"A|2|{RECIST}|16|WEEK 16|2025|PD")
    adrs = derive_adrs({"RS": rs}, {"ADSL": subjects(A={})}, study)
    assert values(adrs, "A")["BOR"] == ("SD", "2025-08-31")
    assert values(adrs, "A")["PD"] == ("N", None)


def test_subjects_split_and_joined_give_the_same_dataset(study, subjects, frame):
    rs = frame(
        RS,
        f"B|1|{RECIST}|8|WEEK 8|2025-08-26|SD",
        f"A|2|{RECIST}|16|WEEK 16|2025-10-21|PR",
        f"B|2|{RECIST}|16|WEEK 16|2025-10-21|PD",
        f"A|1|{RECIST}|8|WEEK 8|2025-08-26|PR",
    )
    adsl = subjects(A={}, B={}, C={})
    whole = derive_adrs({"RS": rs.iloc[::-1]}, {"ADSL": adsl}, study)
    parts = [
        derive_adrs(
            {"RS": rs[rs["USUBJID"] == name]}, {"ADSL": adsl[adsl["USUBJID"] == name]}, study
        )
        for name in "ABC"
    ]
    pd.testing.assert_frame_equal(whole, pd.concat(parts, ignore_index=True))

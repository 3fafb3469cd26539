"""ADRS: parameters, flags and dates from literal records."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.tumour.adrs import derive_adrs
from csrkit.study.data_cut import parse_data_cut

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


def reading_partial_therapies(study, reading):
    """The study that takes a new therapy known in part so."""
    own = study.assumptions.partial_new_therapy.model_copy(update={"value": reading})
    assumptions = study.assumptions.model_copy(update={"partial_new_therapy": own})
    return study.model_copy(update={"assumptions": assumptions})


@pytest.mark.parametrize(
    ("therapy", "reading", "counts", "date"),
    [
        ("2025-10-22", "latest", ("PR", "2025-08-26"), "2025-10-22"),
        ("2025-10-21", "latest", ("SD", "2025-08-26"), "2025-10-21"),
        ("2025-10", "latest", ("PR", "2025-08-26"), "2025-10-31"),
        ("2025-10/2025-12-02", "latest", ("PR", "2025-08-26"), "2025-12-02"),
        ("2025-08", "latest", ("SD", "2025-08-26"), "2025-08-31"),
        ("2025-07", "latest", ("MISSING", None), "2025-07-31"),
        ("2025-10-21", "earliest", ("SD", "2025-08-26"), "2025-10-21"),
        ("2025-10", "earliest", ("SD", "2025-08-26"), "2025-10-01"),
        ("2025-08", "earliest", ("MISSING", None), "2025-08-05"),
        ("2025", "earliest", ("MISSING", None), "2025-08-05"),
    ],
)
def test_records_from_a_new_therapy_on_are_not_used(
    study, subjects, frame, therapy, reading, counts, date
):
    study = reading_partial_therapies(study, reading)
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


@pytest.mark.parametrize(
    ("end", "own", "cut", "expected"),
    [
        (".", {}, "2026-03-31", "2025-12-31"),
        ("2025-12-20", {}, "2026-03-31", "2025-12-20"),
        ("2025-12", {"DTHDT": "2025-12-24"}, "2026-03-31", "2025-12-24"),
        (".", {"DTHDT": "2025-12-24"}, "2026-03-31", "2025-12-24"),
        (".", {}, "2025-12-10", "2025-12-10"),
        (".", {}, "2025-12-10T08:00", "2025-12-10"),
    ],
)
def test_a_therapy_of_an_unknown_day_began_by_its_end_the_death_and_the_cut(
    study, subjects, frame, end, own, cut, expected
):
    there = study.covering("interim", parse_data_cut(cut))
    rs = frame(RS, f"A|1|{RECIST}|8|WEEK 8|2025-08-26|PR")
    cm = frame(
        "USUBJID CMSEQ CMCAT CMSTDTC CMENDTC", f"A|1|SUBSEQUENT ANTICANCER THERAPY|2025-12|{end}"
    )
    adrs = derive_adrs({"RS": rs, "CM": cm}, {"ADSL": subjects(A=own)}, there)
    assert adrs.loc[adrs["PARAMCD"] == "OVR", "NACTDT"].eq(pd.Timestamp(expected)).all()


@pytest.mark.parametrize(
    ("reading", "date", "used"), [("latest", "2025-08-19", "Y"), ("earliest", "2025-08-31", None)]
)
def test_an_assessment_of_an_unknown_day_comes_before_a_therapy_that_it_may_precede(
    study, subjects, frame, reading, date, used
):
    rs = frame(RS, f"A|1|{RECIST}|8|WEEK 8|2025-08|PD")
    cm = frame("USUBJID CMSEQ CMCAT CMSTDTC", "A|1|SUBSEQUENT ANTICANCER THERAPY|2025-08-20")
    study = reading_partial_therapies(study, reading)
    adrs = derive_adrs({"RS": rs, "CM": cm}, {"ADSL": subjects(A={})}, study)
    one = adrs[adrs["PARAMCD"] == "OVR"].iloc[0]
    assert (str(one["ADT"])[:10], one["ANL01FL"]) == (date, used)


def test_an_unknown_day_is_the_first_of_its_month_by_setting(study, subjects, frame):
    adrs = study.derivations.adrs.model_copy(update={"partial_date": "first"})
    early = study.derivations.model_copy(update={"adrs": adrs})
    rs = frame(RS, f"A|1|{RECIST}|8|WEEK 8|2025-08|SD", f"A|2|{RECIST}|9|WEEK 9|2025-07|SD")
    found = derive_adrs(
        {"RS": rs}, {"ADSL": subjects(A={"TRTSDT": "2025-07-04"})},
        study.model_copy(update={"derivations": early}),
    )  # fmt: skip
    overall = found[found["PARAMCD"] == "OVR"]
    assert overall["ADT"].dt.strftime("%Y-%m-%d").tolist() == ["2025-07-04", "2025-08-01"]


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

"""ADTR: sums of diameters, changes and best change from literal measurements."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.tumour.adtr import derive_adtr

TU = "USUBJID TUSEQ TUTESTCD TUEVAL TULNKID TUORRES TULOC"
TR = "USUBJID TRSEQ TREVAL TRLNKID TRTESTCD VISITNUM VISIT TRDTC TRSTRESN"
RS = "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC"
BY = "TUMIDENT|INVESTIGATOR"


@pytest.fixture(scope="session")
def lesions(frame):
    """A liver lesion and a lymph node of one subject, and what is no target."""
    return frame(
        TU,
        f"A|1|{BY}|T01|TARGET|LIVER",
        f"A|2|{BY}|T02|TARGET|LYMPH NODE",
        f"A|3|{BY}|NT01|NON-TARGET|LUNG",
    )


def derive(study, adsl, tu, tr, **domains):
    adtr = derive_adtr({"TU": tu, "TR": tr, **domains}, {"ADSL": adsl}, study)
    return adtr[adtr["PARAMCD"] == "SDIAM"], adtr[adtr["PARAMCD"] == "BPCHG"]


def test_the_sum_takes_long_diameters_and_short_axes_of_nodes(study, subjects, frame, lesions):
    tr = frame(
        TR,
        "A|1|INVESTIGATOR|T01|LDIAM|1|SCREENING|2025-06-20|40",
        "A|2|INVESTIGATOR|T01|LPERP|1|SCREENING|2025-06-20|22",
        "A|3|INVESTIGATOR|T02|LDIAM|1|SCREENING|2025-06-21|30",
        "A|4|INVESTIGATOR|T02|LPERP|1|SCREENING|2025-06-21|20",
        "A|5|INVESTIGATOR|NT01|LDIAM|1|SCREENING|2025-06-20|99",
        "A|6|CENTRAL|T01|LDIAM|1|SCREENING|2025-06-20|77",
        "A|7|INVESTIGATOR|T01|LDIAM|8|WEEK 8|2025-08-26|30",
        "A|8|INVESTIGATOR|T02|LPERP|8|WEEK 8|2025-08-27|15",
        "A|9|INVESTIGATOR|T01|LDIAM|16|WEEK 16|2025-10-21|36",
        "A|10|INVESTIGATOR|T02|LPERP|16|WEEK 16|2025-10-21|18",
    )
    sums, best = derive(study, subjects(A={}), lesions, tr)
    assert sums["AVAL"].tolist() == [60, 45, 54]
    assert sums["AVISIT"].tolist() == ["Baseline", "Week 8", "Week 16"]
    assert sums["ADT"].dt.strftime("%F").tolist() == ["2025-06-20", "2025-08-26", "2025-10-21"]
    assert sums["ABLFL"].tolist() == ["Y", None, None]
    np.testing.assert_allclose(sums["PCHG"], [np.nan, -25, -10])
    np.testing.assert_allclose(sums["NADIR"], [np.nan, 60, 45])
    np.testing.assert_allclose(sums["PCHGNAD"], [np.nan, -25, 20])
    assert sums["NTARGET"].eq(2).all()
    assert best[["AVAL", "AVALU", "AVISIT"]].to_numpy().tolist() == [[-25, "%", "Week 8"]]


def test_a_missing_target_lesion_leaves_the_sum_out_with_its_reason(
    study, subjects, frame, lesions
):
    tr = frame(
        TR,
        "A|1|INVESTIGATOR|T01|LDIAM|1|SCREENING|2025-06-20|40",
        "A|2|INVESTIGATOR|T02|LPERP|1|SCREENING|2025-06-20|20",
        "A|3|INVESTIGATOR|T01|LDIAM|8|WEEK 8|2025-08-26|10",
        "A|4|INVESTIGATOR|T02|LPERP|8|WEEK 8|2025-08-26|.",
        "A|5|INVESTIGATOR|T02|LPERP|16|WEEK 16|2025-10-21|20",
        "A|6|INVESTIGATOR|T01|LDIAM|24|WEEK 24|2025-12-16|0",
        "A|7|INVESTIGATOR|T02|LPERP|24|WEEK 24|2025-12-16|0",
        "A|8|INVESTIGATOR|T01|LDIAM|32|WEEK 32|2026-02-10|6",
        "A|9|INVESTIGATOR|T02|LPERP|32|WEEK 32|2026-02-10|0",
    )
    sums, best = derive(study, subjects(A={}), lesions, tr)
    assert sums["AREASN"].tolist() == [
        None,
        "Target lesion not measured: T02",
        "Target lesion not measured: T01",
        None,
        None,
    ]
    np.testing.assert_allclose(sums["AVAL"], [60, np.nan, np.nan, 0, 6])
    np.testing.assert_allclose(sums["NADIR"], [np.nan, 60, 60, 60, 0])
    np.testing.assert_allclose(sums["CHGNAD"], [np.nan, np.nan, np.nan, -60, 6])
    np.testing.assert_allclose(sums["PCHGNAD"], [np.nan, np.nan, np.nan, -100, np.nan])
    assert sums["ANL01FL"].tolist() == ["Y", None, None, "Y", "Y"]
    assert best["AVAL"].tolist() == [-100]


def test_baseline_is_the_last_complete_sum_up_to_the_first_dose(study, subjects, frame, lesions):
    tr = frame(
        TR,
        "A|1|INVESTIGATOR|T01|LDIAM|1|SCREENING|2025-06-10|20",
        "A|2|INVESTIGATOR|T02|LPERP|1|SCREENING|2025-06-10|10",
        "A|3|INVESTIGATOR|T01|LDIAM|1.1|UNSCHEDULED 1.1|2025-07-01|40",
        "A|4|INVESTIGATOR|T02|LPERP|1.1|UNSCHEDULED 1.1|2025-07-01|20",
        "A|5|INVESTIGATOR|T01|LDIAM|8|WEEK 8|2025-08-26|50",
        "A|6|INVESTIGATOR|T02|LPERP|8|WEEK 8|2025-08-26|25",
    )
    sums, _ = derive(study, subjects(A={}), lesions, tr)
    assert sums["ABLFL"].tolist() == [None, "Y", None]
    assert sums["AVISIT"].tolist() == ["Screening", "Baseline", "Week 8"]
    np.testing.assert_allclose(sums["CHG"], [np.nan, np.nan, 15])
    np.testing.assert_allclose(sums["NADIR"], [np.nan, np.nan, 60])


def test_the_best_change_stops_at_progression_and_new_therapy(study, subjects, frame, lesions):
    def measured(name, *sizes):
        visits = [(1, "SCREENING", "2025-06-20"), (8, "WEEK 8", "2025-08-26"),
                  (16, "WEEK 16", "2025-10-21"), (24, "WEEK 24", "2025-12-16")]  # fmt: skip
        return [
            f"{name}|{n}|INVESTIGATOR|T01|LDIAM|{number}|{visit}|{date}|{size}"
            for n, ((number, visit, date), size) in enumerate(zip(visits, sizes, strict=True))
        ]

    tu = frame(TU, *(f"{name}|1|{BY}|T01|TARGET|LIVER" for name in "ABC"))
    tr = frame(
        TR, *measured("A", 50, 40, 60, 10), *measured("B", 50, 40, 30, 10),
        *measured("C", 50, 60, 55, 58),
    )  # fmt: skip
    rs = frame(RS, "A|1|RECIST 1.1|OVRLRESP|INVESTIGATOR|16|WEEK 16|2025-10-21|PD")
    cm = frame(
        "USUBJID CMSEQ CMCAT CMSTDTC", "B|1|SUBSEQUENT ANTICANCER THERAPY|2025-10-21"
    )  # fmt: skip
    sums, best = derive(study, subjects(A={}, B={}, C={}), tu, tr, RS=rs, CM=cm)
    flags = sums.groupby("USUBJID")["ANL01FL"].agg(list)
    assert flags["A"] == ["Y", "Y", "Y", None]
    assert flags["B"] == ["Y", "Y", None, None]
    assert best.set_index("USUBJID")["AVAL"].to_dict() == {"A": -20, "B": -20, "C": 10}


def test_a_subject_without_a_best_change_says_why(study, subjects, frame):
    tu = frame(TU, f"B|1|{BY}|T01|TARGET|LIVER", f"C|1|{BY}|T01|TARGET|LIVER")
    tr = frame(
        TR,
        "B|1|INVESTIGATOR|T01|LDIAM|1|SCREENING|2025-06-20|40",
        "C|1|INVESTIGATOR|T01|LDIAM|8|WEEK 8|2025-08-26|40",
    )
    _, best = derive(study, subjects(A={}, B={}, C={}), tu, tr)
    assert best.set_index("USUBJID")["AREASN"].to_dict() == {
        "A": "No target lesion at baseline",
        "B": "No sum of diameters after baseline",
        "C": "No sum of diameters at baseline",
    }
    assert best["NTARGET"].tolist() == [0, 1, 1]


def test_the_order_of_records_does_not_matter(study, subjects, frame, lesions):
    tr = frame(
        TR,
        "A|1|INVESTIGATOR|T01|LDIAM|1|SCREENING|2025-06-20|40",
        "A|2|INVESTIGATOR|T02|LPERP|1|SCREENING|2025-06-20|20",
        "A|3|INVESTIGATOR|T01|LDIAM|.|.|2025-08-26|10",
        "A|4|INVESTIGATOR|T02|LPERP|.|.|2025-08-26|.",
        "A|5|INVESTIGATOR|T01|LDIAM|.|.|2025-10-26|10",
        "A|6|INVESTIGATOR|T02|LPERP|.|.|2025-10-26|8",
        "A|7|INVESTIGATOR|T02|LPERP|.|.|2025-10-26|9",
    )
    adsl = subjects(A={})
    one = derive_adtr({"TU": lesions, "TR": tr}, {"ADSL": adsl}, study)
    other = derive_adtr({"TU": lesions[::-1], "TR": tr[::-1]}, {"ADSL": adsl}, study)
    pd.testing.assert_frame_equal(one, other)
    sums = one[one["PARAMCD"] == "SDIAM"]
    np.testing.assert_allclose(sums["AVAL"], [60, np.nan, 19])

"""ADLB: baseline, changes, visits, infusions, grades and summaries from literal records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.findings.adlb import derive_adlb

HEAD = "USUBJID LBSEQ LBTESTCD LBCAT VISITNUM VISIT LBDTC LBSTRESN LBSTRESC LBTPT LBTPTNUM LBTPTREF"
PRE, POST = "PRE-INFUSION|0|INFUSION", "4 H POST|4|INFUSION"


@pytest.fixture(scope="session")
def derive(study, subjects, frame):
    """ADLB of haemoglobin (g/L, normal 115 to 150) from lines of HEAD, records of LB alone."""

    def make(*lines, derived=False, study=study, adsl=None, unit="g/L", **ranges):
        lb = frame(HEAD, *lines).assign(LBTEST="Test", LBSTRESU=unit)
        lb = lb.assign(LBSTNRLO=115.0, LBSTNRHI=150.0) if not ranges else lb.assign(**ranges)
        adsl = subjects(A={}) if adsl is None else adsl
        adlb = derive_adlb({"LB": lb}, {"ADSL": adsl}, study)
        return adlb if derived else adlb[adlb["DTYPE"].isna()].set_index("LBSEQ").sort_index()

    return make


def test_the_last_value_before_the_first_dose_is_baseline_by_time_of_day(derive):
    adlb = derive(
        "A|1|HGB|H|1|SCREENING|2025-06-20T08:00|130|130|.|.|.",
        f"A|2|HGB|H|10|INFUSION 1|2025-07-01T09:30|120|120|{PRE} 1",
        f"A|3|HGB|H|10|INFUSION 1|2025-07-01T14:00|110|110|{POST} 1",
        "A|4|HGB|H|20|INFUSION 2|2025-07-08|100|100|.|.|.",
    )
    assert adlb["ABLFL"].tolist() == [None, "Y", None, None]
    assert adlb["AVISIT"].tolist() == ["Screening", "Baseline", "Infusion 1", "Infusion 2"]
    assert adlb["BASE"].tolist() == [120] * 4
    np.testing.assert_allclose(adlb["CHG"], [np.nan, np.nan, -10, -20])
    np.testing.assert_allclose(adlb["PCHG"], [np.nan, np.nan, -100 / 12, -200 / 12])
    assert adlb["ONTRTFL"].tolist() == [None, None, "Y", "Y"]
    assert adlb["ADY"].tolist() == [-11, 1, 1, 8]


def test_without_a_time_a_sample_of_the_first_day_is_before_the_dose(derive):
    adlb = derive("A|1|HGB|H|10|INFUSION 1|2025-07-01|120|120|.|.|.")
    assert adlb[["ABLFL", "ONTRTFL"]].to_numpy().tolist() == [["Y", None]]
    assert adlb["ADTM"].isna().all()


def test_a_result_without_a_number_is_kept_but_is_no_baseline(derive):
    adlb = derive(
        "A|1|CRP|I|1|SCREENING|2025-06-20T08:00|7|7|.|.|.",
        f"A|2|CRP|I|10|INFUSION 1|2025-07-01T09:30|.|<5|{PRE} 1",
        unit="mg/L",
    )
    assert adlb["ABLFL"].tolist() == ["Y", None]
    assert adlb["AVALC"].tolist() == [None, "<5"]
    assert adlb["AREASN"].tolist() == [None, "Result is beyond a limit of the method"]


def test_of_equal_times_the_later_record_is_baseline(derive):
    adlb = derive(
        "A|2|HGB|H|1|SCREENING|2025-06-20T08:00|131|131|.|.|.",
        "A|1|HGB|H|1|SCREENING|2025-06-20T08:00|130|130|.|.|.",
    )
    assert adlb["ABLFL"].to_dict() == {1: None, 2: "Y"}


def test_on_treatment_lasts_until_the_window_after_the_last_dose(derive):
    adlb = derive(
        "A|1|HGB|H|20|WEEK 8|2025-09-04|120|120|.|.|.",
        "A|2|HGB|H|21|WEEK 16|2025-09-05|120|120|.|.|.",
    )
    assert adlb["ONTRTFL"].to_dict() == {1: "Y", 2: None}


def test_a_subject_never_dosed_has_no_baseline(derive, subjects):
    never = subjects(A={"TRTSDT": None, "TRTSDTM": None, "TRTEDT": None, "TRTEDTM": None})
    adlb = derive("A|1|HGB|H|1|SCREENING|2025-06-20|120|120|.|.|.", adsl=never)
    assert adlb[["ABLFL", "ONTRTFL"]].isna().all(axis=None)
    assert adlb["AVAL"].tolist() == [120]


def test_one_scheduled_value_a_visit_is_flagged_and_none_after_the_infusion(derive):
    adlb = derive(
        "A|1|HGB|H|1|SCREENING|2025-06-20|131|131|.|.|.",
        "A|2|HGB|H|1|SCREENING|2025-06-21|130|130|.|.|.",
        f"A|3|HGB|H|20|INFUSION 2|2025-07-08T08:00|121|121|{PRE} 2",
        f"A|4|HGB|H|20|INFUSION 2|2025-07-08T09:00|122|122|{PRE} 2",
        f"A|5|HGB|H|20|INFUSION 2|2025-07-08T14:00|123|123|{POST} 2",
        "A|6|HGB|H|20.1|UNSCHEDULED 20.1|2025-07-10|124|124|.|.|.",
        "A|7|HGB|H|30|WEEK 8|2025-08-26|.|.|.|.|.",
    )
    assert adlb["ANL01FL"].to_dict() == {
        1: None, 2: "Y", 3: None, 4: "Y", 5: None, 6: None, 7: None
    }  # fmt: skip
    assert adlb["ANL02FL"].to_dict() == {
        1: None, 2: None, 3: None, 4: "Y", 5: "Y", 6: None, 7: None
    }  # fmt: skip


def test_the_first_repeat_counts_when_the_setting_says_so(derive, study):
    adlb_settings = study.derivations.adlb.model_copy(update={"repeated": "first"})
    derivations = study.derivations.model_copy(update={"adlb": adlb_settings})
    adlb = derive(
        "A|1|HGB|H|30|WEEK 8|2025-08-26T08:00|120|120|.|.|.",
        "A|2|HGB|H|30|WEEK 8|2025-08-26T09:00|121|121|.|.|.",
        study=study.model_copy(update={"derivations": derivations}),
    )
    assert adlb["ANL01FL"].to_dict() == {1: "Y", 2: None}


def test_the_change_from_before_an_infusion_is_within_that_infusion(derive):
    adlb = derive(
        f"A|1|IL6|C|10|INFUSION 1|2025-07-01T09:00|5|5|{PRE} 1",
        f"A|2|IL6|C|10|INFUSION 1|2025-07-01T14:00|50|50|{POST} 1",
        f"A|3|IL6|C|60|INFUSION 6|2025-08-05T09:00|8|8|{PRE} 6",
        f"A|4|IL6|C|60|INFUSION 6|2025-08-05T14:00|20|20|{POST} 6",
        f"A|5|IL6|C|20|INFUSION 2|2025-07-08T14:00|30|30|{POST} 2",
        unit="ng/L",
    )
    assert adlb["INFNUM"].tolist() == [1, 1, 6, 6, 2]
    np.testing.assert_allclose(adlb["PREVAL"], [5, 5, 8, 8, np.nan])
    np.testing.assert_allclose(adlb["CHGPRE"], [np.nan, 45, np.nan, 12, np.nan])
    np.testing.assert_allclose(adlb["CHG"], [np.nan, 45, 3, 15, 25])


def test_values_on_the_limits_of_normal_are_normal(derive):
    adlb = derive(
        *(
            f"A|{n}|HGB|H|30|WEEK 8|2025-08-26T0{n}:00|{value}|{value}|.|.|."
            for n, value in enumerate([114, 115, 150, 151])
        )
    )
    assert adlb["ANRIND"].tolist() == ["LOW", "NORMAL", "NORMAL", "HIGH"]
    np.testing.assert_allclose(adlb["R2ANRHI"], [114 / 150, 115 / 150, 1, 151 / 150])
    without = derive("A|1|HGB|H|30|WEEK 8|2025-08-26|114|114|.|.|.", LBSTNRHI=np.nan)
    assert without["ANRIND"].tolist() == [None]


def test_grades_and_the_worst_on_treatment_are_by_direction(derive):
    adlb = derive(
        "A|1|HGB|H|1|SCREENING|2025-06-20|112|112|.|.|.",
        "A|2|HGB|H|20|INFUSION 2|2025-07-08|98|98|.|.|.",
        "A|3|HGB|H|30|INFUSION 3|2025-07-15|79|79|.|.|.",
        "A|4|HGB|H|40|INFUSION 4|2025-07-22|79|79|.|.|.",
        "A|5|HGB|H|50|WEEK 16|2025-12-01|70|70|.|.|.",
    )
    assert adlb["ATOXDSCL"].eq("Anemia").all()
    assert adlb["ATOXGRL"].tolist() == ["1", "2", "3", "3", "3"]
    assert adlb["BTOXGRL"].eq("1").all()
    assert adlb["WGRLFL"].to_dict() == {1: None, 2: None, 3: "Y", 4: None, 5: None}
    assert adlb["WGRHFL"].to_dict() == {1: None, 2: "Y", 3: None, 4: None, 5: None}


def test_a_value_in_an_unknown_unit_has_no_grade(derive):
    adlb = derive("A|1|HGB|H|20|INFUSION 2|2025-07-08|7|7|.|.|.", unit="stone")
    assert adlb[["AVAL", "ATOXGRL", "ATOXGRH", "ATOXGR", "ANRIND"]].isna().all(axis=None)
    assert adlb["AREASN"].tolist() == ["No conversion of stone to g/L"]


def test_without_a_value_on_treatment_nothing_is_the_worst_grade(derive):
    adlb = derive("A|1|HGB|H|1|SCREENING|2025-06-20|90|90|.|.|.")
    assert adlb[["WGRLFL", "WGRHFL"]].isna().all(axis=None)


def test_smallest_largest_and_last_value_on_treatment_are_records_of_their_own(derive):
    adlb = derive(
        "A|1|HGB|H|1|SCREENING|2025-06-20|90|90|.|.|.",
        "A|2|HGB|H|20|INFUSION 2|2025-07-08|120|120|.|.|.",
        "A|3|HGB|H|20.1|UNSCHEDULED 20.1|2025-07-09|100|100|.|.|.",
        "A|4|HGB|H|30|INFUSION 3|2025-07-15|100|100|.|.|.",
        "A|5|HGB|H|50|WEEK 16|2025-12-01|70|70|.|.|.",
        derived=True,
    )
    found = adlb[adlb["DTYPE"].notna()].set_index("DTYPE")
    assert found["SRCSEQ"].to_dict() == {"MINIMUM": 3, "MAXIMUM": 2, "LOV": 4}
    assert found["AVISIT"].to_dict()["MINIMUM"] == "Minimum on treatment"
    flags = ["ABLFL", "ANL01FL", "ANL02FL", "WGRLFL", "WGRHFL"]
    assert found[flags].isna().all(axis=None)
    assert adlb[adlb["DTYPE"].isna()].shape[0] == 5


def test_subjects_split_and_joined_and_records_shuffled_give_the_same(study, subjects, frame):
    lines = [
        f"{name}|{n}|{test}|H|{10 * n}|INFUSION {n}|2025-07-0{n}T0{n}:00|{100 + n}|x|{PRE} {n}"
        for name in "ABC"
        for n in range(1, 6)
        for test in ("HGB", "ALB")
    ]
    lb = frame(HEAD, *lines).assign(LBTEST="Test", LBSTRESU="g/L", LBSTNRLO=105.0, LBSTNRHI=150.0)
    lb["LBSEQ"] = lb.groupby("USUBJID").cumcount() + 1.0
    adsl = subjects(A={}, B={}, C={"SAFFL": "N", "TRTSDT": None, "TRTSDTM": None})
    whole = derive_adlb({"LB": lb}, {"ADSL": adsl}, study)
    shuffled = derive_adlb({"LB": lb.sample(frac=1, random_state=3)}, {"ADSL": adsl}, study)
    pd.testing.assert_frame_equal(whole, shuffled)
    parts = []
    for name in "ABC":
        mine = {"LB": lb[lb["USUBJID"] == name]}
        parts.append(derive_adlb(mine, {"ADSL": adsl[adsl["USUBJID"] == name]}, study))
    pd.testing.assert_frame_equal(whole, pd.concat(parts, ignore_index=True))


def test_a_study_without_laboratory_data_has_an_empty_dataset(study, subjects):
    adlb = derive_adlb({}, {"ADSL": subjects(A={})}, study)
    assert adlb.empty
    assert "ATOXGRL" in adlb


def test_an_abnormal_baseline_has_its_own_grade_and_later_values_are_graded_relative_to_it(derive):
    adlb = derive(
        "A|1|ALT|C|1|SCREENING|2025-06-20T08:00|72|72|.|.|.",
        "A|2|ALT|C|20|INFUSION 2|2025-07-08|72|72|.|.|.",
        "A|3|ALT|C|30|INFUSION 3|2025-07-15|110|110|.|.|.",
        unit="U/L",
        LBSTNRLO=0.0,
        LBSTNRHI=40.0,
    )
    # 1.8 times the limit of normal is grade 1; 72 is once and 110 is 1.53 times the baseline.
    assert adlb["ATOXGRH"].tolist() == ["1", "0", "1"]
    assert adlb["BTOXGRH"].tolist() == ["1"] * 3


def test_a_value_before_baseline_is_not_graded_by_the_baseline_that_followed(derive):
    adlb = derive(
        "A|1|CREAT|C|1|SCREENING|2025-06-20T08:00|120|120|.|.|.",
        "A|2|CREAT|C|10|INFUSION 1|2025-07-01T08:00|60|60|.|.|.",
        "A|3|CREAT|C|20|INFUSION 2|2025-07-08|120|120|.|.|.",
        unit="umol/L",
        LBSTNRLO=40.0,
        LBSTNRHI=100.0,
    )
    assert adlb["ATOXGRH"].tolist() == ["1", "0", "2"]
    assert adlb["BTOXGRH"].tolist() == ["0"] * 3


@pytest.mark.parametrize(
    ("paramcd", "unit", "limits", "values", "side", "grades"),
    [
        ("TSH", "µIU/mL", (0.4, 4), [4, 4.1], "H", ["0", "1"]),
        ("BICARB", "mEq/L", (22, 29), [22, 21], "L", ["0", "1"]),
        ("PROTEXR", "mg/24 h", (0, 150), [149, 3500], "H", ["0", "3"]),
        ("HGBMET", "%", (0, 1.5), [1.5, 1.6], "H", ["0", "2"]),
        ("FIBRINO", "mg/dL", (200, 400), [200, 49], "L", ["0", "4"]),
        ("CD4", "cells/uL", (500, 1500), [500, 199], "L", ["0", "3"]),
        ("PROTEXR", "g/L", (0, 150), [149, 3500], "H", [None, None]),
    ],
)
def test_terms_are_graded_in_the_analysis_unit_of_their_test(
    derive, paramcd, unit, limits, values, side, grades
):
    adlb = derive(
        f"A|1|{paramcd}|C|1|SCREENING|2025-06-20T08:00|{values[0]}|{values[0]}|.|.|.",
        f"A|2|{paramcd}|C|20|INFUSION 2|2025-07-08|{values[1]}|{values[1]}|.|.|.",
        unit=unit,
        LBSTNRLO=float(limits[0]),
        LBSTNRHI=float(limits[1]),
    )
    assert adlb[f"ATOXGR{side}"].tolist() == grades


def test_a_ph_whose_specimen_is_not_told_has_no_grade(derive):
    adlb = derive(
        "A|1|PH|C|20|INFUSION 2|2025-07-08|7.1|7.1|.|.|.",
        unit=None,
        LBSTNRLO=7.35,
        LBSTNRHI=7.45,
    )
    assert adlb["AVAL"].tolist() == [7.1]
    assert adlb[["ATOXGRL", "ATOXGRH", "ATOXGR", "ATOXDSCL"]].isna().all(axis=None)

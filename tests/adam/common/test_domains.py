from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.common.domains import select_records, select_supplemental, select_variables
from csrkit.conditions import parse
from csrkit.errors import DataError, StudyError


def test_a_domain_the_study_lacks_is_empty_with_the_columns_asked_for():
    out = select_variables({}, "DV", ["USUBJID", "DVSEQ", "DVTERM"])
    assert out.empty
    assert out.dtypes.astype(str).to_dict() == {
        "USUBJID": "object",
        "DVSEQ": "float64",
        "DVTERM": "object",
    }


def test_a_variable_the_study_lacks_is_missing_throughout(frame):
    out = select_variables(
        {"AE": frame("USUBJID AETERM", "S1|Fever")}, "AE", ["AETOXGR", "USUBJID"]
    )
    assert out.to_dict("list") == {"AETOXGR": [None], "USUBJID": ["S1"]}


def test_a_domain_without_subjects_is_an_error(frame):
    with pytest.raises(DataError, match="USUBJID"):
        select_variables({"AE": frame("AETERM", "Fever")}, "AE", ["USUBJID"])


def test_a_condition_may_name_a_variable_that_is_not_asked_for(frame):
    ds = frame("USUBJID DSSEQ DSDECOD DSCAT", "S1|1|A|X", "S1|2|B|Y")
    out = select_records({"DS": ds}, "DS", ["USUBJID", "DSDECOD"], parse("DSCAT == 'Y'"), "setting")
    assert out.to_dict("records") == [{"USUBJID": "S1", "DSDECOD": "B"}]
    assert select_records({}, "DS", ["USUBJID"], parse("DSCAT == 'Y'"), "setting").empty


def test_a_condition_that_names_an_unknown_variable_names_its_setting(frame):
    ds = frame("USUBJID DSDECOD", "S1|A")
    with pytest.raises(StudyError, match=r"derivations\.x"):
        select_records({"DS": ds}, "DS", ["USUBJID"], parse("DSSCAT == 'Y'"), "derivations.x")


SUPP = "USUBJID IDVAR IDVARVAL QNAM QVAL"


def test_supplemental_qualifiers_stand_beside_their_record(frame):
    ae = frame("USUBJID AESEQ AETERM", "S1|1|Fever", "S1|2|Rash", "S2|1|Fever")
    supp = frame(SUPP, "S1|AESEQ|2|AEDLT|Y", "S2|AESEQ|1|AESICAT|CRS", "S1|AESEQ|1|OTHER|x")
    out = select_supplemental({"AE": ae, "SUPPAE": supp}, "AE", ["AEDLT", "AESICAT"])
    assert out["AEDLT"].tolist() == [None, "Y", None]
    assert out["AESICAT"].tolist() == [None, None, "CRS"]
    assert "OTHER" not in out


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("AESEQ", "2.0"), ("AESEQ", " 002"), ("AESPID", "E2"), ("AEGRPID", "G"), ("AEREFID", "7")],
)
def test_a_qualifier_is_found_by_any_variable_in_any_notation(frame, pointer, value):
    ae = frame(
        "USUBJID AESEQ AESPID AEGRPID AEREFID", "S1|1|E1|F|06", "S1|2|E2|G|07", "S2|2|E2|H|7"
    )
    supp = frame(SUPP, f"S1|{pointer}|{value}|X|7")
    out = select_supplemental({"AE": ae, "SUPPAE": supp}, "AE", ["X"])
    assert out["X"].tolist() == [None, "7", None]


def test_a_number_that_two_texts_can_be_points_to_neither(frame):
    ae = frame("USUBJID AESEQ AESPID", "S1|1|01", "S1|2|1", "S1|3|002")
    supp = frame(SUPP, "S1|AESPID|001|X|7", "S1|AESPID|1|Y|8", "S1|AESPID|2|Z|9")
    out = select_supplemental({"AE": ae, "SUPPAE": supp}, "AE", ["X", "Y", "Z"])
    assert out["X"].tolist() == [None, None, None]
    assert out["Y"].tolist() == [None, "8", None]
    assert out["Z"].tolist() == [None, None, "9"]


def test_a_pointer_of_numbers_finds_text(frame):
    ae = frame("USUBJID AESEQ AESPID", "S1|1|1", "S1|2|2")
    supp = frame(SUPP, "S1|AESPID|2|X|7").assign(IDVARVAL=[2.0])
    assert select_supplemental({"AE": ae, "SUPPAE": supp}, "AE", ["X"])["X"].tolist() == [None, "7"]


def test_a_qualifier_of_a_group_is_that_of_each_of_its_records(frame):
    ae = frame("USUBJID AESEQ AEGRPID", "S1|1|G", "S1|2|.", "S1|3|G", "S2|1|G")
    out = select_supplemental({"AE": ae, "SUPPAE": frame(SUPP, "S1|AEGRPID|G|X|7")}, "AE", ["X"])
    assert out["X"].tolist() == ["7", None, "7", None]


def test_a_qualifier_of_the_subject_stands_beside_all_its_records(frame):
    ae = frame("USUBJID AESEQ", "S1|1", "S1|2", "S2|1")
    out = select_supplemental({"AE": ae, "SUPPAE": frame(SUPP, "S1|.|.|X|7")}, "AE", ["X"])
    assert out["X"].tolist() == ["7", "7", None]


@pytest.mark.parametrize("second", ["S1|AESEQ|1.0|AEDLT|N", "S1|AESPID|E1|AEDLT|N"])
def test_two_values_of_one_qualifier_are_an_error(frame, second):
    ae = frame("USUBJID AESEQ AESPID", "S1|1|E1")
    supp = frame(SUPP, "S1|AESEQ|1|AEDLT|Y", second)
    with pytest.raises(DataError, match=r"USUBJID=S1, AE(SEQ|SPID)=(1|E1)"):
        select_supplemental({"AE": ae, "SUPPAE": supp}, "AE", ["AEDLT"])


def test_no_supplemental_domain_gives_missing_qualifiers(frame):
    out = select_supplemental({"AE": frame("USUBJID AESEQ", "S1|1")}, "AE", ["AEDLT"])
    pd.testing.assert_series_equal(out["AEDLT"], pd.Series([None], name="AEDLT", dtype=object))

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.common.domains import merge_supplemental, select_records, select_variables
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
    out = merge_supplemental(ae, {"SUPPAE": supp}, "AE", ["AEDLT", "AESICAT"])
    assert out["AEDLT"].tolist() == [None, "Y", None]
    assert out["AESICAT"].tolist() == [None, None, "CRS"]
    assert "OTHER" not in out


def test_a_qualifier_of_the_subject_stands_beside_all_its_records(frame):
    ae = frame("USUBJID AESEQ", "S1|1", "S1|2", "S2|1")
    out = merge_supplemental(ae, {"SUPPAE": frame(SUPP, "S1|.|.|X|7")}, "AE", ["X"])
    assert out["X"].tolist() == ["7", "7", None]


def test_two_values_of_one_qualifier_are_an_error(frame):
    ae = frame("USUBJID AESEQ", "S1|1")
    supp = frame(SUPP, "S1|AESEQ|1|AEDLT|Y", "S1|AESEQ|1|AEDLT|N")
    with pytest.raises(DataError, match="USUBJID=S1, AESEQ=1"):
        merge_supplemental(ae, {"SUPPAE": supp}, "AE", ["AEDLT"])


def test_no_supplemental_domain_gives_missing_qualifiers(frame):
    out = merge_supplemental(frame("USUBJID AESEQ", "S1|1"), {}, "AE", ["AEDLT"])
    pd.testing.assert_series_equal(out["AEDLT"], pd.Series([None], name="AEDLT", dtype=object))

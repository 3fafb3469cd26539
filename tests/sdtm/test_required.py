import pandas as pd
import pytest

from csrkit.errors import DataError, StudyError
from csrkit.sdtm.required import (
    Requirement,
    find_faults,
    load_requirements,
    require,
    require_each_subject_once,
)
from csrkit.study import load_study

NEEDS = {
    "DM": Requirement(text=("USUBJID", "RFICDTC"), numbers=("AGE",)),
    "AE": Requirement(may_be_empty=True, text=("USUBJID",)),
    "DV": Requirement(optional=True, text=("USUBJID",)),
}
DM = pd.DataFrame({"USUBJID": ["S1"], "RFICDTC": ["2025-06-09"], "AGE": [61.0]})
AE = pd.DataFrame({"USUBJID": pd.Series(dtype=object)})


def test_data_that_has_what_is_needed_has_no_fault():
    assert find_faults({"DM": DM, "AE": AE}, NEEDS) == ()


def test_a_missing_domain_names_its_file_and_the_remedy():
    (fault,) = find_faults({"DM": DM}, NEEDS)
    assert (fault.domain, fault.variable, fault.what) == ("AE", "", "Domain AE is missing")
    assert fault.where == "ae.xpt"
    assert fault.found == "domains DM"
    assert "Deliver ae.xpt" in fault.remedy


def test_an_empty_domain_is_a_fault_unless_it_may_be():
    (fault,) = find_faults({"DM": DM.iloc[:0], "AE": AE}, NEEDS)
    assert fault.what == "Domain DM holds no record"


def test_an_optional_domain_needs_its_variables_when_it_is_there():
    found = find_faults({"DM": DM, "AE": AE, "DV": pd.DataFrame({"SUBJ": ["S1"]})}, NEEDS)
    assert [fault.what for fault in found] == ["Variable USUBJID of DV is missing"]


def test_a_misnamed_variable_is_missing_and_similar_names_are_shown():
    wrong = DM.rename(columns={"RFICDTC": "RFICDT"})
    wrong.attrs["files"] = ["/data/dm.xpt"]
    (fault,) = find_faults({"DM": wrong, "AE": AE}, NEEDS)
    assert fault.what == "Variable RFICDTC of DM is missing"
    assert fault.where == "/data/dm.xpt"
    assert "RFICDT" in fault.found


def test_a_variable_of_the_wrong_type_is_a_fault():
    found = find_faults({"DM": DM.assign(AGE="61", RFICDTC=1.0), "AE": AE}, NEEDS)
    assert [fault.what for fault in found] == [
        "Variable RFICDTC of DM must hold text",
        "Variable AGE of DM must hold numbers",
    ]


def test_a_variable_without_a_value_has_no_wrong_type():
    blank = DM.assign(AGE=pd.Series([None], dtype=object))
    assert find_faults({"DM": blank, "AE": AE}, NEEDS) == ()


@pytest.fixture
def study(root, tmp_path):
    (tmp_path / "required.yml").write_text("DM: {text: [USUBJID]}\nAE: {text: [USUBJID]}\n")
    study = load_study(root / "study.yml")
    paths = study.paths.model_copy(update={"validation": tmp_path})
    return study.model_copy(update={"paths": paths})


def test_faults_of_tables_stop_with_one_message_that_names_them_all(study):
    require({"DM": DM, "AE": DM}, study)
    with pytest.raises(DataError) as error:
        require({"DM": DM.iloc[:0]}, study)
    assert error.value.what == "Domain DM holds no record, and 1 more fault of whole tables"
    assert "Domain AE is missing (ae.xpt)" in error.value.found


def test_a_mistyped_requirement_is_an_error_that_names_its_key(study, tmp_path):
    (tmp_path / "required.yml").write_text("DM: {texts: [USUBJID]}\n")
    with pytest.raises(StudyError) as error:
        load_requirements(study)
    assert error.value.where.endswith("required.yml, key DM.texts")


def test_the_requirements_of_the_study_can_be_read(root):
    needs = load_requirements(load_study(root / "study.yml"))
    assert {"DM", "EX", "AE", "RS", "TR", "PC", "LB", "DS"} <= set(needs)


@pytest.mark.parametrize(
    ("subjects", "said"),
    [
        (["S1", "S2", "S1"], r"more than once: S1[\s\S]*DM.USUBJID, USUBJID=S1[\s\S]*2 records"),
        (["S1", None], r"A record of DM has no subject[\s\S]*record 2"),
    ],
)
def test_each_subject_stands_once_in_dm(subjects, said):
    with pytest.raises(DataError, match=said):
        require_each_subject_once(pd.DataFrame({"USUBJID": subjects}))
    require_each_subject_once(pd.DataFrame({"USUBJID": ["S1", "S2"]}))

"""Arms of one dose, without a dose, of placebo: what was planned and what was given."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from csrkit.adam.adsl.adsl import derive_adsl
from csrkit.adam.exposure.adex import derive_adex
from csrkit.errors import StudyError
from csrkit.study import load_study

ARMS = {
    "A": {"label": "Drug A", "dose": 10},
    "B": {"label": "Drug B", "dose": 10},
    "P": {"label": "Placebo", "dose": 0},
    "C": {"label": "Standard of care", "treatment": "Best supportive care"},
}
SUBJECTS = {
    # Planned and actual arm, EXTRT, EXDOSE, EXDOSTXT
    "S1": ("A", "A", "Drug A", 10, None),
    "S2": ("B", "B", "Drug B", 10, None),
    "S3": ("P", "P", "PLACEBO", 0, None),
    "S4": ("C", "C", "Care", None, "as needed"),
    # Given the other drug at the same dose; untreated; a dose of nothing known.
    "S5": ("A", "B", "Drug B", 10, None),
    "S6": ("C", "C", None, None, None),
    "S7": ("A", "A", "Drug A", 20, None),
}


@pytest.fixture
def arms(root, tmp_path):
    """Load a study with these arms, its settings changed by a function."""

    def make(change=lambda content: None):
        content = yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))
        content["arms"] = {code: dict(arm) for code, arm in ARMS.items()}
        content["treatment"] = {
            "name": "Drug A", "other_names": ["Drug B", "Care"], "placebo_names": ["PLACEBO"],
            "dose_unit": "mg", "dose_labels": {10: "10 mg", 20: "20 mg"},
        }  # fmt: skip
        content["assumptions"]["actual_dose_rule"]["value"] = "actual_arm"
        content["derivations"]["adsl"].pop("dose_names")
        content["derivations"]["adsl"].pop("dlt_phases")
        content["columns"] = {"all": {"label": "All", "filter": ""}}
        change(content)
        file = tmp_path / "study.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return load_study(file).covering("interim")

    return make


@pytest.fixture
def sdtm():
    dm = pd.DataFrame(
        {
            "STUDYID": "X", "USUBJID": list(SUBJECTS), "SUBJID": list(SUBJECTS), "AGE": 60.0,
            "AGEU": "YEARS", "ARMCD": [row[0] for row in SUBJECTS.values()],
            "ACTARMCD": [row[1] for row in SUBJECTS.values()],
        }
    )  # fmt: skip
    ex = pd.DataFrame(
        [
            {"USUBJID": name, "EXSEQ": 1.0, "EXTRT": treatment, "EXDOSE": dose, "EXDOSU": "mg",
             "EXDOSTXT": text, "EXADJ": None, "EXSTDTC": "2025-07-01", "EXENDTC": "2025-07-02"}
            for name, (_, _, treatment, dose, text) in SUBJECTS.items()
            if treatment
        ]
    )  # fmt: skip
    ds = pd.DataFrame(
        {"USUBJID": list(SUBJECTS), "DSSEQ": 1.0, "DSCAT": "PROTOCOL MILESTONE", "DSSCAT": None,
         "DSDECOD": "ENROLLED", "DSTERM": "ENROLLED", "DSSTDTC": "2025-06-30"}
    )  # fmt: skip
    return {"DM": dm, "EX": ex.astype({"EXDOSE": "float64"}), "DS": ds}


@pytest.fixture
def adsl(sdtm, arms):
    return derive_adsl(sdtm, {}, arms()).set_index("USUBJID")


def test_two_arms_of_one_dose_are_two_treatments(adsl):
    assert adsl["TRT01P"].tolist()[:5] == [
        "Drug A", "Drug B", "Placebo", "Best supportive care", "Drug A",
    ]  # fmt: skip
    assert adsl["TRT01A"].tolist() == [
        "Drug A", "Drug B", "Placebo", "Best supportive care", "Drug B", None, "Drug A",
    ]  # fmt: skip
    assert adsl["TRT01PN"].fillna(-1).tolist() == [10, 10, 0, -1, 10, -1, 10]


def test_a_dose_in_words_is_a_dose_given_whose_amount_is_not_known(adsl):
    care = adsl.loc["S4"]
    assert (care["SAFFL"], care["NINF"]) == ("Y", 1)
    assert pd.isna(care["CUMDOSE"])
    assert pd.isna(care["TRT01AN"])
    assert adsl.loc["S6", ["SAFFL", "NINF", "CUMDOSE"]].tolist() == ["N", 0, 0]


def test_only_a_dose_in_numbers_can_differ_from_the_planned_one(adsl, sdtm, arms):
    assert adsl["DOSEERFL"].tolist() == ["N", "N", "N", None, "N", None, "Y"]
    assert adsl["DOSEREAS"].dropna().to_dict() == {"S7": "Dose of no level: 20 mg"}
    adex = derive_adex(sdtm, {"ADSL": adsl.reset_index()}, arms())
    doses = adex[adex["PARAMCD"] == "DOSE"].set_index("USUBJID")
    assert doses["WRDOSEFL"].to_dict() == {
        "S1": "N", "S2": "N", "S3": "N", "S4": None, "S5": "N", "S7": "Y",
    }  # fmt: skip
    assert doses["AREASN"].dropna().to_dict() == {"S4": "Dose known in words alone"}
    assert "S4" not in set(adex.loc[adex["PARAMCD"] == "CUMDOSE", "USUBJID"])


@pytest.mark.parametrize("arm", ["B", "C"])
def test_the_dose_given_does_not_tell_the_treatment_of_such_arms(arms, arm):
    def by_dose(content):
        content["assumptions"]["actual_dose_rule"]["value"] = "most_frequent"
        content["arms"] = {code: ARMS[code] for code in ("A", arm)}

    with pytest.raises(StudyError, match=rf"arms\.{arm}[\s\S]*actual_arm"):
        arms(by_dose)


def test_arms_of_one_dose_and_treatment_are_told_by_the_dose(arms, sdtm):
    def by_dose(content):
        content["assumptions"]["actual_dose_rule"]["value"] = "most_frequent"
        content["arms"] = {
            "A": {"label": "Part 1", "dose": 10, "treatment": "Drug A"},
            "B": {"label": "Part 2", "dose": 10, "treatment": "Drug A"},
            "P": {"label": "Placebo", "dose": 0},
            "C": {"label": "High", "dose": 20, "treatment": "Drug A, high"},
        }

    found = derive_adsl(sdtm, {}, arms(by_dose)).set_index("USUBJID")
    assert found["TRT01A"].tolist() == [
        "Drug A", "Drug A", "Placebo", "Drug A, high", "Drug A", None, "Drug A, high",
    ]  # fmt: skip
    # A dose known in words alone is one of the level assigned.
    assert found.loc["S4", ["TRT01AN", "DOSEERFL", "DOSEREAS"]].tolist() == [
        20, None, "Dose not known",
    ]  # fmt: skip

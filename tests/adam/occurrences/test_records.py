"""ADCM, ADMH and ADDV from literal records."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.occurrences.adcm import derive_adcm
from csrkit.adam.occurrences.addv import derive_addv
from csrkit.adam.occurrences.admh import derive_admh
from csrkit.errors import DataError, StudyError
from csrkit.study.derivations.sources import Imputation

CM = "USUBJID CMSEQ CMTRT CMDECOD CMCAT CMSTDTC CMENDTC"


def with_settings(study, name, **values):
    own = getattr(study.derivations, name).model_copy(update=values)
    return study.model_copy(
        update={"derivations": study.derivations.model_copy(update={name: own})}
    )


@pytest.fixture(scope="session")
def medications(study, subjects, frame):
    """ADCM by CMSEQ; first dose 1 July, last 5 August 2025, end of study 20 December."""

    def make(*lines, study=study, **subject):
        adsl = subjects(A={"EOSDT": "2025-12-20", **subject})
        return derive_adcm({"CM": frame(CM, *lines)}, {"ADSL": adsl}, study).set_index("CMSEQ")

    return make


def test_a_medication_is_on_treatment_when_it_overlaps_the_treatment(medications):
    adcm = medications(
        "A|1|x|X|CONCOMITANT|2025-05-01|2025-06-30",
        "A|2|x|X|CONCOMITANT|2025-05-01|2025-07-01",
        "A|3|x|X|CONCOMITANT|2025-05-01|.",
        "A|4|x|X|CONCOMITANT|2025-07-10|2025-07-11",
        "A|5|x|X|CONCOMITANT|2025-09-04|.",
        "A|6|x|X|CONCOMITANT|2025-09-05|.",
        "A|7|x|X|CONCOMITANT|.|.",
    )
    assert adcm["PREFL"].tolist() == ["Y", "Y", "Y", None, None, None, None]
    assert adcm["ONTRTFL"].tolist() == [None, "Y", "Y", "Y", "Y", None, "Y"]
    assert adcm["FUPFL"].tolist() == [None, None, None, None, "Y", "Y", None]


FIRST_DOSE = {"CMENTPT": "2025-07-01", "CMSTTPT": "2025-07-01"}


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        ({}, (None, "Y", None)),
        ({"CMENRTPT": "BEFORE"}, ("Y", None, None)),
        ({"CMENRF": "BEFORE"}, ("Y", None, None)),
        ({"CMSTRTPT": "BEFORE"}, ("Y", "Y", None)),
        ({"CMSTRTPT": "BEFORE", "CMENRTPT": "ONGOING"}, ("Y", "Y", None)),
        ({"CMSTRF": "BEFORE", "CMENRF": "DURING"}, ("Y", "Y", None)),
        ({"CMSTRF": "DURING"}, (None, "Y", None)),
        ({"CMSTRF": "AFTER"}, (None, "Y", "Y")),
        ({"CMSTRTPT": "AFTER", "CMSTTPT": "2025-09-04"}, (None, None, "Y")),
        ({"CMENRTPT": "UNKNOWN"}, (None, "Y", None)),
        ({"CMENRTPT": "BEFORE", "CMENDTC": "2025-07-20"}, (None, "Y", None)),
        ({"CMENRTPT": "BEFORE", "CMSTDTC": "2025-07-02"}, (None, "Y", None)),
        ({"CMENRTPT": "AFTER", "CMSTDTC": "2025-05-02"}, ("Y", "Y", None)),
        ({"CMENRTPT": "BEFORE", "CMSTDTC": "2025-05-02"}, ("Y", None, None)),
    ],
)
def test_a_medication_is_prior_or_concomitant_by_its_relative_timing(
    subjects, study, frame, told, flags
):
    cm = frame("USUBJID CMSEQ CMTRT CMDECOD CMCAT", "A|1|Aspirin|ASPIRIN|CONCOMITANT")
    cm = cm.assign(**{"CMSTDTC": None, "CMENDTC": None, **FIRST_DOSE, **told})
    dm = frame("USUBJID RFSTDTC RFENDTC", "A|2025-07-01T10:00|2025-08-05T11:00")
    adcm = derive_adcm({"CM": cm, "DM": dm}, {"ADSL": subjects(A={"EOSDT": None})}, study)
    assert tuple(adcm.iloc[0][["PREFL", "ONTRTFL", "FUPFL"]]) == flags


def test_an_end_imputed_never_stands_before_its_start_in_medications_and_history(
    medications, study, subjects, frame
):
    adcm = medications("A|1|x|X|CONCOMITANT|2025-12-24|2025-12")
    assert (str(adcm["AENDT"].iloc[0])[:10], adcm["ADURN"].iloc[0]) == ("2025-12-31", 8)
    mh = frame("USUBJID MHSEQ MHTERM MHSTDTC MHENDTC", "A|1|a|2025-12-24|2025-12")
    none = {"MHCAT": None, "MHENRTPT": None, "MHOCCUR": None}
    admh = derive_admh(
        {"MH": mh.assign(**none)}, {"ADSL": subjects(A={"EOSDT": "2025-12-20"})}, study
    )
    assert str(admh["AENDT"].iloc[0])[:10] == "2025-12-31"


def test_an_unknown_year_is_not_imputed_from_the_other_date(medications, study):
    year = {"highest": "Y", "how": "first"}
    late = {"highest": "Y", "how": "last"}
    imputed = with_settings(
        study, "adcm", start=Imputation.model_validate(year), end=Imputation.model_validate(late)
    )
    adcm = medications(
        "A|1|x|X|CONCOMITANT|.|2025-07-05", "A|2|x|X|CONCOMITANT|2025-07-05|.", study=imputed
    )
    assert adcm["ASTDT"].isna().tolist() == [True, False]
    assert str(adcm["AENDT"].iloc[1])[:10] == "2025-12-20"


def test_without_spanning_only_a_start_on_treatment_counts(medications, study):
    adcm = medications(
        "A|1|x|X|CONCOMITANT|2025-05-01|.",
        "A|2|x|X|CONCOMITANT|2025-07-01|.",
        study=with_settings(study, "adcm", spanning=False),
    )
    assert adcm["ONTRTFL"].tolist() == [None, "Y"]


def test_prior_therapy_is_never_on_treatment_though_its_end_is_missing(medications):
    adcm = medications("A|1|x|X|PRIOR ANTICANCER THERAPY|2024|.", "A|2|x|X|CONCOMITANT|2024|.")
    assert adcm["ONTRTFL"].tolist() == [None, "Y"]
    assert adcm["ASTDT"].eq(pd.Timestamp("2024-01-01")).all()
    assert adcm["ASTDTF"].tolist() == ["M", "M"]


def test_a_partial_end_is_not_after_death_or_end_of_study(medications):
    adcm = medications("A|1|x|X|CONCOMITANT|2025-07|2025-12", DTHDT="2025-12-10")
    assert adcm["AENDT"].tolist() == [pd.Timestamp("2025-12-10")]
    assert adcm["AENDTF"].tolist() == ["D"]
    assert adcm["ADURN"].tolist() == [163]


def test_a_partial_start_moves_to_the_first_dose_by_setting_alone(medications, study):
    line = "A|1|x|X|CONCOMITANT|2025-07|."
    later = with_settings(study, "adcm", start_not_before_first_dose=True)
    early = {"TRTSDT": "2025-07-03", "TRTSDTM": "2025-07-03T10:00:00"}
    assert medications(line, **early)["ASTDY"].tolist() == [-2]
    assert medications(line, study=later, **early)["ASTDY"].tolist() == [1]


def test_the_first_record_on_treatment_is_flagged_and_once_a_name(medications):
    adcm = medications(
        "A|1|x|X|CONCOMITANT|2025-08-01|.",
        "A|2|y|Y|CONCOMITANT|2025-07-05|.",
        "A|3|x|X|CONCOMITANT|2025-07-10|.",
        "A|4|x|X|CONCOMITANT|2025-01-01|2025-01-02",
    )
    assert adcm["AOCCFL"].tolist() == [None, "Y", None, None]
    assert adcm["AOCCPFL"].tolist() == [None, "Y", "Y", None]


def test_a_subject_never_treated_has_no_period(medications):
    none = dict.fromkeys(("TRTSDT", "TRTSDTM", "TRTEDT", "TRTEDTM"))
    adcm = medications("A|1|x|X|PRIOR ANTICANCER THERAPY|2024|.", **none)
    assert adcm[["PREFL", "ONTRTFL", "FUPFL"]].isna().all(axis=None)


def test_an_impossible_date_names_its_record(medications):
    with pytest.raises(DataError, match="CMSEQ=1"):
        medications("A|1|x|X|CONCOMITANT|2025-02-30|.")


def test_medical_history_is_dated_and_its_first_occurrence_flagged(study, subjects, frame):
    mh = frame(
        "USUBJID MHSEQ MHTERM MHDECOD MHBODSYS MHOCCUR MHSTDTC MHENDTC MHENRTPT",
        "A|1|a|A1|S1|.|2010|2011-05|.",
        "A|2|b|B1|S1|.|2005-03|.|ONGOING",
        "A|3|c|C1|S2|N|2001|.|.",
        "A|4|d|A1|S1|.|.|.|.",
    )
    admh = derive_admh({"MH": mh}, {"ADSL": subjects(A={"EOSDT": None})}, study)
    admh = admh.set_index("MHSEQ")
    assert admh["ASTDT"].astype(str).tolist() == ["2010-01-01", "2005-03-01", "2001-01-01", "NaT"]
    assert admh["ASTDTF"].tolist() == ["M", "D", "M", None]
    assert admh["AENDT"].astype(str).tolist()[0] == "2011-05-31"
    assert admh["ONGOFL"].tolist() == [None, "Y", None, None]
    assert admh["AOCCFL"].tolist() == [None, "Y", None, None]
    assert admh["AOCCSFL"].tolist() == [None, "Y", None, None]
    assert admh["AOCCPFL"].tolist() == ["Y", "Y", None, None]


def test_important_deviations_are_flagged_by_setting(study, subjects, frame):
    dv = frame(
        "USUBJID DVSEQ DVTERM DVCAT DVSTDTC",
        "A|1|a|IMPORTANT|2025-07-02",
        "A|2|b|NOT IMPORTANT|2025-06",
        "Z|1|c|IMPORTANT|2025-07-02",
    )
    addv = derive_addv({"DV": dv}, {"ADSL": subjects(A={})}, study)
    assert addv["IMPDVFL"].tolist() == ["Y", None]
    assert addv["ASTDY"].tolist()[0] == 2
    assert addv["ASTDT"].isna().tolist() == [False, True]


def test_a_query_on_a_variable_that_is_not_there_names_the_setting(study, subjects, frame):
    dv = frame("USUBJID DVSEQ DVTERM", "A|1|a")
    with pytest.raises(StudyError, match=r"derivations\.addv\.important"):
        derive_addv({"DV": dv}, {"ADSL": subjects(A={})}, study)


@pytest.mark.parametrize("derive", [derive_adcm, derive_admh, derive_addv])
def test_a_study_without_the_domain_has_an_empty_dataset(derive, study, subjects):
    assert derive({}, {"ADSL": subjects(A={"EOSDT": None})}, study).empty

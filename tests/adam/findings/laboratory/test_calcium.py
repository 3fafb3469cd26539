"""Calcium corrected for albumin: hand-worked values, and its grades."""

from __future__ import annotations

import numpy as np
import pytest

from csrkit.adam.findings.adlb import derive_adlb
from csrkit.errors import StudyError

HEAD = (
    "USUBJID LBSEQ LBTESTCD LBTEST VISITNUM VISIT LBDTC LBSTRESN LBSTRESU LBSTNRLO LBSTNRHI LBSPEC"
)
BEFORE, AFTER = "10|INFUSION 1|2025-07-01T09:00", "20|INFUSION 2|2025-07-08T09:00"


@pytest.fixture
def derive(study, subjects, frame):
    def make(*lines, study=study):
        lb = frame(HEAD, *lines)
        return derive_adlb({"LB": lb}, {"ADSL": subjects(A={}, B={})}, study)

    return make


def corrected(adlb):
    return adlb[adlb["PARAMCD"].eq("CACR") & adlb["DTYPE"].isna()]


def test_low_albumin_raises_the_calcium_that_is_graded(derive):
    # 2.45 + 0.02 x (40 - 20) = 2.85, above 2.6: grade 1; uncorrected, it is normal.
    found = corrected(
        derive(
            f"A|1|CA|Calcium|{AFTER}|2.45|mmol/L|2.2|2.6|SERUM",
            f"A|2|ALB|Albumin|{AFTER}|20|g/L|35|52|SERUM",
        )
    )
    assert found["AVAL"].tolist() == [2.85]
    assert found["PARAM"].tolist() == ["Calcium corrected for albumin (mmol/L)"]
    assert found[["ANRLO", "ANRHI"]].to_numpy().tolist() == [[2.2, 2.6]]
    assert found["ANRIND"].tolist() == ["HIGH"]
    assert found["ATOXGRH"].tolist() == ["1"]
    assert found["ATOXDSCH"].tolist() == ["Hypercalcemia"]


def test_it_has_a_baseline_and_changes_of_its_own(derive):
    found = corrected(
        derive(
            f"A|1|CA|Calcium|{BEFORE}|2.30|mmol/L|2.2|2.6|SERUM",
            f"A|2|ALB|Albumin|{BEFORE}|40|g/L|35|52|SERUM",
            f"A|3|CA|Calcium|{AFTER}|2.30|mmol/L|2.2|2.6|SERUM",
            f"A|4|ALB|Albumin|{AFTER}|30|g/L|35|52|SERUM",
        )
    )
    assert found["ABLFL"].tolist() == ["Y", None]
    assert found["BASE"].tolist() == [2.3, 2.3]
    np.testing.assert_allclose(found["CHG"], [np.nan, 0.2])


def test_american_units_are_brought_to_the_analysis_unit_first(derive):
    # 9 mg/dL is 2.24559 mmol/L; 3 g/dL is 30 g/L.
    found = corrected(
        derive(
            f"A|1|CA|Calcium|{AFTER}|9|mg/dL|8.5|10.5|SERUM",
            f"A|2|ALB|Albumin|{AFTER}|3|g/dL|3.5|5|SERUM",
        )
    )
    np.testing.assert_allclose(found["AVAL"], [2.24559 + 0.2])


def test_samples_of_other_moments_and_subjects_are_not_mixed(derive):
    found = corrected(
        derive(
            f"A|1|CA|Calcium|{BEFORE}|2.30|mmol/L|2.2|2.6|SERUM",
            f"A|2|ALB|Albumin|{AFTER}|20|g/L|35|52|SERUM",
            f"B|1|ALB|Albumin|{BEFORE}|20|g/L|35|52|SERUM",
        )
    )
    assert found.empty


def test_a_corrected_calcium_that_was_collected_stays(derive):
    found = corrected(
        derive(
            f"A|1|CA|Calcium|{AFTER}|2.45|mmol/L|2.2|2.6|SERUM",
            f"A|2|ALB|Albumin|{AFTER}|20|g/L|35|52|SERUM",
            f"A|3|CACR|Corrected|{AFTER}|2.7|mmol/L|2.2|2.6|SERUM",
        )
    )
    assert found["AVAL"].tolist() == [2.7]
    assert found["SRCSEQ"].tolist() == [3]


def with_adlb(study, **update):
    adlb = study.derivations.adlb.model_copy(update=update)
    derivations = study.derivations.model_copy(update={"adlb": adlb})
    return study.model_copy(update={"derivations": derivations})


def test_a_study_without_the_setting_has_none(derive, study):
    found = derive(
        f"A|1|CA|Calcium|{AFTER}|2.45|mmol/L|2.2|2.6|SERUM",
        f"A|2|ALB|Albumin|{AFTER}|20|g/L|35|52|SERUM",
        study=with_adlb(study, corrected_calcium=None),
    )
    assert corrected(found).empty


def test_another_analysis_unit_is_an_error(derive, study):
    test = {"name": "Calcium", "unit": "mg/dL", "factors": {}}
    kind = type(study.derivations.adlb).model_fields["tests"].annotation.__args__[1]
    other = with_adlb(study, tests={"CA": kind(**test)})
    with pytest.raises(StudyError, match=r"derivations\.adlb\.tests\.CA[\s\S]*mg/dL"):
        derive(f"A|1|CA|Calcium|{AFTER}|9|mg/dL|8.5|10.5|SERUM", study=other)

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.accounting import account
from csrkit.adam.checks import check_datasets
from csrkit.adam.registry import DATASETS, add_needs, derive_all
from csrkit.adam.spec import load_spec
from csrkit.errors import StudyError, UsageError
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.study.assumptions import Assumptions


def test_every_dataset_comes_after_those_it_needs():
    known: set[str] = set()
    for dataset in DATASETS:
        assert set(dataset.needs) <= known, dataset.name
        known.add(dataset.name)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_dataset_has_a_function(dataset):
    assert dataset.function().__name__ == f"derive_{dataset.name.lower()}"


def test_a_dataset_brings_what_it_needs(study):
    assert add_needs(["ADPP"], study) == {"ADPP", "ADPC", "ADEX", "ADSL"}


def test_times_need_the_datasets_of_their_sources(study):
    assert add_needs(["ADTTE"], study) == {"ADTTE", "ADRS", "ADAE", "ADEX", "ADSL"}
    own = study.derivations.adtte
    survival = own.model_copy(update={"parameters": {"OS": own.parameters["OS"]}})
    derivations = study.derivations.model_copy(update={"adtte": survival})
    alone = study.model_copy(update={"derivations": derivations})
    assert add_needs(["ADTTE"], alone) == {"ADTTE", "ADSL"}


def test_an_unknown_dataset_is_an_error(study):
    with pytest.raises(UsageError, match="ADXX"):
        add_needs(["ADSL", "ADXX"], study)


def without(study, *names):
    derivations = study.derivations.model_copy(update=dict.fromkeys(names))
    return study.model_copy(update={"derivations": derivations})


def test_a_study_has_the_datasets_whose_settings_it_has(study):
    subject = {"STUDYID": "S", "USUBJID": "A", "AGEU": "YEARS", "ARMCD": None, "RFICDTC": None}
    dm = {"DM": pd.DataFrame([subject], dtype=object)}
    few = [d.name.lower() for d in DATASETS if d.name not in ("ADSL", "ADEX", "ADAE", "ADVS")]
    assert set(derive_all(dm, without(study, *few))) == {"ADSL", "ADEX", "ADAE", "ADVS"}


def test_a_study_without_events_tumours_and_pk_is_derived_checked_and_accounted(study):
    """Nothing asks for settings or assumptions of datasets that aren't made."""
    kept = ("ADSL", "ADEX", "ADVS")
    own = without(study, *(d.name.lower() for d in DATASETS if d.name not in kept))
    subjects = own.derivations.adsl.model_copy(
        update={"dlt_phases": (), "disease": None, "evidence": (), "pk": None}
    )
    vitals = own.derivations.advs.model_copy(update={"on_treatment_days": 30})
    derivations = own.derivations.model_copy(update={"adsl": subjects, "advs": vitals})
    rule = own.assumptions.actual_dose_rule
    own = own.model_copy(
        update={
            "derivations": derivations,
            "assumptions": Assumptions(actual_dose_rule=rule),
        }
    )
    raw = read(study.path("data"))
    cut = apply_cut(raw, own)
    adam = derive_all(cut.domains, own)
    assert set(adam) == set(kept)
    adsl = adam["ADSL"]
    assert set(adsl.loc[adsl["SAFFL"] == "Y", "PKREAS"]) == {"No evaluation of concentrations"}
    assert set(adsl["RISKDURD"].dropna()) == set()
    assert adsl["TLSUMBL"].isna().all()
    full = derive_all(cut.domains, study, ["ADSL"])["ADSL"]
    same = ["USUBJID", "TRTSDT", "TRTEDT", "SAFFL", "DTHDT", "LSTALVDT", "TRT01A", "CUMDOSE"]
    pd.testing.assert_frame_equal(adsl[same], full[same])
    found = check_datasets(cut.domains, adam, own)
    assert {rule.domain for rule in found.rules} == set(kept)
    records = account(raw, cut, adam, own).records
    users = {name for text in records["DATASETS"].dropna() for name in text.split("; ")}
    assert users == set(kept)


def test_a_dataset_whose_need_has_no_settings_is_an_error(study):
    with pytest.raises(StudyError, match="adpc"):
        derive_all({}, without(study, "adpc"))


def test_to_ask_for_a_dataset_that_the_study_does_not_have_is_an_error(study):
    with pytest.raises(StudyError, match="adpc"):
        derive_all({}, without(study, "adpc", "adpp"), ["ADPC"])


def test_every_variable_of_every_dataset_is_described():
    variables = [each for dataset in DATASETS for each in load_spec(dataset.name).variables]
    assert len(variables) >= 700
    assert [one.name for one in variables if not (one.label and one.origin and one.length)] == []
    assert [one.name for one in variables if not (one.source or one.method)] == []
    dated = [one for one in variables if one.type in ("date", "datetime", "time")]
    assert [one.name for one in dated if not one.format] == []

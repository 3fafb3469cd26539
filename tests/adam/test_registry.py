from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.registry import DATASETS, add_needs, derive_all
from csrkit.adam.spec import load_spec
from csrkit.errors import StudyError, UsageError


def test_every_dataset_comes_after_those_it_needs():
    known: set[str] = set()
    for dataset in DATASETS:
        assert set(dataset.needs) <= known, dataset.name
        known.add(dataset.name)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_dataset_has_a_function(dataset):
    assert dataset.function().__name__ == f"derive_{dataset.name.lower()}"


def test_a_dataset_brings_what_it_needs():
    assert add_needs(["ADTTE"]) == {"ADTTE", "ADRS", "ADTR", "ADAE", "ADEX", "ADSL"}


def test_an_unknown_dataset_is_an_error():
    with pytest.raises(UsageError, match="ADXX"):
        add_needs(["ADSL", "ADXX"])


def without(study, *names):
    derivations = study.derivations.model_copy(update=dict.fromkeys(names))
    return study.model_copy(update={"derivations": derivations})


def test_a_study_has_the_datasets_whose_settings_it_has(study):
    subject = {"STUDYID": "S", "USUBJID": "A", "AGEU": "YEARS", "ARMCD": None, "RFICDTC": None}
    dm = {"DM": pd.DataFrame([subject], dtype=object)}
    few = [d.name.lower() for d in DATASETS if d.name not in ("ADSL", "ADEX", "ADAE", "ADVS")]
    assert set(derive_all(dm, without(study, *few))) == {"ADSL", "ADEX", "ADAE", "ADVS"}


def test_a_dataset_whose_need_has_no_settings_is_an_error(study):
    with pytest.raises(StudyError, match="adtr"):
        derive_all({}, without(study, "adtr"))


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

"""What the datasets claim of the study's data is what they are made of, and nothing is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.accounting import account
from csrkit.adam.accounting.claims import list_claims
from csrkit.adam.registry import DATASETS, derive_all
from csrkit.adam.spec import DatasetSpec, load_spec
from csrkit.errors import DerivationError
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut


@pytest.fixture(scope="module")
def raw(study):
    return read(study.path("data"))


@pytest.fixture(scope="module")
def cut(raw, study):
    return apply_cut(raw, study)


@pytest.fixture(scope="module")
def adam(cut, study):
    return derive_all(cut.domains, study)


@pytest.fixture(scope="module")
def claimed(cut, adam, study):
    return list_claims(cut.domains, adam, study)


def only(domains, claimed, dataset):
    """The domains with nothing but the records that a dataset claims."""
    masks = {name: np.zeros(len(frame), dtype=bool) for name, frame in domains.items()}
    for claim in claimed:
        if claim.dataset == dataset:
            masks[claim.domain] |= claim.mask
    return {name: frame[masks[name]].reset_index(drop=True) for name, frame in domains.items()}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_a_dataset_comes_out_the_same_from_the_records_it_claims(
    dataset, cut, adam, claimed, study
):
    before = {name: adam[name] for name in dataset.needs_in(study)}
    again = dataset.function()(only(cut.domains, claimed, dataset.name), before, study)
    pd.testing.assert_frame_equal(again, adam[dataset.name])


def test_no_dataset_claims_more_than_the_records_selected_by_its_own_rule(cut, claimed):
    shares = {(claim.domain, claim.dataset, claim.purpose): claim.mask.mean() for claim in claimed}
    assert shares["VS", "ADSL", "last date known alive"] < 0.1
    assert shares["QS", "ADSL", "baseline (ECOGBL)"] < 0.2
    assert shares["TR", "ADTR", "diameter of a target lesion"] < 1


def test_every_record_of_the_study_is_accounted_for(raw, cut, adam, study):
    accounting = account(raw, cut, adam, study)
    assert len(accounting.records) == sum(map(len, raw.values()))
    assert not accounting.records[["KEY", "FATE", "REASON"]].isna().any(axis=None)
    removed = cut.log["ACTION"].eq("removed").sum()
    assert accounting.summary["REMOVED_BY_CUT"].sum() == removed
    used = accounting.records["FATE"].eq("used")
    assert used.eq(accounting.records["DATASETS"].notna()).all()


def test_a_use_by_a_setting_that_isnt_there_is_an_error(cut, adam, study, monkeypatch):
    wrong = {"domain": "DS", "setting": "adsl.enrollment", "purpose": "enrolment"}
    spec = load_spec("ADSL")
    mistaken = DatasetSpec.model_validate({**spec.model_dump(by_alias=True), "uses": [wrong]})
    monkeypatch.setattr("csrkit.adam.accounting.claims.load_spec", lambda name, terms: mistaken)
    with pytest.raises(DerivationError, match=r"adsl\.enrollment"):
        list_claims(cut.domains, adam, study)

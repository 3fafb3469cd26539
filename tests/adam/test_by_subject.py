"""Every dataset works subject by subject, and doesn't depend on the order of records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csrkit.sdtm
from csrkit.adam.registry import derive_all
from csrkit.adam.spec import load_spec
from csrkit.sdtm.cut import apply_cut

FEW = settings(max_examples=2, deadline=None, derandomize=True)
SUBJECTS = 8


@pytest.fixture(scope="module")
def sdtm(study):
    """The study's data, cut, of a few subjects with many and with few records."""
    domains = apply_cut(csrkit.sdtm.read(study.path("data")), study).domains
    counts = domains["DM"][["USUBJID"]].merge(domains["LB"]["USUBJID"].value_counts(), on="USUBJID")
    ordered = counts.sort_values(["count", "USUBJID"])["USUBJID"]
    places = np.linspace(0, len(ordered) - 1, SUBJECTS).round().astype(int)
    return of_subjects(domains, set(ordered.iloc[places]))


@pytest.fixture(scope="module")
def whole(sdtm, study):
    return derive_all(sdtm, study)


def of_subjects(sdtm, subjects):
    """Return the records of the subjects; trial design domains stay whole."""
    return {
        name: frame[frame["USUBJID"].isin(subjects)].reset_index(drop=True)
        if "USUBJID" in frame
        else frame
        for name, frame in sdtm.items()
    }


def assert_same(found, expected):
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name)


@FEW
@given(data=st.data())
def test_parts_put_together_are_the_whole(sdtm, whole, study, data):
    everyone = sorted(sdtm["DM"]["USUBJID"])
    part = data.draw(st.sets(st.sampled_from(everyone), min_size=1, max_size=SUBJECTS - 1))
    parts = [derive_all(of_subjects(sdtm, s), study) for s in (part, set(everyone) - part)]
    joined = {
        name: pd.concat([each[name] for each in parts if not each[name].empty]).sort_values(
            list(load_spec(name).keys), kind="stable", ignore_index=True
        )
        for name in whole
    }
    assert_same(joined, whole)


@FEW
@given(seed=st.integers(min_value=0, max_value=1000))
def test_the_order_of_records_does_not_matter(sdtm, whole, study, seed):
    shuffled = {
        name: frame.sample(frac=1, random_state=seed).reset_index(drop=True)
        for name, frame in sdtm.items()
    }
    assert_same(derive_all(shuffled, study), whole)

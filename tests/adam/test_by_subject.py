"""Every dataset works subject by subject, and depends on neither the order nor the names."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import csrkit.sdtm
from csrkit.adam.registry import derive_all
from csrkit.adam.spec import load_spec
from csrkit.sdtm.cut import apply_cut

# All datasets of all subjects: a failure is told by dataset, subject and cause, not made smaller.
FEW = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])


@pytest.fixture(scope="module")
def sdtm(study):
    return apply_cut(csrkit.sdtm.read(study.path("data")), study).domains


@pytest.fixture(scope="module")
def delivered(sdtm):
    """The same, as it was before anything was derived."""
    return {name: frame.copy(deep=True) for name, frame in sdtm.items()}


@pytest.fixture(scope="module")
def whole(sdtm, delivered, study):
    return derive_all(sdtm, study)


def of_subjects(sdtm, subjects):
    """The records of the subjects; trial design domains stay whole."""
    return {
        name: frame[frame["USUBJID"].isin(subjects)] if "USUBJID" in frame else frame
        for name, frame in sdtm.items()
    }


def shuffled(sdtm, seed):
    """The records in another order: reversed for 0, so that of any two the other comes first."""
    return {
        name: frame[::-1] if seed == 0 else frame.sample(frac=1, random_state=seed)
        for name, frame in sdtm.items()
    }


def renamed(frames, names):
    return {
        name: frame.assign(USUBJID=frame["USUBJID"].map(names)) if "USUBJID" in frame else frame
        for name, frame in frames.items()
    }


def departures(found, whole, subjects):
    """{dataset: (subjects, variables)} that aren't those of the whole."""
    out = {}
    for name, frame in of_subjects(whole, subjects).items():
        keys = list(load_spec(name).keys)
        pair = [each.sort_values(keys, ignore_index=True) for each in (found[name], frame)]
        try:
            pd.testing.assert_frame_equal(*pair)
        except AssertionError as difference:
            parts = [dict(list(each.groupby("USUBJID"))) for each in pair]
            unlike = [
                subject
                for subject in sorted(parts[0].keys() | parts[1].keys())
                if not alike(*(part.get(subject) for part in parts))
            ]
            out[name] = (unlike, str(difference))
    return out


def alike(one, other):
    if one is None or other is None:
        return one is other
    return one.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_deriving_leaves_the_data_as_it_was(sdtm, delivered, whole):
    assert whole.keys() >= {"ADSL", "ADAE", "ADLB", "ADPP"}
    for name, frame in delivered.items():
        pd.testing.assert_frame_equal(sdtm[name], frame, obj=name)


@FEW
@given(data=st.data(), seed=st.integers(0, 1000))
def test_subjects_apart_in_any_order_and_by_any_name_are_those_of_the_whole(
    sdtm, whole, study, data, seed
):
    everyone = sorted(sdtm["DM"]["USUBJID"])
    some = data.draw(st.sets(st.sampled_from(everyone), min_size=1, max_size=len(everyone) - 1))
    turned = dict(zip(everyone, reversed(everyone), strict=True))
    same = dict(zip(everyone, everyone, strict=True))
    part = of_subjects(sdtm, some)

    def departing(domains, names):
        back = {new: old for old, new in names.items()}
        found = renamed(derive_all(renamed(domains, names), study), back)
        return departures(found, whole, some)

    found = departing(shuffled(part, seed), turned)
    if found:
        causes = {
            "other subjects": departing(part, same),
            "the order of records": departing(shuffled(part, seed), same),
            "the names of subjects": departing(part, turned),
        }
        lines = [f"{name}, {subjects}: {how}" for name, (subjects, how) in found.items()]
        blamed = [cause for cause, departed in causes.items() if departed]
        pytest.fail("\n".join([f"depends on {blamed}", *lines]), pytrace=False)

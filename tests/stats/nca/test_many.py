"""Many profiles at once give what each gives alone, and the reasons with them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.stats.nca import nca, nca_many

RULES = ("lin-up-log-down", "linear", "log")


@st.composite
def profiles(draw):
    number = draw(st.integers(1, 6))
    made = []
    for _ in range(number):
        size = draw(st.integers(0, 9))
        steps = draw(st.lists(st.floats(0.1, 5), min_size=size, max_size=size))
        begin = draw(st.sampled_from([0.0, 0.5]))
        conc = st.one_of(st.just(0.0), st.just(np.nan), st.floats(0.01, 100))
        concs = draw(st.lists(conc, min_size=size, max_size=size))
        times = begin + np.cumsum([0.0, *steps])[:size]
        made.append((times, np.array(concs)))
    return made


def same(many, one, label):
    for name, found in one.items():
        assert many.reasons.loc[label, name] == found.reason, name
        expected = pytest.approx(found.value, rel=1e-12, abs=1e-12, nan_ok=True)
        assert many.values.loc[label, name] == expected, name


@settings(max_examples=60, deadline=None)
@given(profiles(), st.sampled_from(RULES), st.booleans(), st.sampled_from([None, 0.0]))
def test_each_profile_gets_what_it_gets_alone(made, rule, include, start):
    label = np.concatenate([np.full(len(t), i) for i, (t, _) in enumerate(made)])
    time, conc = (np.concatenate([each[place] for each in made]) for place in (0, 1))
    options = {"auc": rule, "include_cmax_in_lambda_z": include, "start_conc": start}
    options["intervals"] = [(0, 4), (1, 20)]
    many = nca_many(label, time, conc, dose=20.0, **options)
    assert list(many.values.index) == [i for i, (t, _) in enumerate(made) if len(t)]
    for i, (t, c) in enumerate(made):
        if len(t):
            same(many, nca(t, c, dose=20.0, **options), i)


def test_profiles_may_mingle_and_keep_the_order_of_their_first_samples():
    time, conc = [0, 1, 2, 4, 8.0], [0, 8, 4, 2, 0.5]
    label = ["B", "A"] * 5
    many = nca_many(label, np.repeat(time, 2), np.repeat(conc, 2))
    assert list(many.values.index) == ["B", "A"]
    same(many, nca(time, conc), "A")
    same(many, nca(time, conc), "B")


def test_doses_and_durations_may_differ_between_profiles():
    time, conc = np.tile([0, 1, 2, 4, 8.0], 3), np.tile([0, 8, 4, 2, 0.5], 3)
    label = np.repeat(["A", "B", "C"], 5)
    many = nca_many(
        label, time, conc, dose=np.repeat([10, 20, np.nan], 5), duration=np.repeat([1.0, 0, 1], 5)
    )
    same(many, nca(time[:5], conc[:5], dose=10, duration=1.0), "A")
    same(many, nca(time[:5], conc[:5], dose=20), "B")
    assert many.reasons.loc["B", "MRTICIFO"] == "Not given as an infusion"
    assert many.reasons.loc["A", "MRTIBIFO"] == "Given as an infusion"
    assert many.reasons.loc["C", "CLO"] == "Dose not known"
    assert many.values.loc["C", "AUCIFO"] == many.values.loc["A", "AUCIFO"]


def test_the_profiles_of_one_run_do_not_depend_on_each_other():
    rng = np.random.default_rng(5)
    time = np.tile([0, 1, 2, 4, 8, 24.0], 40)
    conc = np.exp(-0.2 * time) * rng.lognormal(0, 0.3, time.size)
    label = np.repeat(np.arange(40), 6)
    whole = nca_many(label, time, conc).values
    parts = [nca_many(label[s], time[s], conc[s]).values for s in (label < 7, label >= 7)]
    pd.testing.assert_frame_equal(whole, pd.concat(parts), check_exact=True)


def test_no_sample_at_all_gives_a_table_without_rows():
    many = nca_many([], [], [], dose=1.0)
    assert many.values.shape[0] == many.reasons.shape[0] == 0
    assert "CLO" in many.values.columns


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": ["A", None]}, "label of its profile"),
        ({"time": [1, 0]}, "must increase.*: 0$"),
        ({"dose": [1.0, 2.0]}, "dose differs within a profile; 1 is one of several"),
        ({"dose": [1.0]}, "for each of the 2 samples"),
        ({"duration": -1.0}, "duration must be 0 or above; got -1"),
    ],
)
def test_what_cant_be_is_refused(change, words):
    given = {"profile": ["A", "A"], "time": [0, 1], "conc": [2, 1]} | change
    with pytest.raises(ValueError, match=words):
        nca_many(**given)


def test_a_later_profile_may_begin_at_an_earlier_time():
    assert len(nca_many(["A", "A", "B", "B"], [0, 5, 0, 1], [1, 2, 1, 2]).values) == 2


def test_a_bolus_among_infusions_is_extrapolated_back_alone():
    time, conc = np.tile([0.5, 1, 2, 4, 8.0], 2), np.tile([9, 8, 4, 2, 0.5], 2)
    duration = np.repeat([0.0, 0.25], 5)
    options = {"dose": 10.0, "back_extrapolate": True}
    many = nca_many(np.repeat(["A", "B"], 5), time, conc, duration=duration, **options)
    same(many, nca(time[:5], conc[:5], **options), "A")
    same(many, nca(time[:5], conc[:5], duration=0.25, **options), "B")
    assert many.values.loc["A", "C0"] == pytest.approx(9 * 9 / 8)
    assert many.reasons.loc["B", "C0"] == "Given as an infusion"

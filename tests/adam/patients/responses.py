"""What holds for every patient in ADRS, whatever was collected.

Each property takes a case (`case.py`) and returns the patients (USUBJID) for whom it
doesn't hold.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pandas as pd

from csrkit.adam.tumour.rules import ResponseRules

PLAIN = runpy.run_path(str(Path(__file__).parents[1] / "tumour" / "plain_response.py"))
DAY = pd.Timedelta(days=1)
RESPONSE = ("CR", "PR")


def response_is_the_best_response(case):
    control = case.study.assumptions.disease_control.value
    return (
        (case.having("RSP", "Y") ^ case.having("BOR", *RESPONSE))
        | (case.having("CRSP", "Y") ^ case.having("CBOR", *RESPONSE))
        | (case.having("DC", "Y") ^ case.having("BOR", *control))
        | (case.having("CDC", "Y") ^ case.having("CBOR", *control))
    )


def confirmed_implies_unconfirmed(case):
    adrs = case.adrs.set_index("USUBJID")
    best, confirmed = (adrs.loc[adrs["PARAMCD"] == code, "AVAL"] for code in ("BOR", "CBOR"))
    out = set(best.index[confirmed.reindex(best.index) < best])
    for any_one, sure in (("RSP", "CRSP"), ("DC", "CDC")):
        first, later = (adrs.loc[adrs["PARAMCD"] == code, "ADT"] for code in (any_one, sure))
        out |= case.having(sure, "Y") - case.having(any_one, "Y")
        out |= set(later.index[later < first.reindex(later.index)])
    return out


def a_confirmed_response_is_seen_twice(case):
    """Long enough after it stands a response; and one seen again next, so late, is confirmed."""
    least = case.study.assumptions.confirmation_days.value * DAY
    used = case.adrs[(case.adrs["PARAMCD"] == "OVR") & (case.adrs["ANL01FL"] == "Y")]
    used = used.sort_values(["USUBJID", "ADT"])
    first = case.adrs[(case.adrs["PARAMCD"] == "CRSP") & (case.adrs["AVALC"] == "Y")]
    seen = used[used["AVALC"].isin(RESPONSE)].groupby("USUBJID")["ADT"].max()
    out = case.those(first, ~(first["USUBJID"].map(seen) >= first["ADT"] + least))
    after = used.groupby("USUBJID")[["AVALC", "ADT"]].shift(-1)
    again = used["AVALC"].isin(RESPONSE) & used["AVALC"].eq(after["AVALC"])
    again &= after["ADT"] >= used["ADT"] + least
    return out | (case.those(used, again) - case.having("CRSP", "Y"))


def only_responses_that_count_are_used(case):
    """From the first dose through the first PD, one a day, before any new therapy."""
    used = case.adrs[(case.adrs["PARAMCD"] == "OVR") & (case.adrs["ANL01FL"] == "Y")]
    ended = used["USUBJID"].map(used[used["AVALC"] == "PD"].groupby("USUBJID")["ADT"].min())
    wrong = used["ADT"].lt(used["TRTSDT"]) | used["ADT"].isna() | used["ADT"].gt(ended)
    wrong |= used["ADT"].ge(used["USUBJID"].map(case.new_therapy()))
    return case.those(used, wrong | used[["USUBJID", "ADT"]].duplicated())


def a_response_points_to_its_record_in_rs(case):
    adrs, rs = case.adrs[case.adrs["SRCDOM"] == "RS"], case.sdtm["RS"]
    key = ["USUBJID", "SRCSEQ"]
    found = adrs[[*key, "ADT", "AVALC", "PARAMCD"]].merge(
        rs.rename(columns={"RSSEQ": "SRCSEQ"}), on=key, how="left"
    )
    text = found["RSDTC"].str[:10]
    day = found["ADT"].dt.strftime("%Y-%m-%d")
    wrong = ~found["RSEVAL"].eq("INVESTIGATOR") | (text.str.len().eq(10) & text.ne(day))
    wrong |= text.str.len().ge(7) & text.str[:7].ne(day.str[:7])
    wrong |= found["PARAMCD"].eq("OVR") & found["AVALC"].fillna("").ne(found["RSSTRESC"].fillna(""))
    overall = rs["RSTESTCD"].eq("OVRLRESP") & rs["RSEVAL"].eq("INVESTIGATOR")
    due = rs[overall & rs["USUBJID"].isin(case.adsl["USUBJID"])].groupby("USUBJID").size()
    made = adrs[adrs["PARAMCD"] == "OVR"].groupby("USUBJID").size()
    count = pd.concat([due, made], axis=1).fillna(0)
    return case.those(found, wrong) | set(count.index[count[0] != count[1]])


def best_response_is_the_plain_one(case):
    """BOR and CBOR are those of the plainly written second version."""
    rules = ResponseRules.of(case.study)
    seen = case.adrs[case.adrs["PARAMCD"].eq("OVR") & case.adrs["ADT"].notna()]
    seen = seen[~seen["USUBJID"].isin(case.treated_again())]
    days = (seen["ADT"] - seen["TRTSDT"]).dt.days
    visits = {}
    for subject, day, value in zip(seen["USUBJID"], days, seen["AVALC"], strict=True):
        visits.setdefault(subject, []).append((day, value))
    out = set()
    for code, confirmed in (("BOR", False), ("CBOR", True)):
        if confirmed and rules.accept_sd_between:
            continue
        found = case.adrs[case.adrs["PARAMCD"] == code].set_index("USUBJID")
        since = (found["ADT"] - found["TRTSDT"]).dt.days
        for subject, seen_by in visits.items():
            if subject in found.index:
                value, day = PLAIN["plain_bor"](seen_by, rules, confirmed)
                same_day = pd.isna(since[subject]) if day is None else since[subject] == day
                if found.loc[subject, "AVALC"] != value or not same_day:
                    out.add(subject)
    return out


PROPERTIES = (
    response_is_the_best_response,
    confirmed_implies_unconfirmed,
    a_confirmed_response_is_seen_twice,
    only_responses_that_count_are_used,
    a_response_points_to_its_record_in_rs,
    best_response_is_the_plain_one,
)

"""What holds for every patient's progression-free survival and duration of response.

Each property takes a case (`case.py`) and returns the patients (USUBJID) for whom it
doesn't hold.
"""

from __future__ import annotations

import pandas as pd


def a_new_therapy_ends_pfs(case):
    if not case.study.assumptions.pfs_censoring.value.at_new_therapy:
        return set()
    ending = case.adtte[case.adtte["PARAMCD"].isin(["PFS", "DOR"])]
    after = ending["ADT"] >= ending["USUBJID"].map(case.new_therapy())
    return case.those(ending, after & (ending["AVAL"].gt(1) | ending["CNSR"].eq(0)))


def an_event_counts_unless_assessments_were_missed(case):
    """Of those without another therapy: within the days that the setting allows, and only then."""
    censoring = case.study.assumptions.pfs_censoring.value
    seen = case.adrs[(case.adrs["PARAMCD"] == "OVR") & (case.adrs["ANL02FL"] == "Y")]
    first = seen[seen["AVALC"] == "PD"].groupby("USUBJID")["ADT"].min()
    free = case.adtte[case.adtte["PARAMCD"] == "PFS"]
    free = free[~free["USUBJID"].isin(case.treated_again() | case.progressed_clinically())]
    event = pd.concat([free["USUBJID"].map(first), case.of_adsl(free, "DTHDT")], axis=1).min(axis=1)
    adequate = [value for value in case.study.derivations.adrs.adequate if value != "PD"]
    before = seen[seen["AVALC"].isin(adequate)]
    before = before[~(before["ADT"] > before["USUBJID"].map(event.set_axis(free["USUBJID"])))]
    last = free["USUBJID"].map(before.groupby("USUBJID")["ADT"].max())
    counts = event.notna()
    if censoring.missed_assessments is not None:
        chosen = case.study.assumptions
        windows = chosen.tumour_assessment_window_days.value * (1 + last.notna())
        gap = 7 * chosen.tumour_assessment_weeks.value * censoring.missed_assessments
        counts &= (event - last.fillna(free["STARTDT"])).dt.days <= gap + windows
    return case.those(free, counts != free["CNSR"].eq(0))


def pfs_is_censored_for_its_reason(case):
    """At the last adequate assessment; nothing happened (1), a therapy (2), a long gap (3)."""
    censored = case.adtte[(case.adtte["PARAMCD"] == "PFS") & (case.adtte["CNSR"] > 0)]
    reason, subject = censored["CNSR"], censored["USUBJID"]
    happened = case.of_adsl(censored, "DTHDT").notna() | subject.isin(case.having("PD", "Y"))
    wrong = (reason.eq(1) & happened) | (reason.eq(2) & ~subject.isin(case.treated_again()))
    adequate = list(case.study.derivations.adrs.adequate)
    used = case.adrs[(case.adrs["PARAMCD"] == "OVR") & (case.adrs["ANL02FL"] == "Y")]
    used = used[used["AVALC"].isin(adequate)]
    last = used.groupby("USUBJID")["ADT"].max()
    wrong |= reason.eq(1) & censored["ADT"].ne(subject.map(last))
    wrong |= reason.eq(4) & censored["ADT"].ne(censored["STARTDT"])
    return case.those(censored, wrong)


def duration_and_time_to_response_make_up_pfs(case):
    """Of responders alone: TTR ends, DOR starts with the first confirmed response; DOR as PFS."""
    duration, to_response, free = (case.time(code) for code in ("DOR", "TTR", "PFS"))
    out = (set(duration.index) | set(to_response.index)) ^ case.having("CRSP", "Y")
    out |= set(duration.index) ^ set(to_response.index)
    first = case.adrs[case.adrs["PARAMCD"] == "CRSP"].set_index("USUBJID")["ADT"]
    free = free.reindex(duration.index)
    to_response, first = to_response.reindex(duration.index), first.reindex(duration.index)
    wrong = duration["STARTDT"].ne(first) | to_response["ADT"].ne(first)
    wrong |= to_response["AVAL"] > free["AVAL"]
    for name in ("ADT", "CNSR", "EVNTDESC"):
        wrong |= duration[name].ne(free[name])
    return (out | set(duration.index[wrong])) - responding_after_clinical_progression(case)


def responding_after_clinical_progression(case):
    """Responses count after a clinical progression, even where that is an event of PFS."""
    ended = case.time("PFSEV").query("EVNTDESC == 'Clinical progression'")["ADT"]
    first = case.adrs[(case.adrs["PARAMCD"] == "CRSP") & (case.adrs["AVALC"] == "Y")]
    return case.those(first, first["ADT"] >= first["USUBJID"].map(ended))


def progression_is_the_first_pd(case):
    """No PFS goes on after the first PD, and a progression is that PD; before a therapy, as set."""
    seen = case.adrs[(case.adrs["PARAMCD"] == "OVR") & (case.adrs["ANL02FL"] == "Y")]
    first = seen[seen["AVALC"] == "PD"].groupby("USUBJID")["ADT"].min()
    free = case.adtte[case.adtte["PARAMCD"].isin(["PFS", "PFSEV"])]
    until = free["USUBJID"].map(first)
    progressed = free["EVNTDESC"].eq("Disease progression")
    out = case.those(free, free["ADT"].gt(until) | (progressed & free["ADT"].ne(until)))
    if case.study.assumptions.pfs_censoring.value.at_new_therapy:
        out |= case.those(free, progressed & free["PARAMCD"].eq("PFS")) - case.having("PD", "Y")
    return out


PROPERTIES = (
    a_new_therapy_ends_pfs,
    an_event_counts_unless_assessments_were_missed,
    pfs_is_censored_for_its_reason,
    duration_and_time_to_response_make_up_pfs,
    progression_is_the_first_pd,
)

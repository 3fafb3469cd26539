"""What holds for every patient in ADSL and ADTTE, whatever was collected.

Each property takes a case (`case.py`) and returns the patients (USUBJID) for whom it
doesn't hold.
"""

from __future__ import annotations

import pandas as pd

from csrkit.adam.spec import load_spec

DAY = pd.Timedelta(days=1)


def nothing_is_after_the_cut(case):
    out = set()
    for name in ("adsl", "adrs", "adtte", "adae"):
        frame = getattr(case, name)
        kinds = ("date", "datetime")
        dates = [v.name for v in load_spec(name).variables if v.type in kinds]
        after = frame[dates].ge(pd.Timestamp(case.study.data_cut) + DAY)
        out |= case.those(frame, after.any(axis=1))
    return out


def everybody_who_consented_by_the_cut_is_there_once(case):
    dm = case.sdtm["DM"]
    twice = case.adsl["USUBJID"].duplicated()
    return (set(dm["USUBJID"]) ^ set(case.adsl["USUBJID"])) | case.those(case.adsl, twice)


def subject_dates_are_in_order(case):
    adsl = case.adsl
    wrong = (
        (adsl["TRTEDT"] < adsl["TRTSDT"])
        | (adsl["LSTALVDT"] > adsl["DTHDT"])
        | (adsl["LSTALVDT"] < adsl["TRTSDT"])
        | (adsl["RFICDT"] > adsl["LSTALVDT"])
        | (adsl["TRTDURD"] < 1)
        | (adsl["DTHDT"].notna() & adsl["DTHFL"].ne("Y"))
        | (adsl["DTHADY"].lt(0) & adsl["DTHDT"].ge(adsl["TRTSDT"]))
    )
    return case.those(adsl, wrong)


def each_treated_patient_has_each_time_once(case):
    adsl, adtte = case.adsl, case.adtte
    treated = adsl["SAFFL"].eq("Y") & adsl["TRTSDT"].notna()
    everyone = set(adsl.loc[treated, "USUBJID"])
    phase_one = set(adsl.loc[treated & adsl["PHASE"].eq("I"), "USUBJID"])
    out = case.those(adtte, adtte[["USUBJID", "PARAMCD"]].duplicated())
    for code in ("OS", "PFS", "PFSEV", "TTDLT"):
        out |= set(case.time(code).index) ^ (phase_one if code == "TTDLT" else everyone)
    return out


def a_time_counts_both_its_ends(case):
    days = (case.adtte["ADT"] - case.adtte["STARTDT"]).dt.days + 1
    return case.those(case.adtte, case.adtte["AVAL"].ne(days) | case.adtte["AVAL"].lt(1))


def there_is_no_study_day_zero(case):
    out = set()
    for frame in (case.adrs, case.adtte):
        days = (frame["ADT"] - frame["TRTSDT"]).dt.days
        out |= case.those(
            frame, frame["ADY"].fillna(0).ne(days.where(days < 0, days + 1).fillna(0))
        )
    return out


def an_event_is_called_one(case):
    adtte = case.adtte
    event = adtte["CNSR"].eq(0)
    names = ["Death", "Disease progression", "Clinical progression", "Confirmed response"]
    named = adtte["EVNTDESC"].isin([*names, "Dose-limiting toxicity"])
    return case.those(adtte, (event != named) | (event != adtte["CNSDTDSC"].isna()))


def nobody_is_followed_beyond_death_or_last_contact(case):
    """Nothing is observed after the death; a censoring isn't later than the last contact."""
    adtte = case.adtte
    late = adtte["ADT"].gt(case.of_adsl(adtte, "LSTALVDT")) & adtte["CNSR"].gt(0)
    dead = case.those(adtte, adtte["ADT"].gt(case.of_adsl(adtte, "DTHDT")))
    return dead | (case.those(adtte, late) - seen_in_a_later_month(case))


def seen_in_a_later_month(case):
    """Patients assessed, on a day not known, in a month after their last contact of a known day.

    Only a whole date tells that a patient was alive (LSTALVDT), so such an assessment is later.
    """
    rs = case.sdtm["RS"]
    months = rs[rs["RSDTC"].str.len().eq(7)]
    later = pd.to_datetime(months["RSDTC"] + "-01") > case.of_adsl(months, "LSTALVDT")
    return case.those(months, later)


def survival_ends_with_the_death(case):
    survival = case.adtte[case.adtte["PARAMCD"] == "OS"]
    death = case.of_adsl(survival, "DTHDT")
    end = death.fillna(case.of_adsl(survival, "LSTALVDT"))
    end = end.where(end >= survival["STARTDT"], survival["STARTDT"])
    return case.those(survival, survival["CNSR"].eq(0).ne(death.notna()) | survival["ADT"].ne(end))


def progression_comes_no_later_than_death(case):
    out = set()
    longer, survival = case.time("PFSEV"), case.time("OS")
    for code in ("PFS", "PFSEV"):
        mine = case.time(code)
        out |= set(mine.index[mine["AVAL"] > survival["AVAL"].reindex(mine.index)])
    mine = case.time("PFS")
    longest = set(mine.index[mine["AVAL"] > longer["AVAL"].reindex(mine.index)])
    return longest | (out - seen_in_a_later_month(case))


def a_time_points_to_the_record_that_dates_it(case):
    adtte = case.adtte.assign(DATED=pd.NaT)
    for name, sequence, date in (("ADRS", "ASEQ", "ADT"), ("ADAE", "AESEQ", "ASTDT")):
        records = getattr(case, name.lower())[["USUBJID", sequence, date]]
        here = adtte["SRCDOM"] == name
        found = adtte[["USUBJID", "SRCSEQ"]].merge(
            records.set_axis(["USUBJID", "SRCSEQ", "FOUND"], axis=1), how="left"
        )["FOUND"]
        adtte["DATED"] = adtte["DATED"].mask(here, found.set_axis(adtte.index))
    for variable in ("DTHDT", "LSTALVDT", "TRTSDT"):
        here = (adtte["SRCDOM"] == "ADSL") & (adtte["SRCVAR"] == variable)
        adtte["DATED"] = adtte["DATED"].mask(here, case.of_adsl(adtte, variable))
    # A DLT can be seen in its window alone, whose end no record dates.
    window = adtte["PARAMCD"].eq("TTDLT") & adtte["CNSR"].eq(1)
    wrong = adtte["DATED"].ne(adtte["ADT"]).mask(window, adtte["DATED"] < adtte["ADT"])
    clinical = adtte["EVNTDESC"].eq("Clinical progression")
    return case.those(adtte, wrong & ~clinical)


PROPERTIES = (
    nothing_is_after_the_cut,
    everybody_who_consented_by_the_cut_is_there_once,
    subject_dates_are_in_order,
    each_treated_patient_has_each_time_once,
    a_time_counts_both_its_ends,
    there_is_no_study_day_zero,
    an_event_is_called_one,
    nobody_is_followed_beyond_death_or_last_contact,
    survival_ends_with_the_death,
    progression_comes_no_later_than_death,
    a_time_points_to_the_record_that_dates_it,
)

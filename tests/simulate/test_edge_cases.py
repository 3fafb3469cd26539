"""Every edge case the study data must hold, searched for in the committed data."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.study import Study

Domains = dict[str, pd.DataFrame]


def day(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.where(texts.str.len() >= 10).str[:10])


def first_dose(sdtm: Domains, frame: pd.DataFrame) -> pd.Series:
    return day(frame["USUBJID"].map(sdtm["DM"].set_index("USUBJID")["RFXSTDTC"]))


def responses(sdtm: Domains) -> pd.Series:
    """Overall responses of each subject, in the order of time."""
    rs = sdtm["RS"][sdtm["RS"]["RSTESTCD"] == "OVRLRESP"].sort_values("RSDTC")
    return rs.groupby("USUBJID")["RSSTRESC"].agg(list)


def hours_after(pc: pd.DataFrame) -> pd.Series:
    taken = pd.to_datetime(pc["PCDTC"], format="ISO8601")
    return (taken - pd.to_datetime(pc["PCRFTDTC"], format="ISO8601")) / pd.Timedelta(hours=1)


@pytest.mark.parametrize("name", ["AE", "CM", "MH"])
@pytest.mark.parametrize("length", [4, 7], ids=["year only", "year and month"])
def test_start_dates_are_partial(sdtm: Domains, name: str, length: int) -> None:
    assert (sdtm[name][f"{name}STDTC"].str.len() == length).any()


@pytest.mark.parametrize("name", ["AE", "CM", "MH"])
def test_end_dates_are_missing(sdtm: Domains, name: str) -> None:
    assert sdtm[name][f"{name}ENDTC"].isna().any()


@pytest.mark.parametrize("name", ["AE", "CM", "MH"])
def test_end_dates_are_partial(sdtm: Domains, name: str) -> None:
    assert (sdtm[name][f"{name}ENDTC"].str.len() < 10).any()


def test_an_event_has_an_unknown_end_without_being_ongoing(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    assert (ae["AEENDTC"].isna() & (ae["AEENRTPT"] == "UNKNOWN")).any()


@pytest.mark.parametrize(
    ("name", "variable"), [("EX", "EXSTDTC"), ("PC", "PCDTC"), ("LB", "LBDTC")]
)
def test_date_times_come_with_and_without_seconds(sdtm: Domains, name: str, variable: str) -> None:
    lengths = set(sdtm[name][variable].dropna().str.len())
    assert lengths == {len("2025-06-09T10:30"), len("2025-06-09T10:30:15")}


def test_an_event_started_before_the_first_infusion_and_worsened_after_it(sdtm: Domains) -> None:
    ae, supp = sdtm["AE"], sdtm["SUPPAE"]
    initial = supp[supp["QNAM"] == "AEITOXGR"].assign(AESEQ=lambda s: s["IDVARVAL"].astype(float))
    both = ae.merge(initial[["USUBJID", "AESEQ", "QVAL"]], on=["USUBJID", "AESEQ"])
    before = day(both["AESTDTC"]) < first_dose(sdtm, both)
    after = day(both["AEENDTC"]) > first_dose(sdtm, both)
    worse = both["AETOXGR"].astype(int) > both["QVAL"].astype(int)
    assert (before & after & worse).any()


def test_an_event_started_and_ended_before_the_first_infusion(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    assert (day(ae["AEENDTC"]) < first_dose(sdtm, ae)).any()


def test_an_event_is_ongoing_at_the_lock(sdtm: Domains, study: Study) -> None:
    ae = sdtm["AE"]
    ongoing = ae["AEENDTC"].isna() & (ae["AEENRTPT"] == "ONGOING")
    assert (ae.loc[ongoing, "AEENTPT"] == study.cuts.final.isoformat()).any()


@pytest.mark.parametrize("days", [0, 1], ids=["on the cut", "the day after"])
def test_an_event_starts_on_the_interim_cut_and_the_day_after(
    sdtm: Domains, study: Study, days: int
) -> None:
    wanted = pd.Timestamp(study.cuts.interim) + pd.Timedelta(days=days)
    assert (day(sdtm["AE"]["AESTDTC"]) == wanted).any()


def test_deaths_come_before_on_and_after_the_interim_cut(sdtm: Domains, study: Study) -> None:
    deaths, cut = day(sdtm["DM"]["DTHDTC"]), pd.Timestamp(study.cuts.interim)
    assert (deaths < cut).any()
    assert (deaths == cut).any()
    assert (deaths > cut).any()


def test_a_subject_consented_before_the_cut_is_dosed_after_it(sdtm: Domains, study: Study) -> None:
    dm, cut = sdtm["DM"], pd.Timestamp(study.cuts.interim)
    assert ((day(dm["RFICDTC"]) <= cut) & (day(dm["RFXSTDTC"]) > cut)).any()


def test_a_subject_consented_after_the_cut(sdtm: Domains, study: Study) -> None:
    assert (day(sdtm["DM"]["RFICDTC"]) > pd.Timestamp(study.cuts.interim)).any()


def test_a_treated_subject_has_no_assessment_after_baseline(sdtm: Domains) -> None:
    dm = sdtm["DM"]
    treated = dm.loc[dm["ACTARMCD"].notna(), "USUBJID"]
    assert set(treated) - set(responses(sdtm).index)


def test_an_enrolled_subject_was_never_treated(sdtm: Domains) -> None:
    dm = sdtm["DM"]
    assert (dm["ARMCD"].notna() & (dm["ARMNRS"] == "ASSIGNED, NOT TREATED")).any()


def test_a_partial_response_is_not_confirmed(sdtm: Domains) -> None:
    assert responses(sdtm).map(lambda own: own[:2] == ["PR", "PD"]).any()


def test_a_partial_response_turns_stable_and_partial_again(sdtm: Domains) -> None:
    assert responses(sdtm).map(lambda own: own[:3] == ["PR", "SD", "PR"]).any()


def test_a_complete_response_is_confirmed(sdtm: Domains) -> None:
    assert responses(sdtm).map(lambda own: own.count("CR") >= 2).any()


def test_stable_disease_lasts_less_than_42_days(sdtm: Domains, study: Study) -> None:
    own = responses(sdtm)
    only = own[own.map(lambda codes: codes == ["SD"])].index
    rs = sdtm["RS"][sdtm["RS"]["USUBJID"].isin(only)]
    days = (day(rs["RSDTC"]) - first_dose(sdtm, rs)).dt.days + 1
    assert (days < study.assumptions.sd_min_days.value).any()


def test_disease_is_non_target_only(sdtm: Domains) -> None:
    tu = sdtm["TU"]
    with_target = set(tu.loc[tu["TUORRES"] == "TARGET", "USUBJID"])
    rs = sdtm["RS"]
    subjects = rs.loc[rs["RSSTRESC"].eq("NON-CR/NON-PD") & rs["RSTESTCD"].eq("OVRLRESP"), "USUBJID"]
    assert set(subjects) - with_target


def test_an_assessment_is_not_evaluable(sdtm: Domains) -> None:
    assert responses(sdtm).map(lambda own: "NE" in own).any()
    assert (sdtm["TR"]["TRSTAT"] == "NOT DONE").any()


def test_a_new_lesion_appears(sdtm: Domains) -> None:
    assert sdtm["TU"]["TUORRES"].eq("NEW").any()


def test_non_target_lesions_progress_unequivocally(sdtm: Domains) -> None:
    assert sdtm["TR"]["TRSTRESC"].eq("UNEQUIVOCAL PROGRESSION").any()


def test_a_target_lesion_is_nodal(sdtm: Domains) -> None:
    assert sdtm["TR"]["TRTESTCD"].eq("LPERP").any()


def test_progression_is_clinical_without_imaging(sdtm: Domains) -> None:
    rs = sdtm["RS"]
    clinical = set(rs.loc[rs["RSTESTCD"] == "SYMPTDTR", "USUBJID"])
    imaged = set(rs.loc[rs["RSSTRESC"].eq("PD"), "USUBJID"])
    assert clinical - imaged


def test_a_new_therapy_starts_before_progression(sdtm: Domains) -> None:
    cm, rs = sdtm["CM"], sdtm["RS"]
    therapy = cm[cm["CMCAT"] == "SUBSEQUENT ANTICANCER THERAPY"].set_index("USUBJID")["CMSTDTC"]
    progression = rs[rs["RSSTRESC"] == "PD"].groupby("USUBJID")["RSDTC"].min()
    both = pd.concat([therapy, progression], axis=1).dropna()
    assert (both["CMSTDTC"] < both["RSDTC"]).any()


def test_progression_follows_two_missed_assessments(sdtm: Domains) -> None:
    missed = sdtm["SV"][sdtm["SV"]["SVOCCUR"] == "N"].groupby("USUBJID")["VISITNUM"].agg(list)
    twice = missed[missed.map(len) >= 2]
    rs = sdtm["RS"][sdtm["RS"]["USUBJID"].isin(twice.index) & sdtm["RS"]["RSSTRESC"].eq("PD")]
    assert (rs["VISITNUM"] > rs["USUBJID"].map(twice).map(max)).any()


def test_some_have_a_second_course_of_infusions(sdtm: Domains) -> None:
    infusions = sdtm["EX"].groupby("USUBJID")["EXGRPID"].nunique()
    assert (infusions == 2).any()
    assert (infusions == 1).any()
    assert sdtm["EX"]["EXLNKID"].eq("INF12").any()


def test_infusions_are_delayed_interrupted_and_missed(sdtm: Domains) -> None:
    ec = sdtm["EC"]
    assert ec["ECADJ"].str.contains("DELAYED", na=False).any()
    assert ec["ECADJ"].str.contains("INTERRUPTED", na=False).any()
    assert ec["ECOCCUR"].eq("N").any()


def test_one_infusion_is_given_at_the_wrong_dose_level(sdtm: Domains, study: Study) -> None:
    ex = sdtm["EX"]
    arms = ex["USUBJID"].map(sdtm["DM"].set_index("USUBJID")["ARMCD"])
    wrong = ex["EXDOSE"] != arms.map(lambda arm: study.arms[arm].dose)
    assert wrong.groupby(ex["USUBJID"]).sum().max() == 1
    deviated = sdtm["DV"][sdtm["DV"]["DVDECOD"] == "Wrong dose level"]
    assert set(deviated["USUBJID"]) == set(ex.loc[wrong, "USUBJID"])


def dose_limiting(sdtm: Domains) -> pd.DataFrame:
    supp = sdtm["SUPPAE"][sdtm["SUPPAE"]["QNAM"] == "AEDLT"]
    keys = supp.assign(AESEQ=supp["IDVARVAL"].astype(float))[["USUBJID", "AESEQ"]]
    return sdtm["AE"].merge(keys, on=["USUBJID", "AESEQ"])


def test_a_dose_limiting_toxicity_is_inside_its_window(sdtm: Domains, study: Study) -> None:
    events = dose_limiting(sdtm)
    inside = events[events["AESTDY"].between(1, study.assumptions.dlt_window_days.value)]
    arms = inside["USUBJID"].map(sdtm["DM"].set_index("USUBJID")["ARMCD"])
    assert arms.tolist() == ["P1D30"]


def test_a_dose_limiting_event_is_outside_its_window(sdtm: Domains, study: Study) -> None:
    assert (dose_limiting(sdtm)["AESTDY"] > study.assumptions.dlt_window_days.value).any()


def test_concentrations_are_blq_before_between_and_after_quantifiable_ones(sdtm: Domains) -> None:
    pc = sdtm["PC"][sdtm["PC"]["PCTPTREF"] == "INFUSION 1"].sort_values("PCTPTNUM")

    def pattern(own: pd.Series) -> str:
        return "".join("b" if value == "BLQ" else "q" for value in own.dropna())

    patterns = pc.groupby("USUBJID")["PCSTRESC"].agg(pattern)
    assert patterns.str.fullmatch("b+q+b+q+b+").any()


def test_pk_samples_are_missing(sdtm: Domains) -> None:
    pc = sdtm["PC"]
    assert (pc["PCSTAT"].eq("NOT DONE") & pc["PCDTC"].isna()).any()


def test_pk_samples_are_mistimed(sdtm: Domains) -> None:
    pc = sdtm["PC"]
    assert ((hours_after(pc) - pc["PCTPTNUM"]) > 1).any()


def test_visits_are_unscheduled(sdtm: Domains) -> None:
    for name in ("SV", "LB", "VS"):
        assert sdtm[name]["VISIT"].str.startswith("UNSCHEDULED").any(), name


def test_labs_are_repeated_on_one_day(sdtm: Domains) -> None:
    lb = sdtm["LB"].assign(date=sdtm["LB"]["LBDTC"].str[:10])
    keys = ["USUBJID", "LBTESTCD", "VISITNUM", "date", "LBTPTNUM"]
    assert lb.duplicated(keys).any()


def test_lab_units_differ_between_sites(sdtm: Domains) -> None:
    lb = sdtm["LB"]
    units = lb.groupby("LBTESTCD")["LBORRESU"].nunique()
    assert (units.loc[["HGB", "CREAT", "GLUC", "BILI"]] == 2).all()


def test_lab_results_are_below_the_limit_of_detection(sdtm: Domains) -> None:
    lb = sdtm["LB"]
    below = lb["LBORRES"].str.startswith("<", na=False)
    assert lb.loc[below, "LBSTRESC"].str.match(r"<\d").all()
    assert lb.loc[below, "LBSTRESN"].isna().all()
    assert below.sum() > 10


def test_lab_results_are_not_done(sdtm: Domains) -> None:
    lb = sdtm["LB"]
    assert (lb["LBSTAT"].eq("NOT DONE") & lb["LBORRES"].isna()).any()


def test_a_serious_event_is_fatal(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    assert (ae["AESER"].eq("Y") & ae["AESDTH"].eq("Y") & ae["AEOUT"].eq("FATAL")).any()


def test_protocol_deviations_are_important_and_not(sdtm: Domains) -> None:
    assert set(sdtm["DV"]["DVCAT"]) == {"IMPORTANT", "NOT IMPORTANT"}


def test_a_patient_was_rescreened(sdtm: Domains) -> None:
    again = sdtm["SUPPDM"][sdtm["SUPPDM"]["QNAM"] == "PRVSUBJ"]
    assert set(again["QVAL"]) <= set(sdtm["DM"]["SUBJID"])
    assert len(again)


def test_liver_tests_meet_the_thresholds_of_possible_hys_law(sdtm: Domains) -> None:
    lb = sdtm["LB"][sdtm["LB"]["LBSTRESN"].notna()]
    times = lb.assign(times=lb["LBSTRESN"] / lb["LBSTNRHI"]).pivot_table(
        index=["USUBJID", "LBDTC"], columns="LBTESTCD", values="times"
    )
    assert ((times["ALT"] > 3) & (times["BILI"] > 2) & (times["ALP"] < 2)).any()


def test_patients_are_lost_and_withdraw(sdtm: Domains) -> None:
    found = set(sdtm["DS"].loc[sdtm["DS"]["DSSCAT"] == "END OF STUDY", "DSDECOD"])
    assert {"LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "DEATH", "COMPLETED"} <= found


def test_the_study_has_its_default_size(sdtm: Domains) -> None:
    arms = sdtm["DM"]["ARMCD"].fillna("SCREEN FAILURE").value_counts().to_dict()
    assert arms == {"P1D20": 6, "P1D30": 6, "P2RP2D": 30, "SCREEN FAILURE": 6}
    assert sdtm["DM"]["SITEID"].nunique() == 3
    assert sdtm["DM"]["RFICDTC"].min() == "2025-06-09"

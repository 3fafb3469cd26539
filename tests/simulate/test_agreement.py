"""The domains agree with each other, for they come from the same latent patients."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.simulate.patient.recist import nontarget_response, overall_response, target_response
from csrkit.study import Study

Domains = dict[str, pd.DataFrame]
KEYS = {
    "DM": ["USUBJID"],
    "SUPPDM": ["USUBJID", "QNAM"],
    "SUPPAE": ["USUBJID", "IDVARVAL", "QNAM"],
    "SV": ["USUBJID", "VISITNUM"],
    "RELREC": ["USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "RELID"],
    "TA": ["ARMCD", "TAETORD"],
    "TE": ["ETCD"],
    "TV": ["VISITNUM"],
    "TI": ["IETESTCD"],
    "TS": ["TSPARMCD", "TSSEQ"],
}


def day(texts: pd.Series) -> pd.Series:
    """Dates of complete dates and date-times; NaT for partial ones."""
    return pd.to_datetime(texts.where(texts.str.len() >= 10).str[:10])


def of_subject(sdtm: Domains, frame: pd.DataFrame, variable: str) -> pd.Series:
    return frame["USUBJID"].map(sdtm["DM"].set_index("USUBJID")[variable])


def test_keys_are_unique_in_every_domain(sdtm: Domains) -> None:
    for name, frame in sdtm.items():
        keys = KEYS.get(name, ["USUBJID", f"{name}SEQ"])
        assert not frame.duplicated(keys).any(), name


def test_a_result_has_one_record_a_subject_test_and_time(sdtm: Domains) -> None:
    for name in ("LB", "VS", "EG"):
        keys = ["USUBJID", f"{name}TESTCD", f"{name}DTC"]
        assert not sdtm[name].duplicated(keys).any(), name


def test_every_record_belongs_to_a_subject_of_dm(sdtm: Domains) -> None:
    known = set(sdtm["DM"]["USUBJID"])
    for name, frame in sdtm.items():
        if "USUBJID" in frame:
            assert set(frame["USUBJID"].dropna()) <= known, name


def test_supplemental_and_related_records_have_their_parents(sdtm: Domains) -> None:
    for name in ("SUPPAE", "RELREC"):
        children = sdtm[name].dropna(subset=["USUBJID"])
        for domain, own in children.groupby("RDOMAIN"):
            numbers = own["IDVARVAL"].astype(float)
            parents = sdtm[str(domain)].set_index(["USUBJID", f"{domain}SEQ"]).index
            keys = pd.MultiIndex.from_arrays([own["USUBJID"], numbers])
            assert keys.isin(parents).all(), (name, domain)


def test_deaths_agree_in_dm_ds_ae_dd_and_ss(sdtm: Domains) -> None:
    dm = sdtm["DM"].set_index("USUBJID")
    deaths = dm.loc[dm["DTHFL"] == "Y", "DTHDTC"]
    ds = sdtm["DS"]
    ended = ds[(ds["DSDECOD"] == "DEATH") & (ds["DSSCAT"] == "END OF STUDY")]
    dead = sdtm["SS"][sdtm["SS"]["SSSTRESC"] == "DEAD"]
    for frame, date in ((ended, "DSSTDTC"), (sdtm["DD"], "DDDTC"), (dead, "SSDTC")):
        assert frame.set_index("USUBJID")[date].to_dict() == deaths.to_dict()
    fatal = sdtm["AE"][sdtm["AE"]["AEOUT"] == "FATAL"].set_index("USUBJID")
    assert (fatal["AEENDTC"] == deaths.reindex(fatal.index)).all()
    assert (fatal["AESDTH"] == "Y").all()
    assert (fatal["AETOXGR"] == "5").all()
    cause = sdtm["DD"].set_index("USUBJID")["DDSTRESC"]
    assert set(cause[cause == "ADVERSE EVENT"].index) == set(fatal.index)


def test_nothing_happens_after_death(sdtm: Domains) -> None:
    dates = {"AE": "AESTDTC", "EX": "EXENDTC", "LB": "LBDTC", "VS": "VSDTC", "EG": "EGDTC"}
    dates |= {"PC": "PCDTC", "TR": "TRDTC", "RS": "RSDTC", "QS": "QSDTC", "SV": "SVENDTC"}
    dates |= {"CM": "CMSTDTC", "PR": "PRSTDTC", "SS": "SSDTC", "DS": "DSSTDTC", "FA": "FADTC"}
    for name, variable in dates.items():
        late = day(sdtm[name][variable]) > day(of_subject(sdtm, sdtm[name], "DTHDTC"))
        assert not late.any(), name


def test_nothing_is_dated_after_the_database_lock(sdtm: Domains, study: Study) -> None:
    lock = pd.Timestamp(study.cuts.final)
    for name, frame in sdtm.items():
        for variable in frame.columns[frame.columns.str.endswith("DTC")]:
            assert not (day(frame[variable]) > lock).any(), (name, variable)


def test_infusions_lie_within_participation_and_match_dm(sdtm: Domains) -> None:
    ex, dm = sdtm["EX"], sdtm["DM"].set_index("USUBJID")
    first = ex.groupby("USUBJID")["EXSTDTC"].min()
    last = ex.groupby("USUBJID")["EXENDTC"].max()
    treated = dm[dm["ACTARMCD"].notna()]
    assert treated["RFXSTDTC"].to_dict() == first.to_dict()
    assert treated["RFXENDTC"].to_dict() == last.to_dict()
    assert (day(ex["EXSTDTC"]) > day(of_subject(sdtm, ex, "RFICDTC"))).all()
    assert not (day(ex["EXENDTC"]) > day(of_subject(sdtm, ex, "RFPENDTC"))).any()


def test_infusions_are_at_least_five_days_apart(sdtm: Domains) -> None:
    starts = sdtm["EX"].assign(start=day(sdtm["EX"]["EXSTDTC"])).sort_values(["USUBJID", "EXSEQ"])
    gaps = starts.groupby("USUBJID")["start"].diff().dropna()
    assert gaps.min() >= pd.Timedelta(days=5)


def test_ec_holds_the_given_infusions_of_ex_and_the_missed_ones(sdtm: Domains) -> None:
    ec, ex = sdtm["EC"], sdtm["EX"]
    given = ec[ec["ECOCCUR"] == "Y"]
    assert given["ECSTDTC"].tolist() == ex["EXSTDTC"].tolist()
    assert given["ECDOSE"].tolist() == ex["EXDOSE"].tolist()
    missed = ec[ec["ECOCCUR"] == "N"]
    assert missed["ECREASOC"].notna().all()
    assert missed["ECDOSE"].isna().all()


def test_end_of_treatment_is_not_before_the_last_infusion(sdtm: Domains) -> None:
    ended = sdtm["DS"][sdtm["DS"]["DSSCAT"] == "END OF TREATMENT"]
    last = sdtm["EX"].groupby("USUBJID")["EXSTDTC"].max()
    assert (day(ended["DSSTDTC"]) >= day(ended["USUBJID"].map(last))).all()
    assert set(ended["USUBJID"]) <= set(last.index)


def test_no_infusion_is_missed_after_the_end_of_treatment(sdtm: Domains) -> None:
    ended = sdtm["DS"][sdtm["DS"]["DSSCAT"] == "END OF TREATMENT"].set_index("USUBJID")["DSSTDTC"]
    ec = sdtm["EC"]
    assert not (day(ec["ECSTDTC"]) > day(ec["USUBJID"].map(ended))).any()


def test_end_of_study_is_the_end_of_participation(sdtm: Domains) -> None:
    ended = sdtm["DS"][sdtm["DS"]["DSSCAT"] == "END OF STUDY"].set_index("USUBJID")["DSSTDTC"]
    dm = sdtm["DM"].set_index("USUBJID")["RFPENDTC"].dropna()
    assert ended.to_dict() == dm.to_dict()


def test_treatment_ended_for_an_event_has_an_event_that_ended_it(sdtm: Domains) -> None:
    ds, ae = sdtm["DS"], sdtm["AE"]
    ended = ds[(ds["DSSCAT"] == "END OF TREATMENT") & (ds["DSDECOD"] == "ADVERSE EVENT")]
    withdrawn = ae[ae["AEACN"] == "DRUG WITHDRAWN"]
    assert set(ended["USUBJID"]) == set(withdrawn["USUBJID"])


def test_delays_and_misses_for_an_event_have_an_event_that_interrupted(sdtm: Domains) -> None:
    ec, ae = sdtm["EC"], sdtm["AE"]
    text = ec["ECADJ"].fillna("") + ec["ECREASOC"].fillna("")
    held = text.str.count("ADVERSE EVENT|INFUSION REACTION").groupby(ec["USUBJID"]).sum()
    interrupted = (ae["AEACN"] == "DRUG INTERRUPTED").groupby(ae["USUBJID"]).sum()
    assert held.sum() > 0
    assert (held == interrupted.reindex(held.index, fill_value=0)).all()


def test_events_end_after_they_start_and_outcomes_agree_with_ends(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    assert not (day(ae["AEENDTC"]) < day(ae["AESTDTC"])).any()
    resolved = ae["AEOUT"].isin(["RECOVERED/RESOLVED", "FATAL"])
    assert ae.loc[resolved, "AEENDTC"].notna().all()
    assert ae.loc[~resolved, "AEENDTC"].isna().all()
    assert ae.loc[ae["AEENDTC"].isna(), "AEENRTPT"].notna().all()


def test_serious_events_have_a_criterion_and_others_none(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    criteria = (
        ae[["AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESMIE"]].eq("Y").any(axis=1)
    )
    assert (criteria == (ae["AESER"] == "Y")).all()


def test_events_before_treatment_are_not_related_to_it(sdtm: Domains) -> None:
    ae = sdtm["AE"]
    before = day(ae["AESTDTC"]) < day(of_subject(sdtm, ae, "RFXSTDTC"))
    assert before.any()
    assert (ae.loc[before, "AEREL"] == "NOT RELATED").all()
    assert (ae.loc[before, "AEACN"] == "NOT APPLICABLE").all()


def test_special_interest_categories_are_those_of_the_study(sdtm: Domains, study: Study) -> None:
    names = {category.name for category in study.assumptions.aesi.value}
    found = sdtm["SUPPAE"].loc[sdtm["SUPPAE"]["QNAM"] == "AESICAT", "QVAL"]
    assert set(found) == names


@pytest.mark.parametrize(("name", "code"), [("LB", "HGB"), ("LB", "ALT"), ("VS", "TEMP")])
def test_baseline_flag_is_on_the_last_result_before_the_first_infusion(
    sdtm: Domains, name: str, code: str
) -> None:
    frame = sdtm[name][(sdtm[name][f"{name}TESTCD"] == code) & sdtm[name][f"{name}STRESC"].notna()]
    first = of_subject(sdtm, frame, "RFXSTDTC")
    early = frame[
        pd.to_datetime(frame[f"{name}DTC"], format="ISO8601")
        <= pd.to_datetime(first, format="ISO8601")
    ]
    expected = early.sort_values(f"{name}DTC").groupby("USUBJID").tail(1).index
    assert set(frame.index[frame[f"{name}BLFL"] == "Y"]) == set(expected)


def test_responses_are_derivable_from_the_measurements(sdtm: Domains) -> None:
    """Recompute every investigator's response from TR and TU alone."""
    tr, rs = sdtm["TR"], sdtm["RS"]
    recist = rs[rs["RSCAT"] == "RECIST 1.1"]
    given = recist.set_index(["USUBJID", "RSLNKGRP", "RSTESTCD"])["RSSTRESC"]
    checked = 0
    for subject, own in tr.groupby("USUBJID"):
        baseline, nadir = None, 0.0
        for group, now in own.sort_values("TRDTC").groupby("TRLNKGRP", sort=True):
            targets = now[now["TRGRPID"] == "TARGET"].sort_values("TRLNKID")
            sizes = [None if pd.isna(size) else float(size) for size in targets["TRSTRESN"]]
            if group == "A0":
                baseline = nadir = sum(size or 0.0 for size in sizes)
                continue
            assert baseline is not None
            nodal = (targets["TRTESTCD"] == "LPERP").tolist()
            target = target_response(sizes, nodal, baseline, nadir) if sizes else None
            states = now.loc[now["TRGRPID"] == "NON-TARGET", "TRSTRESC"].tolist()
            nontarget = nontarget_response(states)
            new = bool((now["TRGRPID"] == "NEW").any())
            row = given.loc[(subject, group)].to_dict()
            assert target == row.get("TRGRESP")
            assert nontarget == row["NTRGRESP"]
            assert overall_response(target, nontarget, new) == row["OVRLRESP"]
            if None not in sizes:
                nadir = min(nadir, sum(size or 0.0 for size in sizes))
            checked += 1
    assert checked == (rs["RSTESTCD"] == "OVRLRESP").sum()


def test_lesions_measured_are_lesions_identified(sdtm: Domains) -> None:
    identified = sdtm["TU"].set_index(["USUBJID", "TULNKID"]).index
    measured = sdtm["TR"].set_index(["USUBJID", "TRLNKID"]).index
    assert measured.isin(identified).all()


def test_nothing_is_assessed_after_progression(sdtm: Domains) -> None:
    rs = sdtm["RS"][sdtm["RS"]["RSTESTCD"] == "OVRLRESP"]
    first = rs[rs["RSSTRESC"] == "PD"].groupby("USUBJID")["RSDTC"].min()
    assert not (rs["RSDTC"] > rs["USUBJID"].map(first).fillna("9")).any()


def test_concentrations_refer_to_infusions_really_given(sdtm: Domains, study: Study) -> None:
    pc, ex = sdtm["PC"], sdtm["EX"]
    start = ex.set_index(["USUBJID", "EXLNKID"])["EXSTDTC"]
    own = pd.MultiIndex.from_arrays([pc["USUBJID"], pc["PCLNKID"]])
    assert start.reindex(own).tolist() == pc["PCRFTDTC"].tolist()
    assert set(pc["PCTPTNUM"]) == set(study.assumptions.pk_times_hours.value)
    taken = pc[pc["PCDTC"].notna()]
    hours = pd.to_datetime(taken["PCDTC"], format="ISO8601") - pd.to_datetime(
        taken["PCRFTDTC"], format="ISO8601"
    )
    off = hours / pd.Timedelta(hours=1) - taken["PCTPTNUM"]
    assert (off[taken["PCTPTNUM"] == 0] < 0).all()
    assert off.abs().max() < 4
    assert (off.abs() < 1).mean() > 0.9


def test_a_concentration_is_below_the_limit_exactly_when_it_has_no_number(
    sdtm: Domains, study: Study
) -> None:
    pc = sdtm["PC"]
    below = pc["PCSTRESC"] == "BLQ"
    assert (pc["PCORRES"].str.startswith("<") == below)[pc["PCORRES"].notna()].all()
    assert pc.loc[below | (pc["PCSTAT"] == "NOT DONE"), "PCSTRESN"].isna().all()
    assert (pc["PCSTRESN"].dropna() >= study.assumptions.pk_lloq.value).all()


def test_visits_are_planned_ones_or_called_unscheduled(sdtm: Domains) -> None:
    planned = sdtm["TV"].set_index("VISITNUM")["VISIT"]
    for name in ("SV", "LB", "VS", "EG", "QS", "PC", "TR", "RS", "EX", "FA"):
        frame = sdtm[name][sdtm[name]["VISITNUM"].notna()]
        free = frame["VISIT"].str.startswith("UNSCHEDULED")
        assert (frame.loc[~free, "VISITNUM"].map(planned) == frame.loc[~free, "VISIT"]).all(), name
        assert (frame.loc[free, "VISITNUM"] % 1 > 0).all(), name


def test_records_at_a_visit_lie_in_a_visit_of_sv(sdtm: Domains) -> None:
    visits = sdtm["SV"].set_index(["USUBJID", "VISITNUM"])
    for name, variable in (("LB", "LBDTC"), ("VS", "VSDTC"), ("EG", "EGDTC"), ("QS", "QSDTC")):
        frame = sdtm[name]
        own = visits.reindex(pd.MultiIndex.from_arrays([frame["USUBJID"], frame["VISITNUM"]]))
        moment = day(frame[variable]).to_numpy()
        assert (day(own["SVSTDTC"]).to_numpy() <= moment).all(), name
        assert (moment <= day(own["SVENDTC"]).to_numpy()).all(), name


def test_study_days_agree_with_dates_and_have_no_zero(sdtm: Domains) -> None:
    pairs = [
        (name, f"{name}DTC", f"{name}DY") for name in ("LB", "VS", "EG", "QS", "PC", "TR", "RS")
    ]
    pairs += [("AE", "AESTDTC", "AESTDY"), ("AE", "AEENDTC", "AEENDY"), ("EX", "EXSTDTC", "EXSTDY")]
    pairs += [("CM", "CMSTDTC", "CMSTDY"), ("CM", "CMENDTC", "CMENDY"), ("PR", "PRSTDTC", "PRSTDY")]
    pairs += [("DS", "DSSTDTC", "DSSTDY"), ("SV", "SVSTDTC", "SVSTDY"), ("FA", "FADTC", "FADY")]
    for name, date, number in pairs:
        frame = sdtm[name]
        days = (day(frame[date]) - day(of_subject(sdtm, frame, "RFSTDTC"))).dt.days
        expected = days.where(days < 0, days + 1)
        known = frame[number].notna()
        assert (expected[known] == frame.loc[known, number]).all(), (name, number)
        assert expected[~known].isna().all(), (name, number)


def test_standard_results_are_the_original_ones_in_standard_units(sdtm: Domains) -> None:
    factors = {
        "HGB": 10,
        "BILI": 17.1,
        "CREAT": 88.4,
        "ALB": 10,
        "CA": 0.2495,
        "GLUC": 0.0555,
        "CRP": 10,
    }
    lb = sdtm["LB"][sdtm["LB"]["LBSTRESN"].notna()]
    factor = lb["LBTESTCD"].map(factors).where(lb["LBORRESU"] != lb["LBSTRESU"], 1.0)
    converted = lb["LBORRES"].astype(float) * factor
    digits = lb["LBSTRESC"].str.partition(".")[2].str.len()
    assert ((converted - lb["LBSTRESN"]).abs() <= 0.5 * 10.0**-digits + 1e-6).all()
    assert (lb["LBSTRESC"].astype(float) == lb["LBSTRESN"]).all()
    assert lb.groupby("LBTESTCD")["LBSTRESU"].nunique().max() == 1


def test_range_indicators_agree_with_results(sdtm: Domains) -> None:
    lb = sdtm["LB"][sdtm["LB"]["LBSTRESN"].notna()]
    value = lb["LBORRES"].astype(float)
    low = value < lb["LBORNRLO"].astype(float)
    high = value > lb["LBORNRHI"].astype(float)
    assert (low == (lb["LBNRIND"] == "LOW")).all()
    assert (high == (lb["LBNRIND"] == "HIGH")).all()


LABORATORY_EVENTS = {
    "Anaemia": ("HGB", {"1": (80, 115), "2": (80, 100), "3": (0, 80)}),
    "Neutrophil count decreased": ("NEUT", {"2": (1.0, 1.5), "3": (0.5, 1.0), "4": (0, 0.5)}),
    "Platelet count decreased": ("PLAT", {"2": (50, 75), "3": (25, 50), "4": (0, 25)}),
}


@pytest.mark.parametrize("term", LABORATORY_EVENTS)
def test_laboratory_values_show_the_events_they_belong_to(sdtm: Domains, term: str) -> None:
    code, grades = LABORATORY_EVENTS[term]
    ae = sdtm["AE"][sdtm["AE"]["AEDECOD"] == term]
    lb = sdtm["LB"][(sdtm["LB"]["LBTESTCD"] == code) & sdtm["LB"]["LBSTRESN"].notna()]
    seen = 0
    for event in ae[ae["AETOXGR"].isin(list(grades))].itertuples():
        own = lb[(lb["USUBJID"] == event.USUBJID) & (lb["LBDTC"] > event.AESTDTC)]
        own = own[day(own["LBDTC"]) < pd.Timestamp(event.AEENDTC or "2030-01-01")]
        low, high = grades[event.AETOXGR]
        assert own["LBSTRESN"].between(low, high).all()
        seen += len(own)
    assert seen


def test_elements_follow_each_other_without_gap(sdtm: Domains) -> None:
    se = sdtm["SE"].sort_values(["USUBJID", "SESEQ"])
    following = se.groupby("USUBJID")["SESTDTC"].shift(-1)
    inner = following.notna()
    assert (se.loc[inner, "SEENDTC"].str[:10] == following[inner].str[:10]).all()


def test_a_rescreened_person_is_the_same_person(sdtm: Domains) -> None:
    dm = sdtm["DM"].set_index("SUBJID")
    again = sdtm["SUPPDM"][sdtm["SUPPDM"]["QNAM"] == "PRVSUBJ"]
    for record in again.itertuples():
        now = sdtm["DM"].set_index("USUBJID").loc[record.USUBJID]
        before = dm.loc[record.QVAL]
        assert (now["SEX"], now["AGE"], now["SITEID"]) == (
            before["SEX"],
            before["AGE"],
            before["SITEID"],
        )
        assert before["RFPENDTC"] < now["RFICDTC"]
        assert before["ARMNRS"] == "SCREEN FAILURE"


def test_concentrations_of_a_profile_are_taken_before_the_next_infusion(sdtm: Domains) -> None:
    ex = sdtm["EX"].sort_values(["USUBJID", "EXSEQ"])
    following = ex.assign(next=ex.groupby("USUBJID")["EXSTDTC"].shift(-1))
    own = pd.MultiIndex.from_arrays([sdtm["PC"]["USUBJID"], sdtm["PC"]["PCLNKID"]])
    limit = following.set_index(["USUBJID", "EXLNKID"])["next"].reindex(own)
    assert not (sdtm["PC"]["PCDTC"].fillna("").to_numpy() > limit.fillna("9").to_numpy()).any()


def test_a_severe_cytokine_release_in_phase_one_is_a_dose_limiting_toxicity(sdtm: Domains) -> None:
    arms = sdtm["DM"].set_index("USUBJID")["ARMCD"]
    ae = sdtm["AE"][sdtm["AE"]["AEDECOD"] == "Cytokine release syndrome"]
    severe = ae[ae["AETOXGR"].astype(int).ge(3) & ae["USUBJID"].map(arms).str.startswith("P1")]
    supp = sdtm["SUPPAE"][sdtm["SUPPAE"]["QNAM"] == "AEDLT"]
    flagged = set(zip(supp["USUBJID"], supp["IDVARVAL"].astype(float), strict=True))
    assert len(severe)
    assert set(zip(severe["USUBJID"], severe["AESEQ"], strict=True)) <= flagged


def test_leukocytes_are_more_than_their_parts(sdtm: Domains) -> None:
    counts = sdtm["LB"].pivot_table(
        index=["USUBJID", "LBDTC"], columns="LBTESTCD", values="LBSTRESN"
    )
    both = counts.dropna(subset=["WBC", "NEUT", "LYM"])
    assert (both["NEUT"] + both["LYM"] <= both["WBC"] + 0.02).all()
    assert len(both) > 300

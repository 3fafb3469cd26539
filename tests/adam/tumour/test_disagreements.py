"""The investigator's overall response against the measurements, by RECIST 1.1 tables 1 and 2."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.tumour.adtr import derive_adtr
from csrkit.adam.tumour.disagreements import derive_timepoint_responses, find_response_disagreements

TU = "USUBJID TUSEQ TUTESTCD TUEVAL TULNKID TUORRES TULOC TUDTC"
TR = "USUBJID TRSEQ TREVAL TRLNKID TRTESTCD VISITNUM VISIT TRDTC TRSTRESN TRSTRESC"
RS = "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC"
BY = "TUMIDENT|INVESTIGATOR"
VISITS = {1: "2025-06-20", 8: "2025-08-26", 16: "2025-10-21"}


@pytest.fixture(scope="session")
def course(frame, subjects, study):
    """Domains of one subject: liver (mm), node (mm) and non-target state at each visit."""

    def make(*visits, new=None, target=True, other=True, stated=()):
        tu, tr = [], []
        if target:
            tu += [f"A|1|{BY}|T01|TARGET|LIVER|.", f"A|2|{BY}|T02|TARGET|LYMPH NODE|."]
        if other:
            tu.append(f"A|3|{BY}|NT01|NON-TARGET|LUNG|.")
        if new:
            tu.append(f"A|4|{BY}|NEW01|NEW|BONE|{VISITS[new]}")
        for number, (liver, node, state) in zip(VISITS, visits, strict=False):
            at = f"{number}|V{number}|{VISITS[number]}"
            tr += [f"A|{len(tr)}|INVESTIGATOR|T01|LDIAM|{at}|{liver}|."] if target else []
            tr += [f"A|{len(tr)}|INVESTIGATOR|T02|LPERP|{at}|{node}|."] if target else []
            tr += [f"A|{len(tr)}|INVESTIGATOR|NT01|TUMSTATE|{at}|.|{state}"] if other else []
        rs = [
            f"A|{n}|RECIST 1.1|OVRLRESP|INVESTIGATOR|{n}|V{n}|{VISITS[n]}|{value}"
            for n, value in stated
        ]
        sdtm = {"TU": frame(TU, *tu), "TR": frame(TR, *tr), "RS": frame(RS, *rs)}
        adsl = subjects(A={})
        return sdtm, adsl, derive_adtr(sdtm, {"ADSL": adsl}, study)

    return make


def derived(course, study, *visits, **more):
    sdtm, _, adtr = course(*visits, **more)
    found = derive_timepoint_responses(sdtm, adtr, study).sort_values("VISITNUM")
    return found["DERIVED"].tolist()


BASE = (40, 20, "PRESENT")


@pytest.mark.parametrize(
    ("visit", "response"),
    [
        ((40, 20, "PRESENT"), "SD"),
        ((29, 14, "PRESENT"), "SD"),
        ((28, 14, "PRESENT"), "PR"),
        ((0, 9, "ABSENT"), "CR"),
        ((0, 10, "ABSENT"), "PR"),
        ((0, 9, "PRESENT"), "PR"),
        ((0, 9, "NOT EVALUABLE"), "PR"),
        ((0, 9, "UNEQUIVOCAL PROGRESSION"), "PD"),
        ((47, 24, "PRESENT"), "SD"),
        ((48, 24, "PRESENT"), "PD"),
        ((40, ".", "PRESENT"), "NE"),
        ((40, ".", "UNEQUIVOCAL PROGRESSION"), "PD"),
    ],
)
def test_one_visit_after_baseline(course, study, visit, response):
    assert derived(course, study, BASE, visit) == [response]


def test_progression_is_told_from_the_nadir_and_needs_five_millimetres(course, study):
    assert derived(course, study, BASE, (20, 10, "PRESENT"), (24, 12, "PRESENT")) == ["PR", "PD"]
    assert derived(course, study, (14, 10, "PRESENT"), (10, 9, "PRESENT"), (14, 9, "PRESENT")) == [
        "SD",
        "SD",
    ]


def test_a_new_lesion_is_progression_from_its_visit_on(course, study):
    visits = (BASE, (10, 5, "PRESENT"), (10, 5, "PRESENT"))
    assert derived(course, study, *visits, new=16) == ["PR", "PD"]
    assert derived(course, study, *visits, new=8) == ["PD", "PD"]


@pytest.mark.parametrize(
    ("state", "response"),
    [
        ("PRESENT", "NON-CR/NON-PD"),
        ("ABSENT", "CR"),
        ("UNEQUIVOCAL PROGRESSION", "PD"),
        ("NOT EVALUABLE", "NE"),
    ],
)
def test_disease_without_target_lesions(course, study, state, response):
    found = derived(course, study, BASE, (0, 0, state), target=False)
    assert found == [response]


def test_non_target_lesions_that_merged_still_have_their_state(course, study):
    sdtm, _, adtr = course(BASE, (40, 20, "UNEQUIVOCAL PROGRESSION"))
    tu = sdtm["TU"]
    more = tu[tu["TULNKID"] == "NT01"].assign(TULNKID="NT02", TUSEQ=9.0)
    later = sdtm["TR"]["VISITNUM"].eq(8) & sdtm["TR"]["TRLNKID"].eq("NT01")
    tr = sdtm["TR"].assign(TRLNKID=sdtm["TR"]["TRLNKID"].mask(later, "NT01/NT02"))
    merged = sdtm | {"TU": pd.concat([tu, more], ignore_index=True), "TR": tr}
    assert derive_timepoint_responses(merged, adtr, study)["NONTARG"].tolist() == ["PD"]


def test_disease_without_non_target_lesions(course, study):
    assert derived(course, study, BASE, (0, 8, "x"), other=False) == ["CR"]


def test_only_disagreements_are_reported_with_what_they_rest_on(course, study):
    sdtm, adsl, adtr = course(
        BASE, (28, 14, "PRESENT"), (40, 20, "PRESENT"), stated=((8, "PR"), (16, "SD"))
    )
    found = find_response_disagreements(sdtm, adsl, adtr, study)
    assert found[["AVISIT", "AVALC", "DERIVED", "TARGET", "NONTARG"]].to_numpy().tolist() == [
        ["V16", "SD", "PD", "PD", "NON-CR/NON-PD"]
    ]
    assert found["NEWLES"].isna().all()

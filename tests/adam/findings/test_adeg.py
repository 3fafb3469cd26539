"""ADEG and ADQS: corrected intervals, categories, results in words."""

from __future__ import annotations

import numpy as np
import pytest

from csrkit.adam.findings.adeg import derive_adeg
from csrkit.adam.findings.adqs import derive_adqs

HEAD = "USUBJID EGSEQ EGTESTCD VISITNUM VISIT EGDTC EGSTRESN EGSTRESC"
UNITS = {"HR": "beats/min", "RR": "msec", "QT": "msec", "QTCF": "msec", "INTP": None}


@pytest.fixture(scope="session")
def derive(study, subjects, frame):
    """ADEG from lines of HEAD, without the added summary records."""

    def make(*lines, derived=False):
        eg = frame(HEAD, *lines)
        eg = eg.assign(EGTEST="Test", EGSTRESU=eg["EGTESTCD"].map(UNITS))
        adeg = derive_adeg({"EG": eg}, {"ADSL": subjects(A={})}, study)
        return adeg if derived else adeg[adeg["DTYPE"].isna()]

    return make


def of(adeg, code):
    return adeg[adeg["PARAMCD"] == code]


def test_corrected_intervals_follow_from_heart_rate(derive):
    adeg = derive("A|1|HR|1|SCREENING|2025-06-20|75|75", "A|2|QT|1|SCREENING|2025-06-20|400|400")
    np.testing.assert_allclose(of(adeg, "QTCF")["AVAL"], 400 / 0.8 ** (1 / 3))
    np.testing.assert_allclose(of(adeg, "QTCB")["AVAL"], 400 / 0.8**0.5)
    assert of(adeg, "QTCF")["PARAM"].tolist() == ["QTcF Interval (msec)"]
    assert of(adeg, "QTCF")["ABLFL"].tolist() == ["Y"]


def test_a_measured_cycle_goes_before_the_heart_rate(derive):
    adeg = derive(
        "A|1|HR|1|SCREENING|2025-06-20|75|75",
        "A|2|QT|1|SCREENING|2025-06-20|400|400",
        "A|3|RR|1|SCREENING|2025-06-20|1000|1000",
        "A|4|HR|30|WEEK 8|2025-08-26|60|60",
        "A|5|QT|30|WEEK 8|2025-08-26|410|410",
    )
    np.testing.assert_allclose(of(adeg, "QTCF")["AVAL"], [400, 410])


def test_a_collected_corrected_interval_is_not_computed_again(derive):
    adeg = derive(
        "A|1|HR|1|SCREENING|2025-06-20|75|75",
        "A|2|QT|1|SCREENING|2025-06-20|400|400",
        "A|3|QTCF|1|SCREENING|2025-06-20|431|431",
    )
    assert of(adeg, "QTCF")["AVAL"].tolist() == [431]
    assert len(of(adeg, "QTCB")) == 1


def test_a_heart_rate_of_zero_gives_no_corrected_interval(derive):
    adeg = derive("A|1|HR|1|SCREENING|2025-06-20|0|0", "A|2|QT|1|SCREENING|2025-06-20|400|400")
    assert of(adeg, "QTCF").empty


def test_categories_hold_their_upper_limit(derive):
    adeg = derive(
        *[
            f"A|{n}|QTCF|{n}|WEEK {n}|2025-0{month}-1{n}|{value}|{value}"
            for n, (month, value) in enumerate(
                ((6, 420), (7, 450), (7, 450.1), (7, 480), (7, 481), (7, 500.5)), start=1
            )
        ]
    )
    assert adeg["AVALCAT1"].tolist() == [
        "<= 450 msec", "<= 450 msec", "> 450 to 480 msec", "> 450 to 480 msec",
        "> 480 to 500 msec", "> 500 msec",
    ]  # fmt: skip
    assert adeg["AVALCA1N"].tolist() == [1, 1, 2, 2, 3, 4]
    assert adeg["CHGCAT1"].tolist() == [
        None, "<= 30 msec", "> 30 to 60 msec", "> 30 to 60 msec", "> 60 msec", "> 60 msec"
    ]  # fmt: skip


def test_heart_rate_has_no_category(derive):
    assert derive("A|1|HR|1|SCREENING|2025-06-20|75|75")["AVALCAT1"].isna().all()


def test_an_interpretation_in_words_has_baseline_and_visit_but_no_number(derive):
    adeg = derive(
        "A|1|INTP|1|SCREENING|2025-06-20|.|NORMAL",
        "A|2|INTP|30|WEEK 8|2025-08-26|.|ABNORMAL",
        derived=True,
    )
    kept = adeg[adeg["DTYPE"].isna()]
    assert kept["AVALC"].tolist() == ["NORMAL", "ABNORMAL"]
    assert kept["BASEC"].tolist() == ["NORMAL", "NORMAL"]
    assert kept["ANL01FL"].tolist() == ["Y", "Y"]
    assert kept["AREASN"].isna().all()
    assert adeg["DTYPE"].dropna().tolist() == ["LOV"]


def test_performance_status_changes_from_baseline(study, subjects, frame):
    qs = frame(
        "USUBJID QSSEQ QSTESTCD QSCAT VISITNUM VISIT QSDTC QSSTRESN",
        "A|1|ECOG101|ECOG|1|SCREENING|2025-06-20|1",
        "A|2|ECOG101|ECOG|10|INFUSION 1|2025-07-01|0",
        "A|3|ECOG101|ECOG|30|WEEK 8|2025-08-26|2",
        "A|4|PAIN01|BPI|30|WEEK 8|2025-08-26|7",
    )
    adqs = derive_adqs({"QS": qs}, {"ADSL": subjects(A={})}, study)
    kept = adqs[adqs["DTYPE"].isna()].set_index("QSSEQ")
    assert kept.index.tolist() == [2, 1, 3]
    assert kept["ABLFL"].to_dict() == {2: "Y", 1: None, 3: None}
    assert kept.loc[3, ["BASE", "CHG"]].tolist() == [0, 2]
    assert adqs.loc[adqs["DTYPE"] == "MAXIMUM", "AVAL"].tolist() == [2]
    assert kept["PARAM"].unique().tolist() == ["ECOG Performance Status"]

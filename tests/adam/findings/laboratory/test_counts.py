"""Counts from shares of the leucocytes: hand-worked values."""

from __future__ import annotations

import numpy as np
import pytest

from csrkit.adam.findings.adlb import derive_adlb
from csrkit.errors import StudyError

HEAD = "USUBJID LBSEQ LBTESTCD LBTEST VISITNUM VISIT LBDTC LBSTRESN LBSTRESU"
BEFORE, AFTER = "10|INFUSION 1|2025-07-01T09:00", "20|INFUSION 2|2025-07-08T09:00"


@pytest.fixture
def derive(study, subjects, frame):
    def make(*lines, counts):
        adlb = study.derivations.adlb.model_copy(update={"counts_from_shares": counts})
        derivations = study.derivations.model_copy(update={"adlb": adlb})
        with_counts = study.model_copy(update={"derivations": derivations})
        lb = frame(HEAD, *lines)
        adlb = derive_adlb({"LB": lb}, {"ADSL": subjects(A={}, B={})}, with_counts)
        return adlb[adlb["DTYPE"].isna()]

    return make


@pytest.mark.parametrize(("share", "unit"), [("20", "%"), ("0.2", "FRACTION")])
def test_a_count_is_the_leucocytes_times_the_share_and_is_graded(derive, share, unit):
    adlb = derive(
        f"A|1|WBC|Leucocytes|{BEFORE}|4|10^9/L",
        f"A|2|NEUTLE|Neutrophils/Leucocytes|{BEFORE}|50|%".replace("50|%", f"{share}|{unit}"),
        counts={"NEUT": "NEUTLE"},
    )
    found = adlb[adlb["PARAMCD"].eq("NEUT")]
    # 4 x 20 % is 0.8: grade 3, below 1.
    assert found["AVAL"].tolist() == [0.8]
    assert found["PARAM"].tolist() == ["Neutrophils (10^9/L)"]
    assert found["ATOXGRL"].tolist() == ["3"]
    assert found["ABLFL"].tolist() == ["Y"]


def test_a_count_that_was_collected_stays_and_others_are_computed(derive):
    adlb = derive(
        f"A|1|WBC|Leucocytes|{BEFORE}|4|10^9/L",
        f"A|2|LYMLE|Lymphocytes/Leucocytes|{BEFORE}|25|%",
        f"A|3|LYM|Lymphocytes|{BEFORE}|1.1|10^9/L",
        f"A|4|WBC|Leucocytes|{AFTER}|6|10^9/L",
        f"A|5|LYMLE|Lymphocytes/Leucocytes|{AFTER}|25|%",
        f"B|1|LYMLE|Lymphocytes/Leucocytes|{AFTER}|25|%",
        counts={"LYM": "LYMLE"},
    )
    found = adlb[adlb["PARAMCD"].eq("LYM")]
    assert found["AVAL"].tolist() == [1.1, 1.5]
    np.testing.assert_allclose(found["CHG"], [np.nan, 0.4])
    assert found["SRCSEQ"].fillna(0).tolist() == [3, 0]


def test_a_share_in_another_unit_gives_no_count(derive):
    adlb = derive(
        f"A|1|WBC|Leucocytes|{BEFORE}|4|10^9/L",
        f"A|2|LYMLE|Lymphocytes/Leucocytes|{BEFORE}|25|10^9/L",
        counts={"LYM": "LYMLE"},
    )
    assert "LYM" not in set(adlb["PARAMCD"])


def test_without_the_setting_nothing_is_computed(derive):
    adlb = derive(
        f"A|1|WBC|Leucocytes|{BEFORE}|4|10^9/L",
        f"A|2|LYMLE|Lymphocytes/Leucocytes|{BEFORE}|25|%",
        counts={},
    )
    assert "LYM" not in set(adlb["PARAMCD"])


@pytest.mark.parametrize(("count", "found"), [("NOVEL", "no test NOVEL"), ("HGB", "HGB in g/L")])
def test_a_count_that_cannot_be_one_is_an_error(derive, count, found):
    with pytest.raises(StudyError, match=rf"counts_from_shares\.{count}[\s\S]*{found}"):
        derive(f"A|1|WBC|Leucocytes|{BEFORE}|4|10^9/L", counts={count: "LYMLE"})

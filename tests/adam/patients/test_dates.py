"""A date that isn't fully known is never taken for one that its patient can't have had."""

from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.adsl.adsl import derive_adsl
from csrkit.adam.time_to_event.adtte import derive_adtte
from csrkit.adam.tumour.adrs import derive_adrs

CASES = runpy.run_path(str(Path(__file__).with_name("case.py")))
RS = "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC"
RECIST = "RECIST 1.1|OVRLRESP|INVESTIGATOR"
NO_DLT = pd.DataFrame(
    {"USUBJID": ["none"], "AESEQ": [1.0], "ASTDT": pd.to_datetime(["2025-07-02"]),
     "DLTFL": [None], "DLTWINFL": [None]}
)  # fmt: skip


def derived(sdtm, adsl, study):
    """ADRS of the overall responses, and ADTTE by PARAMCD."""
    adam = {"ADSL": adsl, "ADAE": NO_DLT}
    adam["ADRS"] = derive_adrs(sdtm, adam, study)
    overall = adam["ADRS"][adam["ADRS"]["PARAMCD"] == "OVR"]
    return overall, derive_adtte(sdtm, adam, study).set_index("PARAMCD")


@pytest.mark.parametrize(
    ("own", "cut", "expected"),
    [
        ({"LSTALVDT": "2025-12-31"}, "2026-03-31", "2025-11-30"),
        ({"LSTALVDT": "2025-11-12"}, "2026-03-31", "2025-11-12"),
        # A last contact before the month doesn't tell the day; death and cut still limit it.
        ({"LSTALVDT": "2025-10-12"}, "2026-03-31", "2025-11-30"),
        ({"LSTALVDT": "2025-10-12"}, "2025-11-15", "2025-11-15"),
        ({"LSTALVDT": "2025-10-12", "DTHDT": "2025-11-09"}, "2026-03-31", "2025-11-09"),
    ],
)
def test_an_assessment_of_an_unknown_day_is_not_after_contact_death_or_cut(
    own, cut, expected, study, subjects, frame
):
    there = study.covering("interim", dt.date.fromisoformat(cut))
    sdtm = {"RS": frame(RS, f"A|1|{RECIST}|8|WEEK 8|2025-11|SD")}
    overall, adtte = derived(sdtm, subjects(A=own), there)
    assert str(overall["ADT"].iloc[0])[:10] == expected
    assert str(adtte.loc["PFS", "ADT"])[:10] == expected


def test_a_clinical_progression_of_an_unknown_day_is_not_after_the_last_contact(
    study, subjects, frame
):
    settings = CASES["counting_clinical_progression"](study.derivations.adtte)
    derivations = study.derivations.model_copy(update={"adtte": settings})
    counting = study.model_copy(update={"derivations": derivations})
    line = "A|1|CLINICAL|SYMPTDTR|INVESTIGATOR|9|UNSCHEDULED|2025-09|Y"
    _, adtte = derived({"RS": frame(RS, line)}, subjects(A={"LSTALVDT": "2025-09-03"}), counting)
    assert adtte.loc["PFS", "EVNTDESC"] == "Clinical progression"
    assert adtte["ADT"].eq(pd.Timestamp("2025-09-03"))[["OS", "PFS"]].all()


def test_of_like_responses_of_one_day_the_last_by_number_is_used_in_any_order(
    study, subjects, frame
):
    rs = frame(
        RS,
        f"A|1|{RECIST}|16|WEEK 16|2025-10-21|PR",
        f"A|2|{RECIST}|8|WEEK 8|2025-10-21|PR",
    )
    for records in (rs, rs[::-1]):
        overall, _ = derived({"RS": records}, subjects(A={}), study)
        assert overall.loc[overall["ANL01FL"] == "Y", "SRCSEQ"].tolist() == [2]


def test_a_record_long_after_the_death_does_not_date_the_death_before_the_treatment(study, frame):
    """A death in 2025 came after the infusion of July, whatever a record of 2026 says."""
    sdtm = {
        "DM": frame(
            "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC",
            "SKNK01|A|A|01|60|YEARS|F|ASIAN|P1D20|An arm|2025-06-20|Y|2025",
        ).astype({"AGE": "float64"}),
        "EX": frame(
            "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID",
            "A|1|SK-NK|20|10^8 CELLS|2025-07-01T10:00|2025-07-01T11:00|INF01|1",
        ).astype({"EXDOSE": "float64"}),
        "LB": frame("USUBJID LBSEQ LBDTC", "A|1|2026-01-07"),
    }
    adsl = derive_adsl(sdtm, {}, study).iloc[0]
    assert (str(adsl["DTHDT"])[:10], adsl["DTHDTF"]) == ("2025-07-01", "M")
    assert str(adsl["LSTALVDT"])[:10] == "2025-07-01"

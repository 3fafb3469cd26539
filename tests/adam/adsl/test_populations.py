"""The analysis sets of ADSL, and the reason why a subject isn't in one."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from csrkit.adam.adsl.adsl import derive_adsl

EX = "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID EXADJ"
DM = "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC"
DS = "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC"
AE = "USUBJID AESEQ AEDECOD AESTDTC AEENDTC AESDTH AEOUT"
FIRST = dt.date(2025, 7, 1)


@pytest.fixture
def subject(frame, study):
    """Derive ADSL of one subject, told in study days (1 = first infusion)."""

    def run(own=study, *, arm="P1D20", days=(1, 8, 15, 22), seen=60, died=None, left=None, dlt=None,
            enrolled=True, cut="2026-03-31", **domains):  # fmt: skip
        def date(day):
            return None if day is None else str(FIRST + dt.timedelta(days=day - 1))

        ex = frame(EX, *(
            f"S1|{n}|SK-NK|20|10^8 CELLS|{date(day)}T10:00|{date(day)}T11:00|INF{n:02}|1|."
            for n, day in enumerate(days, start=1)
        )).astype({"EXDOSE": "float64"})  # fmt: skip
        ds = ["S1|1|PROTOCOL MILESTONE|.|ENROLLED|ENROLLED|2025-06-29"] if enrolled else []
        end = "S1|2|DISPOSITION EVENT|END OF STUDY|WITHDRAWAL BY SUBJECT|Left|{}"
        ds += [end.format(date(left))] if left else []
        sdtm = {
            "DM": frame(DM, f"SKNK01|S1|1|01|60|YEARS|F|ASIAN|{arm}|An arm|2025-06-20|"
                        f"{'Y' if died else '.'}|{date(died) or '.'}").astype({"AGE": "float64"}),
            "EX": ex,
            "DS": frame(DS, *ds),
            "SS": frame("USUBJID SSSEQ SSSTRESC SSDTC", f"S1|1|ALIVE|{date(seen)}"),
            **domains,
        }  # fmt: skip
        if dlt:
            sdtm["AE"] = frame(AE, f"S1|3|Neutropenia|{date(dlt)}|.|N|.")
            sdtm["SUPPAE"] = frame("USUBJID IDVAR IDVARVAL QNAM QVAL", "S1|AESEQ|3|AEDLT|Y")
        scope = own.covering("interim", dt.date.fromisoformat(cut))
        return derive_adsl(sdtm, {}, scope).iloc[0]

    return run


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        ({}, None),
        ({"dlt": 10}, None),
        ({"dlt": 1, "days": [1], "died": 9, "seen": 8}, None),
        ({"dlt": 28, "days": [1, 8]}, None),
        ({"dlt": 29, "days": [1, 8]}, "Fewer than 80% of the doses planned in the DLT window"),
        ({"days": [1, 8, 15]}, "Fewer than 80% of the doses planned in the DLT window"),
        ({"days": [1, 8, 15, 28]}, None),
        ({"days": [1, 8, 15, 29]}, "Fewer than 80% of the doses planned in the DLT window"),
        ({"died": 27, "seen": 27}, "Died in the DLT window without a DLT"),
        ({"died": 28, "seen": 28}, None),
        ({"left": 20, "seen": 20}, "Left the study in the DLT window without a DLT"),
        ({"left": 28, "seen": 28}, None),
        ({"cut": "2025-07-27", "seen": 27}, "DLT window not complete at the data cut"),
        ({"cut": "2025-07-28", "seen": 28}, None),
        ({"cut": "2025-07-20", "seen": 20, "dlt": 10}, None),
        ({"seen": 27}, "Not followed through the DLT window"),
        ({"arm": "P2RP2D"}, "Not in phase I"),
        ({"days": []}, "Not in the safety set"),
    ],
)
def test_a_subject_is_dlt_evaluable_or_the_reason_is_told(subject, story, reason):
    one = subject(**story)
    assert (one["DLTEVLFL"], one["DLTEREAS"]) == ("N" if reason else "Y", reason)


@pytest.mark.parametrize(
    ("story", "enrolled", "safe"),
    [
        ({}, None, None),
        ({"days": []}, None, "No treatment by the data cut"),
        ({"days": [], "left": 20}, None, "Left the study before treatment"),
        ({"enrolled": False}, "Not enrolled by the data cut", "Not enrolled"),
        ({"arm": "."}, "Not assigned to a group by the data cut", "Not enrolled"),
        ({"arm": "SCRNFAIL"}, "Not assigned to a group by the data cut", "Not enrolled"),
    ],
)
def test_a_subject_is_enrolled_and_safe_or_the_reason_is_told(subject, story, enrolled, safe):
    one = subject(**story)
    assert (one["ENRLFL"], one["ENRLREAS"]) == ("N" if enrolled else "Y", enrolled)
    assert (one["SAFFL"], one["SAFREAS"]) == ("N" if safe else "Y", safe)


TU = "USUBJID TUSEQ TULNKID TUTESTCD TUORRES TULOC TUEVAL TUDTC"
RS = "USUBJID RSSEQ RSCAT RSTESTCD RSSTRESC RSEVAL RSDTC"
LESION = "S1|1|NT01|TUMIDENT|NON-TARGET|PERITONEUM|INVESTIGATOR|2025-06-25"
SCAN = "S1|1|RECIST 1.1|OVRLRESP|NE|INVESTIGATOR|2025-08-26"
NO_DISEASE = "No measurable or evaluable disease at baseline"
NO_EVIDENCE = "No tumour assessment after baseline, progression or death by the data cut"


@pytest.mark.parametrize(
    ("lesion", "response", "died", "reason"),
    [
        (LESION, SCAN, None, None),
        (LESION, None, 40, None),
        (LESION, "S1|1|CLINICAL|SYMPTDTR|Y|INVESTIGATOR|2025-07-20", None, None),
        (LESION, "S1|1|RECIST 1.1|OVRLRESP|SD|INVESTIGATOR|2025-07-01", None, NO_EVIDENCE),
        (LESION, None, None, NO_EVIDENCE),
        (None, SCAN, None, NO_DISEASE),
        (LESION.replace("2025-06-25", "2025-08-25"), SCAN, None, NO_DISEASE),
        (LESION.replace("NON-TARGET", "NEW"), SCAN, None, NO_DISEASE),
    ],
)
def test_efficacy_needs_disease_before_and_evidence_after(
    subject, frame, lesion, response, died, reason
):
    tu = frame(TU, *filter(None, [lesion]))
    rs = frame(RS, *filter(None, [response]))
    one = subject(died=died, seen=died or 60, TU=tu, RS=rs)
    assert (one["EFFFL"], one["EFFREAS"]) == ("N" if reason else "Y", reason)


@pytest.mark.parametrize(
    ("lesion", "changes", "reason"),
    [
        (LESION, {"without_evidence": "No diary after the dose"}, "No diary after the dose"),
        (None, {"without_disease": "No symptoms before"}, "No symptoms before"),
        (LESION, {"disease": None}, "No evaluation of efficacy"),
    ],
)
def test_why_efficacy_is_not_evaluated_is_said_in_the_words_of_the_study(
    subject, frame, study, lesion, changes, reason
):
    derivations = study.derivations
    adsl = derivations.adsl.model_copy(update=changes)
    own = study.model_copy(update={"derivations": derivations.model_copy(update={"adsl": adsl})})
    one = subject(own, TU=frame(TU, *filter(None, [lesion])), RS=frame(RS))
    assert (one["EFFFL"], one["EFFREAS"]) == ("N", reason)


@pytest.mark.parametrize(
    ("sample", "flag"),
    [
        ("55|2025-07-01T11:00", "Y"),
        ("55|2025-07-01T09:00", "N"),
        (".|2025-07-01T11:00", "N"),
        ("0|2025-07-01T11:00", "N"),
    ],
)
def test_the_pk_set_needs_a_quantifiable_concentration_after_the_dose(subject, frame, sample, flag):
    pc = frame("USUBJID PCSEQ PCTESTCD PCSTRESN PCDTC", f"S1|1|NKDNA|{sample}")
    one = subject(PC=pc)
    assert one["PKFL"] == flag
    assert one["PKREAS"] == (
        None if flag == "Y" else "No quantifiable concentration after the first dose"
    )


def test_the_reason_is_missing_exactly_where_the_flag_is_y(subject):
    one = subject()
    for flag, reason in [("ENRLFL", "ENRLREAS"), ("SAFFL", "SAFREAS"), ("DLTEVLFL", "DLTEREAS"),
                         ("EFFFL", "EFFREAS"), ("PKFL", "PKREAS")]:  # fmt: skip
        assert (one[flag] == "Y") == pd.isna(one[reason])

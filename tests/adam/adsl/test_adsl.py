"""ADSL from small SDTM: one ordinary subject of phase I, and what changes when he differs."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.adsl.adsl import derive_adsl
from csrkit.conditions import parse
from csrkit.errors import DataError, StudyError

DM = (
    "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC",
    "SKNK01|{0}|{0}|01|{age}|YEARS|F|ASIAN|{arm}|An arm|2025-06-20|{dead}|{died}",
)
EX = "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID EXADJ"
DS = "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC"


@pytest.fixture
def deliver(frame):
    """Make the SDTM of subject S1: infusions, disposition records, and any other domain."""

    def make(doses=(), ds=(), *, age=60, arm="P1D20", dead=".", died=".", **domains):
        dm = frame(DM[0], DM[1].format("S1", age=age, arm=arm, dead=dead, died=died))
        lines = [
            f"S1|{n}|SK-NK|{dose}|10^8 CELLS|{start}|{end}|INF{n:02}|{1 if n < 7 else 2}|."
            for n, (dose, start, end) in enumerate(doses, start=1)
        ]
        ex = frame(EX, *lines).astype({"EXDOSE": "float64"})
        enrolled = "S1|1|PROTOCOL MILESTONE|.|ENROLLED|ENROLLED|2025-06-29"
        return {
            "DM": dm.astype({"AGE": "float64"}),
            "EX": ex,
            "DS": frame(DS, *ds) if ds else frame(DS, enrolled),
            **domains,
        }

    return make


@pytest.fixture
def derive(deliver, study):
    """Derive ADSL's record of S1."""

    def run(*args, settings=study, **options):
        return derive_adsl(deliver(*args, **options), {}, settings).iloc[0]

    return run


WEEKLY = [
    (20, f"2025-07-{day:02}T10:00:00", f"2025-07-{day:02}T11:00:00") for day in (1, 8, 15, 22)
]
ENROLLED = "S1|1|PROTOCOL MILESTONE|.|ENROLLED|ENROLLED|2025-06-29"
SEEN = {"SS": ("USUBJID SSSEQ SSTESTCD SSSTRESC SSDTC", "S1|1|SURVSTAT|ALIVE|2025-09-01")}


@pytest.fixture
def seen(frame):
    """Survival status: seen alive on 2025-09-01."""
    return {"SS": frame(*SEEN["SS"])}


# Treatment


def test_exposure_runs_from_the_first_start_to_the_last_end(derive):
    one = derive(WEEKLY)
    assert str(one["TRTSDTM"]) == "2025-07-01 10:00:00"
    assert str(one["TRTEDTM"]) == "2025-07-22 11:00:00"
    assert (one["TRTDURD"], one["NINF"], one["NCOURSE"], one["CUMDOSE"]) == (22, 4, 1, 80)
    assert (one["TRTSTMF"], one["TRTETMF"]) == (None, None)
    assert (one["PHASE"], one["TRT01PN"], one["TRT01P"]) == ("I", 20, "SK-NK 20E8 cells")


def test_missing_times_of_exposure_are_the_ends_of_the_day(derive):
    one = derive([(20, "2025-07-01", "2025-07-01")])
    assert str(one["TRTSDTM"]) == "2025-07-01 00:00:00"
    assert str(one["TRTEDTM"]) == "2025-07-01 23:59:59"
    assert (one["TRTSTMF"], one["TRTETMF"]) == ("H", "H")


@pytest.mark.parametrize(
    ("end", "missing_end", "amount"),
    [("2025-07-10", "ignore", 200), (".", "start", 80), (".", "ignore", None)],
)
def test_a_record_of_daily_doses_amounts_to_the_dose_of_all_its_days(
    derive, study, end, missing_end, amount
):
    doses = [(20, "2025-07-01", "2025-07-03"), (20, "2025-07-04", end)]
    assert derive(doses)["CUMDOSE"] == 40
    daily = with_settings(study, "adex", each_day=parse("EXDOSE == 20"), missing_end=missing_end)
    found = derive(doses, settings=daily)["CUMDOSE"]
    assert found == amount or (amount is None and pd.isna(found))


def test_a_dose_of_zero_counts_only_of_a_placebo(derive, study):
    assert derive([(0, "2025-07-01", "2025-07-01")])["NINF"] == 0
    treatment = study.treatment.model_copy(update={"placebo_names": ("SK-NK",)})
    names = with_settings(study, "adsl", dose_names={0: "Placebo", 20: "Active"})
    one = derive(
        [(0, "2025-07-01", "2025-07-01")],
        settings=names.model_copy(update={"treatment": treatment}),
    )
    assert (one["NINF"], one["TRT01A"], one["SAFFL"]) == (1, "Placebo", "Y")


@pytest.mark.parametrize(
    ("rule", "levels", "actual"),
    [
        ("most_frequent", [30, 20, 20], 20),
        ("most_frequent", [30, 20, 20, 30], 30),
        ("first", [30, 20, 20], 30),
    ],
)
def test_the_actual_dose_follows_its_rule(derive, study, rule, levels, actual):
    doses = [(level, start, end) for level, (_, start, end) in zip(levels, WEEKLY, strict=False)]
    one = derive(doses, settings=with_assumption(study, actual_dose_rule=rule))
    assert (one["TRT01AN"], one["TRT01A"]) == (actual, f"SK-NK {actual}E8 cells")
    assert one["DOSEERFL"] == "Y"


def test_the_planned_dose_is_no_dosing_error(derive):
    assert derive(WEEKLY)["DOSEERFL"] == "N"


def test_a_second_course_is_counted(derive):
    later = [(20, f"2025-09-{day:02}T10:00:00", f"2025-09-{day:02}T11:00:00") for day in (2, 9, 16)]
    assert derive([*WEEKLY, *later])["NCOURSE"] == 2


def test_a_dose_in_another_unit_names_its_record(deliver, study):
    sdtm = deliver(WEEKLY)
    sdtm["EX"] = sdtm["EX"].assign(EXDOSU=["10^8 CELLS", "10^6 CELLS"] * 2)
    with pytest.raises(DataError, match="USUBJID=S1, EXSEQ=2"):
        derive_adsl(sdtm, {}, study)


def test_an_arm_whose_dose_has_no_name_is_an_error(derive, study):
    with pytest.raises(StudyError, match="dose_names"):
        derive(WEEKLY, settings=with_settings(study, "adsl", dose_names={30: "SK-NK 30E8 cells"}))


def test_an_arm_that_the_study_lacks_is_an_error(derive):
    with pytest.raises(DataError, match=r"ARMCD, USUBJID=S1"):
        derive(arm="P9")


@pytest.mark.parametrize(
    ("age", "group"),
    [(64, "< 65 years"), (65, "65 to 74 years"), (74, "65 to 74 years"), (75, "≥ 75 years")],
)
def test_an_age_group_holds_its_lower_limit(derive, age, group):
    assert derive(age=age)["AGEGR1"] == group


# Disposition


def test_no_record_means_ongoing(derive):
    one = derive(WEEKLY)
    assert (one["EOTSTT"], one["EOSSTT"], one["DCTREAS"]) == ("ONGOING", "ONGOING", None)


def test_the_end_of_treatment_and_of_study_are_told_apart(derive):
    one = derive(
        WEEKLY,
        ds=[
            ENROLLED,
            "S1|2|DISPOSITION EVENT|END OF TREATMENT|COMPLETED|COMPLETED|2025-08-20",
            "S1|3|DISPOSITION EVENT|END OF STUDY|LOST TO FOLLOW-UP|No contact|2025-11",
        ],
    )
    assert (one["EOTSTT"], one["DCTREAS"], str(one["EOTDT"].date())) == (
        "COMPLETED", None, "2025-08-20",
    )  # fmt: skip
    assert (one["EOSSTT"], one["DCSREAS"]) == ("DISCONTINUED", "LOST TO FOLLOW-UP")
    assert pd.isna(one["EOSDT"])


def test_a_screen_failure_has_no_status_but_a_reason(derive):
    failure = "S1|1|DISPOSITION EVENT|END OF STUDY|SCREEN FAILURE|Criterion 3 not met|2025-06-25"
    one = derive(ds=[failure], arm=".")
    assert (one["SCRFFL"], one["SCRFREAS"]) == ("Y", "Criterion 3 not met")
    assert (one["EOTSTT"], one["EOSSTT"], one["DCSREAS"]) == (None, None, None)
    assert (one["ENRLFL"], one["ENRLREAS"]) == ("N", "Screen failure")
    assert (one["SAFFL"], one["SAFREAS"]) == ("N", "Not enrolled")


# Death and last known alive


def test_evidence_of_life_after_death_is_not_used(derive, frame):
    vs = frame("USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSDTC VSSTAT",
               "S1|1|PULSE|70|x|2025-08-01|.", "S1|2|PULSE|70|x|2025-08-09|.",
               "S1|3|PULSE|.|x|2025-08-04|NOT DONE")  # fmt: skip
    one = derive(WEEKLY, dead="Y", died="2025-08-05", VS=vs)
    assert str(one["LSTALVDT"].date()) == "2025-08-01"
    assert (str(one["DTHDT"].date()), one["DTHADY"], one["DTHDTF"]) == ("2025-08-05", 36, None)


def test_a_partial_date_is_no_evidence_of_life(derive, frame):
    vs = frame("USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSDTC VSSTAT", "S1|1|PULSE|7|x|2025-09|.")
    assert str(derive(WEEKLY, VS=vs)["LSTALVDT"].date()) == "2025-07-22"


def test_a_partial_date_of_death_is_not_before_the_last_evidence_of_life(derive):
    one = derive(WEEKLY, dead="Y", died="2025-07")
    assert (str(one["DTHDT"].date()), one["DTHDTF"]) == ("2025-07-22", "D")
    assert str(one["LSTALVDT"].date()) == "2025-07-22"


def test_the_cause_of_death_comes_from_the_first_source_that_has_one(derive, frame):
    ds = [ENROLLED, "S1|2|DISPOSITION EVENT|END OF STUDY|DEATH|Death at home|2025-08-05"]
    ae = frame("USUBJID AESEQ AEDECOD AESTDTC AEENDTC AESDTH AEOUT",
               "S1|1|Fever|2025-07-02|2025-07-03|N|RECOVERED",
               "S1|2|Sepsis|2025-08-02|2025-08-05|Y|FATAL")  # fmt: skip
    dd = frame("USUBJID DDSEQ DDTESTCD DDSTRESC DDDTC", "S1|1|PRCDTH|Septic shock|2025-08-05")
    death = {"dead": "Y", "died": "2025-08-05"}
    assert derive(WEEKLY, ds, **death)["DTHCAUS"] == "Death at home"
    assert derive(WEEKLY, ds, **death, AE=ae)["DTHCAUS"] == "Sepsis"
    assert derive(WEEKLY, ds, **death, AE=ae, DD=dd)["DTHCAUS"] == "Septic shock"
    assert derive(WEEKLY, ds, DD=dd)["DTHCAUS"] is None


# Baseline


def test_the_baseline_is_the_last_value_on_or_before_the_first_dose(derive, frame):
    qs = frame("USUBJID QSSEQ QSTESTCD QSSTRESN QSDTC",
               "S1|1|ECOG101|2|2025-06-25", "S1|2|ECOG101|1|2025-07-01T09:00",
               "S1|3|ECOG101|.|2025-07-01T09:30", "S1|4|ECOG101|0|2025-07-01T10:30",
               "S1|5|ECOG101|3|2025-07-08")  # fmt: skip
    assert derive(WEEKLY, QS=qs)["ECOGBL"] == 1


def test_a_value_of_the_day_of_the_first_dose_without_a_time_is_before_it(derive, frame):
    qs = frame("USUBJID QSSEQ QSTESTCD QSSTRESN QSDTC", "S1|1|ECOG101|2|2025-07-01")
    assert derive(WEEKLY, QS=qs)["ECOGBL"] == 2


def test_a_subject_not_treated_has_the_last_value_as_baseline(derive, frame):
    vs = frame("USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSDTC VSSTAT",
               "S1|1|HEIGHT|170|cm|2025-06-20|.", "S1|2|WEIGHT|60|kg|2025-06-20|.",
               "S1|3|WEIGHT|57.8|kg|2025-06-28|.", "S1|4|WEIGHT|130|LB|2025-06-29|.")  # fmt: skip
    one = derive(VS=vs)
    assert (one["HEIGHTBL"], one["WEIGHTBL"], one["BMIBL"]) == (170, 57.8, pytest.approx(20.0))


def test_sites_of_metastasis_are_counted_once_each(derive, frame):
    fa = frame("USUBJID FASEQ FATESTCD FAOBJ FASTRESC FASTRESN FADTC",
               *(f"S1|{n}|METSITE|PRIMARY DIAGNOSIS|{site}|.|2025-06-25"
                 for n, site in enumerate(["LUNG", "LIVER", "LUNG"])))  # fmt: skip
    one = derive(WEEKLY, FA=fa)
    assert (one["METSITES"], one["NMETBL"]) == ("LIVER; LUNG", 2)


TU = "USUBJID TUSEQ TULNKID TUTESTCD TUORRES TULOC TUEVAL TUDTC"
TR = "USUBJID TRSEQ TRLNKID TRTESTCD TRSTRESN TREVAL TRDTC VISIT VISITNUM"


def test_the_baseline_sum_takes_the_short_axis_of_a_node(derive, frame):
    tu = frame(TU, "S1|1|T01|TUMIDENT|TARGET|LIVER|INVESTIGATOR|2025-06-25",
               "S1|2|T02|TUMIDENT|TARGET|LYMPH NODE|INVESTIGATOR|2025-06-25")  # fmt: skip
    tr = frame(TR, "S1|1|T01|LDIAM|40|INVESTIGATOR|2025-06-25|SCREENING|1",
               "S1|2|T02|LDIAM|25|INVESTIGATOR|2025-06-25|SCREENING|1",
               "S1|3|T02|LPERP|16|INVESTIGATOR|2025-06-25|SCREENING|1",
               "S1|4|T01|LDIAM|20|INVESTIGATOR|2025-08-25|WEEK 8|9",
               "S1|5|T02|LPERP|10|INVESTIGATOR|2025-08-25|WEEK 8|9")  # fmt: skip
    assert derive(WEEKLY, TU=tu, TR=tr)["TLSUMBL"] == 56
    assert pd.isna(derive(WEEKLY, TU=tu, TR=tr[tr["TRSEQ"] != 3])["TLSUMBL"])


def test_a_baseline_variable_that_adsl_lacks_is_an_error(derive, study):
    source = study.derivations.adsl.baseline["ECOGBL"]
    with pytest.raises(StudyError, match="KPSBL"):
        derive(settings=with_settings(study, "adsl", baseline={"KPSBL": source}))


def with_settings(study, dataset, **values):
    """Return the study with other settings of one dataset."""
    section = getattr(study.derivations, dataset).model_copy(update=values)
    derivations = study.derivations.model_copy(update={dataset: section})
    return study.model_copy(update={"derivations": derivations})


def with_assumption(study, **values):
    """Return the study with other values of assumptions."""
    changed = {
        name: getattr(study.assumptions, name).model_copy(update={"value": value})
        for name, value in values.items()
    }
    return study.model_copy(update={"assumptions": study.assumptions.model_copy(update=changed)})

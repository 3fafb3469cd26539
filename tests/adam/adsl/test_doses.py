"""ADSL: doses in parts, doses that are no level, and treatment that goes on or has no end."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.adsl.adsl import derive_adsl
from csrkit.adam.adsl.treatment import add_days_at_risk
from csrkit.conditions import parse

EX = "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID"
DM = "STUDYID USUBJID SUBJID SITEID AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC"
DS = "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC"
STARTS = [f"2025-07-{day:02}T10:00" for day in (1, 8, 15, 22)]


@pytest.fixture
def derive(frame, study):
    """Derive ADSL of S1 of the group of 20 from lines of dose, start, end and link."""

    def run(*lines, ds=(), alive=".", **settings):
        rule = settings.pop("rule", None)
        ex = frame(EX, *(
            f"S1|{n}|SK-NK|{dose}|10^8 CELLS|{start}|{end}|{link}|1"
            for n, (dose, start, end, link) in enumerate((s.split("|") for s in lines), start=1)
        )).astype({"EXDOSE": "float64"})  # fmt: skip
        dm = frame(DM, "SKNK01|S1|1|01|YEARS|F|ASIAN|P1D20|An arm|2025-06-20|.|.")
        enrolled = "S1|1|PROTOCOL MILESTONE|.|ENROLLED|ENROLLED|2025-06-29"
        exposure = study.derivations.adex.model_copy(update=settings)
        own = study.model_copy(
            update={"derivations": study.derivations.model_copy(update={"adex": exposure})}
        )
        if rule:
            said = own.assumptions.actual_dose_rule.model_copy(update={"value": rule})
            changed = own.assumptions.model_copy(update={"actual_dose_rule": said})
            own = own.model_copy(update={"assumptions": changed})
        sdtm = {"DM": dm.assign(AGE=60.0), "EX": ex, "DS": frame(DS, enrolled, *ds)}
        sdtm["SS"] = frame("USUBJID SSSEQ SSSTRESC SSDTC", f"S1|1|ALIVE|{alive}")
        return derive_adsl(sdtm, {}, own).iloc[0]

    return run


def weekly(*doses):
    return [
        f"{dose}|{start}|.|INF{n:02}"
        for n, (dose, start) in enumerate(zip(doses, STARTS, strict=False), start=1)
    ]


def test_an_interrupted_infusion_is_one_and_no_dose_error(derive):
    parts = [
        "12|2025-07-01T10:00|2025-07-01T10:20|INF01",
        "8|2025-07-01T10:35|2025-07-01T11:00|INF01",
    ]
    one = derive(*parts, *weekly(20, 20)[1:])
    assert (one["NINF"], one["CUMDOSE"], one["DOSEERFL"], one["DOSEREAS"]) == (2, 40, "N", None)
    assert one["TRT01AN"] == 20


def test_the_parts_of_an_infusion_make_no_subject_dlt_evaluable(derive):
    parts = ["12|2025-07-01T10:00|2025-07-01T10:20|INF01", "8|2025-07-01T10:35|.|INF01"]
    one = derive(*parts, *weekly(20, 20, 20)[1:], alive="2025-09-01")
    reason = "Fewer than 80% of the doses planned in the DLT window"
    assert (one["NINF"], one["DLTEVLFL"], one["DLTEREAS"]) == (3, "N", reason)
    assert derive(*weekly(20, 20, 20, 20), alive="2025-09-01")["DLTEVLFL"] == "Y"


@pytest.mark.parametrize("rule", ["most_frequent", "first"])
@pytest.mark.parametrize(
    ("doses", "level", "reason"),
    [
        ((11.5,), 20, "Dose of no level: 11.5 10^8 CELLS"),
        ((45,), 20, "Dose of no level: 45 10^8 CELLS"),
        ((25, 26, 25), 20, "Dose of no level: 25, 26 10^8 CELLS"),
        ((11.5, 20), 20, "Dose of no level: 11.5 10^8 CELLS"),
        ((20, 20), 20, None),
        ((30,), 30, "Dose of another level: 30 10^8 CELLS"),
        ((30, 30, 5), 30, "Dose of another level: 30 10^8 CELLS; Dose of no level: 5 10^8 CELLS"),
    ],
)
def test_a_dose_that_is_no_level_counts_as_the_level_assigned(derive, rule, doses, level, reason):
    one = derive(*weekly(*doses), rule=rule)
    assert (one["TRT01AN"], one["TRT01A"]) == (level, f"SK-NK {level}E8 cells")
    assert (one["DOSEERFL"], one["DOSEREAS"]) == ("Y" if reason else "N", reason)
    assert one["SAFFL"] == "Y"


def test_doses_of_no_level_count_with_those_of_the_level_assigned(derive):
    one = derive(*weekly(30, 11.5, 12), rule="most_frequent")
    assert one["TRT01AN"] == 20


def test_many_doses_of_no_level_are_not_all_named(derive):
    lines = [f"{n}|2025-07-{n:02}|.|INF{n:02}" for n in range(1, 9)]
    assert derive(*lines)["DOSEREAS"] == "Dose of no level: 1, 2, 3, 4, 5 and 3 more 10^8 CELLS"


def test_a_dose_that_is_not_known_leaves_open_whether_it_differs(derive):
    parts = ["12|2025-07-01T10:00|2025-07-01T10:20|INF01", ".|2025-07-01T10:35|.|INF01"]
    one = derive(*parts)
    assert (one["NINF"], one["TRT01AN"]) == (1, 20)
    assert (one["DOSEERFL"], one["DOSEREAS"]) == (None, "Dose not known")
    assert pd.isna(one["CUMDOSE"])
    wrong = derive(*parts, "30|2025-07-08T10:00|.|INF02", "20|2025-07-15T10:00|.|INF03")
    assert (wrong["DOSEERFL"], wrong["TRT01AN"]) == ("Y", 20)


RUNS = ["20|2025-07-01|2025-07-10|.", "20|2025-07-11|.|."]
DAILY = {"each_day": parse("EXDOSE > 0"), "infusion": None}


def test_treatment_that_runs_goes_on_to_the_cut(derive):
    one = derive(*RUNS, missing_end="cut", **DAILY)
    assert (str(one["TRTEDTM"]), one["TRTETMF"]) == ("2026-03-31 23:59:59", "H")
    assert (one["TRTONGFL"], one["TRTDURD"], one["CUMDOSE"]) == ("Y", 274, 20 * 274)
    assert one["RISKDURD"] == 274


def test_treatment_that_has_ended_does_not_run(derive):
    ended = "S1|2|DISPOSITION EVENT|END OF TREATMENT|ADVERSE EVENT|Stopped|2025-08-01"
    one = derive(*RUNS, ds=[ended], missing_end="cut", **DAILY)
    assert (str(one["TRTEDT"])[:10], one["TRTONGFL"], one["TRTDURD"]) == ("2025-07-10", "N", 10)
    assert pd.isna(one["CUMDOSE"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("20|2025-07-10|2025-07-01|A", "End of the last dose before its start"),
        ("20|2025-07-10|.|A", "End of the last dose not known"),
        ("20|2025-07|2025-07-10|A", "Start of the first dose not known"),
    ],
)
def test_a_duration_that_cannot_be_had_has_a_reason(derive, line, reason):
    one = derive(line, missing_end="ignore")
    assert pd.isna(one["TRTDURD"])
    assert one["TRTDREAS"] == reason
    assert pd.isna(one["RISKDURD"]) or one["RISKDURD"] >= 1


def test_a_last_end_before_the_first_known_start_is_no_duration(derive):
    one = derive("20|2025-06|2025-06-20|A", "20|2025-07-10|.|B", missing_end="ignore")
    assert pd.isna(one["TRTDURD"])
    assert one["TRTDREAS"] == "End of the last dose before the start of the first"


def test_an_end_before_the_start_of_an_earlier_dose_does_not_matter(derive):
    one = derive("20|2025-07-10|2025-07-01|A", "20|2025-07-17|2025-07-17|B")
    assert (one["TRTDURD"], one["TRTDREAS"]) == (8, None)


def test_days_at_risk_are_never_fewer_than_the_first_day(study):
    dates = {"TRTSDT": "2025-07-05", "TRTEDT": None, "EOSDT": None, "DTHDT": None}
    adsl = pd.DataFrame([dates | {"LSTALVDT": "2025-06-30"}]).apply(pd.to_datetime)
    assert add_days_at_risk(adsl, study)["RISKDURD"].tolist() == [1]

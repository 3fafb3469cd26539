"""ADEX from a few infusions: delays, interruptions, missed ones, and dose intensity."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.exposure.adex import derive_adex, select_infusions_given

EX = "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID EXADJ"
EC = "USUBJID ECSEQ ECOCCUR ECREASOC ECSTDTC ECLNKID ECGRPID"


@pytest.fixture
def adsl(subjects):
    """S1 and S2 treated at 20, S3 not treated."""
    exposure = {"NINF": 3.0, "NCOURSE": 1.0, "CUMDOSE": 60.0, "TRTDURD": 22.0}
    none = {"NINF": 0.0, "NCOURSE": 0.0, "CUMDOSE": 0.0, "TRTDURD": None, "SAFFL": "N"}
    dates = dict.fromkeys(["TRTSDT", "TRTSDTM", "TRTEDT", "TRTEDTM"])
    return subjects(S1=exposure, S2=exposure, S3=none | dates)


@pytest.fixture
def infusions(frame):
    """Make EX of S1 from lines of dose, start, end, number, course and adjustment."""

    def make(*lines):
        rows = []
        for n, line in enumerate(lines, start=1):
            dose, start, end, number, course, adjusted = line.split("|")
            rows.append(
                f"S1|{n}|SK-NK|{dose}|10^8 CELLS|{start}|{end}|{number}|{course}|{adjusted}"
            )
        return frame(EX, *rows).astype({"EXDOSE": "float64"})

    return make


def values(adex):
    """Return AVAL by PARAMCD of a subject's summary records."""
    return adex[adex["PARAMN"] > 10].set_index("PARAMCD")["AVAL"].to_dict()


def test_delays_interruptions_and_wrong_doses_are_told_by_infusion(infusions, adsl, study):
    ex = infusions(
        "20|2025-07-01T10:00:00|2025-07-01T11:00:00|INF01|1|.",
        "20|2025-07-10T10:00:40|2025-07-10T11:30|INF02|1|DELAYED: SCHEDULING",
        "30|2025-07-17T10:00|2025-07-17|INF03|1|INTERRUPTED: INFUSION REACTION",
        "20|2025-07-30T10:00:00|2025-07-30T11:00:00|INF05|1|.",
        "20|2025-10-01T10:00:00|2025-10-01T11:00:00|INF07|2|.",
    )
    given = select_infusions_given({"EX": ex}, adsl, study)
    expected = pd.DataFrame(
        {
            "INFNUM": [1.0, 2.0, 3.0, 5.0, 7.0],
            "COURSE": [1.0, 1.0, 1.0, 1.0, 2.0],
            "DELAYD": [None, 2.0, 0.0, -1.0, None],
            "DELAYFL": ["N", "Y", "N", "N", "N"],
            "INTRFL": ["N", "N", "Y", "N", "N"],
            "WRDOSEFL": ["N", "N", "Y", "N", "N"],
            "DURMIN": [60.0, 90.0, None, 60.0, 60.0],
        }
    )
    pd.testing.assert_frame_equal(given[list(expected)], expected)


def test_a_subject_has_one_record_a_parameter(infusions, frame, adsl, study):
    ex = infusions(
        "20|2025-07-01T10:00|2025-07-01T11:00|INF01|1|.",
        "20|2025-07-08T10:00|2025-07-08T11:00|INF02|1|.",
        "20|2025-07-22T10:00|2025-07-22T11:00|INF04|1|INTERRUPTED: INFUSION REACTION",
    )
    ec = frame(EC, "S1|1|Y|.|2025-07-01|INF01|1", "S1|3|N|ADVERSE EVENT|2025-07-15|INF03|1",
               "S3|1|N|SUBJECT REQUEST|2025-07-15|INF01|1")  # fmt: skip
    adex = derive_adex({"EX": ex, "EC": ec}, {"ADSL": adsl}, study)
    own = adex[adex["USUBJID"] == "S1"]
    assert values(own) == {
        "NINF": 3, "NCOURSE": 1, "CUMDOSE": 60, "RDI": 75, "TRTDURD": 22,
        "NDELAY": 0, "NINTR": 1, "NMISS": 1,
    }  # fmt: skip
    missed = own[own["PARAMCD"] == "MISSED"].iloc[0]
    assert (missed["INFNUM"], missed["ADJREAS"], missed["SRCDOM"], missed["SRCSEQ"]) == (
        3, "ADVERSE EVENT", "EC", 3,
    )  # fmt: skip
    # It has a planned day without a time: its midnight is imputed, and flagged.
    assert (missed["ASTDTM"], missed["ASTTMF"]) == (pd.Timestamp("2025-07-15"), "H")
    assert adex.loc[adex["USUBJID"] == "S3"].empty


@pytest.mark.parametrize(
    ("days", "courses", "missed", "cumulative", "rdi"),
    [
        ((1, 8, 15), (1, 1, 1), None, 60, 100),
        ((1, 8, 22), (1, 1, 1), None, 60, 75),
        ((1, 8, 15), (1, 1, 1), "2025-07-22", 60, 75),
        ((1, 8, 60), (1, 1, 2), None, 60, 100),
        ((1, 8, 15), (1, 1, 1), None, 45, 75),
    ],
)
def test_dose_intensity_falls_with_delays_missed_infusions_and_lower_doses(
    infusions, frame, adsl, study, days, courses, missed, cumulative, rdi
):
    start = pd.Timestamp("2025-07-01")
    ex = infusions(
        *(
            f"20|{(start + pd.Timedelta(days=day - 1)).date()}T10:00|.|INF{n:02}|{course}|."
            for n, (day, course) in enumerate(zip(days, courses, strict=True), start=1)
        )
    )
    ec = frame(EC, *([f"S1|4|N|.|{missed}|INF04|1"] if missed else []))
    one = adsl[adsl["USUBJID"] == "S1"].assign(CUMDOSE=float(cumulative))
    assert values(derive_adex({"EX": ex, "EC": ec}, {"ADSL": one}, study))["RDI"] == rdi


def test_without_a_planned_interval_there_is_no_delay_and_no_intensity(infusions, adsl, study):
    treatment = study.treatment.model_copy(update={"infusion_interval_days": None})
    ex = infusions("20|2025-07-01|2025-07-14|.|.|.")
    adex = derive_adex(
        {"EX": ex}, {"ADSL": adsl}, study.model_copy(update={"treatment": treatment})
    )
    assert {"RDI", "NDELAY"}.isdisjoint(adex["PARAMCD"])
    assert adex["DELAYFL"].isna().all()


@pytest.mark.parametrize(
    "lines",
    [
        ("20|2025-09|2025-09|INF01|1|.",),
        (
            "20|2025-07-01|2025-07-01|INF01|1|.",
            "20|2025-07|2025-07|INF02|1|.",
            "20|2025-07-15|2025-07-15|INF03|1|.",
        ),
    ],
    ids=["the only one", "one among others"],
)
def test_there_is_no_intensity_where_the_day_of_an_infusion_is_not_known(
    infusions, adsl, study, lines
):
    one = adsl[adsl["USUBJID"] == "S1"].assign(CUMDOSE=20.0 * len(lines))
    found = values(derive_adex({"EX": infusions(*lines)}, {"ADSL": one}, study))
    assert "RDI" not in found
    assert found["CUMDOSE"] == 20 * len(lines)


def test_infusions_without_a_number_are_numbered_by_time(infusions, adsl, study):
    exposure = study.derivations.adex.model_copy(update={"infusion": None, "course": None})
    derivations = study.derivations.model_copy(update={"adex": exposure})
    ex = infusions("20|2025-07-08|2025-07-08|.|.|.", "20|2025-07-01|2025-07-01|.|.|.")
    given = select_infusions_given(
        {"EX": ex}, adsl, study.model_copy(update={"derivations": derivations})
    )
    assert given[["EXSEQ", "INFNUM", "COURSE"]].values.tolist() == [[2, 1, 1], [1, 2, 1]]


def test_a_study_without_exposure_has_no_records(adsl, study):
    nobody = adsl[adsl["USUBJID"] == "S3"]
    assert derive_adex({}, {"ADSL": nobody}, study).empty

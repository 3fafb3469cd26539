"""ADVS: derived parameters, baselines by basis, visits and infusions from literal records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.findings.advs import derive_advs
from csrkit.errors import DerivationError

HEAD = "USUBJID VSSEQ VSTESTCD VISITNUM VISIT VSDTC VSSTRESN VSTPT VSTPTNUM VSTPTREF"
UNITS = {"SYSBP": "mmHg", "DIABP": "mmHg", "MAP": "mmHg", "HEIGHT": "cm", "WEIGHT": "kg",
         "TEMP": "C", "PULSE": "beats/min"}  # fmt: skip
PRE, POST = "PRE-INFUSION|0|INFUSION", "4 H POST|4|INFUSION"


def with_settings(study, **values):
    own = study.derivations.advs.model_copy(update=values)
    return study.model_copy(
        update={"derivations": study.derivations.model_copy(update={"advs": own})}
    )


@pytest.fixture(scope="session")
def derive(study, subjects, frame):
    """ADVS from lines of HEAD, further columns by name; without the added summary records."""

    def make(*lines, study=study, derived=False, **columns):
        vs = frame(HEAD, *lines)
        vs = vs.assign(VSTEST="Test", VSSTRESU=vs["VSTESTCD"].map(UNITS)).assign(**columns)
        advs = derive_advs({"VS": vs}, {"ADSL": subjects(A={})}, study)
        return advs if derived else advs[advs["DTYPE"].isna()]

    return make


def values(advs, code, name="AVAL"):
    return advs.loc[advs["PARAMCD"] == code, name].tolist()


def test_mean_arterial_pressure_goes_with_one_examination(derive):
    advs = derive(
        f"A|1|SYSBP|10|INFUSION 1|2025-07-01T09:00|120|{PRE} 1",
        f"A|2|DIABP|10|INFUSION 1|2025-07-01T09:00|75|{PRE} 1",
        f"A|3|SYSBP|10|INFUSION 1|2025-07-01T14:00|150|{POST} 1",
        f"A|4|DIABP|10|INFUSION 1|2025-07-01T14:00|90|{POST} 1",
        f"A|5|SYSBP|20|INFUSION 2|2025-07-08T09:00|130|{PRE} 2",
    )
    mean = advs[advs["PARAMCD"] == "MAP"]
    assert mean["AVAL"].tolist() == [90, 110]
    assert mean["PARAM"].unique().tolist() == ["Mean Arterial Pressure (mmHg)"]
    assert mean["ATPT"].tolist() == ["PRE-INFUSION", "4 H POST"]
    assert mean["ABLFL"].tolist() == ["Y", None]
    np.testing.assert_allclose(mean["CHGPRE"], [np.nan, 20])
    assert mean["VSSEQ"].isna().all()


def test_repeated_pressures_of_one_moment_go_together_in_their_order(derive):
    advs = derive(
        "A|1|SYSBP|1|SCREENING|2025-06-20|120|.|.|.",
        "A|2|DIABP|1|SCREENING|2025-06-20|75|.|.|.",
        "A|3|SYSBP|1|SCREENING|2025-06-20|150|.|.|.",
        "A|4|DIABP|1|SCREENING|2025-06-20|90|.|.|.",
    )
    mean = advs[advs["PARAMCD"] == "MAP"].set_index("AVAL")
    assert mean["ABLFL"].to_dict() == {90: None, 110: "Y"}


def test_a_parameter_that_was_collected_is_not_computed(derive):
    advs = derive(
        "A|1|SYSBP|1|SCREENING|2025-06-20|120|.|.|.",
        "A|2|DIABP|1|SCREENING|2025-06-20|75|.|.|.",
        "A|3|MAP|1|SCREENING|2025-06-20|93|.|.|.",
    )
    assert values(advs, "MAP") == [93]
    assert values(advs, "MAP", "VSSEQ") == [3]


def test_body_size_uses_the_latest_height_up_to_the_weight(derive):
    advs = derive(
        "A|1|WEIGHT|0|PRESCREEN|2025-06-01|64|.|.|.",
        "A|2|HEIGHT|1|SCREENING|2025-06-20|160|.|.|.",
        "A|3|WEIGHT|1|SCREENING|2025-06-20|64|.|.|.",
        "A|4|HEIGHT|30|WEEK 8|2025-08-26|200|.|.|.",
        "A|5|WEIGHT|30|WEEK 8|2025-08-26|64|.|.|.",
    )
    np.testing.assert_allclose(values(advs, "BMI"), [25, 25, 16])
    np.testing.assert_allclose(
        values(advs, "BSA"), [(160 * 64 / 3600) ** 0.5] * 2 + [(200 * 64 / 3600) ** 0.5]
    )


def test_another_formula_of_body_surface_is_a_setting(derive, study):
    advs = derive(
        "A|1|HEIGHT|1|SCREENING|2025-06-20|170|.|.|.",
        "A|2|WEIGHT|1|SCREENING|2025-06-20|70|.|.|.",
        study=with_settings(study, body_surface="DuBois-DuBois"),
    )
    np.testing.assert_allclose(values(advs, "BSA"), [1.8097], atol=5e-5)


def test_without_a_height_there_is_no_body_size(derive):
    advs = derive("A|1|WEIGHT|1|SCREENING|2025-06-20|70|.|.|.")
    assert set(advs["PARAMCD"]) == {"WEIGHT"}


def test_a_value_beyond_the_second_limits_is_markedly_abnormal(derive):
    advs = derive(
        *[
            f"A|{n}|SYSBP|{n}|WEEK {n}|2025-08-0{n}|{value}|.|.|."
            for n, value in enumerate((79, 80, 90, 140, 141, 181), start=1)
        ]
    )
    assert values(advs, "SYSBP", "ANRIND") == [
        "LOW LOW", "LOW", "NORMAL", "NORMAL", "HIGH", "HIGH HIGH"
    ]  # fmt: skip


def test_every_value_of_the_basis_has_its_own_baseline_and_visit_value(derive, study):
    lines = [
        "A|1|PULSE|1|SCREENING|2025-06-20|60|SUPINE|1|.",
        "A|2|PULSE|1|SCREENING|2025-06-20|80|STANDING|2|.",
        "A|3|PULSE|30|WEEK 8|2025-08-26|66|SUPINE|1|.",
        "A|4|PULSE|30|WEEK 8|2025-08-26|88|STANDING|2|.",
    ]
    settings = with_settings(study, basis="VSTPT", infusion_pattern=None)
    advs = derive(*lines, study=settings).set_index("VSSEQ").sort_index()
    assert advs["BASETYPE"].tolist() == ["LAST: SUPINE", "LAST: STANDING"] * 2
    assert advs["ABLFL"].tolist() == ["Y", "Y", None, None]
    assert advs["BASE"].tolist() == [60, 80, 60, 80]
    assert advs["ANL01FL"].tolist() == ["Y"] * 4


def test_time_points_that_are_not_about_infusions_count_for_their_visit(derive, study):
    line = "A|1|PULSE|30|WEEK 8|2025-08-26|66|SUPINE|1|PATIENT SUPINE"
    assert values(derive(line), "PULSE", "ANL01FL") == [None]
    settings = with_settings(study, infusion_pattern=None)
    assert values(derive(line, study=settings), "PULSE", "ANL01FL") == ["Y"]


def test_extremes_on_treatment_are_added_for_each_parameter(derive):
    advs = derive(
        "A|1|TEMP|1|SCREENING|2025-06-20|39.5|.|.|.",
        "A|2|TEMP|20|INFUSION 2|2025-07-08|38.1|.|.|.",
        "A|3|TEMP|30|INFUSION 3|2025-07-15|36.4|.|.|.",
        "A|4|TEMP|40|INFUSION 4|2025-07-22|36.8|.|.|.",
        derived=True,
    )
    added = advs[advs["DTYPE"].notna()].set_index("DTYPE")
    assert added["AVAL"].to_dict() == {"MINIMUM": 36.4, "MAXIMUM": 38.1, "LOV": 36.8}
    np.testing.assert_allclose(added.loc["MAXIMUM", "CHG"], -1.4)
    assert added["ANL01FL"].isna().all()


def test_the_window_on_treatment_can_be_the_datasets_own(derive, study):
    line = "A|1|TEMP|20|WEEK 9|2025-08-10|37|.|.|."
    assert values(derive(line), "TEMP", "ONTRTFL") == ["Y"]
    short = with_settings(study, on_treatment_days=0)
    assert values(derive(line, study=short), "TEMP", "ONTRTFL") == [None]


def test_a_result_not_measured_is_kept_with_its_reason(derive):
    advs = derive(
        "A|1|TEMP|20|WEEK 2|2025-07-10|.|.|.|.",
        VSSTAT="NOT DONE",
        VSREASND="REFUSED",
        VSSTRESU=None,
    )
    assert advs["AREASN"].tolist() == ["Not done: REFUSED"]
    assert advs["PARAM"].tolist() == ["Temperature (C)"]
    assert advs["ANL01FL"].isna().all()


def test_other_units_are_brought_to_the_analysis_unit_or_said_not_to_be(derive):
    advs = derive("A|1|WEIGHT|1|SCREENING|2025-06-20|154|.|.|.", VSSTRESU="LB")
    np.testing.assert_allclose(values(advs, "WEIGHT"), [69.853], atol=1e-3)
    advs = derive("A|1|TEMP|1|SCREENING|2025-06-20|98|.|.|.", VSSTRESU="F")
    assert values(advs, "TEMP", "AREASN") == ["No conversion of F to C"]
    assert np.isnan(values(advs, "TEMP")).all()


def test_a_test_no_table_knows_in_two_units_is_an_error(derive):
    with pytest.raises(DerivationError, match="VSTESTCD=GRIP"):
        derive(
            "A|1|GRIP|1|SCREENING|2025-06-20|30|.|.|.",
            "A|2|GRIP|2|WEEK 2|2025-07-10|70|.|.|.",
            VSSTRESU=["kg", "LB"],
        )


def test_a_study_without_vital_signs_has_an_empty_dataset(study, subjects):
    advs = derive_advs({}, {"ADSL": subjects(A={})}, study)
    assert advs.empty
    assert isinstance(advs["ADT"], pd.Series)


UNTIMED = [
    "A|{}|PULSE|10|INFUSION 1|2025-07-01|{}|{}|{}|INFUSION 1".format(*row)
    for row in ((1, 62, "4 H POST", 4), (2, 71, "1 H POST", 1), (3, 80, "PRE-INFUSION", 0))
]


@pytest.mark.parametrize("order", [1, -1])
def test_without_times_the_time_point_says_what_is_baseline(derive, order):
    advs = derive(*UNTIMED[::order]).set_index("VSSEQ")
    advs = advs[advs["DTYPE"].isna()]
    assert advs["ABLFL"].to_dict() == {1: None, 2: None, 3: "Y"}
    assert advs.loc[[1, 2], "CHG"].tolist() == [-18, -9]
    assert advs["PREVAL"].tolist() == [80] * 3
    assert advs.loc[[1, 2], "CHGPRE"].tolist() == [-18, -9]
    assert advs.loc[[1, 2], "ONTRTFL"].tolist() == ["Y", "Y"]
    assert pd.isna(advs.loc[3, "ONTRTFL"])


def test_of_untimed_values_before_an_infusion_the_last_by_time_point_counts(derive):
    lines = [
        "A|1|PULSE|10|INFUSION 1|2025-07-01|80|PRE-INFUSION|2|INFUSION 1",
        "A|2|PULSE|10|INFUSION 1|2025-07-01|90|CHECK-IN|1|INFUSION 1",
        "A|3|PULSE|10|INFUSION 1|2025-07-01|85|.|.|.",
    ]
    advs = derive(*lines)
    assert advs.loc[advs["ABLFL"].eq("Y"), "VSSEQ"].tolist() == [1]
    assert set(advs["PREVAL"].dropna()) == {80}


@pytest.mark.parametrize(("last", "flag"), [(None, "Y"), ("2025-07-20", None), ("2025-12-01", "Y")])
def test_on_treatment_ends_with_the_treatment_and_not_at_all_without_a_known_end(
    study, subjects, frame, last, flag
):
    vs = frame(HEAD, "A|1|PULSE|90|LATE|2025-12-24|70|.|.|.").assign(
        VSTEST="Pulse", VSSTRESU="beats/min"
    )
    adsl = subjects(A={"TRTEDT": last, "TRTEDTM": last})
    own = with_settings(study, on_treatment_days=30)
    assert derive_advs({"VS": vs}, {"ADSL": adsl}, own)["ONTRTFL"].tolist()[0] == flag

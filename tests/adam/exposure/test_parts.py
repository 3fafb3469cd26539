"""One administration in several records of EX is one dose."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.exposure.adex import derive_adex
from csrkit.adam.exposure.doses import select_dose_records, select_valid_doses
from csrkit.conditions import parse

FIRST = "12|2025-07-01T10:00|2025-07-01T10:20|INF01"
SECOND = "8|2025-07-01T10:35|2025-07-01T11:10|INF01"
NEXT = "20|2025-07-08T10:00|2025-07-08T11:00|INF02"


def given(ex, study):
    """Return dose, start, end, number and parts of each administration."""
    doses = select_valid_doses({"EX": ex}, study)
    columns = ["EXDOSE", "ASTDTM", "AENDTM", "INFNUM", "PARTS", "INTERRUPTED"]
    assert (doses.index == range(len(doses))).all()
    return [
        tuple(None if pd.isna(v) else str(v) if isinstance(v, pd.Timestamp) else v for v in row)
        for row in doses[columns].itertuples(index=False)
    ]


def test_the_parts_of_an_infusion_are_one_from_the_first_start_to_the_last_end(records, study):
    assert given(records(FIRST, SECOND, NEXT), study) == [
        (20, "2025-07-01 10:00:00", "2025-07-01 11:10:59", 1, 2, True),
        (20, "2025-07-08 10:00:00", "2025-07-08 11:00:59", 2, 1, False),
    ]


def test_an_infusion_in_three_parts_is_one_in_any_order_of_the_records(records, study):
    third = "0.1|2025-07-01T11:30|2025-07-01T11:40|INF01"
    ex = records(third, FIRST, "7.9|2025-07-01T10:35|2025-07-01T11:10|INF01")
    whole = [(20, "2025-07-01 10:00:00", "2025-07-01 11:40:59", 1, 3, True)]
    assert given(ex, study) == given(ex.iloc[::-1], study) == whole


def test_parts_without_a_link_go_by_their_day_and_time_point(records, exposed):
    ex = records(FIRST, SECOND, NEXT).drop(columns="EXLNKID")
    study = exposed(infusion=None)
    assert [row[0] for row in given(ex, study)] == [20, 20]
    assert [row[3:5] for row in given(ex, study)] == [(1, 2), (2, 1)]
    twice = ex.assign(EXTPT=["MORNING", "EVENING", "MORNING"])
    assert [row[0] for row in given(twice, study)] == [12, 8, 20]


def test_a_part_whose_link_is_missing_belongs_to_the_one_infusion_of_its_day(records, study):
    loose = SECOND.replace("INF01", ".")
    assert [row[0] for row in given(records(FIRST, loose, NEXT), study)] == [20, 20]
    other = "5|2025-07-01T15:00|2025-07-01T15:30|INF09"
    assert [row[0] for row in given(records(FIRST, loose, other), study)] == [12, 8, 5]


def test_two_infusions_of_a_day_with_different_links_stay_two(records, study):
    ex = records(FIRST, SECOND.replace("INF01", "INF02"))
    assert [(row[0], row[3], row[4]) for row in given(ex, study)] == [(12, 1, 1), (8, 2, 1)]


def test_two_treatments_of_a_day_stay_two(records, exposed):
    ex = records(FIRST, SECOND).assign(EXTRT=["SK-NK", "IL-2"])
    assert [row[0] for row in given(ex, exposed())] == [12, 8]


def test_parts_over_midnight_are_one_and_a_link_used_again_later_is_another(records, exposed):
    night = [
        "12|2025-07-01T23:20|2025-07-01T23:50|INF01",
        "8|2025-07-02T00:10|2025-07-02T00:40|INF01",
    ]
    again = "20|2025-07-08T10:00|2025-07-08T11:00|INF01"
    ex = records(*night, again)
    assert [row[:3] for row in given(ex, exposed())] == [
        (20, "2025-07-01 23:20:00", "2025-07-02 00:40:59"),
        (20, "2025-07-08 10:00:00", "2025-07-08 11:00:59"),
    ]
    same_day = exposed(resumed_within_days=0)
    assert [row[0] for row in given(ex, same_day)] == [12, 8, 20]


def test_other_variables_may_link_the_parts(records, exposed):
    ex = records(FIRST, NEXT.replace("INF02", "INF01")).assign(EXGRPID=["1", "2"])
    by_group = exposed(one_administration=("EXGRPID",))
    assert [row[0] for row in given(ex, by_group)] == [12, 20]
    ex = records(FIRST, SECOND.replace("INF01", "B")).assign(EXGRPID="1")
    assert [row[0] for row in given(ex, by_group)] == [20]


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((FIRST, SECOND.replace("2025-07-01T11:10", ".")), None),
        ((FIRST.replace("2025-07-01T10:20", "."), SECOND), "2025-07-01 11:10:59"),
    ],
    ids=["the last part", "an earlier one"],
)
def test_the_end_is_known_when_that_of_the_last_part_is(records, study, lines, end):
    assert given(records(*lines), study)[0][2] == end


def test_the_dose_is_not_known_where_that_of_a_part_is_not(records, study, subjects):
    ex = records(FIRST, SECOND.replace("8", ".", 1), NEXT)
    assert [row[0] for row in given(ex, study)] == [None, 20]
    adsl = subjects(S1={"NINF": 2.0, "NCOURSE": 1.0, "CUMDOSE": None, "TRTDURD": 8.0})
    adex = derive_adex({"EX": ex}, {"ADSL": adsl}, study)
    doses = adex[adex["PARAMCD"] == "DOSE"]
    assert doses["AREASN"].tolist() == ["Dose of a part not known", None]
    assert doses["WRDOSEFL"].tolist() == [None, "N"]
    assert "CUMDOSE" not in set(adex["PARAMCD"])


def test_a_record_without_a_dose_is_no_infusion_alone_and_no_part_when_not_given(records, study):
    lone = ".|2025-07-15T10:00|2025-07-15T11:00|INF03"
    assert len(given(records(FIRST, lone), study)) == 1
    ex = records(FIRST, SECOND.replace("8", ".", 1)).assign(EXOCCUR=["Y", "N"])
    assert given(ex, study)[0][0] == 12


def test_a_period_of_daily_doses_is_no_part(records, exposed):
    daily = exposed(each_day=parse("EXDOSE > 0"))
    ex = records("20|2025-07-01|2025-07-03|A", "20|2025-07-04|2025-07-09|A")
    assert [row[0] for row in given(ex, daily)] == [20, 20]


def test_adex_has_one_record_an_infusion_and_the_reasons_of_its_parts(records, study, subjects):
    ex = records(FIRST, SECOND, NEXT).assign(
        EXADJ=["INTERRUPTED: REACTION", "RATE REDUCED", None], EXSEQ=[1.0, 901.0, 2.0]
    )
    adsl = subjects(S1={"NINF": 2.0, "NCOURSE": 1.0, "CUMDOSE": 40.0, "TRTDURD": 8.0})
    adex = derive_adex({"EX": ex}, {"ADSL": adsl}, study)
    one, two = adex[adex["PARAMCD"] == "DOSE"].to_dict("records")
    assert (one["AVAL"], one["DURMIN"], one["WRDOSEFL"], one["INTRFL"]) == (20, 70, "N", "Y")
    assert (one["ADJREAS"], one["SRCSEQ"]) == ("INTERRUPTED: REACTION; RATE REDUCED", 1)
    assert (two["INTRFL"], two["DELAYD"]) == ("N", 0)
    assert adex.loc[adex["PARAMCD"] == "NINTR", "AVAL"].tolist() == [1]
    assert select_dose_records({"EX": ex}, study)["EXSEQ"].tolist() == [1, 901, 2]


def test_without_the_setting_only_an_infusion_in_parts_is_known_to_be_interrupted(
    records, exposed, subjects
):
    ex, adsl = records(FIRST, SECOND, NEXT), subjects(S1={"NINF": 2.0})
    adsl = adsl.assign(NCOURSE=1.0, CUMDOSE=40.0, TRTDURD=8.0)
    adex = derive_adex({"EX": ex}, {"ADSL": adsl}, exposed(interrupted=None))
    assert adex.loc[adex["PARAMCD"] == "DOSE", "INTRFL"].tolist() == ["Y", None]


def test_an_end_before_its_start_gives_no_minutes_but_a_reason(records, study, subjects):
    ex = records(FIRST.replace("2025-07-01T10:20", "2025-07-01T09:20"), NEXT)
    adsl = subjects(S1={"NINF": 2.0, "NCOURSE": 1.0, "CUMDOSE": 32.0, "TRTDURD": 8.0})
    adex = derive_adex({"EX": ex}, {"ADSL": adsl}, study)
    one, two = adex[adex["PARAMCD"] == "DOSE"].to_dict("records")
    assert pd.isna(one["DURMIN"])
    assert one["DURREAS"] == "End before start"
    assert (two["DURMIN"], two["DURREAS"]) == (60, None)

"""ADPC: times, exclusions and the values that stand for results below quantification."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.common.time_points import parse_nominal_hours
from csrkit.study.assumptions import BlqRule

CASES = runpy.run_path(str(Path(__file__).with_name("concentrations.py")))
samples, column, EX = CASES["samples"], CASES["column"], CASES["EX"]


@pytest.fixture
def derive(study, subjects):
    return CASES["deriving"](study, subjects)


def test_times_run_from_the_first_and_from_the_reference_infusion(derive):
    pc = samples("0|2025-07-08T09:30|BLQ", "4|2025-07-08T14:06|50", infusion="INFUSION 2")
    found = derive(pc)
    assert column(found, "NRRLT") == [0, 4]
    assert column(found, "ARRLT") == [-0.5, pytest.approx(4.1)]
    assert column(found, "NFRLT") == [168, 172]
    assert column(found, "AFRLT") == [167.5, pytest.approx(172.1)]
    assert column(found, "TIMEDEV") == [-0.5, pytest.approx(0.1)]


def test_dose_and_duration_are_those_of_the_reference_infusion(derive):
    pc = pd.concat([
        samples("4|2025-07-08T14:00|50", infusion="INFUSION 2"),
        samples("4|2025-07-02T13:30|50", subject="B"),
    ])  # fmt: skip
    found = derive(pc)
    assert column(found, "DOSE") == [30, 20]
    assert column(found, "ADOSEDUR") == [1.5, None]


def test_planned_times_after_the_first_course_are_not_counted_from_the_first_infusion(derive):
    found = derive(samples("4|2025-10-08T14:00|50", infusion="INFUSION 7"))
    assert column(found, "NFRLT") == [None]


def test_elapsed_time_text_is_preferred_to_the_number_of_the_time_point(derive):
    found = derive(samples("5|2025-07-01T10:30|50", PCELTM="PT30M"))
    assert column(found, "NRRLT") == [0.5]
    assert column(found, "ATPTN") == [5]


def test_iso_durations_are_read_in_hours():
    texts = pd.Series(
        ["PT1H30M", "-PT15M", "P7D", "P1DT2H", "PT90S", "PT0S", "P1W", "4 hours", None]
    )
    expected = [1.5, -0.25, 168, 26, 0.025, 0, 168, None, None]
    assert [None if pd.isna(h) else h for h in parse_nominal_hours(texts)] == pytest.approx(
        expected
    )


def test_without_a_reference_the_infusion_is_the_latest_one_begun(derive):
    pc = samples("24|2025-07-02T10:00|50", "1|2025-07-08T11:00|60", PCTPTREF=None)
    assert column(derive(pc), "INFNUM") == [1, 2]


def test_without_a_reference_a_pre_dose_sample_belongs_to_the_next_infusion(derive):
    pc = samples("0|2025-07-08T09:00|BLQ", "0|2025-07-05T09:00|BLQ", PCTPTREF=None)
    found = derive(pc)
    assert column(found, "INFNUM") == [2, None]
    assert column(found, "EXCLREAS") == [None, "Infusion that it belongs to not known"]


def test_a_reference_start_in_pc_stands_in_for_an_infusion_that_ex_lacks(derive):
    pc = samples("4|2025-10-08T14:00|50", infusion="INFUSION 7", PCRFTDTC="2025-10-08T10:00")
    assert column(derive(pc), "ARRLT") == [4]


def test_an_infusion_without_a_time_of_day_gives_no_actual_times(derive):
    ex = EX.assign(EXSTDTC=["2025-07-01", "2025-07-08T10:00", "2025-07-02T09:30"])
    sample = samples("4|2025-07-01T14:00|50")
    found = derive(sample, ex=ex)
    assert column(found, "ARRLT") == [None]
    assert column(found, "EXCLREAS") == ["Start of the infusion not known"]
    assert column(found, "AVALSUM") == [50]
    assert column(derive(sample.assign(PCRFTDTC="2025-07-01T10:00"), ex=ex), "ARRLT") == [4]


def test_an_infusion_in_two_records_lasts_from_the_first_to_the_last(derive):
    ex = EX.assign(EXLNKID="INF01", EXSTDTC=["2025-07-01T10:00", "2025-07-01T11:30", "2025-07-02"])
    ex = ex.assign(EXENDTC=["2025-07-01T11:00", "2025-07-01T12:00", None], EXDOSE=[12.0, 8.0, 20.0])
    found = derive(samples("4|2025-07-01T14:00|50"), ex=ex)
    assert column(found, "ARRLT") == [4]
    assert column(found, "ADOSEDUR") == [2]
    assert column(found, "DOSE") == [20]


def test_a_sample_without_a_time_of_day_has_no_actual_time(derive):
    found = derive(samples("4|2025-07-01|50", "8|2025-07-01T18|40", "24|.|30"))
    assert column(found, "ADTM") == [None, None, None]
    assert column(found, "NCAXFL") == ["Y", "Y", "Y"]
    assert column(found, "PKSUMXF") == [None, None, None]
    assert set(found["EXCLREAS"]) == {"Actual time of the sample not known"}
    assert column(found, "AVALSUM") == [50, 40, 30]
    assert column(found, "AVALNCA") == [None, None, None]


def test_results_below_quantification_are_flagged_and_have_no_value(derive):
    found = derive(
        samples("0|2025-07-01T09:00|BLQ", "1|2025-07-01T11:00|9.9", "2|2025-07-01T12:00|10")
    )
    assert column(found, "BLQFL") == ["Y", "Y", None]
    assert column(found, "AVAL") == [None, None, 10]
    assert column(found, "AVALC") == ["BLQ", "9.9", "10"]


def test_a_limit_missing_in_the_data_is_the_study_s(derive):
    found = derive(samples("1|2025-07-01T11:00|11", PCLLOQ=float("nan")), pk_lloq=12.0)
    assert column(found, "ALLOQ") == [12]
    assert column(found, "BLQFL") == ["Y"]


def test_results_below_quantification_are_replaced_by_their_place(derive):
    pc = samples(
        "0|2025-07-01T09:00|BLQ", "1|2025-07-01T11:00|50", "2|2025-07-01T12:00|BLQ",
        "4|2025-07-01T14:00|20", "8|2025-07-01T18:00|BLQ", "24|2025-07-02T10:00|BLQ",
    )  # fmt: skip
    found = derive(pc)
    assert column(found, "AVALNCA") == [0, 50, None, 20, None, None]
    assert column(found, "AVALSUM") == [0, 50, 5, 20, 5, 5]


def test_every_replacement_of_the_study_s_rule_can_be_chosen(derive):
    rule = BlqRule(before_first="lloq", between="zero", after_last="half_lloq")
    pc = samples(
        "0|2025-07-01T09:00|BLQ", "1|2025-07-01T11:00|50", "2|2025-07-01T12:00|BLQ",
        "4|2025-07-01T14:00|20", "8|2025-07-01T18:00|BLQ",
    )  # fmt: skip
    assert column(derive(pc, blq_for_nca=rule), "AVALNCA") == [10, 50, 0, 20, 5]


def test_a_profile_without_a_quantifiable_result_is_all_before_the_first(derive):
    found = derive(samples("0|2025-07-01T09:00|BLQ", "1|2025-07-01T11:00|BLQ"))
    assert column(found, "AVALNCA") == [0, 0]


def test_a_trough_below_quantification_counts_alike_before_and_after_the_next_dose(derive):
    """The area of a later profile begins with what was in the blood, here nothing measurable."""
    pc = pd.concat([
        samples("4|2025-07-01T14:00|50", "8|2025-07-01T18:00|BLQ"),
        samples("0|2025-07-08T09:00|BLQ", "4|2025-07-08T14:00|50", infusion="INFUSION 2").assign(
            PCSEQ=[3.0, 4.0]
        ),
    ])  # fmt: skip
    found = derive(pc)
    assert column(found, "AVALSUM") == [50, 5, 5, 50]
    assert column(found, "AVALNCA") == [50, None, 0, 50]


def test_before_any_quantifiable_result_a_later_pre_dose_sample_counts_as_nothing(derive):
    pc = pd.concat([
        samples("4|2025-07-01T14:00|BLQ"),
        samples("0|2025-07-08T09:00|BLQ", "4|2025-07-08T14:00|50", infusion="INFUSION 2").assign(
            PCSEQ=[3.0, 4.0]
        ),
    ])  # fmt: skip
    assert column(derive(pc), "AVALSUM") == [0, 0, 50]


def test_a_sample_that_was_not_taken_is_kept_with_its_reason(derive):
    pc = samples("1|2025-07-01T11:00|50", "4|.|.", "8|.|.").assign(
        PCSTAT=[None, "NOT DONE", "NOT DONE"], PCREASND=[None, "Line blocked", None]
    )
    found = derive(pc)
    assert column(found, "AVALNCA") == [50, None, None]
    assert column(found, "EXCLFL") == [None, "Y", "Y"]
    assert column(found, "EXCLREAS") == [None, "Not done: Line blocked", "Not done"]


def test_a_mistimed_sample_keeps_its_actual_time_for_the_nca_alone(derive):
    pc = samples(
        "1|2025-07-01T11:15|50", "2|2025-07-01T12:16|40", "24|2025-07-02T12:24|30",
        "48|2025-07-03T05:00|20",
    )  # fmt: skip
    found = derive(pc)
    assert column(found, "PKSUMXF") == [None, "Y", None, "Y"]
    assert column(found, "NCAXFL") == [None, None, None, None]
    assert column(found, "EXCLREAS")[1] == "Taken 0.27 h late"
    assert column(found, "EXCLREAS")[3] == "Taken 5.00 h early"
    assert column(found, "AVALNCA") == [50, 40, 30, 20]
    assert column(found, "AVALSUM") == [50, None, 30, None]


def test_a_pre_dose_sample_has_its_window_before_the_infusion(derive):
    lines = ("0|2025-06-30T10:00|BLQ", "0|2025-06-30T09:59|BLQ", "0|2025-07-01T10:05|BLQ")
    reasons = [column(derive(samples(line)), "EXCLREAS")[0] for line in lines]
    assert reasons == [
        None,
        "Pre-dose sample taken too long before the infusion",
        "Pre-dose sample taken after the start of the infusion",
    ]


def test_a_sample_outside_the_interval_of_its_infusion_is_not_used(derive):
    found = derive(samples("4|2025-07-01T09:00|50", "168|2025-07-08T10:30|20"))
    assert column(found, "NCAXFL") == ["Y", "Y"]
    assert column(found, "PKSUMXF") == ["Y", "Y"]
    assert column(found, "EXCLREAS") == [
        "Taken before the infusion",
        "Taken after the start of the next infusion",
    ]


def test_one_of_several_samples_of_a_planned_time_is_used(derive):
    lines = ("4|2025-07-01T14:05|60", "4|2025-07-01T14:00|50")
    first = derive(samples(*lines))
    assert column(first, "AVALNCA") == [None, 50]
    assert column(first, "EXCLREAS")[0].startswith("Repeated sample of one planned time; the first")
    last = derive(samples(*lines), settings={"duplicates": "last"})
    assert column(last, "AVALNCA") == [60, None]


def test_a_sample_that_was_not_taken_is_no_duplicate(derive):
    pc = samples("4|2025-07-01T14:00|.", "4|2025-07-01T14:10|50")
    found = derive(pc.assign(PCSTAT=["NOT DONE", None]))
    assert column(found, "AVALNCA") == [None, 50]


def test_two_samples_of_one_moment_make_one_point_of_the_profile(derive):
    found = derive(samples("4|2025-07-01T14:10|60", "4.2|2025-07-01T14:10|50"))
    assert column(found, "NCAXFL") == [None, "Y"]
    assert column(found, "PKSUMXF") == [None, None]


def test_an_unplanned_sample_is_used_at_its_actual_time_alone(derive):
    found = derive(samples(".|2025-07-01T13:00|50"))
    assert column(found, "AVALNCA") == [50]
    assert column(found, "AVALSUM") == [None]
    assert column(found, "EXCLREAS") == ["No planned time"]


def test_results_that_are_no_number_are_not_used(derive):
    pc = samples("1|2025-07-01T11:00|HAEMOLYSED", "2|2025-07-01T12:00|5").assign(
        PCSTRESN=[float("nan"), -5.0]
    )
    found = derive(pc)
    assert column(found, "EXCLREAS") == ["Result is not a number", "Negative result"]
    assert column(found, "AVALNCA") == [None, None]


def test_other_analytes_stay_out(derive):
    assert derive(samples("1|2025-07-01T11:00|50").assign(PCTESTCD="IL15")).empty


def test_a_result_in_another_unit_is_not_used(derive):
    found = derive(samples("1|2025-07-01T11:00|50").assign(PCSTRESU="copies/mL"))
    assert column(found, "EXCLREAS") == ["Result is not in copies/ug DNA"]
    assert column(found, "AVALNCA") == [None]


def test_a_subject_s_records_do_not_depend_on_other_subjects(derive):
    one = samples("0|2025-07-01T09:00|BLQ", "1|2025-07-01T11:00|50", "2|2025-07-01T12:00|BLQ")
    other = samples("1|2025-07-02T10:30|BLQ", "2|2025-07-02T11:30|70", subject="B")
    whole = derive(pd.concat([one, other]))
    apart = pd.concat([derive(one), derive(other)], ignore_index=True)
    pd.testing.assert_frame_equal(whole, apart)


def test_the_parameter_names_the_unit(derive):
    assert column(derive(samples("1|2025-07-01T11:00|50")), "PARAM") == [
        "NK-cell DNA (copies/ug DNA)"
    ]


def test_a_study_without_concentrations_has_an_empty_dataset(derive):
    assert derive(None).empty


def test_a_sample_not_taken_of_an_infusion_after_the_cut_is_left_out(derive, study):
    later = f"{study.data_cut.year + 1}-01-01T10:00"
    pc = samples("0 | 2025-07-01T09:30 | BLQ", "1 | . | .")
    pc = pc.assign(PCRFTDTC=["2025-07-01T10:00", later])
    assert len(derive(pc)) == 1

"""Target lesions that merge, split, are too small to measure, or are measured more than once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.tumour.adtr import derive_adtr
from csrkit.adam.tumour.disagreements import derive_timepoint_responses
from csrkit.adam.tumour.lesions import select_target_lesions
from csrkit.conditions import parse

TU = "USUBJID TUSEQ TUTESTCD TUEVAL TULNKID TUORRES TULOC TUDTC"
TR = (
    "USUBJID TRSEQ TREVAL TRLNKID TRTESTCD VISITNUM VISIT TRDTC TRSTRESN TRSTRESC TRORRES TRSTAT "
    "TRREASND TRMETHOD TREVALID TRACPTFL"
)
VISITS = {1: "2025-06-20", 8: "2025-08-26", 16: "2025-10-21", 24: "2025-12-16"}
SITES = {"T01": "LIVER", "T02": "LUNG", "T03": "LYMPH NODE", "T04": "LYMPH NODE"}
EXTRA = ("TRSTRESC", "TRORRES", "TRSTAT", "TRREASND", "TRMETHOD", "TREVALID", "TRACPTFL")
BASE = {"T01": 40, "T02": 30, "T03": 20}


@pytest.fixture
def course(frame, subjects, study):
    """Derive ADTR of subject A from sizes by visit; `more` are further lines of TR."""

    def run(*visits, more=(), targets=("T01", "T02", "T03"), tu=(), settings=(), **domains):
        lines = [
            f"A|{n}|TUMIDENT|INVESTIGATOR|{name}|TARGET|{SITES[name]}|{VISITS[1]}"
            for n, name in enumerate(targets, start=1)
        ]
        tr = []
        for number, sizes in zip(VISITS, visits, strict=False):
            for name, size in sizes.items():
                tr.append(record(name, number, size, len(tr) + 1))
        tr += [record(*one[:3], len(tr) + 1 + n, **one[3]) for n, one in enumerate(more)]
        rows = pd.DataFrame(tr, columns=TR.split())
        adtr = study.derivations.adtr.model_copy(update=dict(settings))
        own = study.model_copy(
            update={"derivations": study.derivations.model_copy(update={"adtr": adtr})}
        )
        sdtm = {"TU": frame(TU, *lines, *tu), "TR": rows, **domains}
        adsl = subjects(A={})
        found = derive_adtr(sdtm, {"ADSL": adsl}, own)
        responses = derive_timepoint_responses(sdtm, found, own).sort_values("VISITNUM")
        sums = found[found["PARAMCD"] == "SDIAM"]
        return sums.assign(TARGET=sums["AVISITN"].map(responses.set_index("VISITNUM")["TARGET"]))

    return run


def record(name, number, size, seq, **values):
    nodal = {"T03", "T04"} >= set(name.replace(",", "/").split("/"))
    test = values.pop("TRTESTCD", "LPERP" if nodal or name[:3] in ("T03", "T04") else "LDIAM")
    day = values.pop("TRDTC", VISITS[number])
    known = dict.fromkeys(EXTRA) | {"TRMETHOD": "CT SCAN"} | values
    number_or_none = np.nan if size is None else float(size)
    by = values.get("TREVAL", "INVESTIGATOR")
    return [
        "A",
        float(seq),
        by,
        name,
        test,
        float(number),
        f"VISIT {number}",
        day,
        number_or_none,
    ] + [known[key] for key in EXTRA]


def second(sums):
    """What the first visit after baseline gives: sum, reason, comment, target response."""
    row = sums.iloc[1]
    aval = None if np.isnan(row["AVAL"]) else row["AVAL"]
    return aval, row["AREASN"], row["AVALCM"], row["TARGET"]


@pytest.mark.parametrize(
    "link", ["T01/T02", "T01,T02", "T01+T02", "T02 / T01", "T01/02", "T01&T02"]
)
def test_lesions_that_merged_count_once_by_the_diameter_of_the_merged_one(course, link):
    aval, reason, comment, _ = second(course(BASE, {link: 90, "T03": 20}))
    assert (aval, reason) == (110, None)
    assert comment == f"{link}: merged, counted once"


def test_a_merged_lesion_that_both_records_of_its_lesions_tell_counts_once(course):
    more = [("T01/T02", 8, 90, {}), ("T01/T02", 8, 90, {}), ("T03", 8, 20, {})]
    assert second(course(BASE, more=more))[0] == 110


def test_a_merged_lesion_stands_in_place_of_what_is_told_of_its_lesions(course):
    more = [
        ("T01/T02", 8, 90, {}), ("T03", 8, 20, {}), ("T01", 8, 45, {}),
        ("T02", 8, None, {"TRSTAT": "NOT DONE", "TRREASND": "Merged with T01"}),
    ]  # fmt: skip
    assert second(course(BASE, more=more))[:2] == (110, None)


def test_lesions_that_part_again_count_apart(course):
    sums = course(BASE, {"T01/T02": 90, "T03": 20}, BASE)
    assert sums["AVAL"].tolist() == [90, 110, 90]
    assert sums["AVALCM"].isna().tolist() == [True, False, True]


def test_three_lesions_can_merge_and_a_node_with_a_lesion_goes_by_the_longest_diameter(course):
    whole = course(BASE, more=[("T01/T02/T03", 8, 95, {"TRTESTCD": "LDIAM"})])
    assert second(whole)[0] == 95
    more = [
        ("T02/T03", 8, 33, {"TRTESTCD": "LPERP"}), ("T02/T03", 8, 55, {"TRTESTCD": "LDIAM"}),
        ("T01", 8, 40, {}),
    ]  # fmt: skip
    assert second(course(BASE, more=more))[0] == 95


def test_merged_nodes_go_by_the_short_axis_and_by_the_other_diameter_if_by_that_alone(course):
    targets = ("T01", "T03", "T04")
    base = {"T01": 40, "T03": 20, "T04": 16}
    both = [
        ("T03/T04", 8, 25, {"TRTESTCD": "LPERP"}), ("T03/T04", 8, 60, {"TRTESTCD": "LDIAM"}),
        ("T01", 8, 40, {}),
    ]  # fmt: skip
    assert second(course(base, more=both, targets=targets))[0] == 65
    assert second(course(base, more=both[1:], targets=targets))[0] == 100


def test_a_merged_lesion_not_measured_is_named_as_such(course):
    more = [
        ("T01/T02", 8, None, {"TRSTAT": "NOT DONE", "TRREASND": "Artefact"}),
        ("T03", 8, 20, {}),
    ]
    found = second(course(BASE, more=more))
    assert found == (None, "Target lesion not measured: T01/T02 (Artefact)", None, "NE")


def test_a_merged_lesion_of_which_one_is_no_target_counts_with_the_target(course):
    tu = ["A|9|TUMIDENT|INVESTIGATOR|NT01|NON-TARGET|LIVER|."]
    assert second(course(BASE, {"T01/NT01": 70, "T02": 30, "T03": 20}, tu=tu))[0] == 120


def test_an_identifier_of_no_target_lesion_is_no_merged_one(course):
    found = second(course(BASE, {**BASE, "T08/T09": 90, "X": 80, "NT01.1": 70}))
    assert found[:3] == (90, None, None)


@pytest.mark.parametrize(
    "parts", [("T01.1", "T01.2"), ("T01a", "T01b"), ("T01-1", "T01-2"), ("T01_A", "T01_B")]
)
def test_a_split_lesion_is_the_sum_of_its_parts(course, parts):
    sizes = dict(zip(parts, (25, 20), strict=True))
    aval, reason, comment, target = second(course(BASE, {**sizes, "T02": 30, "T03": 20}))
    assert (aval, reason, target) == (95, None, "SD")
    assert comment == "T01: split, sum of 2 parts"


def test_a_part_beside_the_lesion_itself_is_added_to_it(course):
    found = second(course(BASE, {**BASE, "T01a": 12}))
    assert found[0] == 102
    assert found[2] == "T01: split, sum of 2 parts"


def test_a_part_seen_before_has_to_be_measured_again(course):
    split = {"T01.1": 25, "T01.2": 20, "T02": 30, "T03": 20}
    later = {"T01.1": 25, "T02": 30, "T03": 20}
    sums = course(BASE, split, later, {**later, "T01.2": 0})
    np.testing.assert_allclose(sums["AVAL"], [90, 95, np.nan, 75])
    assert sums["AREASN"].tolist()[2] == "Target lesion not measured: T01 (without T01.2)"


def test_a_part_seen_later_was_not_there_before(course):
    sums = course(
        BASE, {"T01.1": 40, "T02": 30, "T03": 20}, {"T01.1": 25, "T01.2": 10, "T02": 30, "T03": 20}
    )
    assert sums["AVAL"].tolist() == [90, 90, 85]


def test_a_part_too_small_to_measure_counts_as_five_millimetres_and_is_told(course):
    more = [("T01.1", 8, 25, {}), ("T01.2", 8, None, {"TRSTRESC": "TOO SMALL TO MEASURE"}),
            ("T02", 8, 30, {}), ("T03", 8, 20, {})]  # fmt: skip
    aval, _, comment, _ = second(course(BASE, more=more))
    said = "T01: split, sum of 2 parts; T01.2 too small to measure, counted as 5 mm"
    assert (aval, comment) == (80, said)


def test_a_split_of_a_node_goes_by_its_short_axis(course):
    more = [("T03.1", 8, 9, {}), ("T03.2", 8, 8, {}), ("T03.1", 8, 30, {"TRTESTCD": "LDIAM"}),
            ("T01", 8, 0, {}), ("T02", 8, 0, {})]  # fmt: skip
    found = second(course(BASE, more=more))
    assert found[0] == 17


def test_a_target_lesion_of_the_baseline_may_have_such_an_identifier(course, monkeypatch):
    monkeypatch.setitem(SITES, "T01.1", "LUNG")
    base = {"T01": 40, "T02": 30}
    assert second(course(base, base, targets=("T01", "T02")))[0] == 70
    other = course({"T01.1": 20, "T02": 30}, {"T01.1": 15, "T02": 30}, targets=("T01.1", "T02"))
    assert other["AVAL"].tolist() == [50, 45]
    assert other["AVALCM"].isna().all()


def test_two_lesions_of_the_baseline_are_two_whatever_their_names(course, monkeypatch):
    monkeypatch.setitem(SITES, "T01A", "LUNG")
    base = {"T01": 40, "T01A": 30}
    sums = course(base, base, targets=("T01", "T01A"))
    assert sums["AVAL"].tolist() == [70, 70]
    assert sums["NTARGET"].tolist() == [2, 2]
    assert sums["AVALCM"].isna().all()


def test_what_tu_says_of_a_merged_or_split_lesion_is_no_further_target(course):
    tu = [
        f"A|7|TUMIDENT|INVESTIGATOR|T01/T02|TARGET|LIVER|{VISITS[8]}",
        f"A|8|TUMIDENT|INVESTIGATOR|T03.1|TARGET|LYMPH NODE|{VISITS[8]}",
    ]
    sums = course(BASE, {"T01/T02": 90, "T03.1": 12, "T03.2": 6}, tu=tu)
    assert sums["AVAL"].tolist() == [90, 108]
    assert sums["NTARGET"].tolist() == [3, 3]


def relations(*rows):
    columns = ["USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "RELID"]
    return pd.DataFrame([("A", "TU", *row) for row in rows], columns=columns)


@pytest.mark.parametrize(
    "rows",
    [
        [("TUSEQ", "1", "M"), ("TUSEQ", "2", "M"), ("TUSEQ", "9", "M")],
        [("TULNKID", "T01", "M"), ("TULNKID", "T02", "M"), ("TULNKID", "M01", "M")],
    ],
)
def test_relrec_tells_the_lesions_of_one_that_merged_under_its_own_name(course, rows):
    tu = ["A|9|TUMERGE|INVESTIGATOR|M01|TARGET|LIVER|."]
    found = second(course(BASE, {"M01": 90, "T03": 20}, tu=tu, RELREC=relations(*rows)))
    assert found[0] == 110
    assert found[2] == "M01: merged, counted once"
    assert second(course(BASE, {"M01": 90, "T03": 20}, tu=tu))[0] is None


def test_relrec_tells_the_lesion_of_parts_under_their_own_names(course):
    tu = [f"A|{n}|TUSPLIT|INVESTIGATOR|S{n}|TARGET|LIVER|." for n in (8, 9)]
    rel = relations(*(("TUSEQ", str(n), "S") for n in (1, 8, 9)))
    found = second(course(BASE, {"S8": 25, "S9": 20, "T02": 30, "T03": 20}, tu=tu, RELREC=rel))
    assert (found[0], found[2]) == (95, "T01: split, sum of 2 parts")


def test_a_relation_of_other_records_relates_no_lesions(course):
    rel = relations(("TUSEQ", "1", "X"), ("TUSEQ", "2", "X"))
    other = pd.DataFrame([[None, "TU", "TULNKID", None, "TUTR"]], columns=rel.columns)
    both = pd.concat([rel, other], ignore_index=True)
    assert second(course(BASE, BASE, RELREC=both))[:3] == (90, None, None)


@pytest.mark.parametrize("variable", ["TRSTRESC", "TRORRES"])
@pytest.mark.parametrize("words", ["TOO SMALL TO MEASURE", "too small to measure ", "BML"])
def test_a_lesion_too_small_to_measure_counts_as_five_millimetres(course, variable, words):
    more = [("T02", 8, None, {variable: words}), ("T01", 8, 40, {}), ("T03", 8, 20, {})]
    aval, reason, comment, _ = second(course(BASE, more=more))
    assert (aval, reason) == (65, None)
    assert comment == "T02: too small to measure, counted as 5 mm"


def test_the_words_may_be_those_of_another_test_or_the_study_s_own(course):
    more = [("T02", 8, None, {"TRSTRESC": "TINY", "TRTESTCD": "TUMSTATE"}), ("T01", 8, 40, {}),
            ("T03", 8, 20, {})]  # fmt: skip
    assert second(course(BASE, more=more))[0] is None
    own = {"too_small": ("tiny",)}
    assert second(course(BASE, more=more, settings=own))[0] == 65


def test_a_number_beats_the_words_and_a_node_too_small_is_normal(course):
    more = [("T01", 8, 4, {"TRSTRESC": "TOO SMALL TO MEASURE"}), ("T02", 8, 0, {}),
            ("T03", 8, None, {"TRSTRESC": "TOO SMALL TO MEASURE"})]  # fmt: skip
    aval, _, comment, target = second(course(BASE, more=more))
    assert (aval, target) == (9, "PR")
    assert comment == "T03: too small to measure, counted as 5 mm"


def test_a_complete_response_needs_every_node_below_ten_and_no_other_lesion(course):
    def target(t01, t02, t03):
        return second(course(BASE, {"T01": t01, "T02": t02, "T03": t03}))[3]

    assert target(0, 0, 9.9) == "CR"
    assert target(0, 0, 10) == "PR"
    assert target(0, 5, 0) == "PR"
    gone = [("T01", 8, None, {"TRSTRESC": "ABSENT"}), ("T02", 8, None, {"TRSTRESC": "DISAPPEARED"}),
            ("T03", 8, None, {"TRSTRESC": "TOO SMALL TO MEASURE"})]  # fmt: skip
    assert second(course(BASE, more=gone)) == (
        5, None, "T03: too small to measure, counted as 5 mm", "CR",
    )  # fmt: skip
    small = [*gone[:1], ("T02", 8, None, {"TRSTRESC": "TOO SMALL TO MEASURE"}), gone[2]]
    assert second(course(BASE, more=small))[3] == "PR"


def test_merged_lesions_that_disappear_are_a_complete_response(course):
    assert second(course(BASE, {"T01/T02": 0, "T03": 8}))[3] == "CR"
    assert second(course(BASE, {"T01/T02": 9, "T03": 8}))[3] == "PR"


def test_growth_of_a_merged_lesion_is_progression(course):
    assert second(course(BASE, {"T01/T02": 88, "T03": 20}))[3] == "PD"
    assert second(course(BASE, {"T01/T02": 87, "T03": 20}))[3] == "SD"


def test_what_was_not_done_gives_no_size_whatever_stands_beside_it(course):
    more = [("T01", 8, 12, {"TRSTAT": "NOT DONE"}), ("T03", 8, 20, {}),
            ("T02", 8, None, {"TRSTAT": "NOT DONE", "TRREASND": "Blurred"})]  # fmt: skip
    reason = "Target lesion not measured: T01 (not done), T02 (Blurred)"
    assert second(course(BASE, more=more))[:2] == (None, reason)


def test_a_very_long_reason_is_cut_to_what_a_variable_holds(course):
    more = [("T01", 8, None, {"TRSTAT": "NOT DONE", "TRREASND": "模糊" * 80})]
    reason = second(course(BASE, more=more))[1]
    assert reason.endswith("...")
    assert 190 < len(reason.encode()) <= 200


def test_of_two_methods_that_of_the_first_measurement_counts(course):
    mri = {"TRMETHOD": "MRI"}
    more = [("T01", 8, 31, mri), ("T01", 8, 35, {}), ("T01", 8, 33, mri), ("T02", 8, 30, mri),
            ("T03", 8, 20, {})]  # fmt: skip
    assert second(course(BASE, more=more))[0] == 85
    assert second(course(BASE, more=more, settings={"of_methods": "latest"}))[0] == 83


def test_another_method_counts_where_the_first_one_gave_nothing(course):
    more = [("T01", 8, None, {"TRSTAT": "NOT DONE"}), ("T01", 8, 31, {"TRMETHOD": "MRI"}),
            ("T02", 8, 30, {}), ("T03", 8, 20, {})]  # fmt: skip
    assert second(course(BASE, more=more))[:2] == (81, None)


def read_by(name, number, size, reader, accepted=None):
    by = {"TREVAL": "INDEPENDENT ASSESSOR", "TREVALID": reader, "TRACPTFL": accepted}
    return (name, number, size, by)


@pytest.fixture
def readers(course):
    def run(*more):
        own = {"measurements": parse("TREVAL == 'INDEPENDENT ASSESSOR'")}
        base = [read_by("T01", 1, 40, "READER 1"), read_by("T02", 1, 30, "READER 1")]
        return course(more=[*base, *more], targets=("T01", "T02"), settings=own)

    return run


def test_of_two_readers_the_accepted_one_counts_for_all_lesions(readers):
    found = readers(
        read_by("T01", 8, 20, "READER 1", "Y"), read_by("T02", 8, 15, "READER 1", "Y"),
        read_by("T01", 8, 44, "READER 2"), read_by("T02", 8, 33, "READER 2"),
    )  # fmt: skip
    assert second(found)[0] == 35


def test_two_readers_who_differ_with_none_accepted_give_no_sum(readers):
    found = second(readers(
        read_by("T01", 8, 20, "READER 1"), read_by("T02", 8, 15, "READER 1"),
        read_by("T01", 8, 44, "READER 2"), read_by("T02", 8, 15, "READER 2"),
    ))  # fmt: skip
    reason = "Target lesion not measured: T01 (several evaluators, none accepted)"
    assert found[:2] == (None, reason)


def test_lesions_of_a_reader_who_is_not_accepted_are_no_targets(frame, study):
    header = f"{TU} TUACPTFL"
    tu = frame(
        header,
        "A|1|TUMIDENT|INVESTIGATOR|T01|TARGET|LIVER|.|Y",
        "A|2|TUMIDENT|INVESTIGATOR|T02|TARGET|LUNG|.|.",
        "B|1|TUMIDENT|INVESTIGATOR|T01|TARGET|LIVER|.|.",
    )
    found = select_target_lesions({"TU": tu}, study)
    assert found[["USUBJID", "LESION"]].to_numpy().tolist() == [["A", "T01"], ["B", "T01"]]


def test_a_baseline_and_a_nadir_of_zero_stop_nothing(course):
    zero = {"T01": 0, "T02": 0, "T03": 0}
    sums = course(zero, zero, {"T01": 0, "T02": 6, "T03": 0})
    assert sums["PCHG"].isna().all()
    assert sums["PCHGNAD"].isna().all()
    assert sums["CHGNAD"].tolist()[2] == 6
    assert sums["TARGET"].tolist()[2] == "PD"


def test_the_order_of_records_does_not_matter(frame, subjects, study):
    lines = [f"A|{n}|TUMIDENT|INVESTIGATOR|{t}|TARGET|{SITES[t]}|." for n, t in enumerate(BASE, 1)]
    rows = [record(name, 1, size, n) for n, (name, size) in enumerate(BASE.items(), 1)]
    rows += [
        record("T01/T02", 8, 90, 4), record("T03.1", 8, 9, 5), record("T03.2", 8, 7, 6),
        record("T01", 16, 40, 7), record("T01", 16, 44, 8, TRMETHOD="MRI"),
        record("T02", 16, None, 9, TRSTRESC="TSTM"), record("T03.1", 16, 3, 10),
        record("T03.2", 16, 4, 11),
    ]  # fmt: skip
    tr, tu = pd.DataFrame(rows, columns=TR.split()), frame(TU, *lines)
    adsl = {"ADSL": subjects(A={})}
    one = derive_adtr({"TU": tu, "TR": tr}, adsl, study)
    pd.testing.assert_frame_equal(derive_adtr({"TU": tu[::-1], "TR": tr[::-1]}, adsl, study), one)
    assert one.loc[one["PARAMCD"] == "SDIAM", "AVAL"].tolist() == [90, 106, 52]

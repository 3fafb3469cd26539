"""ADAE from a few events: dates, treatment-emergent flag, occurrence, DLT, latest infusion."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.occurrences.adae import derive_adae
from csrkit.errors import DataError
from csrkit.study.derivations.sources import DateSource

# First infusion 2025-07-01T10:00, last one 2025-08-05T11:00 (conftest).
INFUSIONS = ["2025-07-01T10:00", "2025-07-08T10:00", "2025-08-05T10:00"]
COLUMNS = [
    "AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AETOXGR", "AESER", "AEREL", "AESTDTC", "AEENDTC",
]  # fmt: skip
ORDINARY = {
    "AETERM": "fever", "AEDECOD": "Fever", "AEBODSYS": "General", "AESEV": "MILD", "AETOXGR": "1",
    "AESER": "N", "AEREL": "RELATED", "AESTDTC": "2025-07-02", "AEENDTC": None,
}  # fmt: skip


@pytest.fixture
def derive(subjects, study):
    """Derive ADAE of S1 from one dictionary an event; `supp` gives qualifiers by AESEQ."""

    def run(*events, supp=(), settings=study, domains=None, **subject):
        rows = [
            {"USUBJID": "S1", "AESEQ": float(n), **ORDINARY, **event}
            for n, event in enumerate(events, start=1)
        ]
        suppae = pd.DataFrame(
            [("S1", "AESEQ", str(seq), name, value) for seq, name, value in supp],
            columns=["USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"],
            dtype=object,
        )
        ages = {"AGE": 60.0, "AGEGR1": "< 65 years", "AGEGR1N": 1.0, "SEX": "F", "RACE": "ASIAN"}
        adsl = subjects(S1={**ages, "EOSDT": None, **subject})
        adex = pd.DataFrame(
            {"USUBJID": "S1", "PARAMCD": "DOSE", "ASTDTM": pd.to_datetime(INFUSIONS),
             "ASTTMF": "S", "INFNUM": [1.0, 2.0, 6.0]}
        )  # fmt: skip
        sdtm = {"AE": pd.DataFrame(rows), "SUPPAE": suppae, **(domains or {})}
        return derive_adae(sdtm, {"ADSL": adsl, "ADEX": adex}, settings)

    return run


@pytest.mark.parametrize(
    ("start", "end", "expected", "flag"),
    [
        ("2025-07-05T08:30", None, "2025-07-05 08:30:00", None),
        ("2025-07-05", None, "2025-07-05 00:00:00", None),
        ("2025-07-01", None, "2025-07-01 10:00:00", None),
        ("2025-07-01T08:00", None, "2025-07-01 08:00:00", None),
        ("2025-07", None, "2025-07-01 10:00:00", "D"),
        ("2025-06", None, "2025-06-01 00:00:00", "D"),
        ("2025-08", None, "2025-08-01 00:00:00", "D"),
        ("2025", None, "2025-07-01 10:00:00", "M"),
        ("2025", "2025-06-20", "2025-01-01 00:00:00", "M"),
        ("2025-07", "2025-07-01T09:00", "2025-07-01 00:00:00", "D"),
        (None, None, "NaT", None),
    ],
)
def test_a_start_is_imputed_to_the_month_not_before_the_first_dose(
    derive, start, end, expected, flag
):
    one = derive({"AESTDTC": start, "AEENDTC": end}).iloc[0]
    assert (str(one["ASTDTM"]), one["ASTDTF"]) == (expected, flag)


@pytest.mark.parametrize(
    ("end", "subject", "expected", "flag"),
    [
        ("2025-07-05", {}, "2025-07-05 23:59:59", None),
        ("2025-08", {}, "2025-08-31 23:59:59", "D"),
        ("2025-08", {"DTHDT": "2025-08-20"}, "2025-08-20 23:59:59", "D"),
        ("2025-08", {"DTHDT": "2025-09-20"}, "2025-08-31 23:59:59", "D"),
        ("2025-08", {"EOSDT": "2025-08-10", "DTHDT": "2025-08-20"}, "2025-08-10 23:59:59", "D"),
        ("2025-08", {"EOSDT": "2025-07-10", "DTHDT": "2025-08-20"}, "2025-08-20 23:59:59", "D"),
        ("2026-03", {}, "2026-03-31 23:59:59", "D"),
        ("2026", {}, "2026-03-31 23:59:59", "M"),
        (None, {"DTHDT": "2025-08-20"}, "NaT", None),
    ],
)
def test_an_end_is_imputed_to_the_last_day_not_after_death_end_of_study_or_cut(
    derive, end, subject, expected, flag
):
    one = derive({"AEENDTC": end}, **subject).iloc[0]
    assert (str(one["AENDTM"]), one["AENDTF"]) == (expected, flag)


@pytest.mark.parametrize(
    ("event", "emergent"),
    [
        ({"AESTDTC": "2025-07-01T10:00:00"}, "Y"),
        ({"AESTDTC": "2025-07-01"}, "Y"),
        ({"AESTDTC": "2025-07-01T09:59:59"}, None),
        ({"AESTDTC": "2025-06-30"}, None),
        ({"AESTDTC": "2025-09-04"}, "Y"),
        ({"AESTDTC": "2025-09-05"}, None),
        ({"AESTDTC": None}, "Y"),
        ({"AESTDTC": None, "AEENDTC": "2025-06-30"}, None),
        ({"AESTDTC": "2025", "AEENDTC": "2025-06"}, None),
        ({"AESTDTC": "2025"}, "Y"),
    ],
)
def test_an_event_from_the_first_dose_to_the_window_after_the_last_is_emergent(
    derive, event, emergent
):
    assert derive(event).iloc[0]["TRTEMFL"] == emergent


@pytest.mark.parametrize(
    ("initial", "grade", "end", "emergent"),
    [
        ("1", "3", None, "Y"),
        ("3", "3", None, None),
        (None, "3", None, None),
        ("1", "3", "2025-06-29", None),
    ],
)
def test_an_earlier_event_that_worsened_is_emergent(derive, initial, grade, end, emergent):
    event = {"AESTDTC": "2025-06-20", "AEENDTC": end, "AETOXGR": grade}
    supp = [(1, "AEITOXGR", initial)] if initial else []
    assert derive(event, supp=supp).iloc[0]["TRTEMFL"] == emergent


def test_an_event_of_a_subject_not_treated_is_never_emergent(derive):
    untreated = dict.fromkeys(["TRTSDT", "TRTSDTM", "TRTEDT", "TRTEDTM"])
    one = derive({"AESTDTC": None}, {"AESTDTC": "2025-07-05"}, **untreated)
    assert one["TRTEMFL"].isna().all()
    assert one["AOCCFL"].isna().all()


def test_without_a_last_dose_every_later_event_is_emergent(derive):
    last = dict.fromkeys(["TRTEDT", "TRTEDTM"])
    assert derive({"AESTDTC": "2026-02-01"}, **last).iloc[0]["TRTEMFL"] == "Y"


def test_first_occurrences_go_by_time_and_by_severity(derive):
    out = derive(
        {"AESTDTC": "2025-06-01", "AETOXGR": "5"},
        {"AESTDTC": "2025-07-03", "AETOXGR": "1"},
        {"AESTDTC": "2025-07-02", "AETOXGR": "2", "AEDECOD": "Chills"},
        {"AESTDTC": "2025-07-04", "AETOXGR": "3"},
        {"AESTDTC": "2025-07-04", "AETOXGR": "3", "AEBODSYS": "Blood", "AEDECOD": "Anaemia"},
        {"AESTDTC": "2025-07-06", "AETOXGR": None},
    )
    flagged = {
        name: out.loc[out[name] == "Y", "AESEQ"].tolist() for name in out if name.startswith("AOCC")
    }
    assert flagged == {
        "AOCCFL": [3],
        "AOCCSFL": [3, 5],
        "AOCCPFL": [2, 3, 5],
        "AOCCIFL": [4],
        "AOCCSIFL": [4, 5],
        "AOCCPIFL": [3, 4, 5],
    }


@pytest.mark.parametrize(
    ("start", "window"),
    [("2025-07-01", "Y"), ("2025-07-28", "Y"), ("2025-07-29", "N"), ("2025-06-30", "N")],
)
def test_a_dlt_is_checked_against_its_window(derive, start, window):
    out = derive({"AESTDTC": start}, {"AESTDTC": start}, supp=[(1, "AEDLT", "Y")])
    assert out["DLTFL"].tolist() == ["Y", None]
    assert out["DLTWINFL"].tolist() == [window, None]


@pytest.mark.parametrize(
    ("start", "number", "days", "hours"),
    [
        ("2025-07-01T12:30:00", 1, 0, 2.5),
        ("2025-07-01", 1, 0, None),
        ("2025-07-08T09:00:00", 1, 7, 167.0),
        ("2025-07-08", 2, 0, None),
        ("2025-08-04", 2, 27, None),
        ("2025-09-01T10:00:00", 6, 27, 648.0),
        ("2025-06-30", None, None, None),
        ("2025-07-01T09:00:00", None, None, None),
        (None, None, None, None),
    ],
)
def test_the_latest_infusion_is_the_last_begun_by_the_start(derive, start, number, days, hours):
    one = derive({"AESTDTC": start})[["INFNUM", "DAYINF", "HRINF"]].iloc[0]
    assert [None if pd.isna(value) else value for value in one] == [number, days, hours]


def test_causality_follows_the_mapping_and_a_missing_one_counts_as_related(derive):
    out = derive(
        {"AEREL": "RELATED"},
        {"AEREL": "POSSIBLY RELATED"},
        {"AEREL": "NOT RELATED"},
        {"AEREL": None},
    )
    assert out["AREL"].tolist() == ["RELATED", "RELATED", "NOT RELATED", "RELATED"]


def test_grades_and_categories_come_from_the_event_and_its_qualifiers(derive):
    out = derive(
        {"AETOXGR": "3"}, {"AETOXGR": "GRADE 2", "AESEV": "SEVERE"}, {"AETOXGR": None},
        supp=[(1, "ASTCTGR", "2"), (1, "AESICAT", "Cytokine release syndrome")],
    )  # fmt: skip
    assert out["ATOXGR"].tolist() == ["3", "2", None]
    assert out["ATOXGRN"].tolist()[:2] == [3, 2]
    assert out["ASEVN"].tolist() == [1, 3, 1]
    assert out["AESICAT"].tolist() == ["Cytokine release syndrome", None, None]
    assert out["ASTCTGRN"].tolist()[0] == 2


@pytest.mark.parametrize(
    "event", [{"AEREL": "PERHAPS"}, {"AESEV": "AWFUL"}, {"AETOXGR": "6"}, {"AETOXGR": "1-2"}]
)
def test_a_value_that_is_not_known_names_its_record(derive, event):
    with pytest.raises(DataError, match=f"AE.{next(iter(event))}, USUBJID=S1, AESEQ=2"):
        derive({}, event)


def test_days_and_duration_count_from_the_first_dose(derive):
    one = derive({"AESTDTC": "2025-06-30", "AEENDTC": "2025-07-02"}).iloc[0]
    assert (one["ASTDY"], one["AENDY"], one["ADURN"], one["ADURU"]) == (-1, 2, 3, "DAYS")


def test_an_event_of_a_subject_outside_adsl_leaves(derive, subjects, study):
    ae = pd.DataFrame([{"USUBJID": "S9", "AESEQ": 1.0, **ORDINARY}])
    ages = {"AGE": 60.0, "AGEGR1": None, "AGEGR1N": 1.0, "SEX": "F", "RACE": "ASIAN"}
    adsl = subjects(S1={**ages, "EOSDT": None})
    adex = pd.DataFrame(
        {"USUBJID": ["S1"], "PARAMCD": ["DOSE"], "ASTDTM": pd.to_datetime(["2025-07-01T10:00"]),
         "ASTTMF": [None], "INFNUM": [1.0]}
    )  # fmt: skip
    assert derive_adae({"AE": ae}, {"ADSL": adsl, "ADEX": adex}, study).empty


def test_the_codes_of_the_dictionary_come_along_where_they_are_delivered(derive):
    coded = derive({"AELLTCD": 10016558.0, "AEHLGT": "Body temperature conditions"})
    assert coded[["AELLTCD", "AEHLGT"]].to_numpy().tolist() == [
        [10016558.0, "Body temperature conditions"]
    ]
    assert derive({})[["AELLTCD", "AEPTCD", "AEHLGT"]].isna().all(axis=None)


REFERENCE = {"RFSTDTC": "2025-07-01T10:00", "RFENDTC": "2025-08-05T11:00"}


@pytest.mark.parametrize(
    ("event", "emergent"),
    [
        ({}, "Y"),
        ({"AESTRF": "BEFORE", "AEENRF": "BEFORE"}, None),
        ({"AEENRF": "BEFORE"}, None),
        ({"AESTRF": "BEFORE"}, None),
        ({"AESTRF": "BEFORE", "AEENRF": "ONGOING"}, None),
        ({"AESTRF": "before "}, None),
        ({"AESTRF": "BEFORE/DURING"}, "Y"),
        ({"AESTRF": "DURING"}, "Y"),
        ({"AESTRF": "COINCIDENT"}, "Y"),
        ({"AESTRF": "DURING/AFTER"}, "Y"),
        ({"AESTRF": "AFTER"}, "Y"),
        ({"AESTRF": "UNKNOWN"}, "Y"),
        ({"AESTRF": "U"}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "2025-07-01"}, None),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "2025-07-02"}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "2025-07"}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "2025-06"}, None),
        ({"AESTRTPT": "AFTER", "AESTTPT": "2025-09-04"}, None),
        ({"AESTRTPT": "AFTER", "AESTTPT": "2025-09-03"}, "Y"),
        ({"AESTRTPT": "AFTER", "AESTTPT": "2025-09"}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": None}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "screening"}, None),
        ({"AESTRTPT": "AFTER", "AESTTPT": "SCREENING"}, "Y"),
        ({"AESTRTPT": "BEFORE", "AESTTPT": "NO SUCH VISIT"}, "Y"),
        ({"AEENRTPT": "BEFORE", "AEENTPT": "FIRST DOSE"}, None),
        ({"AEENRTPT": "ONGOING", "AEENTPT": "FIRST DOSE"}, "Y"),
        ({"AESTDTC": "2025-07", "AESTRF": "BEFORE"}, None),
        ({"AESTDTC": "2025-08", "AESTRF": "BEFORE"}, "Y"),
        ({"AESTDTC": "2025", "AESTRF": "BEFORE"}, None),
        ({"AESTDTC": "2025-07-02", "AESTRF": "BEFORE", "AEENRF": "BEFORE"}, "Y"),
        ({"AESTDTC": "2025-06-02", "AESTRF": "DURING"}, None),
    ],
)
def test_a_date_that_is_missing_is_what_the_relative_timing_says(derive, study, event, emergent):
    dose = {"domain": "DM", "variable": "RFXSTDTC"}
    named = study.derivations.model_copy(
        update={"reference_points": {"First dose": DateSource.model_validate(dose)}}
    )
    domains = {
        "DM": pd.DataFrame([{"USUBJID": "S1", **REFERENCE, "RFXSTDTC": "2025-07-01T10:00"}]),
        "SV": pd.DataFrame(
            [{"USUBJID": "S1", "VISIT": "SCREENING", "SVSTDTC": "2025-06-20", "SVENDTC": None}]
        ),
    }
    settings = study.model_copy(update={"derivations": named})
    one = derive({"AESTDTC": None, **event}, domains=domains, settings=settings).iloc[0]
    assert one["TRTEMFL"] == emergent


def test_an_event_told_to_have_begun_before_is_emergent_when_it_worsened(derive):
    domains = {"DM": pd.DataFrame([{"USUBJID": "S1", **REFERENCE}])}
    event = {"AESTDTC": None, "AESTRF": "BEFORE", "AETOXGR": "3"}
    supp = [(1, "AEITOXGR", "1")]
    assert derive(event, supp=supp, domains=domains)["TRTEMFL"].tolist() == ["Y"]
    over = {**event, "AESTRF": None, "AEENRF": "BEFORE"}
    assert derive(over, supp=supp, domains=domains)["TRTEMFL"].tolist() == [None]


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ({"AESTDTC": "2025", "AESTRF": "BEFORE"}, "2025-01-01 00:00:00", "NaT"),
        ({"AESTDTC": "2025-07", "AESTRF": "DURING"}, "2025-07-01 10:00:00", "NaT"),
        ({"AESTDTC": "2025", "AESTRF": "AFTER"}, "2025-08-05 11:01:00", "NaT"),
        ({"AEENDTC": "2025-08", "AEENRF": "DURING"}, "2025-07-02 00:00:00", "2025-08-05 11:00:59"),
        ({"AEENDTC": "2025-09", "AEENRF": "DURING"}, "2025-07-02 00:00:00", "2025-09-30 23:59:59"),
        ({"AESTDTC": None, "AESTRF": "BEFORE"}, "NaT", "NaT"),
    ],
)
def test_the_relative_timing_bounds_partial_dates_that_leave_room_for_it(derive, event, start, end):
    domains = {"DM": pd.DataFrame([{"USUBJID": "S1", **REFERENCE}])}
    one = derive(event, domains=domains).iloc[0]
    assert (str(one["ASTDTM"]), str(one["AENDTM"])) == (start, end)


@pytest.mark.parametrize(
    ("start", "end", "subject", "expected", "days"),
    [
        ("2026-01-21", "2026-01", {"EOSDT": "2026-01-17"}, ("2026-01-21", "2026-01-31"), 11),
        ("2026-01-21", "2026-01", {"DTHDT": "2026-01-20"}, ("2026-01-21", "2026-01-31"), 11),
        (
            "2026-01-21",
            "2026-01",
            {"EOSDT": "2026-01-17", "DTHDT": "2026-01-25"},
            ("2026-01-21", "2026-01-25"),
            5,
        ),
        ("2026-01-21", "2026", {"EOSDT": "2026-01-17"}, ("2026-01-21", "2026-03-31"), 70),
        ("2026-02", "2026", {"EOSDT": "2026-01-17"}, ("2026-02-01", "2026-03-31"), 59),
        ("2026-01-21T10:00", "2026-01-21", {}, ("2026-01-21", "2026-01-21"), 1),
        ("2025-07", "2025-07-03", {}, ("2025-07-01", "2025-07-03"), 3),
        ("2025-07-05", "2025-07-01/2025-07-08", {}, ("2025-07-05", "2025-07-08"), 4),
        ("2025-07-01/2025-07-08", "2025-07-03", {}, ("2025-07-01", "2025-07-03"), 3),
    ],
)
def test_an_imputed_end_never_stands_before_the_start(derive, start, end, subject, expected, days):
    one = derive({"AESTDTC": start, "AEENDTC": end}, **subject).iloc[0]
    assert (str(one["ASTDT"])[:10], str(one["AENDT"])[:10]) == expected
    assert (one["ADURN"], one["ADURREAS"]) == (days, None)


@pytest.mark.parametrize("how", ["mid", "last"])
def test_an_imputed_start_never_stands_after_a_known_end(derive, study, how):
    adae = study.derivations.adae
    start = adae.start.model_copy(update={"how": how})
    late = study.derivations.model_copy(update={"adae": adae.model_copy(update={"start": start})})
    settings = study.model_copy(update={"derivations": late})
    one = derive({"AESTDTC": "2025-07", "AEENDTC": "2025-07-04"}, settings=settings).iloc[0]
    assert (str(one["ASTDT"])[:10], one["ADURN"]) == ("2025-07-04", 1)


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("2025-07-05", "2025-07-04", "End before start"),
        ("2025-07-05", None, "End not known"),
        (None, "2025-07-04", "Start not known"),
        (None, None, "Start not known"),
    ],
)
def test_a_duration_that_cannot_be_given_says_why(derive, start, end, reason):
    one = derive({"AESTDTC": start, "AEENDTC": end}).iloc[0]
    assert pd.isna(one["ADURN"])
    assert (one["ADURU"], one["ADURREAS"]) == (None, reason)

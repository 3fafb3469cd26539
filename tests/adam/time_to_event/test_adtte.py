"""ADTTE: what is an event, what censors and when, from literal records."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.time_to_event.adtte import derive_adtte
from csrkit.adam.time_to_event.declared import check_sources
from csrkit.adam.tumour.adrs import derive_adrs
from csrkit.errors import StudyError
from csrkit.study.derivations.time_to_event import TimeToEvent

RS = "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC"
DLT = pd.DataFrame(
    {"USUBJID": ["none"], "AESEQ": [1.0], "ASTDT": pd.to_datetime(["2025-07-02"]),
     "DLTFL": [None], "DLTWINFL": [None]}
)  # fmt: skip
START = pd.Timestamp("2025-07-01")


def day(number):
    """Date of a day counted from the first dose, which is day 1."""
    return f"{START + pd.Timedelta(days=number - 1):%F}"


@pytest.fixture(scope="session")
def derive(study, subjects, frame):
    """ADTTE of one subject A from (day, response) pairs."""

    def make(*visits, therapy=None, study=study, adae=DLT, clinical=None, **own):
        rows = [
            f"A|{n}|RECIST 1.1|OVRLRESP|INVESTIGATOR|{n}|VISIT {n}|{day(when)}|{value}"
            for n, (when, value) in enumerate(visits, start=1)
        ]
        if clinical:
            when = clinical if isinstance(clinical, str) else day(clinical)
            rows.append(f"A|99|CLINICAL|SYMPTDTR|INVESTIGATOR|99|X|{when}|Y")
        sdtm = {"RS": frame(RS, *rows)}
        if therapy:
            sdtm["CM"] = frame(
                "USUBJID CMSEQ CMCAT CMSTDTC",
                f"A|1|SUBSEQUENT ANTICANCER THERAPY|{day(therapy)}",
            )
        dates = {name: value and day(value) for name, value in own.items()}
        adsl = subjects(A={"LSTALVDT": day(400), "TRTEDT": day(36), **dates})
        adam = {"ADSL": adsl, "ADAE": adae, "ADRS": derive_adrs(sdtm, {"ADSL": adsl}, study)}
        return derive_adtte(sdtm, adam, study).set_index("PARAMCD")

    return make


def result(adtte, code):
    row = adtte.loc[code]
    return row["AVAL"], row["CNSR"], row["EVNTDESC"]


def test_pfs_is_the_first_of_progression_and_death(derive):
    assert result(derive((57, "SD"), (113, "PD"), DTHDT=200), "PFS") == (
        113,
        0,
        "Disease progression",
    )
    assert result(derive((57, "SD"), DTHDT=100), "PFS") == (100, 0, "Death")


def test_progression_comes_before_death_in_the_list_when_both_are_on_one_day(derive):
    assert result(derive((57, "SD"), (113, "PD"), DTHDT=113), "PFS")[2] == "Disease progression"


def test_pfs_without_event_is_censored_at_the_last_adequate_assessment(derive):
    row = derive((57, "SD"), (113, "PR"), (169, "NE")).loc["PFS"]
    assert row[["AVAL", "CNSR"]].tolist() == [113, 1]
    assert row["EVNTDESC"] == "No progression or death"
    assert row["CNSDTDSC"] == "Last adequate tumour assessment"
    assert row[["SRCDOM", "SRCVAR"]].tolist() == ["ADRS", "ADT"]


def test_pfs_without_any_adequate_assessment_is_censored_at_the_start(derive):
    for adtte in (derive(), derive((57, "NE")), derive((57, "NE"), therapy=60)):
        row = adtte.loc["PFS"]
        assert row[["AVAL", "CNSR", "CNSDTDSC"]].tolist() == [1, 4, "Start of treatment"]


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [
        (114, (113, 0, "Disease progression")),
        (113, (57, 2, "New anticancer therapy")),
        (60, (57, 2, "New anticancer therapy")),
        (57, (1, 4, "No assessment or contact after the start")),
    ],
)
def test_an_event_counts_only_before_a_new_therapy(derive, therapy, expected):
    assert result(derive((57, "SD"), (113, "PD"), therapy=therapy), "PFS") == expected


def test_death_after_a_new_therapy_is_no_event_of_pfs_but_of_os(derive):
    adtte = derive((57, "SD"), (113, "PR"), therapy=150, DTHDT=200)
    assert result(adtte, "PFS") == (113, 2, "New anticancer therapy")
    assert result(adtte, "OS") == (200, 0, "Death")


def test_the_sensitivity_analysis_counts_every_event(derive):
    adtte = derive((57, "SD"), (250, "PD"), therapy=200)
    assert result(adtte, "PFSEV") == (250, 0, "Disease progression")
    assert result(adtte, "PFS") == (57, 2, "New anticancer therapy")


@pytest.mark.parametrize(
    ("visits", "death", "expected"),
    [
        # 126 days (2 x 56 + 7 early + 7 late) after the assessment of day 57 is day 183.
        ([(57, "SD"), (183, "PD")], None, (183, 0)),
        ([(57, "SD"), (184, "PD")], None, (57, 3)),
        ([(57, "SD"), (120, "NE"), (184, "PD")], None, (57, 3)),
        ([(57, "SD"), (120, "SD"), (184, "PD")], None, (184, 0)),
        ([(57, "SD")], 183, (183, 0)),
        ([(57, "SD")], 184, (57, 3)),
        # Without an assessment 119 days (2 x 56 + 7 late) after day 1 is day 120.
        ([], 120, (120, 0)),
        ([], 121, (1, 4)),
        # A gap before a later assessment without progression censors nothing.
        ([(57, "SD"), (250, "SD"), (306, "PD")], None, (306, 0)),
        ([(57, "SD"), (250, "SD")], None, (250, 1)),
    ],
)
def test_an_event_after_two_missed_assessments_is_censored_before_them(
    derive, visits, death, expected
):
    own = {"DTHDT": death} if death else {}
    assert result(derive(*visits, **own), "PFS")[:2] == expected


CLINICAL = {
    "dataset": "RS",
    "date": "RSDTC",
    "where": "RSTESTCD == 'SYMPTDTR' and RSSTRESC == 'Y'",
    "impute": {"highest": "D", "how": "last"},
    "event": "Clinical progression",
}


def declaring(study, **parameters):
    """The study with times changed or added: PARAMCD to what is declared of it, or None."""
    own = study.derivations.adtte.model_dump()
    for code, changes in parameters.items():
        own["parameters"][code] = {**own["parameters"].get(code, {}), **changes}
    adtte = TimeToEvent.model_validate(own)
    derivations = study.derivations.model_copy(update={"adtte": adtte})
    return study.model_copy(update={"derivations": derivations})


def test_clinical_progression_is_an_event_only_when_the_setting_says_so(derive, study):
    assert result(derive((57, "SD"), clinical=80), "PFS")[:2] == (57, 1)
    events = study.derivations.adtte.parameters["PFS"].model_dump()["events"]
    counting = declaring(study, PFS={"events": [events[0], CLINICAL, events[1]]})
    adtte = derive((57, "SD"), (113, "PD"), clinical=80, study=counting)
    assert result(adtte, "PFS") == (80, 0, "Clinical progression")
    assert adtte.loc["PFS", ["SRCDOM", "SRCVAR", "SRCSEQ"]].tolist() == ["RS", "RSDTC", 99]
    assert result(derive((57, "SD"), (113, "PD"), clinical=80, study=counting), "PFSEV")[0] == 113


def counting_clinical(study, reading="latest", how="last"):
    """The study whose PFS ends with a clinical progression, too, seen by dates read so."""
    clinical = {**CLINICAL, "impute": {"highest": "D", "how": how}}
    alive = study.derivations.adtte.parameters["OS"].model_dump()["censors"][-1]
    events = study.derivations.adtte.parameters["PFS"].model_dump()["events"]
    both = {"events": [events[0], clinical, events[1]]}
    alone = {"label": "Time to Clinical Progression", "events": [clinical], "censors": [alive]}
    own = study.assumptions.partial_new_therapy.model_copy(update={"value": reading})
    assumptions = study.assumptions.model_copy(update={"partial_new_therapy": own})
    declared = declaring(study, PFS=both, PFSEV=both, TTCP=alone)
    return declared.model_copy(update={"assumptions": assumptions})


@pytest.mark.parametrize(
    ("reading", "free", "whatever"), [("latest", (84, 0), 84), ("earliest", (57, 2), 92)]
)
def test_an_event_of_an_unknown_day_comes_before_a_therapy_that_it_may_precede(
    derive, study, reading, free, whatever
):
    # September 2025 is day 63 to 92.
    own = counting_clinical(study, reading)
    adtte = derive((57, "SD"), clinical="2025-09", therapy=85, study=own)
    assert result(adtte, "PFS")[:2] == free
    assert result(adtte, "PFSEV")[:2] == (whatever, 0)
    # Where no assessment sees the event, a therapy has nothing to say of its day.
    assert result(adtte, "TTCP")[:2] == (92, 0)


def test_an_event_of_an_unknown_day_is_not_before_the_start(derive, study):
    own = counting_clinical(study, how="first")
    adtte = derive((57, "SD"), clinical="2025-07", TRTSDT=10, study=own)
    assert result(adtte, "PFS") == (1, 0, "Clinical progression")
    assert str(adtte.loc["PFS", "ADT"])[:10] == day(10)


def test_os_is_death_or_the_last_date_known_alive(derive):
    assert result(derive(DTHDT=90), "OS") == (90, 0, "Death")
    alive = derive(LSTALVDT=300).loc["OS"]
    assert alive[["AVAL", "CNSR", "CNSDTDSC"]].tolist() == [300, 1, "Last date known alive"]
    assert result(derive(LSTALVDT=None), "OS")[:2] == (1, 4)


def test_duration_of_response_runs_from_the_first_confirmed_response(derive):
    adtte = derive((29, "PR"), (57, "SD"), (113, "PR"), (169, "CR"), (225, "PD"))
    assert adtte.loc["DOR", "STARTDT"] == pd.Timestamp(day(113))
    assert result(adtte, "DOR") == (113, 0, "Disease progression")
    assert result(adtte, "TTR") == (113, 0, "Confirmed response")
    censored = derive((57, "PR"), (113, "PR"), therapy=150)
    assert result(censored, "DOR") == (57, 2, "New anticancer therapy")


def test_only_confirmed_responders_have_a_duration_and_a_time_to_response(derive):
    adtte = derive((57, "PR"), (113, "PD"))
    assert sorted(adtte.index) == ["OS", "PFS", "PFSEV", "TTDLT"]


def test_the_first_dlt_in_the_window_is_the_event_of_ttdlt(derive):
    dlts = pd.DataFrame(
        {
            "USUBJID": "A",
            "AESEQ": [1.0, 2.0, 3.0],
            "ASTDT": pd.to_datetime([day(40), day(12), day(9)]),
            "DLTFL": ["Y", "Y", None],
            "DLTWINFL": [None, "Y", "Y"],
        }
    )
    row = derive(adae=dlts).loc["TTDLT"]
    assert row[["AVAL", "CNSR", "SRCDOM", "SRCSEQ"]].tolist() == [12, 0, "ADAE", 2]
    assert result(derive(), "TTDLT") == (28, 1, "No dose-limiting toxicity")
    assert result(derive(LSTALVDT=20), "TTDLT")[:2] == (20, 1)


def test_an_untreated_subject_has_no_time(study, subjects, frame):
    adsl = subjects(A={"SAFFL": "N", "TRTSDT": None}, B={})
    adrs = derive_adrs({"RS": frame(RS)}, {"ADSL": adsl}, study)
    adtte = derive_adtte({}, {"ADSL": adsl, "ADRS": adrs, "ADAE": DLT}, study)
    assert adtte["USUBJID"].unique().tolist() == ["B"]


CRS = {
    "label": "Time to First Cytokine Release Syndrome",
    "subjects": "SAFFL == 'Y'",
    "events": [
        {"dataset": "ADAE", "date": "ASTDT", "where": "AESICAT == 'CRS'", "event": "First CRS"}
    ],
    "censors": [
        {"dataset": "ADSL", "date": "TRTEDT", "event": "No CRS", "censored_at": "Last dose"},
        {"dataset": "ADSL", "date": "LSTALVDT", "event": "No CRS", "censored_at": "Last contact",
         "cnsr": 2},
    ],
}  # fmt: skip


def events(*rows):
    """ADAE of subject A: day of start, number, and category of special interest."""
    frame = pd.DataFrame(rows, columns=["DAY", "AESEQ", "AESICAT"])
    return frame.assign(
        USUBJID="A",
        ASTDT=pd.to_datetime(frame["DAY"].map(day)),
        AESEQ=frame["AESEQ"].astype("float64"),
        DLTFL=None,
        DLTWINFL=None,
    )


def test_the_time_to_the_first_event_of_a_kind_is_a_declaration(derive, study):
    own = declaring(study, TTCRS=CRS)
    adae = events((40, 1, "CRS"), (12, 2, "CRS"), (9, 3, "ICANS"), (12, 4, "CRS"))
    row = derive(adae=adae, study=own).loc["TTCRS"]
    assert row[["PARAM", "AVAL", "CNSR", "EVNTDESC"]].tolist() == [CRS["label"], 12, 0, "First CRS"]
    assert row[["SRCDOM", "SRCVAR", "SRCSEQ"]].tolist() == ["ADAE", "ASTDT", 2]
    assert pd.isna(row["CNSDTDSC"])
    without = derive(adae=events((9, 3, "ICANS")), study=own, LSTALVDT=300).loc["TTCRS"]
    assert without[["AVAL", "CNSR", "CNSDTDSC"]].tolist() == [300, 2, "Last contact"]
    assert without[["SRCDOM", "SRCVAR"]].tolist() == ["ADSL", "LSTALVDT"]


def test_an_event_before_the_start_counts_only_when_asked(derive, study):
    before = events((-3, 1, "CRS"), (12, 2, "CRS"))
    assert result(derive(adae=before, study=declaring(study, TTCRS=CRS)), "TTCRS")[0] == 12
    at_start = [{**CRS["events"][0], "before_start": "at_start"}]
    asked = declaring(study, TTCRS={**CRS, "events": at_start})
    assert result(derive(adae=before, study=asked), "TTCRS")[:2] == (1, 0)
    # A date of ADSL, of which there is one, counts at the start: a death is never lost.
    assert result(derive(DTHDT=-2), "OS") == (1, 0, "Death")


@pytest.mark.parametrize(
    ("through", "expected"),
    [(39, (39, 1)), (40, (40, 0)), (None, (40, 0)), ("dlt_window_days", (28, 1))],
)
def test_a_time_goes_through_its_last_day(derive, study, through, expected):
    own = declaring(study, TTCRS={**CRS, "censors": CRS["censors"][:1], "through_day": through})
    adtte = derive(adae=events((40, 1, "CRS")), study=own, TRTEDT=90)
    assert result(adtte, "TTCRS")[:2] == expected


PARACENTESIS = {
    "label": "Time to First Paracentesis",
    "events": [
        {"dataset": "PR", "date": "PRSTDTC", "where": "PRTRT contains 'PARACENTESIS'",
         "event": "Paracentesis", "impute": {"highest": "D", "how": "first"}},
        {"dataset": "ADSL", "date": "DTHDT", "event": "Death"},
    ],
    "censors": [
        {"dataset": "ADSL", "date": "LSTALVDT", "event": "None", "censored_at": "Last contact"}
    ],
}  # fmt: skip


def test_the_time_to_the_first_record_of_a_domain_is_a_declaration(study, subjects, frame):
    own = declaring(study, TTPARA=PARACENTESIS)
    pr = frame(
        "USUBJID PRSEQ PRTRT PRSTDTC",
        f"A|1|PARACENTESIS|{day(-20)}",
        f"A|2|BIOPSY|{day(5)}",
        f"A|3|LARGE VOLUME PARACENTESIS|{day(30)}T09:15",
        f"A|4|PARACENTESIS|{day(60)}",
        "B|1|PARACENTESIS|2025-08",
        "C|1|PARACENTESIS|2025",
        "Z|1|PARACENTESIS|2025-08-01",
    )
    adsl = subjects(
        A={}, B={"DTHDT": day(32)}, C={"LSTALVDT": day(50)}, D={"DTHDT": day(33)}, E={"SAFFL": "N"}
    )
    adam = {"ADSL": adsl, "ADAE": DLT, "ADRS": derive_adrs({"RS": frame(RS)}, {"ADSL": adsl}, own)}
    adtte = derive_adtte({"PR": pr}, adam, own)
    found = adtte[adtte["PARAMCD"] == "TTPARA"].set_index("USUBJID")
    assert found.index.tolist() == ["A", "B", "C", "D"]
    assert found["AVAL"].tolist() == [30, 32, 50, 33]
    assert found["CNSR"].tolist() == [0, 0, 1, 0]
    assert found["EVNTDESC"].tolist() == ["Paracentesis", "Paracentesis", "None", "Death"]
    assert found["SRCDOM"].tolist() == ["PR", "PR", "ADSL", "ADSL"]
    assert found.loc["A", ["SRCVAR", "SRCSEQ"]].tolist() == ["PRSTDTC", 3]
    none = derive_adtte({}, adam, own)
    assert none.loc[none["PARAMCD"] == "TTPARA", "EVNTDESC"].tolist() == [
        "None", "Death", "None", "Death",
    ]  # fmt: skip


def test_a_start_of_several_dates_is_the_first(derive, study):
    start = {"dataset": "ADAE", "date": "ASTDT", "where": "AESICAT == 'ICANS'"}
    own = declaring(study, TTCRS={**CRS, "start": start})
    adae = events((9, 1, "ICANS"), (5, 2, "ICANS"), (2, 3, "CRS"), (12, 4, "CRS"))
    row = derive(adae=adae, study=own).loc["TTCRS"]
    assert row["STARTDT"] == pd.Timestamp(day(5))
    assert row["AVAL"] == 8
    assert "TTCRS" not in derive(adae=events((12, 4, "CRS")), study=own).index


def test_a_source_that_cannot_be_is_an_error_before_anything_is_derived(study):
    before = ["ADSL", "ADAE", "ADRS"]
    check_sources(study, before)
    with pytest.raises(
        StudyError, match=r"parameters\.TTDLT\.events\.0[\s\S]*ADAE[\s\S]*ADSL, ADRS"
    ):
        check_sources(study, ["ADSL", "ADRS"])
    wrong = {**CRS, "events": [{**CRS["events"][0], "date": "ASTDY"}]}
    with pytest.raises(StudyError, match=r"parameters\.TTCRS\.events\.0\.date[\s\S]*ASTDY"):
        check_sources(declaring(study, TTCRS=wrong), before)


def test_ties_go_by_the_list_and_dates_before_the_start_count_as_the_start(derive, study):
    place = {"dataset": "ADSL", "date": "RFICDT"}
    events = [{**place, "event": name} for name in ("one", "two")]
    censors = [
        {**place, "event": name, "cnsr": n, "censored_at": "X"}
        for n, name in ((1, "first"), (2, "last"))
    ]
    own = declaring(
        study,
        BOTH={"label": "B", "events": events, "censors": censors},
        OPEN={"label": "O", "events": [CRS["events"][0]], "censors": censors},
    )
    adtte = derive(study=own, RFICDT=-9, adae=events_of_nobody())
    assert adtte.loc["BOTH", ["EVNTDESC", "AVAL", "CNSR"]].tolist() == ["one", 1, 0]
    assert adtte.loc["OPEN", ["EVNTDESC", "CNSR", "AVAL"]].tolist() == ["last", 2, 1]


def events_of_nobody():
    return events((1, 1, "ICANS")).assign(USUBJID="none")


def test_pfs_never_exceeds_os_and_no_order_of_records_matters(study, subjects, frame):
    """Every course of three assessments with every pattern of therapy and death."""
    courses = itertools.product(["PR", "SD", "PD", "NE"], repeat=3)
    patterns = itertools.product(courses, [None, 60, 120, 300], [None, 100, 170, 330])
    rows, therapies, adsl = [], [], {}
    for n, (course, therapy, death) in enumerate(patterns):
        name = f"{n:04d}"
        days = [when for when in (57, 113, 240) if death is None or when <= death]
        rows += [
            f"{name}|{place}|RECIST 1.1|OVRLRESP|INVESTIGATOR|{place}|V|{day(when)}|{value}"
            for place, (when, value) in enumerate(zip(days, course, strict=False))
        ]
        if therapy:
            therapies.append(f"{name}|1|SUBSEQUENT ANTICANCER THERAPY|{day(therapy)}")
        adsl[name] = {"DTHDT": death and day(death), "LSTALVDT": day(death or 330)}
    sdtm = {"RS": frame(RS, *rows), "CM": frame("USUBJID CMSEQ CMCAT CMSTDTC", *therapies)}
    adam = {"ADSL": subjects(**adsl), "ADAE": DLT}
    adam["ADRS"] = derive_adrs(sdtm, adam, study)
    adtte = derive_adtte(sdtm, adam, study)
    wide = adtte.pivot_table(index="USUBJID", columns="PARAMCD", values=["AVAL", "CNSR"])
    assert len(wide) == 1024
    assert (wide["AVAL", "PFS"] <= wide["AVAL", "OS"]).all()
    assert (wide["AVAL", "PFS"] <= wide["AVAL", "PFSEV"]).all()
    responders = wide["AVAL", "DOR"].notna()
    assert 0 < responders.sum() < 1024
    together = (wide["AVAL", "DOR"] + wide["AVAL", "TTR"] - 1)[responders]
    np.testing.assert_array_equal(together, wide.loc[responders, ("AVAL", "PFS")])
    shuffled = {name: part.sample(frac=1, random_state=2) for name, part in sdtm.items()}
    again = {"ADSL": adam["ADSL"][::-1], "ADAE": DLT}
    again["ADRS"] = derive_adrs(shuffled, again, study)
    pd.testing.assert_frame_equal(derive_adtte(shuffled, again, study), adtte)

"""Deaths, serious events and discontinuations as they are shown."""

from __future__ import annotations


def texts(display):
    return [[cell.text for cell in row.cells] for row in display.rows if row.cells]


def test_deaths_stand_by_cause_and_time_whether_or_not_treatment_emergent(shown, row_of):
    display = shown("deaths")
    assert row_of(display, "Deaths") == [
        "0",
        "1 (100)",
        "1 (33.3)",
        "1 (100)",
        "2 (100)",
        "2 (50.0)",
    ]
    labels = [(row.label, row.indent) for row in display.rows]
    first = labels.index(("≤ 30 days", 2))
    assert labels[first : first + 4] == [
        ("≤ 30 days", 2), ("Adverse event", 3), ("> 30 days", 2), ("Disease progression", 3),
    ]  # fmt: skip
    assert row_of(display, "Adverse event with fatal outcome, at any time")[-1] == "1 (25.0)"
    assert row_of(display, "Treatment-emergent (fatal TEAE)")[-1] == "0"
    assert row_of(display, "Not treatment-emergent")[-1] == "1 (25.0)"


def test_a_death_of_a_subject_not_treated_is_in_the_column_of_all(shown, row_of, adsl):
    dead = adsl.assign(DTHFL=["Y" if one == "S6" else None for one in adsl["USUBJID"]])
    display = shown("deaths", ADSL=dead)
    assert row_of(display, "Deaths of subjects not treated, n") == ["", "", "", "", "", "1"]
    assert row_of(display, "Deaths")[-1] == "0"


def test_a_death_with_a_day_that_is_not_known_is_missing_not_dropped(shown, row_of, adsl):
    unknown = adsl.assign(LDDTHELD=None, LDDTHGR1=None)
    assert row_of(shown("deaths", ADSL=unknown), "Missing")[-1] == "2 (50.0)"


def test_a_death_is_listed_with_its_fatal_event_or_that_none_was_reported(shown):
    alone, with_event = texts(shown("deaths_listing"))
    assert alone == [
        "2025-09-01 (63), D completed", "2025-07-15", "48", "Disease progression", "None reported",
        "", "", "", "",
    ]  # fmt: skip
    assert with_event == [
        "2025-07-20 (20)", "2025-07-15", "5", "Adverse event", "Ascites / ascites",
        "2025-07-07 (7)", "5", "Not assessed", "Not treatment-emergent",
    ]  # fmt: skip


def test_serious_events_are_listed_as_the_investigator_told_them(shown):
    emergent, other = texts(shown("sae_listing"))
    assert emergent == [
        "Fever / FEVER", "2025-07-04 (4)", "1 (2)", "2025-08", "4", "Y", "3 (2)", "Related",
        "Drug withdrawn", "Recovered/resolved",
    ]  # fmt: skip
    assert other[5:] == [
        "Not treatment-emergent", "5", "Not assessed", "Dose not changed", "Fatal",
    ]  # fmt: skip


def test_events_on_which_treatment_was_withdrawn_are_listed(shown):
    assert [row[0] for row in texts(shown("discontinuation_listing"))] == ["Fever / FEVER"]


def test_a_listing_without_records_keeps_its_place(shown, adae):
    display = shown("discontinuation_listing", ADAE=adae.assign(AEACN="DOSE NOT CHANGED"))
    assert display.rows == ()

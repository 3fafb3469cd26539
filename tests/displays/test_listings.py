from __future__ import annotations

import pytest

from csrkit.displays.listings import listing
from csrkit.errors import StudyError


def test_every_adverse_event_is_listed_in_order(shown):
    display = shown("ae_listing")
    assert len(display.rows) == 7
    assert [cell.text for cell in display.rows[3].cells] == [
        "S2",
        "71/M",
        "20×10⁸",
        "General / Fever / FEVER",
        "2025-07-04 (4)",
        "2025-08",
        "Y",
        "3 (2)",
        "Y",
        "Related",
        "Drug withdrawn",
        "Recovered/resolved",
        "Y",
        "Cytokine release syndrome",
    ]


def test_the_time_of_a_start_is_left_out_and_a_missing_end_is_empty(shown):
    first = [cell.text for cell in shown("ae_listing").rows[0].cells]
    assert first[4:6] == ["2025-07-01 (1)", ""]


def test_events_of_subjects_who_were_never_treated_are_listed(shown, adae):
    untreated = adae.assign(USUBJID=adae["USUBJID"].replace("S4", "S6"), TRT01AN=None)
    assert [row.cells[0].text for row in shown("ae_listing", ADAE=untreated).rows][-1] == "S6"


def test_the_results_say_how_many_records_and_subjects_are_listed(shown):
    ard = shown("ae_listing").ard
    assert ard.set_index("STAT")["VALUE"].to_dict() == {"n": 4, "n_events": 7}


def test_text_of_the_data_that_looks_like_a_template_stays_as_it_is(shown):
    assert shown("ae_listing").rows[2].cells[3].text.endswith("Vomiting {x} \\par")


def test_a_filter_narrows_the_listing(index, study, datasets):
    settings = {**index["ae_listing"].settings, "where": "AESER == 'Y'"}
    entry = index["ae_listing"].model_copy(update={"settings": settings})
    assert len(listing(entry, study, datasets).rows) == 2


def test_an_unknown_variable_is_named(index, study, datasets):
    settings = {**index["ae_listing"].settings, "sort": ["AESTARTED"]}
    entry = index["ae_listing"].model_copy(update={"settings": settings})
    with pytest.raises(StudyError) as fault:
        listing(entry, study, datasets)
    assert fault.value.found == "AESTARTED"


def test_an_unknown_setting_is_an_error_with_its_path(index, study, datasets):
    settings = {**index["ae_listing"].settings, "filter": "x"}
    entry = index["ae_listing"].model_copy(update={"settings": settings})
    with pytest.raises(StudyError) as fault:
        listing(entry, study, datasets)
    assert "displays.ae_listing.settings.filter" in fault.value.where

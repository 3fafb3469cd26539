from __future__ import annotations

import pytest

from csrkit.displays.make import make_display
from csrkit.errors import StudyError
from csrkit.index.settings.listing import ListedColumn


def changed(entry, settings):
    """Return an entry with some of its settings changed, as the index would read them."""
    typed = type(entry.settings)
    given = {**entry.settings.model_dump(exclude={"where"}), **settings}
    return entry.model_copy(update={"settings": typed.model_validate(given)})


def records(display):
    return [row for row in display.rows if row.cells]


def blocks(display):
    return [row.label for row in display.rows if row.is_heading]


def test_every_adverse_event_is_listed_in_order_below_its_subject(shown):
    display = shown("ae_listing")
    assert len(records(display)) == 7
    assert blocks(display)[:2] == [
        "S1 · age 60 · F · 20×10⁸ cells",
        "S2 · age 71 · M · 20×10⁸ cells",
    ]
    assert [cell.text for cell in records(display)[3].cells] == [
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
    first = [cell.text for cell in records(shown("ae_listing"))[0].cells]
    assert first[1:3] == ["2025-07-01 (1)", ""]


def test_events_of_subjects_who_were_never_treated_are_listed(shown, adae):
    untreated = adae.assign(USUBJID=adae["USUBJID"].replace("S4", "S6"), TRT01AN=None)
    assert blocks(shown("ae_listing", ADAE=untreated))[-1] == "S6 · age 80 · F"


def test_a_listing_of_an_analysis_set_leaves_out_the_records_of_others(
    index, study, datasets, adae
):
    """S6 failed screening: in the listing of all subjects, and in none of the safety set."""
    moved = {**datasets, "ADAE": adae.assign(USUBJID=adae["USUBJID"].replace("S4", "S6"))}
    everybody = make_display(index["ae_listing"], study, moved)
    entry = index["ae_listing"].model_copy(update={"population": "SAF"})
    treated = make_display(entry, study, moved)
    assert [len(records(one)) for one in (everybody, treated)] == [7, 5]
    assert [label.split(" ")[0] for label in blocks(treated)] == ["S1", "S2", "S3"]


def test_a_listing_without_blocks_has_a_row_a_record_and_nothing_else(index, study, datasets):
    entry = changed(index["ae_listing"], {"block": ""})
    display = make_display(entry, study, datasets)
    assert [row.kind for row in display.rows] == ["data"] * 7


def test_the_results_say_how_many_records_and_subjects_are_listed(shown):
    ard = shown("ae_listing").ard
    assert ard.set_index("STAT")["VALUE"].to_dict() == {"n": 4, "n_events": 7}


def test_text_of_the_data_that_looks_like_a_template_stays_as_it_is(shown):
    assert records(shown("ae_listing"))[2].cells[0].text.endswith("Vomiting {x} \\par")


def test_a_filter_narrows_the_listing(index, study, datasets):
    entry = changed(index["ae_listing"], {"where": "AESER == 'Y'"})
    assert len(records(make_display(entry, study, datasets))) == 2


def test_an_unknown_variable_is_named(index, study, datasets):
    entry = changed(index["ae_listing"], {"sort": ["AESTARTED"]})
    with pytest.raises(StudyError) as fault:
        make_display(entry, study, datasets)
    assert fault.value.found == "AESTARTED"


def columns_of(*texts):
    """Return settings of a listing by term with some columns, named c1, c2, …."""
    columns = tuple(
        ListedColumn(label=f"c{place}", text=text) for place, text in enumerate(texts, start=1)
    )
    return {"block": "", "sort": ["AEDECOD", "USUBJID"], "columns": columns}


def test_each_column_stands_below_its_header(index, study, datasets):
    entry = changed(index["ae_listing"], columns_of("{USUBJID}", "{AEDECOD}"))
    display = make_display(entry, study, datasets)
    assert [column.label for column in display.columns] == ["c1", "c2"]
    assert [cell.text for cell in display.rows[0].cells] == ["S4", "Ascites"]


def test_records_that_read_alike_are_each_listed(index, study, datasets):
    """S1 had nausea twice."""
    entry = changed(index["ae_listing"], columns_of("{USUBJID} {AEDECOD}"))
    texts = [row.cells[0].text for row in make_display(entry, study, datasets).rows]
    assert texts.count("S1 Nausea") == 2
    assert len(texts) == 7


def test_a_part_with_a_missing_field_is_left_out_whole(index, study, datasets):
    """Of the first event of S1 the start is known, its end isn't."""
    entry = changed(index["ae_listing"], columns_of("{AEDECOD}< from {AESTDTC:date} to {AEENDTC}>"))
    texts = [row.cells[0].text for row in make_display(entry, study, datasets).rows]
    assert "Nausea" in texts
    assert "Ascites from 2025-07-07 to 2025-08" in texts

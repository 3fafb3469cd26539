from __future__ import annotations

import pytest

from csrkit.displays.model import Cell, Row, population_label, source_line
from csrkit.errors import StudyError
from csrkit.index.footnotes import fill_footnotes
from csrkit.results.ard import empty_ard


def test_the_id_of_a_display_changes_with_a_label_and_with_a_text(index, study):
    rows = [Row("Any", (Cell("1"),)), Row("All", (Cell("1"),)), Row("Any", (Cell("2"),))]
    lines = {source_line(index["dlt"], study, empty_ard(), [row]) for row in rows}
    assert len(lines) == 3
    assert source_line(index["dlt"], study, empty_ard(), rows[:1]) in lines


def test_the_source_names_the_datasets_and_the_data_cut(index, study):
    line = source_line(index["dlt"], study, empty_ard())
    assert line.startswith("Source: ADSL, ADAE · pattern dlt · data cut 2026-03-31 · id ")


def test_a_display_is_of_its_analysis_set_or_of_all_subjects(index, study):
    assert population_label(index["dlt"], study) == "DLT-evaluable set"
    assert population_label(index["ae_listing"], study) == "All subjects"


def test_a_note_says_the_value_of_an_assumption_and_an_unknown_one_is_told(index, study):
    entry = index["dlt"].model_copy(update={"footnotes": ("Target {dlt_target_rate}.",)})
    assert fill_footnotes(entry, study) == ("Target 0.3.",)
    with pytest.raises(StudyError, match="something that the study doesn't have"):
        fill_footnotes(entry.model_copy(update={"footnotes": ("{dlt_target}",)}), study)

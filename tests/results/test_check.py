"""Conditions held against the specifications before anything runs."""

import pytest

from csrkit.errors import StudyError
from csrkit.index import load_index
from csrkit.results.check import check_conditions

ENTRY = """
displays:
  one:
    pattern: counts
    number: "1"
    title: One
    population: SAF
    datasets: [ADSL, ADAE]
    settings:
      dataset: ADAE
      where: WHERE
      rows: [{row: any, label: Any, where: INSIDE}]
"""


@pytest.fixture
def check(tmp_path, study):
    """Check an index of one display with two conditions."""

    def make(where="TRTEMFL == 'Y'", inside="ATOXGRN >= 3", own=study):
        file = tmp_path / "tlf.yml"
        file.write_text(ENTRY.replace("WHERE", where).replace("INSIDE", inside), encoding="utf-8")
        check_conditions(load_index(file, own.terms), own, file)

    return make


def test_conditions_on_variables_of_the_dataset_and_of_adsl_pass(check):
    check(inside="AGE >= 65 and AESICAT is not missing")


def test_the_conditions_of_this_study_and_of_the_second_one_pass(root, study):
    file = study.path("index")
    check_conditions(load_index(file, study.terms), study, file)


@pytest.mark.parametrize(
    ("given", "found", "allowed"),
    [
        ({"inside": "AESEVERE == 'Y'"}, "AESEVERE", "ATOXGRN"),
        ({"inside": "AESER == 1"}, "AESER compared with 1", "AESER holds text, in quotes"),
        ({"inside": "ATOXGRN >= '3'"}, "ATOXGRN compared with '3'", "numbers, without quotes"),
    ],
)
def test_what_a_condition_names_wrongly_is_told_with_its_key(check, given, found, allowed):
    with pytest.raises(StudyError) as fault:
        check(**given)
    assert fault.value.where.endswith("key displays.one.settings.rows.0.where")
    assert fault.value.found == found
    assert allowed in fault.value.allowed


def test_a_column_of_the_study_is_checked_too(check, study):
    column = study.columns["ph2"].model_copy(update={"filter": "PHASEX == 'II'"})
    own = study.model_copy(update={"columns": {**study.columns, "ph2": column}})
    with pytest.raises(StudyError) as fault:
        check(own=own)
    assert fault.value.where.endswith("study.yml, key columns.ph2.filter")
    assert fault.value.found == "PHASEX"

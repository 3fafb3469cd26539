"""A name that nothing can have stops the run; one that wasn't delivered is told."""

import json
import shutil

import pandas as pd
import pytest
import yaml

from csrkit.errors import StudyError
from csrkit.sdtm import read
from csrkit.validation import validate, validate_adam
from csrkit.validation.findings.page import format_page
from csrkit.validation.rules.names import sdtm_variables
from csrkit.validation.rules.rests_on import find_variables


@pytest.fixture
def with_files(study, tmp_path):
    """Return a function that makes the study with other facts, or with another rule of AE."""

    def make(facts=None, column=None, show=()):
        folder = tmp_path / "validation"
        if not folder.exists():
            shutil.copytree(study.path("validation"), folder)
        if facts:
            known = yaml.safe_load((folder / "facts.yml").read_text())
            (folder / "facts.yml").write_text(yaml.safe_dump(known | facts))
        if column:
            meta = {"id": "AE-999", "severity": "note", "rule": "R", "action": "A", "show": show}
            rule = {"type": "expect_column_values_to_be_null", "kwargs": {"column": column}}
            suite = {"name": "AE", "expectations": [rule | {"meta": meta}]}
            (folder / "suites" / "ae.json").write_text(json.dumps(suite))
        paths = study.paths.model_copy(update={"validation": folder})
        return study.model_copy(update={"paths": paths})

    return make


@pytest.mark.parametrize(
    ("fact", "found", "near"),
    [
        ({"domain": "DS", "variable": "DSSTDC", "take": "first"}, "DS.DSSTDC", "DSSTDTC"),
        ({"domain": "DS", "where": "DSDECD == 'X'", "take": "any"}, "DS.DSDECD", "DSDECOD"),
        ({"domain": "DM", "variable": "DTHDT", "take": "first"}, "DM.DTHDT", "DTHDTC"),
        ({"domain": "SUPPAE", "variable": "QVALUE", "take": "first"}, "SUPPAE.QVALUE", "QVAL"),
        ({"domain": "DS", "by": {"USUBJID": "USUBJD"}, "take": "any"}, "DS.USUBJD", "USUBJID"),
        ({"domain": "AE", "before": {"EXSTDTC": "AESTDC"}, "take": "any"}, "AE.AESTDC", "AESTDTC"),
    ],
)
def test_a_fact_about_what_no_domain_has_is_an_error_of_the_study(
    with_files, clean, fact, found, near
):
    with pytest.raises(StudyError) as error:
        validate(clean, with_files({"A_FACT": fact}))
    assert error.value.what == f"{fact['domain']} can't have a variable {found.split('.')[1]}"
    assert error.value.found == found
    assert near in error.value.allowed
    assert error.value.where.endswith("facts.yml, fact A_FACT")


def test_a_fact_of_what_is_no_domain_is_an_error_of_the_study(with_files, clean):
    with pytest.raises(StudyError, match="There is no dataset DSX"):
        validate(clean, with_files({"A_FACT": {"domain": "DSX", "take": "any"}}))


@pytest.mark.parametrize(
    "column",
    ["AESTDC", "AESTDC_LATEST", "DM_DTHDT_LATEST", "DEATH_IN_SD", "AESEQ_IN_FA_FASQ", "DEATHFACT"],
)
def test_a_rule_that_looks_at_what_nothing_has_is_an_error_of_the_study(with_files, clean, column):
    with pytest.raises(StudyError) as error:
        validate(clean, with_files(column=column))
    assert error.value.where.endswith("rule AE-999")


def test_so_is_what_it_would_show(with_files, clean):
    with pytest.raises(StudyError, match="AE can't have a variable AETRM"):
        validate(clean, with_files(column="AETERM", show=["AETRM"]))


def test_what_is_asked_by_a_fact_must_be_of_the_domain_that_asks(with_files, clean):
    fact = {"domain": "EX", "by": {"USUBJID": "USUBJID", "EXSEQ": "EXSEQ"}, "take": "any"}
    with pytest.raises(StudyError, match="AE can't have a variable EXSEQ"):
        validate(clean, with_files({"A_FACT": fact}, column="A_FACT"))


def test_a_variable_that_was_delivered_may_be_named_whatever_it_is_called(with_files, clean):
    clean["AE"]["AEOWN"] = None
    assert validate(clean, with_files(column="AEOWN"), ["AE"]).findings == ()


def test_a_fact_told_by_itself_is_an_error_of_the_study(with_files, clean):
    both = {"domain": "AE", "variable": "AESER", "take": "first"}
    facts = {
        "ONE_FACT": {**both, "where": "OTHER_FACT == 'Y'"},
        "OTHER_FACT": {**both, "where": "ONE_FACT == 'Y'"},
    }
    with pytest.raises(StudyError) as error:
        validate(clean, with_files(facts))
    assert error.value.what == "A fact of the validation rules is told by itself"
    assert "ONE_FACT" in error.value.found
    assert "OTHER_FACT" in error.value.found


@pytest.mark.parametrize(
    "more",
    [
        {"before": {"EXSTDTC": "AESTDTC"}, "during": {"EXSTDTC": ["AESTDTC", "AEENDTC"]}},
        {"before": {"EXSTDTC": "AESTDTC"}, "by": {}},
        {"before": {"EXSTDTC": "AESTDTC", "EXENDTC": "AEENDTC"}},
    ],
)
def test_dates_are_compared_once_and_within_a_subject(with_files, clean, more):
    with pytest.raises(StudyError, match="The facts of the validation rules can't be used"):
        validate(clean, with_files({"A_FACT": {"domain": "AE", "take": "any", **more}}))


def test_an_analysis_dataset_has_the_variables_of_its_specification(with_files):
    from csrkit.adam.spec import load_spec

    adsl = pd.DataFrame({"USUBJID": ["S1"], "SITEID": ["01"]})
    asked = with_files({"A_FACT": {"domain": "ADRS", "variable": "AVALX", "take": "first"}})
    specs = [load_spec(name) for name in ("ADSL", "ADRS")]
    with pytest.raises(StudyError, match="ADRS can't have a variable AVALX"):
        validate_adam({"ADSL": adsl}, asked, specs)


def test_every_variable_of_the_study_data_is_one_of_the_standard(study):
    unknown = {
        f"{name}.{variable}"
        for name, frame in read(study.path("data")).items()
        for variable in set(frame) - sdtm_variables(name)
    }
    assert unknown == set()


def test_a_part_of_a_domain_has_the_variables_of_the_domain():
    assert sdtm_variables("QSCS") == sdtm_variables("QS")
    assert "LBTESTCD" not in sdtm_variables("QS")
    assert "QNAM" in sdtm_variables("SUPPXX")
    assert sdtm_variables("ADSL") is None
    assert sdtm_variables("DEATH") == frozenset()


def test_the_page_says_which_rules_had_nothing_to_check_and_why(study, clean):
    del clean["IE"], clean["TI"]
    page = format_page(validate(clean, study))
    assert "<h2>Rules that had nothing to check</h2>" in page
    assert "<tr><td>IE is not delivered</td><td>IE-001, IE-002," in page
    assert "<tr><td>TI is not delivered</td><td>TI-001" in page


def test_the_page_says_nothing_of_it_when_every_rule_was_asked(study, clean):
    assert "nothing to check</h2>" not in format_page(validate(clean, study))


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("AEENDTC_AGAINST_AEENRTPT", ("AEENDTC", "AEENRTPT")),
        ("AEENTPT_DATED", ("AEENTPT",)),
    ],
)
def test_what_relative_timing_is_held_against_rests_on_its_own_variables(name, variables):
    assert find_variables(name, "AE", {}) == tuple(("AE", each) for each in variables)

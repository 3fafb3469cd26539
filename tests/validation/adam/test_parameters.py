"""Parameters that settings name, held against those that the datasets have."""

import pandas as pd
import pytest
import yaml

from csrkit.study import load_study
from csrkit.validation import validate_adam
from csrkit.validation.adam.parameters import (
    NamedParameter,
    find_named_parameters,
    find_unknown_parameters,
)

ADVS = pd.DataFrame({"USUBJID": ["S1", "S1"], "PARAMCD": ["SYSBP", "DIABP"], "AVAL": [120.0, 80.0]})


def named(*codes, dataset="ADVS", place="tlf.yml, displays.vitals.settings.parameters"):
    return [NamedParameter(dataset, code, place) for code in codes]


def test_a_parameter_that_the_data_lacks_is_a_warning_with_its_place():
    (finding,), (rule,) = find_unknown_parameters({"ADVS": ADVS}, named("SYSBP", "SYSPB"), {})
    assert (finding.id, finding.severity, finding.domain) == ("ADVS-SETTINGS", "warning", "ADVS")
    assert finding.first_records() == "tlf.yml, displays.vitals.settings.parameters: SYSPB"
    assert (finding.n_failed, finding.n_records, finding.kind) == (1, 2, "table")
    assert not finding.for_sites
    assert (rule.id, rule.outcome) == ("ADVS-SETTINGS", "failed")


def test_parameters_of_the_data_and_those_it_may_yet_have_are_no_finding():
    findings, (rule,) = find_unknown_parameters(
        {"ADVS": ADVS}, named("SYSBP", "MAP"), {"ADVS": ["MAP"]}
    )
    assert (findings, rule.outcome) == ([], "passed")


def test_a_dataset_that_is_empty_or_not_there_has_nothing_to_check():
    assert find_unknown_parameters({}, named("X"), {}) == ([], [])
    assert find_unknown_parameters({"ADSL": ADVS[["USUBJID"]]}, named("X", dataset="ADSL"), {}) == (
        [],
        [],
    )
    findings, (rule,) = find_unknown_parameters({"ADVS": ADVS.iloc[:0]}, named("X"), {})
    assert findings == []
    assert (rule.outcome, rule.reason) == ("no records", "ADVS holds no records")


def test_the_validation_of_the_datasets_reports_and_waives_it(study):
    findings = validate_adam({"ADVS": ADVS}, study, parameters=named("SYSPB"))
    assert "ADVS-SETTINGS" in {finding.id for finding in findings.findings}
    assert "ADVS-SETTINGS" in {rule.id for rule in findings.rules}


def test_times_to_events_that_nobody_had_yet_are_none(study):
    adtte = pd.DataFrame({"USUBJID": ["S1"], "PARAMCD": ["OS"]})
    asked = named("DOR", "PFSEV", "DORR", dataset="ADTTE")
    findings = validate_adam({"ADTTE": adtte}, study, parameters=asked).findings
    (finding,) = [one for one in findings if one.id == "ADTTE-SETTINGS"]
    assert [record.key.rpartition(" ")[2] for record in finding.records] == ["DORR"]


@pytest.fixture
def changed(study, tmp_path):
    """Return a function that names the parameters of the study with other settings."""

    def find(displays=None, **derivations):
        content = yaml.safe_load(study.file.read_text())
        for dataset, settings in derivations.items():
            content["derivations"][dataset].update(settings)
        (tmp_path / "study.yml").write_text(yaml.safe_dump(content, allow_unicode=True))
        (tmp_path / "report").mkdir()
        if displays is not None:
            text = yaml.safe_dump({"displays": displays})
            (tmp_path / "report" / "tlf.yml").write_text(text)
        return find_named_parameters(load_study(tmp_path / "study.yml"))

    return find


def codes(found, dataset, ending=""):
    return sorted(
        one.code for one in found if one.dataset == dataset and one.place.endswith(ending)
    )


@pytest.mark.parametrize(
    ("dataset", "settings"),
    [
        ("adlb", {"tests": {"XX": {"name": "X", "unit": "g/L", "factors": {}}}}),
        ("adlb", {"counts_from_shares": {"XX": "XXLE"}}),
        ("adlb", {"records": "LBTESTCD in ['XX', 'YY']"}),
        ("advs", {"ranges": {"XX": {"low": 1}}}),
        ("adeg", {"character": ["XX"]}),
        ("adeg", {"categorised": ["XX"]}),
        ("adqs", {"records": "QSTESTCD == 'XX'"}),
        ("adpc", {"records": "PCTESTCD == 'XX'"}),
    ],
)
def test_each_setting_of_study_yml_that_names_a_test_is_asked(changed, dataset, settings):
    (key,) = settings
    found = codes(changed(**{dataset: settings}), dataset.upper(), f"derivations.{dataset}.{key}")
    assert "XX" in found


def test_a_default_that_the_study_did_not_write_names_nothing(changed):
    content = changed(adeg={"value_limits": [450]})
    assert codes(content, "ADEG", "derivations.adeg.categorised") == ["QTCB", "QTCF"]
    plain = load_study("studies/cdiscpilot01/study.yml").derivations.adeg
    assert "value_limits" not in plain.model_fields_set


def display(pattern, datasets, **settings):
    return {
        "one": {
            "pattern": pattern,
            "number": "14.1",
            "title": "A display",
            "datasets": ["ADSL", *datasets],
            "settings": settings,
        }
    }


@pytest.mark.parametrize(
    ("entry", "dataset"),
    [
        (display("by_visit", ["ADVS"], dataset="ADVS", parameters=["XX"]), "ADVS"),
        (display("by_visit", ["ADVS"], dataset="ADVS", decimals={"XX": 1}), "ADVS"),
        (display("by_visit", ["ADVS"], dataset="ADVS", where="PARAMCD in ['XX', 'Y']"), "ADVS"),
        (
            display(
                "characteristics",
                ["ADEX"],
                dataset="ADEX",
                variables=[
                    {"row": "A", "label": "L", "variable": "AVAL", "where": "not PARAMCD == 'XX'"}
                ],
            ),
            "ADEX",
        ),
        (
            display(
                "response",
                ["ADRS"],
                response="XX",
                levels={},
                rates={"ORR": {"paramcd": "CRSP", "label": "L"}},
            ),
            "ADRS",
        ),
        (
            display(
                "response",
                ["ADRS"],
                response="CBOR",
                levels={},
                rates={"ORR": {"paramcd": "XX", "label": "L"}},
            ),
            "ADRS",
        ),
        (
            display(
                "time_to_event",
                ["ADTTE"],
                paramcd="XX",
                event="e",
                rate="r",
                rates_months=[],
            ),
            "ADTTE",
        ),
        (
            display(
                "parameters",
                ["ADPP"],
                analyte="A",
                parameters=[{"paramcd": "XX", "label": "L"}],
            ),
            "ADPP",
        ),
    ],
)
def test_each_setting_of_a_display_that_names_a_parameter_is_asked(changed, entry, dataset):
    found = changed(entry)
    assert "XX" in codes(found, dataset)
    (one,) = [each for each in found if each.code == "XX"]
    assert one.place.startswith("tlf.yml, displays.one.settings")


def test_a_study_without_an_index_names_what_study_yml_names(changed):
    assert {one.place.split(",")[0] for one in changed()} == {"study.yml"}

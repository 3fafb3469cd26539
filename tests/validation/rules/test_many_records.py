"""A rule that very many records break: all are counted, the first are named."""

import pandas as pd

from csrkit.validation.findings.waivers import Waiver, apply_waivers
from csrkit.validation.rules.computed import RuleContext
from csrkit.validation.rules.engine import check_tables
from csrkit.validation.rules.expectations import MOST_RECORDS
from csrkit.validation.rules.suites import make_rule

MORE = 7
RECORDS = MOST_RECORDS + MORE


def broken(study):
    subjects = [f"S{number}" for number in range(RECORDS + 1)]
    frame = pd.DataFrame({"USUBJID": subjects, "AETERM": ["Fever", *[None] * RECORDS]})
    meta = {"id": "AE-001", "severity": "warning", "rule": "The rule", "action": "Do it."}
    kwargs = {"column": "AETERM"}
    rule = make_rule(
        {"type": "expect_column_values_to_not_be_null", "kwargs": kwargs, "meta": meta}, "AE"
    )
    return check_tables({"AE": (rule,)}, RuleContext({"AE": frame}), study).findings[0]


def waiver(*records):
    told = {"reason": "Known.", "name": "A. Person", "date": "2026-04-02"}
    return Waiver.model_validate({"id": "AE-001", "records": records, **told})


def test_all_are_counted_and_the_first_are_named(study):
    finding = broken(study)
    assert (finding.n_failed, finding.n_records) == (RECORDS, RECORDS + 1)
    assert len(finding.records) == MOST_RECORDS
    assert finding.records[0].subject == "S1"
    assert finding.first_records(1).endswith(f"; and {RECORDS - 1} more")


def test_a_waiver_of_some_records_waives_none_that_is_not_named(study):
    finding = broken(study)
    everyone = [record.name for record in finding.records]
    rest, waived = apply_waivers([finding], [waiver(*everyone)])
    assert (rest.n_failed, rest.records, rest.waiver) == (MORE, (), "")
    assert rest.first_records() == f"and {MORE} more"
    assert (waived.n_failed, bool(waived.waiver)) == (MOST_RECORDS, True)


def test_a_waiver_of_the_whole_finding_waives_all(study):
    (finding,) = apply_waivers([broken(study)], [waiver()])
    assert (finding.n_failed, bool(finding.waiver)) == (RECORDS, True)

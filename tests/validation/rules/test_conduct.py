"""Rules on what befell a subject at an infusion, at death, and before the first dose."""

import datetime as dt

import pandas as pd
import pytest

from csrkit.validation.findings.waivers import Waiver, apply_waivers
from csrkit.validation.rules.computed import RuleContext, compute_column
from csrkit.validation.rules.conduct import load_conduct
from csrkit.validation.rules.engine import check_tables
from csrkit.validation.rules.facts import load_facts
from csrkit.validation.rules.suites import load_suites
from csrkit.validation.rules.units import load_tests

CONDUCT = (
    "AE-052", "AE-053", "AE-054", "DM-032", "DM-042", "DM-043", "EX-032", "EX-033", "EX-034",
    "EX-035", "EX-036", "EX-037", "IE-011", "LB-034", "QS-020",
)  # fmt: skip


@pytest.fixture(scope="module")
def known(study):
    """The rules of all suites, by id."""
    return {rule.id: rule for rules in load_suites(study).values() for rule in rules}


@pytest.fixture
def ask(study, clean, known):
    """Return a function that asks one rule of the clean subjects, some domains changed."""

    def check(rule, asked=study, **changes):
        domains = {name: frame.copy() for name, frame in clean.items()}
        for name, change in changes.items():
            domains[name] = change(domains[name])
        delivered = {name: frame for name, frame in domains.items() if frame is not None}
        context = RuleContext(
            delivered, load_facts(asked), tests=load_tests(asked), conduct=load_conduct(asked)
        )
        return check_tables({rule.split("-")[0]: (known[rule],)}, context, asked)

    return check


@pytest.fixture
def found(ask):
    """Return a function that gives the records which break a rule."""

    def find(rule, **changes):
        return [str(one) for finding in ask(rule, **changes).findings for one in finding.records]

    return find


def put(where=None, **values):
    """Return a change of a frame: values in the records of S1 where VARIABLE=value."""

    def change(frame):
        rows = frame["USUBJID"].eq("S1")
        for name, value in (where or {}).items():
            rows &= frame[name].eq(value)
        assert rows.any()
        for name, value in values.items():
            frame.loc[rows, name] = value
        return frame

    return change


def gone(frame):
    return None


def drop(**where):
    def change(frame):
        ((name, value),) = where.items()
        return frame[frame[name] != value].reset_index(drop=True)

    return change


INFECTION = {"AESEQ": 2.0}
THEN = {"DVSTDTC": "2025-06-30"}
NO_DEVIATION = drop(**THEN)


def test_an_infusion_while_a_serious_infection_runs_is_told_with_it_and_with_the_deviation(found):
    infected = put(INFECTION, AESTDTC="2025-06-29")
    assert found("EX-033", AE=infected) == [
        "USUBJID=S1 EXSEQ=2 DEVIATION_THEN=Infusion 2 given after a dose-limiting toxicity "
        "EXDOSE=20 SERIOUS_INFECTION=Lung infection"
    ]
    assert found("EX-034", AE=infected) == []


@pytest.mark.parametrize(
    "change",
    [
        {"AESER": "N", "AESTDTC": "2025-06-29"},
        {"AEBODSYS": "Lungs and breathing", "AESTDTC": "2025-06-29"},
        {"AESTDTC": "2025-06-01", "AEENDTC": "2025-06-10"},
        {"AESTDTC": None},
    ],
)
def test_an_infection_that_is_not_serious_or_does_not_run_says_nothing(found, change):
    assert found("EX-033", AE=put(INFECTION, **change)) == []
    assert found("EX-034", AE=put(INFECTION, **change)) == []


def test_a_dose_of_nothing_is_no_infusion(found):
    infected = put(INFECTION, AESTDTC="2025-06-20")
    assert len(found("EX-033", AE=infected)) == 2
    assert found("EX-033", AE=infected, EX=put(EXDOSE=0.0)) == []


def test_what_partial_dates_leave_open_is_a_note_and_no_more(found, known):
    infected = put(INFECTION, AESTDTC="2025-06")
    assert [one[:18] for one in found("EX-033", AE=infected)] == ["USUBJID=S1 EXSEQ=2"]
    assert [one[:18] for one in found("EX-034", AE=infected)] == ["USUBJID=S1 EXSEQ=1"]
    assert known["EX-034"].severity == "note"


def test_an_infusion_after_a_dose_limiting_toxicity_needs_an_important_deviation(found):
    asked = "USUBJID=S1 EXSEQ=2 EXDOSE=20 DLT_BEFORE=Fever DEVIATION_THEN=missing"
    of_both = [asked, asked.replace("S1", "S2")]
    assert found("EX-035", DV=NO_DEVIATION) == of_both
    assert found("EX-035", DV=gone) == of_both
    assert found("EX-035", DV=put(THEN, DVCAT="NOT IMPORTANT")) == [asked]
    assert found("EX-035", DV=put(THEN, DVSTDTC="2025-06")) == [asked]
    unflagged = put({"QNAM": "AEDLT"}, QNAM="OTHER")
    assert found("EX-035", DV=NO_DEVIATION, SUPPAE=unflagged) == [of_both[1]]


def test_a_toxicity_of_the_day_of_an_infusion_came_after_it(found):
    same_day = put({"AESEQ": 1.0}, AESTDTC="2025-06-30")
    assert [one[:10] for one in found("EX-035", DV=NO_DEVIATION, AE=same_day)] == ["USUBJID=S2"]
    assert found("EX-036", DV=NO_DEVIATION, AE=same_day) == []


def test_a_toxicity_known_to_the_month_is_asked_about(found):
    partial = put({"AESEQ": 1.0}, AESTDTC="2025-06")
    assert len(found("EX-036", DV=NO_DEVIATION, AE=partial)) == 2
    assert len(found("EX-036", AE=partial)) == 1


@pytest.mark.parametrize(
    ("change", "times"),
    [
        ({"AETOXGR": "3"}, 1),
        ({"AETOXGR": "2"}, 0),
        ({"AETOXGR": "3", "AESER": "Y"}, 0),
        ({"AETOXGR": "3", "AEDECOD": "Cytokine release syndrome"}, 1),
    ],
)
def test_a_cytokine_release_syndrome_of_grade_3_is_serious(found, change, times):
    assert len(found("AE-053", AE=put({"AESEQ": 1.0}, **change))) == times


def test_the_grade_may_be_that_of_astct_and_the_category_may_not_be_delivered(found):
    assert len(found("AE-053", SUPPAE=put({"QNAM": "ASTCTGR"}, QVAL="3"))) == 1
    named = put({"AESEQ": 1.0}, AETOXGR="4", AEDECOD="Cytokine release syndrome")
    assert len(found("AE-053", SUPPAE=gone, AE=named)) == 1


@pytest.mark.parametrize("change", [{"AEOUT": "FATAL"}, {"AESDTH": "Y"}, {"AETOXGR": "5"}])
def test_each_sign_of_a_fatal_event_asks_for_a_serious_one(found, change):
    rest = {"AEOUT": "UNKNOWN", "AESDTH": "N", "AETOXGR": "4", "AESER": "N"}
    assert found("AE-052", AE=put(INFECTION, **rest)) == []
    assert len(found("AE-052", AE=put(INFECTION, **rest | change))) == 1


def test_a_death_needs_one_witness_of_three(found):
    not_fatal = put(INFECTION, AEOUT="UNKNOWN", AESDTH="N", AETOXGR="4")
    elsewhere = put({"DSDECOD": "DEATH"}, DSDECOD="LOST TO FOLLOW-UP")
    assert found("DM-032", AE=not_fatal, DS=elsewhere) == []
    assert len(found("DM-032", AE=not_fatal, DS=elsewhere, DD=drop(USUBJID="S1"))) == 1
    assert len(found("DM-032", AE=not_fatal, DS=elsewhere, DD=gone)) == 1
    assert found("DM-032", DD=gone, DS=elsewhere) == []


@pytest.mark.parametrize(
    ("death", "times"), [("2026-02-21", 1), ("2026-02", 0), ("2026-02-22", 0), (None, 0)]
)
def test_an_infusion_on_the_day_of_death_is_told_when_both_days_are_known(found, death, times):
    late = put({"EXSEQ": 2.0}, EXSTDTC="2026-02-21T09:00", EXENDTC="2026-02-21T10:00")
    assert len(found("EX-032", EX=late, DM=put(DTHDTC=death))) == times


def test_an_exclusion_criterion_that_is_met_counts_as_an_inclusion_criterion_that_is_not(found):
    excluded = {"IETESTCD": "EXCL01", "IECAT": "EXCLUSION"}
    assert found("IE-011", IE=put(**excluded, IEORRES="N")) == []
    assert len(found("IE-011", IE=put(**excluded, IEORRES="Y"))) == 1
    assert len(found("IE-011", IE=put(IEORRES="N"))) == 1


def test_a_criterion_not_met_by_who_was_not_dosed_is_as_it_should_be(found):
    assert found("IE-011", IE=put(IEORRES="N"), EX=drop(USUBJID="S1")) == []


@pytest.mark.parametrize(
    ("domain", "rule"),
    [
        ("IE", "IE-011"), ("LB", "LB-034"), ("AE", "EX-033"), ("SUPPAE", "EX-035"),
        ("EX", "DM-042"), ("EX", "LB-034"), ("EX", "IE-011"), ("DM", "EX-032"), ("DM", "EX-037"),
    ],
)  # fmt: skip
def test_without_a_domain_there_is_nothing_to_check_and_that_is_told(ask, domain, rule):
    (came,) = ask(rule, **{domain: gone}).rules
    assert came.outcome not in ("passed", "failed")
    assert came.reason == f"{domain} is not delivered"


@pytest.mark.parametrize(
    ("domain", "variable", "rule"),
    [
        ("AE", "AESER", "EX-033"), ("AE", "AEENDTC", "EX-033"), ("SUPPAE", "QVAL", "EX-035"),
        ("DM", "DTHDTC", "EX-032"), ("DM", "ARMCD", "DM-042"), ("DM", "ARMCD", "EX-037"),
        ("LB", "LBDTC", "LB-034"), ("EX", "EXDOSE", "DM-043"), ("TI", "IETESTCD", "IE-008"),
    ],
)  # fmt: skip
def test_without_a_variable_there_is_nothing_to_check_and_that_is_told(ask, domain, variable, rule):
    (came,) = ask(rule, **{domain: lambda frame: frame.drop(columns=variable)}).rules
    assert came.outcome not in ("passed", "failed")
    assert came.reason == f"{domain} has no {variable}"


@pytest.mark.parametrize(
    ("rule", "setting"),
    [
        ("AE-047", "dlt_window_days"), ("DM-042", "dlt_window_days"), ("EX-037", "dlt_phases"),
        ("SUPPAE-010", "aesi"),
        ("DM-043", "eligibility"), ("LB-034", "eligibility"), ("QS-020", "eligibility"),
    ],
)  # fmt: skip
def test_what_a_study_does_not_set_is_not_checked_and_that_is_told(study, ask, rule, setting):
    assumed = study.assumptions.model_copy(
        update=dict.fromkeys(("eligibility", "dlt_window_days", "aesi"))
    )
    adsl = study.derivations.adsl.model_copy(update={"dlt_phases": ()})
    derivations = study.derivations.model_copy(update={"adsl": adsl})
    other = study.model_copy(update={"assumptions": assumed, "derivations": derivations})
    (came,) = ask(rule, other).rules
    assert came.outcome == "not applicable"
    assert setting in came.reason


def test_a_finding_of_conduct_can_be_waived(ask):
    dosed = put({"EXSEQ": 2.0}, EXDOSE=30.0)
    waiver = Waiver(
        id="EX-037",
        records=("USUBJID=S1 EXSEQ=2",),
        reason="Known",
        name="A",
        date=dt.date(2026, 1, 1),
    )
    (waived,) = apply_waivers(ask("EX-037", EX=dosed).findings, [waiver])
    assert waived.waiver == "Known (A, 2026-01-01)"


def test_only_what_no_delivery_may_have_stops_a_report(known):
    grave = [name for name in CONDUCT if known[name].severity == "critical"]
    assert grave == ["AE-052", "DM-032"]


def test_the_days_of_death_are_compared_once_for_all_domains():
    dm = pd.DataFrame({"USUBJID": ["S1"], "DTHDTC": ["2026-02-21T04:00"]})
    lb = pd.DataFrame({"USUBJID": "S1", "LBDTC": ["2026-02-21", "2026-02-21T09:00", "2026-02"]})
    found = compute_column(lb, "LBDTC_ON_DAY_OF_DEATH", RuleContext({"DM": dm}))
    assert found.tolist() == [True, True, False]
    assert compute_column(lb, "LBDTC_ON_DAY_OF_DEATH", RuleContext({})) is None

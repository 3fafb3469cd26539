"""Validate the derived analysis datasets, by rules of their specifications and by suites.

The suites are in `validation/adam/`, one a dataset. The rules stand beside the derivations, not in
them: a second look at keys, terms, flags, dates and the arithmetic between variables.
`find_response_findings` tells where an investigator's response and the measurements of the visit
disagree; such a disagreement is a finding, never a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from csrkit.sdtm.cut import cut_settings
from csrkit.sdtm.keys import as_text
from csrkit.study import Study
from csrkit.study.pk_exclusions import PkExclusion
from csrkit.validation.adam.exclusions import check_exclusions
from csrkit.validation.adam.parameters import PARAMCD, NamedParameter, find_unknown_parameters
from csrkit.validation.adam.rules import Specification, spec_facts, spec_rules
from csrkit.validation.adam.undecided import find_undecided_findings, undecided_rule
from csrkit.validation.findings.model import (
    CheckedRule,
    Finding,
    FindingRecord,
    Findings,
    RuleOutcome,
    sort_findings,
)
from csrkit.validation.findings.waivers import apply_waivers, load_waivers
from csrkit.validation.rules.computed import RuleContext
from csrkit.validation.rules.engine import check_tables
from csrkit.validation.rules.facts import load_facts
from csrkit.validation.rules.names import require_names
from csrkit.validation.rules.suites import ADAM_FOLDER, load_suites
from csrkit.validation.severity import Severity
from csrkit.validation.validate import ADAM

RESPONSE_ID = "ADRS-RECIST"
RESPONSE_RULE = (
    "The investigator's overall response is that which the measurements of the visit give"
)
RESPONSE_ACTION = "Query the assessment; the analysis uses the investigator's response."
RESPONSE_SEVERITY: Severity = "warning"


def validate_adam(
    datasets: Mapping[str, pd.DataFrame],
    study: Study,
    specs: Iterable[Specification] = (),
    terms: Mapping[str, Sequence[str]] | None = None,
    disagreements: pd.DataFrame | None = None,
    undecided: pd.DataFrame | None = None,
    unmatched: Sequence[PkExclusion] | None = None,
    parameters: Sequence[NamedParameter] = (),
) -> Findings:
    """Return what is wrong with the analysis datasets.

    Parameters
    ----------
    datasets
        Dataset (`ADSL`) → records.
    study
        The study in its scope; its data cut is the last day that a date may have.
    specs, terms
        Specifications of the datasets and the values of their codelists, from which further rules
        follow (`csrkit.validation.adam.rules`).
    disagreements
        What `csrkit.adam.tumour.disagreements.find_response_disagreements` returns: USUBJID AVISIT
        ADT RSSEQ AVALC DERIVED TARGET NONTARG NEWLES. None when it wasn't asked.
    undecided
        What `csrkit.adam.time_to_event.undecided.find_undecided_endpoints` returns. None likewise.
    unmatched
        Samples excluded by people that aren't in ADPC; None when it wasn't asked.
    parameters
        Parameters that settings name (`csrkit.validation.adam.parameters`).

    Raises
    ------
    StudyError
        When suites, facts, codelists or waivers can't be used, or a rule or fact names a variable
        that its dataset can't have.
    """
    specs = tuple(specs)
    cut = None if study.scope is None else cut_settings(study).moment
    further = (study.path("validation") / ADAM_FOLDER).is_dir()
    suites = load_suites(study, ADAM_FOLDER) if further else {}
    suites = {name: rules for name, rules in suites.items() if not _is_left_out(name, study)}
    facts = load_facts(study)
    named = {spec.dataset: frozenset(one.name for one in spec.variables) for spec in specs}
    require_names(suites, facts, datasets, named.get, study)
    for spec in specs:
        suites[spec.dataset] = (*spec_rules(spec, terms or {}), *suites.get(spec.dataset, ()))
        facts |= spec_facts(spec)
    checked = check_tables(suites, RuleContext(datasets, facts, cut), study)
    findings, rules = list(checked.findings), list(checked.rules)
    if disagreements is not None:
        findings += find_response_findings(disagreements, datasets)
        outcome: RuleOutcome = "failed" if len(disagreements) else "passed"
        rules.append(CheckedRule(RESPONSE_ID, "ADRS", RESPONSE_SEVERITY, RESPONSE_RULE, outcome))
    if undecided is not None:
        findings += find_undecided_findings(undecided, datasets)
        rules.append(undecided_rule(undecided))
    if unmatched is not None:
        lost, rule = check_exclusions(unmatched, len(study.pk_exclusions))
        findings += lost
        rules.append(rule)
    unknown, asked = find_unknown_parameters(
        datasets, parameters, _possible_parameters(study, specs, terms or {})
    )
    findings += unknown
    rules += asked
    waivers = [waiver for waiver in load_waivers(study) if waiver.id.startswith(ADAM)]
    findings = apply_waivers(findings, waivers)
    return Findings(study.study.id, sort_findings(findings), tuple(rules))


def _is_left_out(dataset: str, study: Study) -> bool:
    """Return whether a dataset is one that the study doesn't make: its rules check nothing."""
    known = type(study.derivations).model_fields
    return dataset.lower() in known and not study.derivations.has(dataset)


def _possible_parameters(
    study: Study, specs: Iterable[Specification], terms: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return dataset → the parameters that it can have, by its specification and the study."""
    possible = {
        spec.dataset: list(terms.get(one.codelist or "", ()))
        for spec in specs
        for one in spec.variables
        if one.name == PARAMCD
    }
    times = study.derivations.given().get("adtte")
    if times is not None:
        possible["ADTTE"] = list(times.parameters)
    return possible


def find_response_findings(
    disagreements: pd.DataFrame, datasets: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Return the finding of responses that the measurements don't give; none when all agree."""
    if disagreements.empty:
        return []
    responses = datasets.get("ADRS", disagreements)
    sites = datasets["ADSL"].set_index("USUBJID")["SITEID"] if "ADSL" in datasets else pd.Series()
    shown = ["AVISIT", "AVALC", "DERIVED", "TARGET", "NONTARG", "NEWLES"]
    text = disagreements[shown].apply(as_text).fillna("none")
    values = pd.Series("", index=disagreements.index, dtype=object)
    for name in shown:
        values = values + f" {name}=" + text[name].astype(str)
    records = tuple(
        FindingRecord(f"RSSEQ={key}", value.strip(), subject, site)
        for key, value, subject, site in zip(
            as_text(disagreements["RSSEQ"]),
            values,
            disagreements["USUBJID"],
            disagreements["USUBJID"].map(sites).fillna(""),
            strict=True,
        )
    )
    return [
        Finding(
            id=RESPONSE_ID,
            severity=RESPONSE_SEVERITY,
            domain="ADRS",
            rule=RESPONSE_RULE,
            n_failed=len(records),
            n_records=max(len(responses), len(records)),
            records=records,
            action=RESPONSE_ACTION,
            kind="data",
        )
    ]

"""Validate the delivered SDTM: faults of whole tables first, then the rules of each domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from csrkit.sdtm.required import Requirement, TableFault, find_domain_faults, load_requirements
from csrkit.study import Study
from csrkit.validation.findings.model import Finding, FindingRecord, Findings, sort_findings
from csrkit.validation.findings.notes import find_reading_notes
from csrkit.validation.findings.waivers import Waiver, apply_waivers, load_waivers
from csrkit.validation.rules.built_in import add_built_in_rules
from csrkit.validation.rules.computed import RuleContext
from csrkit.validation.rules.conduct import load_conduct
from csrkit.validation.rules.engine import Checker, CheckResult, combine_checks
from csrkit.validation.rules.facts import load_facts
from csrkit.validation.rules.names import require_names, sdtm_variables
from csrkit.validation.rules.suites import load_suites
from csrkit.validation.rules.units import load_tests

# Analysis datasets are told from domains by their names, and so are the ids of their rules.
ADAM = "AD"


def validate(
    domains: Mapping[str, pd.DataFrame], study: Study, only: Collection[str] | None = None
) -> Findings:
    """Return what is wrong with the delivered domains.

    Parameters
    ----------
    domains
        Domain → records, as `csrkit.sdtm.read` gives them (before the cut). Of a
        `csrkit.sdtm.lazy_domains.LazyDomains`, one domain at a time is in memory, with the
        variables that rules of other domains look at.
    study
        The study; its `paths.validation` holds requirements, suites, facts, codelists and waivers.
    only
        Domains to validate; None for all. Rules may still look at the others.

    Raises
    ------
    StudyError
        When requirements, suites, facts, codelists or waivers can't be used, or a rule or fact
        names a variable that its domain can't have.
    """
    suites = add_built_in_rules(load_suites(study), domains)
    requirements = load_requirements(study)
    facts = load_facts(study)
    require_names(suites, facts, domains, sdtm_variables, study)
    if only is not None:
        suites = {name: rules for name, rules in suites.items() if name in only}
        requirements = {name: needs for name, needs in requirements.items() if name in only}
    names = sorted({*suites, *requirements, *(domains if only is None else only)})
    points = study.derivations.reference_points
    tests, conduct = load_tests(study), load_conduct(study)
    context = RuleContext(domains, facts, points=points, tests=tests, conduct=conduct)
    checker = Checker(suites, context, study)
    checked = combine_checks(
        _check(name, domains, requirements.get(name), checker) for name in names
    )
    waived = apply_waivers(checked.findings, _of_sdtm(load_waivers(study)), unused=only is None)
    return Findings(study.study.id, sort_findings(waived), checked.rules)


def _check(
    name: str,
    domains: Mapping[str, pd.DataFrame],
    requirement: Requirement | None,
    checker: Checker,
) -> CheckResult:
    """Return the faults of one domain, and what its suite finds."""
    frame = domains.get(name)
    faults = [] if requirement is None else find_domain_faults(name, frame, requirement, domains)
    records = 0 if frame is None else len(frame)
    reported = [_table_finding(fault, records) for fault in faults]
    reported += find_reading_notes({} if frame is None else {name: frame})
    checked = checker.check(name, frame, reported)
    return CheckResult((*reported, *checked.findings), checked.rules)


def _of_sdtm(waivers: tuple[Waiver, ...]) -> list[Waiver]:
    return [waiver for waiver in waivers if not waiver.id.startswith(ADAM)]


def _table_finding(fault: TableFault, records: int) -> Finding:
    return Finding(
        id=f"{fault.domain}-T-{fault.variable or 'DOMAIN'}",
        severity="critical",
        domain=fault.domain,
        rule=fault.what,
        n_failed=records,
        n_records=records,
        records=(FindingRecord.of_table(f"{fault.where}: {fault.found}"),),
        action=fault.remedy,
        kind="table",
    )

"""What the columns that rules look at rest on: which variables of which datasets.

From it follows why a rule had nothing to check, and whether the data could ever have what it asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from csrkit.sdtm.keys import LINK
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.validation.adam.pairs import NOT_ONE_TO_ONE
from csrkit.validation.rules import computed, eligibility, units
from csrkit.validation.rules.conduct import EX
from csrkit.validation.rules.facts import Fact

Variables = tuple[tuple[str, str], ...]
"""Pairs of a dataset and a variable of it."""

EXPOSURE: Variables = ((EX, "USUBJID"), (EX, "EXDOSE"), (EX, "EXSTDTC"))
OF_ENDING: dict[str, tuple[str, ...]] = {
    computed.DAY: ("DM.USUBJID", "DM.RFXSTDTC"),
    computed.DEATH_DAY: ("DM.USUBJID", "DM.DTHDTC"),
    computed.EARLIER_VISITS: ("USUBJID", "VISITNUM", "VISIT"),
    units.CONVERTIBLE: ("--TESTCD",),
    units.AS_STANDARD: ("--TESTCD", "--ORRESU", "--STRESU"),
}
OF_VERDICT: dict[str, tuple[str, ...]] = {
    eligibility.UNKNOWN: ("USUBJID",),
    "ESCALATED_EARLY": ("USUBJID", "ARMCD"),
    "EXDOSE_NOT_PLANNED": ("USUBJID", "DM.USUBJID", "DM.ARMCD"),
}
NOT_SET = {
    eligibility.UNKNOWN: "study.yml sets no limit (assumptions.eligibility) that can be checked",
    "ESCALATED_EARLY": (
        "study.yml has no arms below others with a DLT window "
        "(assumptions.dlt_window_days, derivations.adsl.dlt_phases)"
    ),
    "EXDOSE_NOT_PLANNED": "study.yml has no phase of dose escalation (derivations.adsl.dlt_phases)",
}


def find_variables(name: str, table: str, facts: Mapping[str, Fact]) -> Variables:
    """Return the variables, of this and other datasets, that a column of a table rests on.

    Parameters
    ----------
    name
        The column, as a rule names it (`csrkit.validation.rules.computed`).
    table
        Domain or dataset whose records ask.
    facts
        Facts by name.
    """
    if name in facts:
        return _of_fact(facts[name], table, facts)
    if name == computed.PARENT:
        return tuple((table, each) for each in LINK)
    if computed.AGAINST in name:
        return tuple((table, each) for each in name.split(computed.AGAINST))
    if name.endswith(computed.DATED):
        return ((table, name.removesuffix(computed.DATED)),)
    if name in OF_VERDICT:
        return (*_named(OF_VERDICT[name], table), *EXPOSURE)
    if name.endswith(eligibility.INELIGIBLE):
        own = tuple(f"--{each}" for each in eligibility.NEEDED)
        return (*_named(("USUBJID", *own), table), *EXPOSURE)
    for ending in computed.ENDINGS:
        if name.endswith(ending):
            root = find_variables(name.removesuffix(ending), table, facts)
            return (*root, *_named(OF_ENDING.get(ending, ()), table))
    if name.endswith(computed.DATED):
        return _named(("USUBJID", name.removesuffix(computed.DATED)), table)
    for between in (NOT_ONE_TO_ONE, computed.AGAINST, computed.HOURS_AFTER):
        if between in name:
            one, _, other = name.partition(between)
            return (*find_variables(one, table, facts), *find_variables(other, table, facts))
    if computed.IN in name:
        own_name, _, place = name.partition(computed.IN)
        domain, _, wanted = place.partition("_")
        return (*_named(("USUBJID", own_name), table), (domain, "USUBJID"), (domain, wanted))
    domain, joined, variable = name.partition("_")
    if not joined:
        return ((table, name),)
    return ((table, "USUBJID"), (domain, "USUBJID"), (domain, variable))


def explain_lack(name: str, table: str, own: set[str], context: computed.RuleContext) -> str:
    """Return why a column can't be computed: what wasn't delivered, or what the study doesn't set.

    Parameters
    ----------
    name, table
        As in `find_variables`.
    own
        The variables of the table.
    context
        What columns are computed from.
    """
    for domain, variable in find_variables(name, table, context.facts):
        if domain == table:
            has: bool | None = variable in own
        else:
            other = read_columns(context.tables, domain, {variable})
            if other is None:
                return f"{domain} is not delivered"
            has = variable in other
        if not has:
            return f"{domain} has no {variable}"
    if name in NOT_SET:
        return NOT_SET[name]
    if name.endswith(eligibility.INELIGIBLE):
        return f"study.yml sets no limit on {table} (assumptions.eligibility)"
    if name.endswith(computed.AFTER_CUT):
        return "there is no data cut"
    return f"{name} compares values of another type than those delivered"


def _of_fact(fact: Fact, table: str, facts: Mapping[str, Fact]) -> Variables:
    asking = tuple((table, name) for name in fact.asks)
    told = (one for name in fact.needs for one in find_variables(name, fact.domain, facts))
    return tuple(dict.fromkeys((*asking, *told)))


def _named(names: tuple[str, ...], table: str) -> Variables:
    """Return variables of the table, or of another as `DM.DTHDTC`; `--` stands for its prefix."""
    pairs = (name.rpartition(".") for name in names)
    return tuple((domain or table, each.replace("--", table[:2])) for domain, _, each in pairs)

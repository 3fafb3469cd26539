"""Rules that hold in every study, whether its suites have them or not.

| id            | holds                                                                         |
|---------------|-------------------------------------------------------------------------------|
| `SUPPDS-LINK` | a record of SUPP--, RELREC or CO points to one that exists, where no rule asks |
| `CM-CMENRTPT` | CMENDTC is what CMENRTPT says of it (--STRF, --ENRF, --STRTPT, --ENRTPT)       |
| `CM-CMENTPT`  | the time point that CMENTPT names has a date (--STTPT, --ENTPT)                |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from csrkit.sdtm.keys import LINK, is_linked
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.sdtm.relative_timing import ENDINGS, timing_variables
from csrkit.validation.rules.computed import AGAINST, DATED, PARENT
from csrkit.validation.rules.suites import Rule, make_rule
from csrkit.validation.severity import Severity

DOMAIN_LETTERS = 2
SOURCE = "SDTMIG 3.4, section"


def add_built_in_rules(
    suites: Mapping[str, tuple[Rule, ...]], domains: Mapping[str, pd.DataFrame]
) -> dict[str, tuple[Rule, ...]]:
    """Return the suites with the rules of this module, by the variables that domains have."""
    added = {name: tuple(_list_rules(name, suites.get(name, ()), domains)) for name in domains}
    whole = {name: (*suites.get(name, ()), *added.get(name, ())) for name in {**suites, **added}}
    return {name: rules for name, rules in whole.items() if rules}


def _list_rules(
    name: str, rules: tuple[Rule, ...], domains: Mapping[str, pd.DataFrame]
) -> Iterator[Rule]:
    links = read_columns(domains, name, LINK)
    if links is not None and is_linked(links):
        if not any(PARENT in rule.columns for rule in rules):
            yield _rule(
                f"{name}-LINK",
                "critical",
                "The record that it belongs to exists",
                "Correct RDOMAIN, IDVAR and IDVARVAL, or deliver the parent record.",
                f"{SOURCE} 8.4",
                column=PARENT,
                value_set=[True],
                row_condition={
                    "type": "pass_through",
                    "pass_through_filter": "RDOMAIN.notna()",
                },
            )
        return
    if len(name) != DOMAIN_LETTERS:
        return
    wanted = timing_variables(name)
    frame = read_columns(domains, name, (*wanted, f"{name}STDTC", f"{name}ENDTC"))
    given = set() if frame is None else set(frame.columns[frame.notna().any()])
    for variable in (each for each in wanted if each in given):
        yield from _timing_rules(name, variable, given)


def _timing_rules(name: str, variable: str, given: set[str]) -> Iterator[Rule]:
    """Return the rule of a variable of relative timing."""
    ending = variable.removeprefix(name)
    date = f"{name}{ending[:2]}DTC"
    if ending not in ENDINGS:
        yield _rule(
            f"{name}-{variable}",
            "note",
            f"The time point that {variable} names has a date",
            "Deliver a date or the name of a visit, or date the name in study.yml "
            "(derivations.reference_points).",
            f"{SOURCE} 4.4.7",
            column=f"{variable}{DATED}",
            value_set=[True],
        )
    elif date in given:
        yield _rule(
            f"{name}-{variable}",
            "warning",
            f"{date} is what {variable} says of it",
            f"Query {date} and {variable}; the analysis goes by the date.",
            f"{SOURCE} 4.4.7",
            column=f"{date}{AGAINST}{variable}",
            value_set=[False],
            show=(variable,),
        )


def _rule(
    rule_id: str,
    severity: Severity,
    rule: str,
    action: str,
    source: str,
    show: tuple[str, ...] = (),
    **kwargs: Any,
) -> Rule:
    meta = {
        "id": rule_id, "severity": severity, "rule": rule, "action": action, "source": source,
        "show": show,
    }  # fmt: skip
    expectation = {"type": "expect_column_values_to_be_in_set", "kwargs": kwargs, "meta": meta}
    return make_rule(expectation, "csrkit.validation.rules.built_in")

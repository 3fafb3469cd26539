"""Whether what rules and facts name can exist at all, so that no slip of the pen passes unnoticed.

A rule about a variable that wasn't delivered has nothing to check, which is told beside it. A rule
about one that the standard doesn't know would never have anything to check.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.sdtm.labels import ANY_DOMAIN, load_standard_labels
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study import Study
from csrkit.validation.rules.facts import FILE, Fact
from csrkit.validation.rules.rests_on import find_variables
from csrkit.validation.rules.suites import Rule

ADAM = "AD"
TABLE = Path(__file__).with_name("sdtm_variables.yml")
DOMAIN = re.compile(r"[A-Z][A-Z0-9](?:[A-Z0-9]{2})?")
SUPP = "SUPP"

# What the variables of a dataset may be called; None when nobody can say.
Known = Callable[[str], frozenset[str] | None]


def require_names(
    suites: Mapping[str, Iterable[Rule]],
    facts: Mapping[str, Fact],
    tables: Mapping[str, pd.DataFrame],
    known: Known,
    study: Study,
) -> None:
    """Stop at a rule or fact that names a variable which its dataset can't have.

    Parameters
    ----------
    suites, facts
        What names them.
    tables
        The data: what was delivered can be.
    known
        What a dataset may have.
    study
        Its `paths.validation` is where the names stand.

    Raises
    ------
    StudyError
        Naming the rule or fact, the variable, and those of a similar name.
    """
    for where, domain, variable in _all_names(suites, facts):
        allowed = known(domain)
        if allowed is None or variable in allowed or _is_delivered(domain, variable, tables):
            continue
        near = difflib.get_close_matches(variable, sorted(allowed), n=3)
        raise StudyError(
            f"{domain} can't have a variable {variable}"
            if allowed
            else f"There is no dataset {domain}",
            where=f"{study.path('validation')}, {where}",
            found=f"{domain}.{variable}",
            allowed=near or "variables of the standard, facts, and computed columns",
            remedy="Correct the name; validation/README.md lists what a rule may look at.",
        )


def _all_names(
    suites: Mapping[str, Iterable[Rule]], facts: Mapping[str, Fact]
) -> Iterator[tuple[str, str, str]]:
    """Yield where each name stands, its dataset and the variable."""
    for name, fact in facts.items():
        for needed in fact.needs:
            for domain, variable in find_variables(needed, fact.domain, facts):
                yield f"{FILE}, fact {name}", domain, variable
    for table, rules in suites.items():
        for rule in rules:
            for column in (*rule.columns, *rule.show):
                for domain, variable in find_variables(column, table, facts):
                    yield f"rule {rule.id}", domain, variable


def _is_delivered(domain: str, variable: str, tables: Mapping[str, pd.DataFrame]) -> bool:
    table = read_columns(tables, domain, {variable})
    return table is not None and variable in table


@cache
def sdtm_variables(domain: str) -> frozenset[str] | None:
    """Return the variables that a dataset of SDTM may have; none when there is no such dataset.

    A dataset named by four letters is a part of the domain that its first two name (SDTMIG 3.4,
    section 4.1.7); of an analysis dataset nothing is said (None).
    """
    if domain.startswith(ADAM) and len(domain) > len(ADAM):
        return None
    table = read_yaml(TABLE)
    special = SUPP if domain.startswith(SUPP) and len(domain) > len(SUPP) else domain
    if special in table["datasets"]:
        return frozenset(table["datasets"][special].split())
    if not DOMAIN.fullmatch(domain) or domain == SUPP:
        return frozenset()
    own = domain[:2]
    labelled = (name for name in load_standard_labels().variables if name.startswith(ANY_DOMAIN))
    names = [name.replace(ANY_DOMAIN, own) for name in labelled]
    names += [own + name for name in table["fragments"].split()]
    return frozenset([*table["shared"].split(), *names])

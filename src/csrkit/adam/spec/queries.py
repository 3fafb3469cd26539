"""The variables that a study's queries add to a dataset of occurrences (OCCDS 1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from csrkit.adam.spec.loader import load_spec
from csrkit.adam.spec.model import DatasetSpec, Variable
from csrkit.study import Study
from csrkit.study.queries import Query

KINDS = {"SMQ": "SMQ", "SDG": "SDG", "CQ": "Customized Query"}
"""Letters of a prefix → what its variables are called."""


def spec_of(dataset: str, study: Study) -> DatasetSpec:
    """Return the specification of a dataset as a study has it: in its words, with its queries.

    Raises
    ------
    StudyError
        When the study's words make a label too long.
    """
    spec = load_spec(dataset, study.terms)
    added = [one for query in study.queries.get(dataset, ()) for one in _variables(query)]
    if not added:
        return spec
    return spec.model_copy(update={"variables": (*spec.variables, *added)})


def _variables(query: Query) -> Iterator[Variable]:
    """Return NAM of a query, and CD, SC and SCN where it has a number or scopes."""
    letters, number = query.prefix[:-2], query.prefix[-2:]
    kind = f"{KINDS.get(letters, letters)} {number}"
    read = ", ".join(dict.fromkeys(one.SRCVAR for one in query.terms))
    found = (
        f"of the first term of query {query.prefix} that {read} holds, a narrow one before a broad"
    )
    name = f"{query.prefix}NAM"
    yield Variable(
        name=name, label=f"{kind} Name", type="text", length=len(query.name.encode()),
        origin="Derived", source=read, method=f"GRPNAME {found}.",
    )  # fmt: skip
    if query.number is not None:
        yield Variable(
            name=f"{query.prefix}CD", label=f"{kind} Code", type="integer", origin="Assigned",
            source=name, method=f"GRPID {found}.",
        )  # fmt: skip
    if query.has("SCOPE"):
        yield Variable(
            name=f"{query.prefix}SC", label=f"{kind} Scope", type="text", length=6,
            origin="Derived", source=read, method=f"SCOPE {found}.",
        )  # fmt: skip
    if query.has("SCOPEN"):
        yield Variable(
            name=f"{query.prefix}SCN", label=f"{kind} Scope (N)", type="integer",
            origin="Derived", source=read, method=f"SCOPEN {found}.",
        )  # fmt: skip

"""Whether the queries of a study can be asked of its datasets; to check it needs no data."""

from __future__ import annotations

from collections.abc import Mapping

from csrkit.adam.spec import load_spec
from csrkit.errors import StudyError
from csrkit.study import Study
from csrkit.study.queries import QueryTerm


def check_queries(study: Study) -> None:
    """Check that the queries look into variables that are there, and that categories have theirs.

    Raises
    ------
    StudyError
        When a term names a variable that its dataset doesn't have, or gives a text for a number
        or the other way round; or a category of special interest names a query that isn't there.
    """
    for dataset, queries in study.queries.items():
        types = {one.name: one.type for one in load_spec(dataset, study.terms).variables}
        for term in (each for query in queries for each in query.terms):
            _check_term(term, types, dataset, study)
    _check_categories(study)


def _check_term(term: QueryTerm, types: Mapping[str, str], dataset: str, study: Study) -> None:
    where = f"queries of {dataset} ({study.path('validation')}), {term.PREFIX}"
    if term.SRCVAR not in types:
        raise StudyError(
            "A query looks into a variable that its dataset doesn't have",
            where=where,
            found=term.SRCVAR,
            allowed=tuple(types),
            remedy=f"Use a variable of {dataset}.",
        )
    text = types[term.SRCVAR] == "text"
    if (term.TERMCHAR if text else term.TERMNUM) is None:
        raise StudyError(
            "A term of a query is no value of its variable",
            where=f"{where}, SRCVAR {term.SRCVAR}",
            found=str(term.TERMNUM if text else term.TERMCHAR),
            allowed="TERMCHAR of a text, TERMNUM of a number",
            remedy="Give the term in the column of its variable's type.",
        )


def _check_categories(study: Study) -> None:
    aesi = study.assumptions.by_name().get("aesi")
    known = {query.prefix: query for query in study.queries.get("ADAE", ())}
    for category in aesi.value if aesi else ():
        query = known.get(category.query) if category.query else None
        lacking = category.query is not None and query is None
        unscoped = query is not None and category.scope == "NARROW" and not query.has("SCOPE")
        if lacking or unscoped:
            raise StudyError(
                "An adverse event of special interest has a query that can't find it",
                where=f"{study.file}, key assumptions.aesi.value ({category.name})",
                found=f"{category.query}{', which has no scopes' if unscoped else ''}",
                allowed=tuple(known),
                remedy="Name a query of derivations.adae.queries; scope NARROW needs its scopes.",
            )

"""Which occurrences the queries of a study find: SMQ, SDG and customised ones.

As `derive_vars_query` of the R package admiral: a term is found in the variable that its row
names, whatever its case, and a code by its number. Where several terms of a query are found in one
record, one of its narrow scope counts before another (an event that is narrow by its preferred
term is so whatever its lowest level term), then the one that comes first in the table.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.study import Study
from csrkit.study.queries import Query, QueryTerm


def add_queries(records: pd.DataFrame, queries: tuple[Query, ...]) -> pd.DataFrame:
    """Return the records with the variables of some queries (`csrkit.adam.spec.queries`).

    Parameters
    ----------
    records
        Records of a dataset, with the variables that the terms are looked for in.
    queries
        The queries, checked by `csrkit.adam.occurrences.query_checks`.
    """
    columns: dict[str, pd.Series] = {}
    for query in queries:
        found = find_terms(records, query)
        hit = found.notna()
        columns[f"{query.prefix}NAM"] = pd.Series(query.name, records.index).where(hit, None)
        if query.number is not None:
            columns[f"{query.prefix}CD"] = hit.map({True: float(query.number), False: np.nan})
        if query.has("SCOPE"):
            columns[f"{query.prefix}SC"] = found.map(_values(query, "SCOPE")).where(hit, None)
        if query.has("SCOPEN"):
            columns[f"{query.prefix}SCN"] = found.map(_values(query, "SCOPEN")).astype("float64")
    return records.assign(**{name: _plain(values) for name, values in columns.items()})


def find_terms(records: pd.DataFrame, query: Query) -> pd.Series:
    """Return the place in the query of the term that each record has; NaN without one."""
    ranked = sorted(range(len(query.terms)), key=lambda i: (query.terms[i].SCOPE != "NARROW", i))
    best = pd.Series(np.nan, index=records.index)
    for variable in dict.fromkeys(one.SRCVAR for one in query.terms):
        ranks: dict[str | float, int] = {}
        for rank, place in enumerate(ranked):
            term = query.terms[place]
            if variable == term.SRCVAR:
                ranks.setdefault(_key(term, records[variable]), rank)
        ranked_here = _normalise(records[variable]).map(ranks).astype("float64")
        best = best.where(~(ranked_here < best) & best.notna(), ranked_here)
    found: pd.Series = best.map(dict(enumerate(ranked)))
    return found


def derive_aesi_category(ae: pd.DataFrame, study: Study) -> pd.Series:
    """Return AESICAT: what the data say, else the first category whose query an event meets.

    Parameters
    ----------
    ae
        AESICAT as the data have it, and the variables of the queries.
    """
    aesi = study.assumptions.by_name().get("aesi")
    out = ae["AESICAT"]
    for category in aesi.value if aesi else ():
        if category.query is None:
            continue
        found = ae[f"{category.query}NAM"].notna()
        if category.scope == "NARROW":
            found &= ae[f"{category.query}SC"].eq("NARROW")
        out = out.mask(out.isna() & found, category.name)
    return out.where(out.notna(), None)


def _values(query: Query, column: str) -> dict[int, object]:
    return {place: getattr(one, column) for place, one in enumerate(query.terms)}


def _key(term: QueryTerm, values: pd.Series) -> str | float:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return float(term.TERMNUM) if term.TERMNUM is not None else float("nan")
    return str(term.TERMCHAR).strip().upper()


def _normalise(values: pd.Series) -> pd.Series:
    """Return values as terms are compared: numbers as they are, text in capitals."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    return values.astype(object).str.strip().str.upper()


def _plain(values: pd.Series) -> pd.Series:
    """Return text with None where it is missing."""
    return values.where(values.notna(), None) if values.dtype == object else values

"""Queries over what occurred (SMQ, SDG, customised): terms that together mean one condition.

A study gives them as a table of terms, a row each, in the columns that `derive_vars_query` of the R
package admiral takes (`csrkit.study.query_files` reads it).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from csrkit.study.base import Section


class QueryTerm(Section):
    """A row of the table: one term of one query.

    Attributes
    ----------
    PREFIX
        What its variables begin with: SMQ01, SDG02, CQ03.
    GRPNAME, GRPID
        Name and number of the query.
    SCOPE, SCOPEN
        Scope of the term in the query, and its number.
    SRCVAR
        Variable of the analysis dataset that holds the term (AEDECOD) or its code (AELLTCD).
    TERMCHAR, TERMNUM
        The term, whose case doesn't matter, or the code.
    """

    PREFIX: str = Field(pattern="^[A-Z]{2,3}[0-9]{2}$")
    GRPNAME: str = Field(min_length=1, max_length=200)
    GRPID: int | None = None
    SCOPE: Literal["BROAD", "NARROW"] | None = None
    SCOPEN: int | None = Field(default=None, ge=1, le=2)
    SRCVAR: str = Field(pattern="^[A-Z][A-Z0-9]{1,7}$")
    TERMCHAR: str | None = None
    TERMNUM: int | None = None

    @model_validator(mode="after")
    def _has_a_term(self) -> QueryTerm:
        if self.TERMCHAR is None and self.TERMNUM is None:
            raise ValueError("TERMCHAR or TERMNUM has to be given")
        return self


class Query(Section):
    """A query with its terms, in the order of the table."""

    prefix: str
    name: str
    number: int | None
    terms: tuple[QueryTerm, ...]

    def has(self, column: str) -> bool:
        """Return whether any term has a value in a column (`SCOPE`)."""
        return any(getattr(one, column) is not None for one in self.terms)

"""Controlled terms of the ADaM datasets, from `codelists.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from csrkit.files.yaml import read_yaml
from csrkit.study.terms import USUAL, Terms

FILE = Path(__file__).with_name("codelists.yml")


class Codelist(BaseModel):
    """Controlled terms of a variable: term → what it means.

    A value outside an `extensible` list is allowed; outside any other it is an error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    extensible: bool = False
    terms: dict[str, str]


@cache
def codelists(terms: Terms = USUAL) -> dict[str, Codelist]:
    """Return the controlled terms by the name of their list, their meaning in the study's words."""
    lists = terms.fill_all(read_yaml(FILE))
    return {name: Codelist.model_validate(content) for name, content in lists.items()}

"""Dataset specifications: what every variable of an ADaM dataset is, and the check that holds it.

A dataset's specification stands in `<dataset>.yml`; column order, labels, types, XPT and
define.xml come from it. Variables that every dataset carries from ADSL are described once, in
`adsl.yml`; `common.yml` names blocks of them, and a specification includes a block by name.
Controlled terms stand in `codelists.yml`. `{administration}` and the like in a text stand for the
study's own words (`csrkit.study.terms`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csrkit.adam.spec.codelists import Codelist, codelists
from csrkit.adam.spec.loader import block, load_spec
from csrkit.adam.spec.model import DatasetSpec, Variable

if TYPE_CHECKING:
    from csrkit.adam.spec.conformance import conform

__all__ = ["Codelist", "DatasetSpec", "Variable", "block", "codelists", "conform", "load_spec"]


def __getattr__(name: str) -> Any:
    """Import the check, and pandas with it, when it is asked for: to load a text needs neither."""
    if name == "conform":
        from csrkit.adam.spec.conformance import conform

        return conform
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

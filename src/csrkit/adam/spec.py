"""Dataset specifications: what every variable of an ADaM dataset is, and the check that holds it.

A dataset's specification stands in `spec/<dataset>.yml`; column order, labels, types, XPT and
define.xml come from it. Variables that every dataset carries from ADSL are described once, in
`spec/adsl.yml`; `spec/common.yml` names blocks of them, and a specification includes a block by
name. Controlled terms stand in `spec/codelists.yml`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from csrkit.adam.accounting_uses import Use
from csrkit.adam.conformance import conform
from csrkit.errors import StudyError
from csrkit.study.loader import read_yaml

__all__ = ["Codelist", "DatasetSpec", "Variable", "block", "codelists", "conform", "load_spec"]

FOLDER = Path(__file__).parent / "spec"

Type = Literal["text", "integer", "float", "date", "datetime", "time"]
Origin = Literal["Predecessor", "Derived", "Assigned", "Collected"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Variable(_Model):
    """One variable of a dataset.

    Attributes
    ----------
    name, label
        At most 8 and 40 characters (limits of XPT v5).
    type
        `integer` and `float` are float64 (NaN when missing); `date` and `datetime` datetime64[ns];
        `time` seconds after midnight; `text` str (None when missing).
    length
        Bytes of a text value (UTF-8), 8 for a number.
    format
        SAS display format.
    origin, source, method
        Where it comes from (`DM.AGE`) and, when derived, how, in words.
    codelist
        Name of its controlled terms in `spec/codelists.yml`.
    core
        Req, Cond or Perm, as in the ADaM implementation guide.
    """

    name: str = Field(pattern="^[A-Z][A-Z0-9]{0,7}$")
    label: str = Field(min_length=1, max_length=40)
    type: Type
    length: int = Field(default=8, ge=1, le=200)
    format: str | None = None
    origin: Origin
    source: str | None = None
    method: str | None = None
    codelist: str | None = None
    core: Literal["Req", "Cond", "Perm"] = "Perm"

    @model_validator(mode="after")
    def _is_explained(self) -> Variable:
        if self.origin == "Predecessor" and not self.source:
            raise ValueError(f"{self.name}: a predecessor needs its source")
        if self.origin == "Derived" and not self.method:
            raise ValueError(f"{self.name}: a derived variable needs its method")
        if not (self.source or self.method):
            raise ValueError(f"{self.name}: a variable needs its source or its method")
        if self.type in ("date", "datetime", "time") and not self.format:
            raise ValueError(f"{self.name}: a date or time needs its format")
        if self.type != "text" and self.length != 8:
            raise ValueError(f"{self.name}: a number has length 8")
        return self


class DatasetSpec(_Model):
    """One dataset: its variables in order, and the keys that identify and sort its records.

    `uses` says what it reads of the SDTM beside the records that it carries the keys of.
    """

    dataset: str
    label: str = Field(max_length=40)
    dataset_class: str = Field(alias="class")
    structure: str
    keys: tuple[str, ...]
    uses: tuple[Use, ...] = ()
    variables: tuple[Variable, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> DatasetSpec:
        names = [variable.name for variable in self.variables]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"described twice: {', '.join(twice)}")
        unknown = [key for key in self.keys if key not in names]
        if unknown:
            raise ValueError(f"keys that are no variables: {', '.join(unknown)}")
        unlisted = {v.codelist for v in self.variables if v.codelist} - set(codelists())
        if unlisted:
            raise ValueError(f"codelists missing in codelists.yml: {', '.join(sorted(unlisted))}")
        return self

    @property
    def names(self) -> list[str]:
        """Names of the variables, in order."""
        return [variable.name for variable in self.variables]


class Codelist(_Model):
    """Controlled terms of a variable: term → what it means.

    A value outside an `extensible` list is allowed; outside any other it is an error.
    """

    label: str
    extensible: bool = False
    terms: dict[str, str]


@cache
def codelists() -> dict[str, Codelist]:
    """Return the controlled terms by the name of their list."""
    return {
        name: Codelist.model_validate(content)
        for name, content in read_yaml(FOLDER / "codelists.yml").items()
    }


@cache
def load_spec(name: str) -> DatasetSpec:
    """Return the specification of a dataset (`"ADSL"`, in either case).

    Raises
    ------
    StudyError
        When there is none, or it departs from the model above.
    """
    file = FOLDER / f"{name.lower()}.yml"
    content = dict(read_yaml(file))
    included = [variable for each in content.pop("include", []) for variable in block(each)]
    own = content.pop("variables")
    try:
        return DatasetSpec.model_validate({**content, "variables": [*included, *own]})
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise StudyError(
            "A dataset specification can't be used",
            where=f"{file.name}, {'.'.join(str(part) for part in first['loc'])}",
            found=f"{first['input']!r}"[:200],
            allowed=first["msg"],
            remedy="Mend this entry of the specification.",
        ) from None


def block(name: str) -> list[dict[str, Any]]:
    """Return the variables of a block of `spec/common.yml`, described as in ADSL.

    Raises
    ------
    StudyError
        When there is no such block.
    """
    blocks = _blocks()
    if name not in blocks:
        raise StudyError(
            "A specification includes a block that isn't there",
            where="include",
            found=name,
            allowed=sorted(blocks),
            remedy="Use one of these, or describe the block in common.yml.",
        )
    adsl = {variable.name: variable for variable in load_spec("ADSL").variables}
    return [_carried(adsl[variable]) for variable in blocks[name]]


@cache
def _blocks() -> dict[str, list[str]]:
    """Return the names of the variables of every block of `spec/common.yml`."""
    blocks: dict[str, list[str]] = read_yaml(FOLDER / "common.yml")
    return blocks


def _carried(variable: Variable) -> dict[str, Any]:
    """Describe a variable that a dataset takes over from ADSL."""
    return {
        **variable.model_dump(),
        "origin": "Predecessor",
        "source": f"ADSL.{variable.name}",
        "method": None,
    }

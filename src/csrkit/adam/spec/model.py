"""What every variable of an ADaM dataset is, and what identifies its records."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from csrkit.adam.spec.codelists import codelists
from csrkit.adam.spec.uses import Use

Type = Literal["text", "integer", "float", "date", "datetime", "time"]
Origin = Literal["Predecessor", "Derived", "Assigned", "Collected"]
LONGEST_LABEL = 40
"""Of a dataset and of a variable, in XPT v5."""


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
    label: str = Field(min_length=1, max_length=LONGEST_LABEL)
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
    label: str = Field(max_length=LONGEST_LABEL)
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

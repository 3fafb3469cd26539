"""What a CSV file can't say itself: labels and types of its variables.

Either a `define.xml` (Define-XML 2.x) beside the CSV files says it, or a `types.yml`, which goes
before it. `types.yml` holds datasets by name; `records` guards against a shortened file::

    AE:
      label: Adverse Events
      records: 312
      variables:
        USUBJID: {label: Unique Subject Identifier, type: text}
        AESEQ: {label: Sequence Number, type: integer}
        AESTDY: number
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from csrkit.errors import DataError
from csrkit.files.opening import require_regular
from csrkit.files.yaml import read_yaml
from csrkit.sdtm.formats.csv.define import load_define

TYPES_FILE, DEFINE_FILE = "types.yml", "define.xml"


class VariableType(BaseModel):
    """One variable: text, number or whole number (integer), its label and SAS format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["text", "number", "integer"]
    label: str = ""
    format: str = ""


class DatasetTypes(BaseModel):
    """The variables of one dataset, keyed by upper-case name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = ""
    records: int | None = None
    variables: dict[str, VariableType]

    @field_validator("variables", mode="before")
    @classmethod
    def _written_out(cls, value: Any) -> Any:
        """Take `AESEQ: number` for `AESEQ: {type: number}`."""
        if not isinstance(value, dict):
            return value
        return {
            str(name).upper(): {"type": given} if isinstance(given, str) else given
            for name, given in value.items()
        }


def types_of(file: Path, dataset: str, domain: str) -> DatasetTypes:
    """Return the types of a CSV file's variables.

    Raises
    ------
    DataError
        When nothing beside the file says them, or what does can't be used.
    """
    sources = [_source(file.parent, name) for name in (DEFINE_FILE, TYPES_FILE)]
    known: dict[str, DatasetTypes] = {}
    for source in sources:
        if source is not None:
            known |= _load(source, require_regular(source, DataError).st_mtime_ns)
    found = known.get(dataset) or known.get(domain)
    if found is None:
        raise DataError(
            "Nothing says the types of a CSV file's variables",
            where=str(file),
            found=f"no {dataset} in "
            + (" and ".join(str(source.name) for source in sources if source) or "the folder"),
            allowed=f"{DEFINE_FILE} (Define-XML 2.x) or {TYPES_FILE}",
            remedy=f"Put the study's define.xml beside the file, or a {TYPES_FILE} with "
            f"{dataset}: {{variables: {{USUBJID: text, {domain[:2]}SEQ: number, …}}}}.",
        )
    return found


def _source(folder: Path, name: str) -> Path | None:
    return next((f for f in sorted(folder.iterdir()) if f.name.lower() == name), None)


@lru_cache(maxsize=8)
def _load(file: Path, changed: int) -> dict[str, DatasetTypes]:
    """Return datasets by upper-case name; `changed` keeps an edited file from being remembered."""
    content = load_define(file) if file.name.lower() == DEFINE_FILE else read_yaml(file)
    try:
        checked = TypeAdapter(dict[str, DatasetTypes]).validate_python(content)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise DataError(
            "A file that says the types of CSV files can't be used",
            where=f"{file}, key {'.'.join(str(part) for part in first['loc'])}",
            found=repr(first["input"])[:200],
            allowed=first["msg"],
            remedy="Correct this key; a format such as '8.2' needs its quotes.",
        ) from None
    return {name.upper(): types for name, types in checked.items()}

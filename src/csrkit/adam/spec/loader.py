"""Read the specifications of the ADaM datasets, `<dataset>.yml` beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from csrkit.adam.spec.model import DatasetSpec, Variable
from csrkit.errors import StudyError
from csrkit.study.loader import read_yaml, validate_content

FOLDER = Path(__file__).parent


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
    whole = {**content, "variables": [*included, *own]}
    return validate_content(DatasetSpec, whole, file, "A dataset specification can't be used")


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
    return [_carry_from_adsl(adsl[variable]) for variable in blocks[name]]


@cache
def _blocks() -> dict[str, list[str]]:
    """Return the names of the variables of every block of `spec/common.yml`."""
    blocks: dict[str, list[str]] = read_yaml(FOLDER / "common.yml")
    return blocks


def _carry_from_adsl(variable: Variable) -> dict[str, Any]:
    """Describe a variable that a dataset takes over from ADSL."""
    return {
        **variable.model_dump(),
        "origin": "Predecessor",
        "source": f"ADSL.{variable.name}",
        "method": None,
    }

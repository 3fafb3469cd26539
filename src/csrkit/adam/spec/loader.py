"""Read the specifications of the ADaM datasets, `<dataset>.yml` beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from csrkit.adam.spec.model import LONGEST_LABEL, DatasetSpec, Variable
from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.study.loader import validate_content
from csrkit.study.terms import USUAL, Terms

FOLDER = Path(__file__).parent


@cache
def load_spec(name: str, terms: Terms = USUAL) -> DatasetSpec:
    """Return the specification of a dataset (`"ADSL"`, in either case) in a study's words.

    Raises
    ------
    StudyError
        When there is none, it departs from the model above, or the study's words make a label too
        long.
    """
    file = FOLDER / f"{name.lower()}.yml"
    content = dict(read_yaml(file))
    included = [variable for each in content.pop("include", []) for variable in block(each, terms)]
    own = content.pop("variables")
    _check_labels(name.upper(), own, terms)
    whole = {**terms.fill_all(content), "variables": [*included, *terms.fill_all(own)]}
    return validate_content(DatasetSpec, whole, file, "A dataset specification can't be used")


def _check_labels(dataset: str, variables: list[dict[str, Any]], terms: Terms) -> None:
    """Stop at a label that only the study's words make longer than XPT v5 can hold."""
    for variable in variables:
        written = variable.get("label", "")
        label = terms.fill(written)
        if label != written and len(label.encode()) > LONGEST_LABEL:
            words = terms.words()
            named = [f"{name}: {words[name]}" for name in words if f"{{{name}}}" in written.lower()]
            raise StudyError(
                "A word of the study makes the label of a variable too long",
                where=f"study.yml, key terms ({', '.join(named)}); variable {dataset}."
                f"{variable['name']}",
                found=f"{label} ({len(label.encode())} bytes)",
                allowed=f"at most {LONGEST_LABEL} bytes, as in SAS transport files",
                remedy="Use a shorter word.",
            )


def block(name: str, terms: Terms = USUAL) -> list[dict[str, Any]]:
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
    adsl = {variable.name: variable for variable in load_spec("ADSL", terms).variables}
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

"""The settings of the simulation as typed data: `design.yml` and the catalogues beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.simulate.settings.catalogue import Placement
from csrkit.simulate.settings.sections import (
    Demography,
    Disease,
    Dosing,
    Enrolment,
    Events,
    Fate,
    History,
    Kinetics,
    Measurements,
    Tumour,
)
from csrkit.study.base import Section

T = TypeVar("T", bound=Section)


class DomainSpec(Section):
    """Variables of an SDTM domain; `bare` domains name every variable themselves."""

    label: str = Field(max_length=40)
    variables: tuple[str, ...]
    bare: bool = False
    labels: dict[str, str] = Field(default_factory=dict)


class Domains(Section):
    """The SDTM domains that are made."""

    numeric: tuple[str, ...]
    labels: dict[str, str]
    domains: dict[str, DomainSpec]


class Design(Section):
    """Everything the simulation is told beyond `study.yml`."""

    subjects_per_block: int
    enrolment: Enrolment
    demography: Demography
    disease: Disease
    tumour: Tumour
    fate: Fate
    dosing: Dosing
    pk: Kinetics
    events: Events
    measurements: Measurements
    history: History
    placements: tuple[Placement, ...]


FOLDER = Path(__file__).parent


@cache
def load_design() -> Design:
    """Return the simulation's settings.

    Raises
    ------
    StudyError
        When a setting is missing, unknown or has a value that isn't allowed.
    """
    content = read_yaml(FOLDER / "design.yml")["simulation"]
    content["events"] = read_yaml(FOLDER / "events.yml")
    content["measurements"] = read_yaml(FOLDER / "measurements.yml")
    content["history"] = read_yaml(FOLDER / "history.yml")
    content["placements"] = read_yaml(FOLDER / "edge_cases.yml")["placements"]
    return _validated(Design, content, "design.yml and the files beside it")


@cache
def load_domains() -> Domains:
    """Return the variables and labels of every domain (`domains.yml`)."""
    return _validated(Domains, read_yaml(FOLDER / "domains.yml"), "domains.yml")


def _validated(model: type[T], content: object, file: str) -> T:
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise StudyError(
            "A setting of the simulation can't be used",
            where=f"{file}, key {'.'.join(str(part) for part in first['loc'])}",
            found=f"{first['input']!r}"[:200],
            allowed=first["msg"],
            remedy="Correct this key.",
        ) from None

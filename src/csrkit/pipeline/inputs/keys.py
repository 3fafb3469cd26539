"""The key of a stage: one hash of all that its results rest on, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csrkit.index import IndexEntry
from csrkit.pipeline.inputs.hashes import hash_value
from csrkit.pipeline.inputs.sources import Sources
from csrkit.pipeline.settings import SETTINGS
from csrkit.pipeline.stages import Stage
from csrkit.study import Study
from csrkit.validation.adam.parameters import find_named_parameters

# The files that it reads beside its notebook.
FILES = {
    "validation": ("data", "validation"),
    "datasets": ("data", "validation"),
    "displays": (),
}


def stage_key(
    stage: Stage,
    study: Study,
    sources: Sources,
    shown: Mapping[str, IndexEntry],
    parameters: Mapping[str, object],
    read: Mapping[str, str],
) -> str:
    """Return the key under which a stage's results are kept: equal inputs give an equal key.

    Parameters
    ----------
    stage
        The stage.
    study
        The study in the scope of the run.
    sources
        What the run is made from.
    shown
        The displays that the stage makes.
    parameters
        Its notebook's parameters, those that say where to read and write left out.
    read
        Stage that it needs → one hash of what it reads of that stage's results.
    """
    notebooks = sources.hashes["notebooks"]
    own = [one for name, one in notebooks.items() if name.endswith(f"{stage.name}.ipynb")]
    return hash_value(
        {
            "makes": stage.makes,
            "settings": settings_of(study, stage.makes),
            "displays": {key: entry.model_dump(mode="json") for key, entry in shown.items()},
            "parameters named": parameters_named(study, stage.makes),
            "files": {kind: sources.hashes[kind] for kind in FILES[stage.makes]},
            "notebook": own,
            "parameters": dict(parameters),
            "read": dict(read),
            "packages": sources.packages.used,
            "python": sources.python,
            "library": sources.library,
        }
    )


def settings_of(study: Study, makes: str) -> dict[str, Any]:
    """Return the settings that a stage of this kind knows."""
    scope = study.scope.model_dump(mode="json") if study.scope else None
    return {**study.model_dump(mode="json", include=set(SETTINGS[makes])), "scope": scope}


def parameters_named(study: Study, makes: str) -> list[tuple[str, str, str]]:
    """Return the parameters that settings name, which the checks of the datasets ask for."""
    named = find_named_parameters(study) if makes == "datasets" else ()
    return [(one.dataset, one.code, one.place) for one in named]

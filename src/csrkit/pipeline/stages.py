"""The stages of a run, and what each needs: the notebooks that the study declares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from csrkit.study import Study


@dataclass(frozen=True)
class Stage:
    """One notebook of a run.

    Attributes
    ----------
    name
        Stem of the notebook's file name (`40_safety`).
    title
        What it does, in the words of the progress display.
    needs
        Stages whose results it reads.
    produces
        Paths below the cut's folder that it alone writes.
    makes
        What its notebook makes: validation, datasets or displays.
    reads
        Of what the stages that it needs produce, the paths that it reads.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    produces: tuple[Path, ...]
    makes: str = "displays"
    reads: tuple[Path, ...] = ()

    @property
    def results(self) -> Path:
        """Where a stage that makes displays keeps them, below the cut's folder."""
        return self.produces[0]


NEEDS = {"validation": (), "datasets": ("validation",), "displays": ("datasets",)}
READS = {"validation": (), "datasets": ("sdtm",), "displays": ("adam",)}
PRODUCES = {"validation": ("sdtm", "validation"), "datasets": ("adam", "adam_validation")}


def stages_of(study: Study) -> tuple[Stage, ...]:
    """Return the stages of a study, in the order of its notebooks."""
    return tuple(
        Stage(
            name,
            one.title,
            tuple(study.notebook_that_makes(needed) for needed in NEEDS[one.makes]),
            tuple(Path(folder) for folder in PRODUCES.get(one.makes, (f"analysis/{name}",))),
            one.makes,
            tuple(Path(folder) for folder in READS[one.makes]),
        )
        for name, one in study.notebooks.items()
    )


def display_stages(study: Study) -> tuple[Stage, ...]:
    """Return the stages that make displays."""
    return tuple(stage for stage in stages_of(study) if stage.makes == "displays")

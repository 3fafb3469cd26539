"""The stages of a run, and what each needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path


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
    """

    name: str
    title: str
    needs: tuple[str, ...]
    produces: tuple[Path, ...]


def _analysis(name: str, title: str) -> Stage:
    return Stage(name, title, ("20_derive",), (Path("analysis") / name,))


STAGES: tuple[Stage, ...] = (
    Stage("10_validate", "Read, validate and cut the SDTM", (), (Path("sdtm"), Path("validation"))),
    Stage(
        "20_derive",
        "Derive and check the ADaM datasets",
        ("10_validate",),
        (Path("adam"), Path("adam_validation")),
    ),
    _analysis("30_population", "Study patients"),
    _analysis("40_safety", "Safety"),
    _analysis("50_efficacy", "Efficacy"),
    _analysis("60_pk", "Pharmacokinetics"),
)

ANALYSIS: tuple[Stage, ...] = tuple(s for s in STAGES if s.needs == ("20_derive",))


def in_order(stages: Sequence[Stage] = STAGES) -> list[Stage]:
    """Return the stages so that each comes after those it needs."""
    by_name = {stage.name: stage for stage in stages}
    order = TopologicalSorter({stage.name: stage.needs for stage in stages}).static_order()
    return [by_name[name] for name in order]

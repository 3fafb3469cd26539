"""One source, two engines: Quarto where it is installed, else the embedded one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from csrkit.errors import RunError
from csrkit.render.config import BASE_FORMATS
from csrkit.render.embedded import read_source, render_embedded
from csrkit.render.pandoc import pandoc_version
from csrkit.render.pdf import typst_version
from csrkit.render.quarto import quarto_version, render_quarto

ENGINES = ("auto", "quarto", "embedded")
EngineName = Literal["quarto", "embedded"]


@dataclass(frozen=True)
class RenderResult:
    """What was rendered: the engine, its versions, and the file of each format."""

    engine: EngineName
    versions: dict[str, str]
    files: dict[str, Path]


def choose_engine(engine: str = "auto") -> EngineName:
    """Return the engine that would render.

    Raises
    ------
    RunError
        When there is no such engine, or Quarto is asked for and isn't on PATH.
    """
    if engine not in ENGINES:
        raise RunError("There is no such engine", where="--engine", found=engine, allowed=ENGINES)
    there = shutil.which("quarto") is not None
    if engine == "quarto" and not there:
        raise RunError(
            "Quarto is not installed",
            where="--engine",
            found="no quarto on PATH",
            remedy="Install Quarto, or render with --engine embedded.",
        )
    return "quarto" if there and engine != "embedded" else "embedded"


def engine_versions(engine: EngineName) -> dict[str, str]:
    """Return the versions of the programs that an engine consists of."""
    if engine == "quarto":
        return {"quarto": quarto_version()}
    return {"pandoc": pandoc_version(), "typst": typst_version()}


def describe_engine(engine: EngineName) -> str:
    """Return an engine and its programs as document control names them."""
    made_of = engine_versions(engine).items()
    programs = ", ".join(f"{name.capitalize()} {version}" for name, version in made_of)
    return programs if engine == "quarto" else f"Embedded engine: {programs}"


def render(
    stage: Path,
    *,
    engine: str = "auto",
    formats: Sequence[str] = ("html", "pdf"),
    profile: str,
    timestamp: int,
) -> RenderResult:
    """Render the report that stands in a stage.

    Parameters
    ----------
    stage
        Copy of the project with executed notebooks and figures (`csrkit.render.stage`).
    engine
        `auto` (Quarto where installed), `quarto` or `embedded`.
    formats
        Of `html` and `pdf`.
    profile
        `interim` or `final`: the `_quarto-<profile>.yml` that holds.
    timestamp
        Time that the documents say they were made, in seconds since 1970; no clock is read.

    Raises
    ------
    RunError
        When the source names something that is missing or unknown, or the engine stops.
    """
    unknown = [one for one in formats if one not in BASE_FORMATS]
    if unknown or not formats:
        raise RunError(
            "There is no such report format",
            where="--formats",
            found=", ".join(unknown) or "nothing",
            allowed=tuple(BASE_FORMATS),
        )
    chosen = choose_engine(engine)
    document = read_source(stage, profile, tuple(formats))
    if chosen == "quarto":
        files = render_quarto(stage, document, profile, timestamp)
    else:
        files = render_embedded(stage, document, profile, timestamp)
    return RenderResult(chosen, engine_versions(chosen), files)

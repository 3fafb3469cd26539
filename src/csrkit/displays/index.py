"""The output index, `report/tlf.yml`: number, title, notes and function of every display."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from csrkit.errors import StudyError
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.loader import read_yaml

Kind = Literal["table", "figure", "listing"]
FOLDERS: dict[str, str] = {"table": "tables", "figure": "figures", "listing": "listings"}


class IndexEntry(Section):
    """One display of the report.

    Attributes
    ----------
    key
        Name by which the report, the notebooks and the results call it.
    kind
        table, figure or listing.
    number
        ICH E3 number, unique within the kind.
    title
        What it shows.
    population
        Key of an analysis set in `study.yml`; empty for all subjects.
    footnotes
        Notes below the display. `{name}` stands for the value of an assumption in `study.yml`.
    abbreviations
        Abbreviations it uses, each defined once in the index.
    datasets
        Datasets it is made from.
    function
        Dotted name of the function that makes it.
    notebook
        Notebook it stands in.
    orientation
        Of the page: portrait or landscape.
    columns
        Keys of the columns in `study.yml`, in order; none for all of them.
    settings
        What the function needs to know beside the data, in terms that it documents.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    number: str = Field(pattern=r"^\d+(\.\d+)*$")
    title: str = Field(min_length=1)
    population: str = ""
    footnotes: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    datasets: tuple[str, ...] = Field(min_length=1)
    function: str = Field(pattern=r"^[a-z_][\w.]*\.[a-z_]\w*$")
    notebook: str
    orientation: Literal["portrait", "landscape"] = "portrait"
    columns: tuple[str, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)

    @property
    def caption(self) -> str:
        """Kind, number and title: `Table 14.3.1.2 Overview of …`."""
        return f"{self.kind.capitalize()} {self.number} {self.title}"

    @property
    def file_stem(self) -> str:
        """Name of its files without folder and ending: `14.3.1.2_teae_overview`."""
        return f"{self.number}_{self.key}"

    @property
    def folder(self) -> str:
        """Folder of its files: tables, figures or listings."""
        return FOLDERS[self.kind]

    def load_function(self) -> Callable[..., Any]:
        """Import and return the function that makes the display.

        Raises
        ------
        StudyError
            When there is no such module or function.
        """
        module, _, name = self.function.rpartition(".")
        try:
            function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        except (ModuleNotFoundError, AttributeError) as fault:
            if isinstance(fault, ModuleNotFoundError) and not module.startswith(fault.name or "\0"):
                raise
            raise StudyError(
                "The function of a display doesn't exist",
                where=f"display {self.key}, key function",
                found=self.function,
                remedy="Name an existing function in tlf.yml, module first.",
            ) from None
        return function


class Index(Section):
    """The whole of `tlf.yml`: abbreviations with their meaning, and displays by key."""

    abbreviations: dict[str, str] = Field(default_factory=dict)
    displays: dict[str, dict[str, Any]]


def load_index(file: str | Path) -> dict[str, IndexEntry]:
    """Return the displays of an index by key, in the order of the file.

    The abbreviations of a display, spelled out, become the last of its footnotes.

    Raises
    ------
    StudyError
        When a key is missing, unknown or not allowed, a number stands twice within a kind, or an
        abbreviation isn't defined.
    """
    file = Path(file)
    index = _validated(Index, read_yaml(file), file, "")
    entries = {}
    for key, content in index.displays.items():
        entry = _validated(IndexEntry, {"key": key, **content}, file, f"displays.{key}")
        entries[key] = _spelled_out(entry, index.abbreviations, file)
    _check_numbers(entries, file)
    return entries


def check_index(entries: dict[str, IndexEntry], study: Study, file: str | Path) -> None:
    """Check the index against the study: analysis sets and columns must be there.

    Raises
    ------
    StudyError
        When a display names an analysis set or a column that `study.yml` doesn't have.
    """
    for entry in entries.values():
        sets, columns = tuple(study.analysis_sets), tuple(study.columns)
        named = [("population", entry.population, sets)] if entry.population else []
        named += [("columns", column, columns) for column in entry.columns]
        for name, found, known in named:
            if found not in known:
                raise StudyError(
                    "A display names something that the study doesn't have",
                    where=f"{file}, key displays.{entry.key}.{name}",
                    found=found,
                    allowed=known,
                    remedy=f"Use a key of study.yml, or add it there ({study.file.name}).",
                )


def _validated(model: type[Any], content: Any, file: Path, key: str) -> Any:
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        path = ".".join([*([key] if key else []), *(str(part) for part in first["loc"])])
        raise StudyError(
            "The output index can't be used",
            where=f"{file}, key {path}",
            found="nothing" if first["type"] == "missing" else repr(first["input"])[:200],
            allowed=first["msg"],
            remedy="Mend this key.",
        ) from None


def _spelled_out(entry: IndexEntry, meanings: dict[str, str], file: Path) -> IndexEntry:
    if not entry.abbreviations:
        return entry
    unknown = [name for name in entry.abbreviations if name not in meanings]
    if unknown:
        raise StudyError(
            "A display uses an abbreviation that isn't defined",
            where=f"{file}, key displays.{entry.key}.abbreviations",
            found=unknown[0],
            allowed=tuple(meanings),
            remedy="Define it under abbreviations, at the top of the file.",
        )
    names = sorted(entry.abbreviations, key=str.casefold)
    note = "; ".join(f"{name} = {meanings[name]}" for name in names) + "."
    return entry.model_copy(update={"footnotes": (*entry.footnotes, note)})


def _check_numbers(entries: dict[str, IndexEntry], file: Path) -> None:
    counted = Counter((entry.kind, entry.number) for entry in entries.values())
    for (kind, number), times in counted.items():
        if times > 1:
            same = [one.key for one in entries.values() if (one.kind, one.number) == (kind, number)]
            raise StudyError(
                f"Two displays of the kind {kind} have the same number",
                where=f"{file}, displays {', '.join(same)}",
                found=number,
                remedy="Give each its own number of ICH E3.",
            )

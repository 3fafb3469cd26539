"""One display of the output index: number, title, notes, pattern and settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializeAsAny

from csrkit.study.base import Section

Kind = Literal["table", "figure", "listing"]
# Terms of CDISC's Analysis Results Standard (ARS v1.0).
Purpose = Literal[
    "PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"
]
Reason = Literal[
    "SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY"
]
# Files are named by key and number: letters A to Z in lower case, digits and _.
DisplayKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
FOLDERS: dict[str, str] = {"table": "tables", "figure": "figures", "listing": "listings"}


class EntryText(Section):
    """One display of the index, as the file gives it.

    Attributes
    ----------
    pattern
        Which analyses it shows, and how they are laid out; see `csrkit.index.patterns`.
    number
        ICH E3 number, unique within the kind.
    title
        What it shows. `{administration}` and the like stand for the words of `terms` in
        `study.yml`, here and in `settings`.
    population
        Key of an analysis set in `study.yml`; empty for all subjects.
    footnotes
        Notes below the display. `{name}` stands for the value of an assumption or for a term in
        `study.yml`.
    abbreviations
        Abbreviations it uses, each defined once in the index.
    datasets
        Datasets it is made from; it gets no others.
    purpose, reason
        What its analyses are for, and what asked for them, in the terms of ARS.
    orientation
        Of the page: portrait or landscape.
    columns
        Keys of the columns in `study.yml`, in order; none for all of them.
    settings
        What the pattern needs to know beside the data.
    """

    pattern: str
    number: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=40)
    title: str = Field(min_length=1)
    population: str = ""
    footnotes: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    datasets: tuple[str, ...] = Field(min_length=1)
    purpose: Purpose | None = None
    reason: Reason = "SPECIFIED IN SAP"
    orientation: Literal["portrait", "landscape"] = "portrait"
    columns: tuple[str, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)


class IndexEntry(EntryText):
    """One display of the report: its key, its kind, and its settings as the pattern types them."""

    key: DisplayKey
    kind: Kind
    settings: SerializeAsAny[Section]  # type: ignore[assignment]

    @property
    def caption(self) -> str:
        """Kind, number and title: `Table 14.3.1.2 Overview of …`."""
        return f"{self.kind.capitalize()} {self.number} {self.title}"

    @property
    def place(self) -> tuple[tuple[int, ...], int]:
        """What sorts the displays of a report: the number, then table before figure."""
        return tuple(map(int, self.number.split("."))), list(FOLDERS).index(self.kind)

    @property
    def file_stem(self) -> str:
        """Name of its files without folder and ending: `14.3.1.2_teae_overview`."""
        return f"{self.number}_{self.key}"

    @property
    def folder(self) -> str:
        """Folder of its files: tables, figures or listings."""
        return FOLDERS[self.kind]

    def belongs_to(self, section: str) -> bool:
        """Tell whether it stands in a section (`14.3.1`) or in one below it."""
        return f"{self.number}.".startswith(f"{section}.")

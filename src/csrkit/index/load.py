"""Read and check `tlf.yml`; a mistake is told with key, what was found and what is allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.index.entry import DisplayKey, EntryText, IndexEntry
from csrkit.index.footnotes import fill_footnotes
from csrkit.index.patterns import PATTERNS
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.loader import validate_content
from csrkit.study.terms import USUAL, Terms

UNUSABLE = "The output index can't be used"
ADSL = "ADSL"


class Index(Section):
    """The whole of `tlf.yml`: abbreviations with their meaning, and displays by key."""

    abbreviations: dict[str, str] = Field(default_factory=dict)
    displays: dict[DisplayKey, dict[str, Any]]


def load_index(file: str | Path, terms: Terms = USUAL) -> dict[str, IndexEntry]:
    """Return the displays of an index by key, in the order of their numbers.

    The abbreviations of a display, spelled out, become the last of its footnotes. Titles, labels
    and other settings that name one of the study's `terms` get its word.

    Raises
    ------
    StudyError
        When a key or setting is missing, unknown or not allowed, a condition can't be read, a
        dataset isn't named, a number stands twice within a kind, or an abbreviation isn't
        defined.
    """
    file = Path(file)
    index = validate_content(Index, read_yaml(file), file, UNUSABLE)
    entries = {}
    for key, content in index.displays.items():
        entry = _entry(key, _in_words(content, terms), file)
        entries[key] = _spelled_out(entry, index.abbreviations, file)
    _check_numbers(entries, file)
    return dict(sorted(entries.items(), key=lambda pair: pair[1].place))


def check_index(entries: dict[str, IndexEntry], study: Study, file: str | Path) -> None:
    """Check the index against the study: sets, columns, datasets, and what footnotes name.

    Raises
    ------
    StudyError
        When a display names an analysis set, a column or a dataset that `study.yml` doesn't have,
        or a footnote an assumption that it doesn't have.
    """
    sets, columns = tuple(study.analysis_sets), tuple(study.columns)
    datasets = tuple(name.upper() for name in study.derivations.given())
    for entry in entries.values():
        fill_footnotes(entry, study)
        named = [("population", entry.population, sets)] if entry.population else []
        named += [("columns", column, columns) for column in entry.columns]
        named += [("datasets", name, datasets) for name in entry.datasets]
        named += [
            (f"settings.{place}", key, sets)
            for place, key in _given(entry.settings, "population")
            if key
        ]
        for name, found, known in named:
            if found not in known:
                raise StudyError(
                    "A display names something that the study doesn't have",
                    where=f"{file}, key displays.{entry.key}.{name}",
                    found=found,
                    allowed=known,
                    remedy=f"Use a key of study.yml, or add it there ({study.file.name}).",
                )


def _in_words(content: dict[str, Any], terms: Terms) -> dict[str, Any]:
    """Return a display with the study's words; its footnotes get them with the assumptions."""
    return {
        name: one if name == "footnotes" else terms.fill_all(one) for name, one in content.items()
    }


def _entry(key: str, content: dict[str, Any], file: Path) -> IndexEntry:
    place = f"displays.{key}"
    text = validate_content(EntryText, content, file, UNUSABLE, place)
    if text.pattern not in PATTERNS:
        raise StudyError(
            "There is no such pattern of displays",
            where=f"{file}, key {place}.pattern",
            found=text.pattern,
            allowed=tuple(PATTERNS),
            remedy="Use one of the allowed patterns; docs/for-analysts.md lists their settings.",
        )
    pattern = PATTERNS[text.pattern]
    settings = validate_content(
        pattern.settings, text.settings, file, UNUSABLE, f"{place}.settings"
    )
    _check_datasets(settings, text, file, place)
    given = {**content, "key": key, "kind": pattern.kind, "settings": settings}
    return validate_content(IndexEntry, given, file, UNUSABLE, place)


def _check_datasets(settings: Section, text: EntryText, file: Path, place: str) -> None:
    if ADSL not in text.datasets:
        raise StudyError(
            "A display doesn't name ADSL, which its columns are made from",
            where=f"{file}, key {place}.datasets",
            found=", ".join(text.datasets),
            allowed=f"{ADSL}, and others",
            remedy="Add ADSL to the display's datasets.",
        )
    for where, dataset in _given(settings, "dataset"):
        if dataset not in text.datasets:
            raise StudyError(
                "A display uses a dataset that it doesn't name",
                where=f"{file}, key {place}.settings.{where}",
                found=dataset,
                allowed=text.datasets,
                remedy="Add it to the display's datasets, or use one of them.",
            )


def _given(settings: Any, name: str, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place and value of a setting wherever it stands among settings."""
    if isinstance(settings, BaseModel):
        inside: Iterable[tuple[Any, Any]] = settings
    elif isinstance(settings, Mapping):
        inside = settings.items()
    elif isinstance(settings, tuple):
        inside = enumerate(settings)
    else:
        return
    for key, value in inside:
        here = f"{place}.{key}" if place else str(key)
        if key == name and isinstance(value, str):
            yield here, value
        yield from _given(value, name, here)


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

"""What the report's texts name, checked before anything runs: values, displays, included files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from csrkit.errors import RunError
from csrkit.index import IndexEntry
from csrkit.render.shortcodes import SHORTCODE
from csrkit.render.source import Line, read_lines
from csrkit.results.values import Nested, ValueSource

REFERENCE = re.compile(r"(?<![\w@\\])-?@tlf-([A-Za-z0-9_]+)")
MADE = "_stage/"
"""Files that a run makes: they are there when the report is rendered."""


def check_texts(main: Path, index: Mapping[str, IndexEntry], values: Nested) -> None:
    """Check that the values, displays and files that the report's texts name are there.

    Parameters
    ----------
    main
        The report's main document; what it includes is checked too.
    index
        The displays by key.
    values
        The declared values, as `csrkit.results.values.read_values` gives them.

    Raises
    ------
    RunError
        With file and line, what was found, and the nearest of what is allowed.
    """
    _check_outputs(values, index, ())
    for line in _lines(main, main.parent, ()):
        for shortcode in SHORTCODE.finditer(line.text):
            if shortcode["name"] == "var":
                _check_value(shortcode["rest"].strip("\"' "), values, line)
        for reference in REFERENCE.finditer(line.text):
            if reference[1] not in index:
                raise RunError(
                    "The report refers to a display that the index doesn't have",
                    where=line.place,
                    found=reference[0],
                    allowed=_near(reference[1], list(index)),
                    remedy="Correct the key, or add the display to the index.",
                )


def _lines(file: Path, folder: Path, seen: tuple[Path, ...]) -> Iterator[Line]:
    """Yield the lines of a document and of all that it includes."""
    for line in read_lines(file):
        yield line
        for shortcode in SHORTCODE.finditer(line.text):
            name = (shortcode["rest"] or "").strip("\"' ")
            if shortcode["name"] != "include" or name.startswith(MADE):
                continue
            included = (folder / name).resolve()
            if included.is_file() and included not in seen:
                yield from _lines(included, folder, (*seen, included))
            elif included not in seen:
                raise RunError(
                    "A file that the report includes is missing",
                    where=line.place,
                    found=name,
                    remedy="Paths are relative to the main document; correct it or add the file.",
                )


def _check_value(key: str, values: Nested, line: Line) -> None:
    below: Any = values
    for part in key.split("."):
        below = below.get(part) if isinstance(below, Mapping) else None
    if not isinstance(below, ValueSource):
        raise RunError(
            "A value that the report names isn't declared",
            where=line.place,
            found=key,
            allowed=_near(key, list(_names(values))),
            remedy="Correct the name, or declare the value in the file paths.values names.",
        )


def _check_outputs(values: Nested, index: Mapping[str, IndexEntry], path: tuple[str, ...]) -> None:
    for name, one in values.items():
        if not isinstance(one, ValueSource):
            _check_outputs(one, index, (*path, name))
        elif one.output not in index:
            raise RunError(
                "A value for the prose is of a display that the index doesn't have",
                where=f"value {'.'.join((*path, name))}",
                found=one.output,
                allowed=_near(one.output, list(index)),
                remedy="Correct output there, or add the display to the index.",
            )


def _names(values: Nested, path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, one in values.items():
        if isinstance(one, ValueSource):
            yield ".".join((*path, name))
        else:
            yield from _names(one, (*path, name))


def _near(found: str, known: list[str]) -> list[str]:
    """Return what is nearest to a name of those that are known; all of few."""
    return difflib.get_close_matches(found, known, 5, 0.4) or known[:20]

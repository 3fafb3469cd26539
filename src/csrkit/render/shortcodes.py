"""Quarto's shortcodes: include, embed, meta, var and pagebreak.

Paths are relative to the main document, also in included files, as in Quarto. `{{{< … >}}}` stands
for the shortcode's own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csrkit.errors import RunError
from csrkit.render.notebook import find_cell, format_outputs
from csrkit.render.source import Line, read_lines

SHORTCODE = re.compile(
    r"\{\{\{<(?P<escaped>.*?)>\}\}\}|\{\{<\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}"
)
KNOWN = ("include", "embed", "meta", "var", "pagebreak")


@dataclass(frozen=True)
class Context:
    """What shortcodes may refer to.

    Attributes
    ----------
    folder
        Folder of the main document.
    metadata
        Merged metadata of the document, for `meta`.
    variables
        Content of `_variables.yml`, for `var`.
    """

    folder: Path
    metadata: Mapping[str, Any]
    variables: Mapping[str, Any]


def expand(lines: list[Line], context: Context, seen: tuple[Path, ...] = ()) -> list[Line]:
    """Return the lines with every shortcode replaced by what it stands for.

    Raises
    ------
    RunError
        For an unknown shortcode, a missing file, notebook or cell, an unknown key, or a file that
        includes itself; `where` gives file and line.
    """
    return [new for line in lines for new in _expand_line(line, context, seen)]


def _expand_line(line: Line, context: Context, seen: tuple[Path, ...]) -> list[Line]:
    if "{{" not in line.text:
        return [line]
    whole = SHORTCODE.fullmatch(line.text.strip())
    if whole and whole["name"] in BLOCKS:
        return BLOCKS[whole["name"]](_only_argument(whole, line), line, context, seen)
    return [line.saying(SHORTCODE.sub(lambda match: _inline(match, line, context), line.text))]


def _only_argument(match: re.Match[str], line: Line) -> str:
    parts: list[str] = match["rest"].split()
    expected = 0 if match["name"] == "pagebreak" else 1
    if len(parts) != expected:
        raise RunError(
            f"The shortcode {match['name']} takes {'one argument' if expected else 'no argument'}",
            where=line.place,
            found=match[0],
            remedy="Correct the shortcode.",
        )
    return parts[0].strip("\"'") if parts else ""


def _include(name: str, line: Line, context: Context, seen: tuple[Path, ...]) -> list[Line]:
    file = (context.folder / name).resolve()
    if file in seen:
        raise RunError("A file includes itself", where=line.place, found=name)
    if not file.is_file():
        raise RunError(
            "A file that the report includes is missing",
            where=line.place,
            found=name,
            remedy="Paths are relative to the main document; correct the path or add the file.",
        )
    return [*expand(read_lines(file), context, (*seen, file)), line.saying("")]


def _embed(name: str, line: Line, context: Context, seen: tuple[Path, ...]) -> list[Line]:
    path, _, cell = name.partition("#")
    if not cell:
        raise RunError(
            "An embed names no cell",
            where=line.place,
            found=name,
            allowed="notebook.ipynb#name, the name being a cell's id, label or tag",
        )
    try:
        shown = format_outputs(find_cell((context.folder / path).resolve(), cell))
    except RunError as fault:
        raise RunError(
            fault.what,
            where=f"{line.place}: {fault.where}",
            found=fault.found,
            allowed=fault.allowed,
            remedy=fault.remedy,
        ) from None
    return [line.saying(text) for text in ("", *shown.splitlines(), "")]


def _pagebreak(_: str, line: Line, context: Context, seen: tuple[Path, ...]) -> list[Line]:
    return [line.saying(text) for text in ("", "::: {.pagebreak}", ":::", "")]


Block = Callable[[str, Line, Context, tuple[Path, ...]], list[Line]]
BLOCKS: dict[str, Block] = {"include": _include, "embed": _embed, "pagebreak": _pagebreak}


def _inline(match: re.Match[str], line: Line, context: Context) -> str:
    if match["escaped"] is not None:
        return "{{<" + match["escaped"] + ">}}"
    name = match["name"]
    if name in BLOCKS:
        raise RunError(
            f"The shortcode {name} must stand on a line of its own",
            where=line.place,
            found=line.text.strip()[:200],
        )
    if name == "meta":
        return _value(context.metadata, match, line, "metadata of the report")
    if name == "var":
        return _value(context.variables, match, line, "report/values.yml")
    raise RunError(
        "There is no such shortcode",
        where=line.place,
        found=match[0],
        allowed=KNOWN,
        remedy="Correct its name, or write {{{< … >}}} to show it as text.",
    )


def _value(values: Mapping[str, Any], match: re.Match[str], line: Line, source: str) -> str:
    key = _only_argument(match, line)
    value: Any = values
    for part in key.split("."):
        below = value if isinstance(value, Mapping) else {}
        if part not in below:
            raise RunError(
                "A value that the report names is missing",
                where=line.place,
                found=key,
                allowed=[str(name) for name in below] or f"a key of {source}",
                remedy=f"Correct the name, or add the value to {source}.",
            )
        value = below[part]
    if isinstance(value, Mapping | list) or value is None:
        raise RunError(
            "A value that the report names is not one text or number",
            where=line.place,
            found=key,
            allowed=[f"{key}.{name}" for name in value] if isinstance(value, Mapping) else "",
        )
    return str(value).lower() if isinstance(value, bool) else str(value)

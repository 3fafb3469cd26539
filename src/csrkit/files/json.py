"""Read JSON that people write, such as validation suites: each key once, mistakes with their line.

`refuse_constant` and `take_each_key_once` are hooks of `json.loads`, for readers of data as well.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, NoReturn

from csrkit.errors import StudyError
from csrkit.files.opening import decode_settings, read_settings_bytes

# Texts, each with the colon that makes it a key, and what opens and closes an object.
PARTS = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|([{}])', re.DOTALL)


class NotJsonError(ValueError):
    """What Python would read as JSON, and JSON doesn't have or doesn't say the meaning of."""


def refuse_constant(token: str) -> NoReturn:
    """Refuse NaN and Infinity."""
    raise NotJsonError(f"it holds {token}, which JSON doesn't have")


def take_each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse a key that stands twice, since the later one would hide the first.

    Raises
    ------
    NotJsonError
        Naming the key.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotJsonError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def read_json(file: Path) -> Any:
    """Return what a JSON file of settings holds.

    Raises
    ------
    StudyError
        When the file is missing, no regular file, too large, no text in UTF-8, isn't JSON, nests
        too deep, or a key stands twice: with the line, or the lines.
    """
    text = decode_settings(read_settings_bytes(file), file)
    try:
        content = json.loads(
            text,
            parse_constant=refuse_constant,
            parse_float=_finite,
            object_pairs_hook=take_each_key_once,
        )
        json.dumps(content, ensure_ascii=False).encode()
        return content
    except json.JSONDecodeError as fault:
        at, found = f", line {fault.lineno}, column {fault.colno}", fault.msg
    except RecursionError:
        at, found = "", "lists or objects too deep within each other"
    except ValueError as fault:
        at, found = find_key_twice(text), " ".join(str(fault).split())[:200]
    raise StudyError(
        "A settings file is not valid JSON",
        where=f"{file}{at}",
        found=found,
        remedy="Correct the place named above.",
    )


def find_key_twice(text: str) -> str:
    """Return the lines of the first key that stands twice, as `, lines 2 and 7`; empty for none."""
    objects: list[dict[str, int]] = []
    for part in PARTS.finditer(text):
        quoted, colon, brace = part.groups()
        if brace == "{":
            objects.append({})
        elif brace and objects:
            objects.pop()
        elif colon and objects:
            line = text.count("\n", 0, part.start()) + 1
            if quoted in objects[-1]:
                return f", lines {objects[-1][quoted]} and {line}"
            objects[-1][quoted] = line
    return ""


def _finite(token: str) -> float:
    number = float(token)
    if not math.isfinite(number):
        raise NotJsonError(f"it holds {token[:40]}, which is larger than any number here")
    return number

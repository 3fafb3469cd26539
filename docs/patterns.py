"""Write the list of display patterns in docs/for-analysts.md anew, between its marks.

    python docs/patterns.py            # write
    python docs/patterns.py --check    # only say whether it is up to date, and exit 1 when not

Names, defaults and meanings come from the models of the settings and their docstrings.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from csrkit.conditions.words import to_words
from csrkit.index import PATTERNS

FILE = Path(__file__).resolve().parent / "for-analysts.md"
MARKED = re.compile(r"(<!-- patterns -->\n).*?(<!-- end -->)", re.DOTALL)


def list_patterns() -> str:
    """Return the list of all patterns as Markdown."""
    return "\n".join(_pattern(name) for name in PATTERNS).rstrip("\n") + "\n"


def _pattern(name: str) -> str:
    pattern = PATTERNS[name]
    lines = [f"### `{name}` ({pattern.kind})", "", _summary(pattern.settings), ""]
    for model in dict.fromkeys([pattern.settings, *_models_below(pattern.settings)]):
        if model is not pattern.settings:
            lines += [f"{model.__name__}: {_summary(model)}", ""]
        lines += [*_settings(model), ""]
    return "\n".join(lines)


def _summary(model: type[BaseModel]) -> str:
    """Return the first paragraph of a model's docstring without what it repeats."""
    text = inspect.getdoc(model) or ""
    first = " ".join(text.split("\n\n")[0].split())
    said = re.sub(r"^Settings of `\w+`[^:]*: ", "", first)
    return said[:1].upper() + said[1:]


def _settings(model: type[BaseModel]) -> Iterator[str]:
    meanings = _meanings(model)
    if not model.model_fields:
        yield "No settings."
        return
    yield "| setting | default | meaning |"
    yield "| --- | --- | --- |"
    for name, one in model.model_fields.items():
        default = _default(one.get_default(call_default_factory=True))
        yield f"| `{name}` | {default} | {meanings.get(name, '')} |"


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return str(value).lower()
    if value in (None, "", (), {}):
        return ""
    if isinstance(value, str | int | float):
        return f"`{value}`"
    return to_words(value)  # type: ignore[arg-type]


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return what the Attributes of a model and of those that it extends say."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        text = inspect.cleandoc(one.__doc__ or "")
        if "Attributes\n---" not in text or not issubclass(one, BaseModel):
            continue
        body = text.split("Attributes\n----------\n", 1)[1]
        for part in re.split(r"\n(?=\S)", body):
            names, _, meaning = part.partition("\n")
            said = " ".join(textwrap.dedent(meaning).split()).replace("|", "\\|")
            found |= {name.strip(): said for name in names.split(",")}
    return found


def _models_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.model_fields.values():
        for below in _models_in(one.annotation):
            if below is not model:
                yield below
                yield from _models_below(below)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def main() -> int:
    """Write the list, or check it."""
    text = FILE.read_text(encoding="utf-8")
    new = MARKED.sub(lambda found: found[1] + list_patterns() + found[2], text)
    if "--check" in sys.argv[1:]:
        return int(new != text)
    FILE.write_text(new, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The report's source as lines that remember where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csrkit.errors import RunError
from csrkit.files.yaml import parse_yaml


@dataclass(frozen=True)
class Line:
    """A line of text, and the file and line number it stands at."""

    text: str
    file: Path
    number: int

    @property
    def place(self) -> str:
        """File and line, as an error names them."""
        return f"{self.file.name}, line {self.number}"

    def saying(self, text: str) -> Line:
        """Return a line of other text from the same place."""
        return Line(text, self.file, self.number)


def read_lines(file: Path) -> list[Line]:
    """Return the lines of a text file."""
    text = file.read_text(encoding="utf-8")
    return [Line(line, file, number) for number, line in enumerate(text.splitlines(), start=1)]


def split_front_matter(lines: list[Line]) -> tuple[dict[str, Any], list[Line]]:
    """Return the YAML front matter of a source, and the lines below it.

    Raises
    ------
    RunError
        When the front matter isn't YAML.
    """
    if not lines or lines[0].text.strip() != "---":
        return {}, lines
    ends = [i for i, line in enumerate(lines[1:], start=1) if line.text.strip() in ("---", "...")]
    if not ends:
        return {}, lines
    text = "\n".join(line.text for line in lines[1 : ends[0]])
    content = parse_yaml(text, lines[0].file, line=lines[1].number, kind=RunError)
    return content or {}, lines[ends[0] + 1 :]


def text_of(lines: Iterable[Line]) -> str:
    """Return the lines as one text."""
    return "\n".join(line.text for line in lines) + "\n"


def find_lines(lines: Iterable[Line], text: str) -> Iterator[Line]:
    """Yield the lines that hold a text."""
    return (line for line in lines if text in line.text)

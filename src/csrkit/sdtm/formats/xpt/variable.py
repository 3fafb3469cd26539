"""A variable as a SAS transport file describes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """A variable of the file: as described there, and where its bytes stand in a record."""

    name: str
    is_text: bool
    start: int
    length: int
    label: bytes
    format: str

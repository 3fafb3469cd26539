"""Labels and formats of version 8 transport files that are too long for a variable's description.

After the descriptions may come a LABELV8 section (number, lengths, then name and label) or a
LABELV9 section (with format and informat as well), as SAS describes them for the V8 format.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from csrkit.sdtm.formats.content import damaged_error
from csrkit.sdtm.formats.xpt.variable import Variable

RECORD = 80
SECTIONS = {b"LABELV8": 3, b"LABELV9": 5}


def add_long_labels(
    file: Path, variables: tuple[Variable, ...], section: bytes
) -> tuple[Variable, ...]:
    """Return the variables with the labels and formats of the section that follows them.

    Raises
    ------
    DataError
        When the section is cut short or names a variable that isn't there.
    """
    at = section.find(b"HEADER RECORD*******LABELV")
    if at < 0:
        return variables
    lengths = SECTIONS.get(section[at + 20 : at + 27])
    if lengths is None:
        raise damaged_error(file, f"an unknown section {section[at + 20 : at + 28]!r}")
    changed = list(variables)
    at += RECORD
    while section[at:].strip(b" \0"):
        try:
            number, *sizes = struct.unpack_from(f">{lengths}h", section, at)
        except struct.error:
            raise damaged_error(file, "it ends within its long labels") from None
        at += 2 * lengths
        name, label, fmt, _ = _parts(section, at, sizes)
        at += sum(sizes)
        if not 1 <= number <= len(variables) or at > len(section):
            raise damaged_error(file, f"its long labels name variable number {number}")
        old = variables[number - 1]
        changed[number - 1] = replace(
            old,
            name=name.decode("ascii", "replace").strip() or old.name,
            label=label or old.label,
            format=fmt.decode("ascii", "replace").strip() or old.format,
        )
    return tuple(changed)


def _parts(section: bytes, at: int, sizes: list[int]) -> tuple[bytes, bytes, bytes, bytes]:
    parts = []
    for size in sizes:
        parts.append(section[at : at + size].rstrip(b" \0"))
        at += size
    name, label, fmt, informat = (*parts, b"", b"")[:4]
    return name, label, fmt, informat


def format_long_labels(labels: list[tuple[int, bytes, bytes]]) -> bytes:
    """Return the LABELV8 section of (variable number, name, label); empty when there is none."""
    if not labels:
        return b""
    entries = b"".join(
        struct.pack(">3h", number, len(name), len(label)) + name + label
        for number, name, label in labels
    )
    head = f"HEADER RECORD*******LABELV8 HEADER RECORD!!!!!!!{len(labels):<32}".encode()
    return head + entries + b" " * (-len(entries) % RECORD)

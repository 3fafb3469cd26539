"""The headers of a SAS transport file, as records of 80 bytes.

Version 5 after SAS technical note TS-140, "Record Layout of a SAS Version 5 or 6 Data Set in SAS
Transport (XPORT) Format"; version 8 after its sequel: names of 32 bytes, longer labels in a section
of their own, and the number of records.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from csrkit.errors import DataError
from csrkit.sdtm.formats.head import Head, Variable
from csrkit.sdtm.formats.xpt.labels import format_long_labels

CARD = 80


@dataclass(frozen=True)
class Version:
    """What a version of the format can hold, in bytes, and what its headers are called."""

    number: int
    name: int
    label: int
    text: int
    headers: tuple[str, str, str, str, str]

    @property
    def has_long_labels(self) -> bool:
        """Whether labels of more than 40 bytes have a section of their own."""
        return self.label > SHORT_LABEL


SHORT_LABEL, SHORT_NAME = 40, 8
VERSION5 = Version(5, 8, 40, 200, ("LIBRARY", "MEMBER", "DSCRPTR", "NAMESTR", "OBS"))
VERSION8 = Version(8, 32, 256, 32767, ("LIBV8", "MEMBV8", "DSCPTV8", "NAMSTV8", "OBSV8"))


def format_headers(head: Head, version: Version) -> bytes:
    """Return all that stands before the records."""
    library, member, descriptor, names, observations = version.headers
    stamp = head.origin.stamp.strftime("%d%b%y:%H:%M:%S").upper()
    named = f"{'SAS':8}{head.name:{version.name}}{'SASDATA':8}{'9.4':8}{'':8}"
    cards = [
        _card(library),
        f"{'SAS':8}{'SAS':8}{'SASLIB':8}{'9.4':8}{'':8}{'':24}{stamp}",
        f"{stamp:80}",
        _card(member, "000000000000000001600000000140"),
        _card(descriptor),
        f"{named:64}{stamp}",
    ]
    second = f"{stamp}{'':16}".encode() + head.label.encode().ljust(SHORT_LABEL) + b" " * 8
    described = b"".join(
        _namestr(number, variable, at, version) for number, variable, at in _positions(head)
    )
    count = f"000000{len(head.variables):04d}00000000000000000000"
    stated = f"{head.records:15d}" if version.has_long_labels else "0" * 30
    return (
        "".join(f"{card:80}" for card in cards).encode()
        + second
        + f"{_card(names, count):80}".encode()
        + described
        + b" " * (-len(described) % CARD)
        + (format_long_labels(_too_long(head)) if version.has_long_labels else b"")
        + f"{_card(observations, stated):80}".encode()
    )


def require_room(head: Head, version: Version, where: str) -> None:
    """Stop when a version can't hold what a dataset says of itself.

    Raises
    ------
    DataError
        Naming what is too long, and what to do.
    """
    for what, size, limit, found in _sizes(head, version):
        if size > limit:
            raise DataError(
                f"A {what} is longer than XPT v{version.number} can hold",
                where=where,
                found=found,
                allowed=f"at most {limit} bytes",
                remedy="Shorten it, or write XPT version 8, which holds names of 32, labels of "
                "256 and texts of 32767 bytes."
                if version == VERSION5 and "dataset label" not in what
                else "Shorten it.",
            )


def lowest_version(head: Head) -> Version:
    """Return version 5 unless a name, label or text needs version 8."""
    fits = all(size <= limit for _, size, limit, _ in _sizes(head, VERSION5))
    return VERSION5 if fits else VERSION8


def _sizes(head: Head, version: Version) -> list[tuple[str, int, int, str]]:
    """Return what, its size, its limit and how it reads, for all that has a limit."""
    sizes = [
        ("member name", len(head.name.encode()), version.name, head.name),
        ("dataset label", len(head.label.encode()), SHORT_LABEL, head.label),
    ]
    for variable in head.variables:
        name, label = len(variable.name.encode()), len(variable.label.encode())
        sizes += [
            ("variable name", name, version.name, variable.name),
            (f"label of {variable.name}", label, version.label, variable.label),
            (f"format of {variable.name}", len(_format(variable)[0]), SHORT_NAME, variable.format),
            (f"text of {variable.name}", variable.length, version.text, f"{variable.length} bytes"),
        ]
    return sizes


def _too_long(head: Head) -> list[tuple[int, bytes, bytes]]:
    return [
        (number, variable.name.encode(), variable.label.encode())
        for number, variable in enumerate(head.variables, start=1)
        if len(variable.label.encode()) > SHORT_LABEL
    ]


def _card(kind: str, tail: str = "0" * 30) -> str:
    return f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{tail}"


def _positions(head: Head) -> list[tuple[int, Variable, int]]:
    starts = np.cumsum([0, *(variable.length for variable in head.variables)])
    return [(n, v, int(starts[n - 1])) for n, v in enumerate(head.variables, start=1)]


def _namestr(number: int, variable: Variable, position: int, version: Version) -> bytes:
    name, width, decimals = _format(variable)
    tail = b""
    if version.has_long_labels:
        label_size = len(variable.label.encode())
        tail = variable.name.encode().ljust(version.name) + struct.pack(">h", label_size)
    return struct.pack(
        ">hhhh8s40s8shhh2s8shhl52s",
        1 if variable.numeric else 2,
        0,
        variable.length,
        number,
        _cut(variable.name, SHORT_NAME),
        _cut(variable.label, SHORT_LABEL),
        name.encode().ljust(SHORT_NAME),
        width,
        decimals,
        0,
        b"",
        b" " * 8,
        0,
        0,
        position,
        tail,
    )


def _cut(text: str, size: int) -> bytes:
    """Return a text cut to whole characters that fit, padded with blanks."""
    return text.encode()[:size].decode(errors="ignore").encode().ljust(size)


def _format(variable: Variable) -> tuple[str, int, int]:
    """Split a SAS format such as DATETIME20. or 8.2 into name, width and decimals."""
    body, _, decimals = variable.format.partition(".")
    name = body.rstrip("0123456789")
    return name, int(body[len(name) :] or 0), int(decimals or 0)

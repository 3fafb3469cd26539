"""The layout of a SAS transport file, version 5 or 8, checked against the file's length.

After SAS technical note TS-140 (version 5) and its sequel for version 8: records of 80 bytes;
library, member and variable headers; then the observations, padded with blanks to 80 bytes.
Version 5 doesn't state how many observations there are, so a file cut between two of them just
where 80 bytes end can't be told from a whole one; a cut anywhere else is found.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import damaged_error
from csrkit.sdtm.formats.xpt.labels import add_long_labels
from csrkit.sdtm.formats.xpt.variable import Variable

RECORD = 80
MEMBER_AT, NAMESTR_AT, DESCRIPTIONS_AT = 3 * RECORD, 7 * RECORD, 8 * RECORD
DESCRIPTION_LENGTH = slice(74, 78)
DESCRIPTION_COUNT = slice(54, 58)
OBSERVATION_COUNT = slice(48, 64)
DESCRIPTION_LENGTHS = (136, 140)
MEMBER_LABEL = slice(DESCRIPTIONS_AT - 2 * RECORD + 32, DESCRIPTIONS_AT - 2 * RECORD + 72)
TEXT = 2
BLANK = ord(" ")
BLOCK = 1 << 20

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Layout:
    """Which variables a file holds, and where how many records of which length (bytes) stand.

    `padding` is the number of blank records after them, where there are more than fill 80 bytes.
    """

    label: bytes
    variables: tuple[Variable, ...]
    data: Bytes
    record_length: int
    records: int
    padding: int = 0


def read_layout(file: Path) -> Layout:
    """Return the layout of a transport file.

    Raises
    ------
    DataError
        When the file isn't a transport file, is damaged or cut short, or holds several datasets.
    """
    content: Bytes = np.memmap(file, dtype=np.uint8, mode="r")
    version8 = _is_version8(file, _text(content, 0))
    if len(content) % RECORD:
        raise damaged_error(
            file, f"its length, {len(content)} bytes, is not a multiple of {RECORD}"
        )
    variables, described = _variables(file, content, version8)
    header_at = _observation_header(file, content, described, version8)
    if version8:
        variables = add_long_labels(file, variables, content[described:header_at].tobytes())
    data = content[header_at + RECORD :]
    _require_one_dataset(file, data)
    length = sum(variable.length for variable in variables)
    stated = _text(content, header_at)[OBSERVATION_COUNT].strip() if version8 else b""
    records = _read_stated_count(file, data, length, stated)
    if records is None:
        records = _count_records(file, data, length)
    label = content[MEMBER_LABEL].tobytes().rstrip(b" \0")
    beyond = len(data) - records * length
    padding = beyond // length if beyond >= RECORD else 0
    return Layout(label, variables, data, length, records, padding)


def _header(name: bytes) -> bytes:
    return b"HEADER RECORD*******" + name.ljust(8) + b"HEADER RECORD!!!!!!!"


def _text(content: Bytes, start: int, length: int = RECORD) -> bytes:
    return content[start : start + length].tobytes()


def _is_version8(file: Path, library: bytes) -> bool:
    if library.startswith(b"**COMPRESSED**"):
        raise DataError(
            "A file is a SAS CPORT file, not a transport (XPT) file",
            where=str(file),
            remedy="Export it again with the SAS XPORT engine.",
        )
    if not library.startswith((_header(b"LIBRARY"), _header(b"LIBV8"))):
        raise DataError(
            "A file is not a SAS transport (XPT) file",
            where=str(file),
            found=f"it begins with {library[:24]!r}",
            remedy="Export it again as XPT version 5 or 8, or name it by what it is.",
        )
    return library.startswith(_header(b"LIBV8"))


def _variables(file: Path, content: Bytes, version8: bool) -> tuple[tuple[Variable, ...], int]:
    """Return the variables, and where their descriptions end."""
    member, names = _text(content, MEMBER_AT), _text(content, NAMESTR_AT)
    if not member.startswith(_header(b"MEMBV8" if version8 else b"MEMBER")):
        raise damaged_error(file, "its member header is not where it should be")
    if not names.startswith(_header(b"NAMSTV8" if version8 else b"NAMESTR")):
        raise damaged_error(file, "its variable header is not where it should be")
    try:
        size, count = int(member[DESCRIPTION_LENGTH]), int(names[DESCRIPTION_COUNT])
    except ValueError:
        raise damaged_error(file, "its headers don't say how many variables there are") from None
    end = DESCRIPTIONS_AT + size * count
    if not count or size not in DESCRIPTION_LENGTHS or end > len(content):
        raise damaged_error(file, "it ends within its variable descriptions")
    variables: list[Variable] = []
    start = 0
    for at in range(DESCRIPTIONS_AT, end, size):
        variable = _variable(_text(content, at, size), version8, start)
        if not (variable.length > 0 if variable.is_text else 2 <= variable.length <= 8):
            raise damaged_error(file, f"{variable.name} can't be {variable.length} bytes long")
        variables.append(variable)
        start += variable.length
    return tuple(variables), end


def _variable(description: bytes, version8: bool, start: int) -> Variable:
    """Return a variable that starts where the one before ends.

    The position that the description states isn't used: in version 8 files it may be that in the
    SAS dataset they were made from, while the values stand in the order of the descriptions.
    """
    kind, _, length = struct.unpack(">hhh", description[:6])
    long_name = description[88:120].rstrip(b" \0") if version8 else b""
    name = long_name or description[8:16].rstrip(b" \0")
    width, decimals = struct.unpack(">hh", description[64:68])
    return Variable(
        name.decode("ascii", "replace"),
        kind == TEXT,
        start,
        length,
        description[16:56].rstrip(b" \0"),
        _format(description[56:64].rstrip(b" \0").decode("ascii", "replace"), width, decimals),
    )


def _format(name: str, width: int, decimals: int) -> str:
    return f"{name}{width or ''}.{decimals or ''}" if name or width else ""


def _observation_header(file: Path, content: Bytes, described: int, version8: bool) -> int:
    """Return where the observation header stands; long labels of version 8 come before it."""
    wanted = _header(b"OBSV8" if version8 else b"OBS")
    first = -(-described // RECORD) * RECORD
    last = len(content) if version8 else first + RECORD
    for start in range(first, last, RECORD):
        if _text(content, start).startswith(wanted):
            return start
    raise damaged_error(file, "its observation header is missing")


def _require_one_dataset(file: Path, data: Bytes) -> None:
    records = data.reshape(-1, RECORD)
    candidates = records[records[:, 0] == ord("H")]
    if any(row.tobytes().startswith(b"HEADER RECORD*******MEMB") for row in candidates):
        raise DataError(
            "A transport file holds more than one dataset",
            where=str(file),
            remedy="Deliver one file a domain.",
        )


def _read_stated_count(file: Path, data: Bytes, length: int, stated: bytes) -> int | None:
    """Return the number of records that a version 8 file states, when there is room for them."""
    if not stated.isdigit():
        return None
    wanted = int(stated)
    if not wanted * length <= len(data) < wanted * length + RECORD:
        raise damaged_error(
            file, f"it states {wanted} records and has room for {len(data) // length}"
        )
    return wanted


def _count_records(file: Path, data: Bytes, length: int) -> int:
    """Return the number of records up to the last that isn't blank.

    Blanks fill the last 80 bytes (TS-140), and some programs write more of them. As many as make a
    record are none: SDTM has no record without STUDYID, and SAS no number of blanks.
    """
    records = -(-_length_without_blanks(data) // length)
    if records * length > len(data):
        raise damaged_error(file, "it ends within a record")
    return records


def _length_without_blanks(data: Bytes) -> int:
    """Return the number of bytes up to the last that isn't blank, looking from the end."""
    end = len(data)
    while end:
        start = max(0, end - BLOCK)
        filled = np.flatnonzero(data[start:end] != BLANK)
        if len(filled):
            return start + int(filled[-1]) + 1
        end = start
    return 0

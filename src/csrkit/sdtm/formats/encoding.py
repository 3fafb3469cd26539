"""Text from bytes, by the encoding that the file declares or the study sets; never by a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import Note

# Encodings whose reading of the bytes is shown when the one in force can't read them.
CANDIDATES = ("utf-8", "gb18030", "windows-1252")
CONTROLS = re.compile(r"[\x80-\x9f\ufffd]")
SHOWN = 40


def decode(texts: Sequence[bytes], encoding: str, file: Path, variable: str) -> list[str]:
    """Return texts decoded.

    Raises
    ------
    DataError
        When bytes aren't text in that encoding; it shows how other encodings would read them.
    """
    try:
        return [text.decode(encoding) for text in texts]
    except UnicodeDecodeError as fault:
        raise _unreadable(file, variable, bytes(fault.object), encoding) from None


def find_doubts(
    texts: Sequence[bytes], decoded: Sequence[str], encoding: str, name: str
) -> list[Note]:
    """Return a note when text was read as set, but looks like another encoding."""
    foreign = [text for text in texts if not text.isascii()]
    if not foreign:
        return []
    if not encoding.startswith("utf") and all(_reads(text, "utf-8") for text in foreign):
        found = f"{foreign[0].decode(encoding)[:SHOWN]!r}, in UTF-8 {foreign[0].decode()[:SHOWN]!r}"
        return [
            Note(
                "READ-ENCODING",
                "warning",
                name,
                f"Text was read as {encoding}, as set, but all of it is valid UTF-8",
                found,
            )
        ]
    strange = [text for text in decoded if CONTROLS.search(text)]
    return (
        [
            Note(
                "READ-ENCODING",
                "warning",
                name,
                f"Text read as {encoding} holds control characters: the encoding may be another",
                f"{strange[0][:SHOWN]!r}",
            )
        ]
        if strange
        else []
    )


def decode_file(content: bytes, encoding: str, file: Path) -> tuple[str, str]:
    """Return a whole file as text, and its encoding: a byte order mark declares UTF-8 or UTF-16.

    Raises
    ------
    DataError
        When bytes aren't text in that encoding.
    """
    for mark, marked in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            encoding = marked
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as fault:
        start = content.rfind(b"\n", 0, fault.start) + 1
        line = content[max(start, fault.start - SHOWN) : fault.end + SHOWN].split(b"\n")[0]
        number = content.count(b"\n", 0, fault.start) + 1
        raise _unreadable(file, f"line {number}", line, encoding) from None


def _reads(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(file: Path, place: str, text: bytes, encoding: str) -> DataError:
    readings = [
        f"{name} {text.decode(name)[:SHOWN]!r}"
        for name in CANDIDATES
        if name != encoding and _reads(text, name)
    ]
    shown = "UTF-8" if encoding.startswith("utf-8") else encoding
    return DataError(
        f"Text in a file is not {shown}",
        where=f"{file}, {place}" if place else str(file),
        found=f"the bytes {text[:SHOWN]!r}"
        + (f"; read as {', as '.join(readings)}" if readings else ""),
        allowed=shown,
        remedy="Say the file's encoding in study.yml (reading.encoding, or reading.encodings for "
        "one domain), or export the domain again in UTF-8.",
    )

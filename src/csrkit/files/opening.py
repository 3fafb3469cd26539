"""Open a file that somebody else named: a regular one, or an error that says what is there.

A named pipe would be waited for without end, a device may never end, a link may lead nowhere or in
a circle. Each is told before a byte is read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from csrkit.errors import CsrError, StudyError

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
SETTINGS_BYTES = 10_000_000
"""Most bytes of a file of settings; the longest of a real study have a hundredth of them."""


def require_regular(file: Path, kind: type[CsrError]) -> os.stat_result:
    """Return what the system says of a regular file that can be read; nothing of it is read.

    Parameters
    ----------
    file
        The file; a link is followed.
    kind
        The error to raise.

    Raises
    ------
    CsrError
        Of that kind, when it is missing, a link to nothing or in a circle, no regular file, or
        one that may not be read.
    """
    try:
        found = file.stat()
    except OSError as fault:
        raise _unusable(file, kind, _why_not_there(file, fault)) from None
    if not stat.S_ISREG(found.st_mode):
        is_like = (called for like, called in KINDS if like(found.st_mode))
        raise _unusable(file, kind, next(is_like, "neither a file nor a folder"))
    if not os.access(file, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        raise _unusable(file, kind, "a file that may not be read (no permission)")
    return found


def read_settings_bytes(file: Path) -> bytes:
    """Return a file of settings whole.

    Raises
    ------
    StudyError
        When it is no regular file that can be read, or larger than `SETTINGS_BYTES`.
    """
    size = require_regular(file, StudyError).st_size
    if size > SETTINGS_BYTES:
        raise StudyError(
            "A settings file is too large to be one",
            where=str(file),
            found=f"{size:,} bytes",
            allowed=f"at most {SETTINGS_BYTES:,} bytes",
            remedy="Give the settings file itself; data belongs into the folder of the data.",
        )
    return file.read_bytes()


def decode_settings(content: bytes, file: Path) -> str:
    """Return settings as text, without a byte order mark and with line ends as they are.

    Raises
    ------
    StudyError
        When they aren't UTF-8, or hold a zero byte; the message names the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        found = f"the bytes {bytes(content[fault.start : fault.start + 8])!r}"
        raise _no_text(
            file,
            _line_of(content, fault.start),
            "UTF-16, by its byte order mark" if marked else found,
        ) from None
    zero = content.find(b"\0")
    if zero >= 0:
        raise _no_text(file, _line_of(content, zero), "a zero byte")
    return text


def _line_of(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _no_text(file: Path, line: int, found: str) -> StudyError:
    return StudyError(
        "A settings file is not text in UTF-8",
        where=f"{file}, line {line}",
        found=found,
        allowed="UTF-8, with or without a byte order mark",
        remedy="Save the file as UTF-8.",
    )


def _why_not_there(file: Path, fault: OSError) -> str:
    if not os.path.islink(file):
        missing = isinstance(fault, FileNotFoundError)
        return "nothing" if missing else (fault.strerror or "it can't be reached")
    target = os.readlink(file)
    if isinstance(fault, FileNotFoundError):
        return f"a link to {target}, where nothing is"
    return f"a link to {target}, which can't be followed: {fault.strerror}"


def _unusable(file: Path, kind: type[CsrError], found: str) -> CsrError:
    missing = found == "nothing"
    settings = issubclass(kind, StudyError)
    called = "A settings file" if settings else "A file"
    advice = {
        (True, True): "Give the right file with --study, or run csr inside the repository.",
        (True, False): "Put the settings file itself there, and let it be readable.",
        (False, True): "Deliver the file.",
        (False, False): "Put the file itself there, and let it be readable; or move this away.",
    }
    return kind(
        f"{called} is missing" if missing else f"{called} can't be read",
        where=str(file),
        found=found,
        allowed="a regular file, or a link to one",
        remedy=advice[settings, missing],
    )

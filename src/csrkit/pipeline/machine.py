"""What the machine refuses (room, files, memory, processes, permission), told with a remedy.

A fault is known by the name of its class and by its text alone, since a notebook's kernel hands
over no more than these.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from csrkit.errors import CsrError, RunError

ERROR_NUMBER = re.compile(r"\[errno (\d+)\]", re.IGNORECASE)
FILE = re.compile(r"(?:->|:) '([^']+)'(?! ->)")
"""The file that a fault names; of two, the one that was written to."""

ROOM = "Free space there, or name a folder on another disk; earlier results are as they were."
MEMORY = "Free memory, or run fewer notebooks at once (csr run --jobs 1); then run again."
HANDLES = "Raise the limit (ulimit -n 4096), or run fewer notebooks at once (csr run --jobs 1)."
PROCESSES = "End other programs, raise the limit (ulimit -u), or use csr run --jobs 1."
PERMISSION = "Allow it, or name another folder."

OF_NUMBER = {
    errno.ENOSPC: ("There is no space left on the disk", ROOM),
    errno.EDQUOT: ("Your share of the disk is used up (quota)", ROOM),
    errno.EFBIG: (
        "A file would become larger than the system allows",
        "Raise the limit (ulimit -f), or name a folder on another file system.",
    ),
    errno.EMFILE: ("Too many files are open at once (limit of a process)", HANDLES),
    errno.ENFILE: ("Too many files are open at once (limit of the system)", HANDLES),
    errno.ENOMEM: ("There isn't enough memory", MEMORY),
    errno.EAGAIN: ("The system gives no further process or thread", PROCESSES),
    errno.EROFS: ("A file system is read-only", PERMISSION),
    errno.EACCES: ("Something isn't allowed to you", PERMISSION),
    errno.EPERM: ("Something isn't allowed to you", PERMISSION),
    errno.EIO: ("A disk can't be read or written", "Check the disk, or name a folder elsewhere."),
    errno.ESTALE: ("A network folder has gone", "Connect it again, and run again."),
    errno.ENOENT: ("A file or folder isn't there", "Restore it, or name the right one."),
    errno.ENOTDIR: ("A file stands where a folder is meant", "Name a folder."),
    errno.EISDIR: ("A folder stands where a file is meant", "Name a file."),
    errno.EEXIST: ("A file stands in the way", "Move it away, or name another folder."),
    errno.ENAMETOOLONG: ("A name is too long for the file system", "Choose a shorter folder."),
    errno.ELOOP: ("Links lead in a circle", "Correct the links."),
}
# What comes without the system's number, and which of them it is.
SIGNS = {
    "MemoryError": errno.ENOMEM,
    "OutOfMemory": errno.ENOMEM,
    "std::bad_alloc": errno.ENOMEM,
    "Cannot allocate memory": errno.ENOMEM,
    "failed to map segment": errno.ENOMEM,
    "can't start new thread": errno.EAGAIN,
    "pthread_create failed": errno.EAGAIN,
    "Too many open files": errno.EMFILE,
}


HANDLES_OF_A_RUN = 64
HANDLES_OF_A_NOTEBOOK = 32
"""Open files: sockets and pipes to its kernel, and as many again while it starts."""
LONG = 300
FULL = 1 << 20
"""A disk with fewer bytes free is full, for what is written here."""


def machine_fault(kind: str, text: str, folders: Iterable[Path] = ()) -> RunError | None:
    """Return what the machine refused and what to do; None when the fault is of another kind.

    Parameters
    ----------
    kind
        Name of the exception's class (`OSError`, `_ArrayMemoryError`).
    text
        What it says (`[Errno 28] No space left on device: 'report.pdf'`).
    folders
        Where the work writes: a disk that got full is looked for among them, since the system
        doesn't name the file then.
    """
    found = f"{kind}: {text}" if text else kind
    if "No usable temporary directory" in text:
        remedy = "Name a folder that can be written to in the environment variable TMPDIR."
        return RunError("There is no folder for temporary files", found=found, remedy=remedy)
    number = _number(found)
    if number not in OF_NUMBER:
        return None
    what, remedy = OF_NUMBER[number]
    file = FILE.search(text)
    where = file[1] if file else _full(folders) if number == errno.ENOSPC else ""
    # Words such as numpy's when it can't be loaded go on for a page.
    told = " ".join(found.split())
    return RunError(
        what, where=where, found=told if len(told) < LONG else f"… {told[-LONG:]}", remedy=remedy
    )


@contextlib.contextmanager
def machine_faults(*folders: Path) -> Iterator[None]:
    """Tell within what the machine refused, and on which disk of these folders.

    Raises
    ------
    RunError
        In place of the fault.
    """
    try:
        yield
    except Exception as error:
        fault = machine_fault(type(error).__name__, str(error), folders)
        if fault is None or isinstance(error, CsrError):
            raise
        raise fault from None


def _number(found: str) -> int | None:
    number = ERROR_NUMBER.search(found)
    if number is not None:
        return int(number[1])
    return next((number for sign, number in SIGNS.items() if sign in found), None)


def require_handles(jobs: int) -> None:
    """Raise this process's limit of open files to what a run needs, or say that it is too low.

    Libraries below (ZeroMQ) end the process when they run out of them.

    Parameters
    ----------
    jobs
        Notebooks at once.

    Raises
    ------
    RunError
        Naming the limit and what is needed.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    needed = HANDLES_OF_A_RUN + HANDLES_OF_A_NOTEBOOK * jobs
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard == resource.RLIM_INFINITY or hard >= needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
        return
    raise RunError(
        OF_NUMBER[errno.EMFILE][0],
        where="limit of open files (ulimit -n)",
        found=str(hard),
        allowed=f"{needed} or more for {jobs} notebooks at once (--jobs)",
        remedy=HANDLES,
    )


def _full(folders: Iterable[Path]) -> str:
    """Return those of some folders, and of that for temporary files, whose disk is full."""
    tried = dict.fromkeys([*folders, Path(tempfile.gettempdir())])
    there = [
        next(one for one in (path, *path.absolute().parents) if one.exists()) for path in tried
    ]
    full = [path for path in there if shutil.disk_usage(path).free < FULL]
    return ", ".join(map(str, dict.fromkeys(full or there)))

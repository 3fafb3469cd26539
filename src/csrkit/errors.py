"""Errors a person can act on.

Every message answers: what is wrong, where, what was found, what is allowed, and what to do.
The command line turns them into exit codes: 1 for the data or the request, 2 for usage,
3 for a fault of this program.
"""

from __future__ import annotations

from collections.abc import Sequence


class CsrError(Exception):
    """The data or the request is at fault (exit code 1).

    Parameters
    ----------
    what
        One sentence saying what is wrong.
    where
        File, key, domain, variable or record it was found in.
    found
        The offending value, as found.
    allowed
        What would have been accepted.
    remedy
        What the reader should do.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        found: str = "",
        allowed: str | Sequence[str] = "",
        remedy: str = "",
    ) -> None:
        self.what = what
        self.where = where
        self.found = found
        self.allowed = allowed if isinstance(allowed, str) else ", ".join(allowed)
        self.remedy = remedy
        super().__init__(self.message())

    def message(self) -> str:
        """Return the whole message, one labelled line a part; parts left empty are left out."""
        parts = [
            ("where", self.where),
            ("found", self.found),
            ("allowed", self.allowed),
            ("remedy", self.remedy),
        ]
        return "\n".join([self.what, *(f"  {name + ':':9}{text}" for name, text in parts if text)])


class Stopped(KeyboardInterrupt):
    """A person or the system asked the program to stop; no fault of anyone.

    Attributes
    ----------
    number
        The signal that came: 2 for Ctrl-C.
    kept
        Stages whose results are kept; None where there are no stages.
    """

    def __init__(self, number: int = 2, kept: tuple[str, ...] | None = None) -> None:
        self.number = number
        self.kept = kept
        super().__init__(number)


class UsageError(CsrError):
    """The command was called wrongly (exit code 2)."""

    exit_code = 2


class StudyError(CsrError):
    """`study.yml`, `tlf.yml` or a specification file can't be used."""


class DataError(CsrError):
    """The delivered SDTM can't be read or used."""


class DerivationError(CsrError):
    """An analysis dataset can't be derived, or departs from its specification."""


class RunError(CsrError):
    """A run can't go on: a stage failed, or an output can't be written."""

"""Settings of the ADaM derivations: which records and variables of the SDTM mean what."""

from __future__ import annotations

from csrkit.study.base import Section


class DateSource(Section):
    """A variable of a domain that dates something; `where` is a pandas query on the domain."""

    domain: str
    variable: str
    where: str = ""


class SubjectLevel(Section):
    """Settings of ADSL."""

    alive_sources: tuple[DateSource, ...]


class Derivations(Section):
    """Settings by dataset; each dataset's module says what its own mean."""

    adsl: SubjectLevel

"""Waivers: findings that somebody has looked at and accepted, in `validation/waivers.yml`.

    - id: LB-016
      records: [USUBJID=SKNK01-01-001 LBSEQ=12]   # left out: all records of the finding
      reason: The central laboratory sends standard units only.
      name: A. Person
      date: 2026-04-02

A waived finding is shown with its waiver and stops nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.loader import validate_content
from csrkit.validation.findings.model import Finding, FindingRecord

FILE = "waivers.yml"
REQUIRED = ("id", "reason", "name", "date")


class Waiver(Section):
    """Why the finding of a rule is accepted, by whom and when.

    Attributes
    ----------
    id
        The rule's id (`LB-016`).
    records
        Names of the records waived, as the finding gives them; empty for all.
    reason, name, date
        Why, who says so, and when.
    """

    id: str
    records: tuple[str, ...] = ()
    reason: str
    name: str
    date: dt.date

    def describe(self) -> str:
        """Return the waiver in words."""
        return f"{self.reason} ({self.name}, {self.date.isoformat()})"


def load_waivers(study: Study) -> tuple[Waiver, ...]:
    """Return the study's waivers; none when there is no `waivers.yml`.

    Raises
    ------
    StudyError
        When the file can't be used, or a waiver lacks its reason, name or date.
    """
    file = study.path("validation") / FILE
    if not file.exists():
        return ()
    content = read_yaml(file) or []
    for number, entry in enumerate(content if isinstance(content, list) else [], start=1):
        lacking = [
            key
            for key in REQUIRED
            if not (isinstance(entry, dict) and str(entry.get(key) or "").strip())
        ]
        if lacking:
            raise StudyError(
                f"A waiver has no {' and no '.join(lacking)}",
                where=f"{file}, entry {number}",
                found=repr(entry)[:200],
                allowed=f"{', '.join(REQUIRED)}; records for some records only",
                remedy="Complete the waiver, or take it out.",
            )
    return validate_content(tuple[Waiver, ...], content, file, "The waivers can't be used")


def apply_waivers(
    findings: Iterable[Finding], waivers: Sequence[Waiver], *, unused: bool = True
) -> list[Finding]:
    """Return the findings with their waivers; one waived in part comes as two.

    Parameters
    ----------
    findings
        What was found.
    waivers
        Waivers that may apply.
    unused
        Whether a waiver (or a record it names) that nothing was found for is a finding itself.
    """
    out = list(findings)
    for waiver in waivers:
        out, left = _apply(out, waiver)
        if unused and left is not None:
            out.append(_unused_finding(waiver, left))
    return out


def _apply(findings: list[Finding], waiver: Waiver) -> tuple[list[Finding], str | None]:
    """Return the findings, and what of the waiver was of no use (None: nothing)."""
    out: list[Finding] = []
    seen: set[str] = set()
    hit = False
    for finding in findings:
        if finding.id != waiver.id or finding.waiver:
            out.append(finding)
            continue
        names = set(waiver.records)
        chosen = [record for record in finding.records if not names or record.name in names]
        rest = [record for record in finding.records if names and record.name not in names]
        # A waiver of some records waives none that the finding doesn't name.
        more = finding.unnamed if names else 0
        seen |= names if more else {record.name for record in chosen}
        hit = hit or bool(chosen)
        if rest or more or not chosen:
            out.append(_part(finding, rest, more) if chosen else finding)
        if chosen:
            part = _part(finding, chosen) if rest or more else finding
            out.append(replace(part, waiver=waiver.describe()))
    missed = [name for name in waiver.records if name not in seen]
    if not hit:
        return out, "no such finding" if not missed else f"no such finding of {missed[0]}"
    return out, ", ".join(missed) or None


def _part(finding: Finding, records: Sequence[FindingRecord], unnamed: int = 0) -> Finding:
    n_failed = len(records) + unnamed
    return replace(finding, records=tuple(records), n_failed=n_failed, unnamed=unnamed)


def _unused_finding(waiver: Waiver, left: str) -> Finding:
    return Finding(
        id=f"WAIVER-{waiver.id}",
        severity="note",
        domain="WAIVERS",
        rule=f"A waiver of {waiver.id} is used",
        n_failed=1,
        n_records=1,
        records=(FindingRecord.of_table(f"{FILE}: {left}"),),
        action="Take the waiver out, or correct its id and records.",
        kind="table",
    )

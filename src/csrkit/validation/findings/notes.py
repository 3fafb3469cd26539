"""What the reader noted while reading (`frame.attrs["notes"]`), as findings.

A note is a tuple (id, severity, variable, what, found): something that was read, but isn't as it
should be, such as bytes that are no UTF-8.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.validation.findings.model import Finding, FindingRecord

NOTES = "notes"


def find_reading_notes(domains: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Return one finding for each note that the reader left with a domain."""
    return [
        Finding(
            id=str(note_id),
            severity=severity,
            domain=domain,
            rule=str(what),
            n_failed=len(frame),
            n_records=len(frame),
            records=(FindingRecord.of_table(_place(domain, variable, frame, found)),),
            action=f"Export {domain} again, or confirm that what was read is right.",
            kind="table",
        )
        for domain, frame in domains.items()
        for note_id, severity, variable, what, found in frame.attrs.get(NOTES, ())
    ]


def _place(domain: str, variable: str | None, frame: pd.DataFrame, found: object) -> str:
    file = ", ".join(frame.attrs.get("files", [])) or f"domain {domain}"
    return f"{file}{f', variable {variable}' if variable else ''}: {found}"

"""What the reader noted while reading (`frame.attrs["notes"]`), as findings.

A note is a tuple (id, severity, variable, what, found): something that was read, but isn't as it
should be, such as bytes that are no UTF-8.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.sdtm.formats.content import Note
from csrkit.sdtm.labels import find_standard_labels
from csrkit.validation.findings.model import Finding, FindingRecord

NOTES = "notes"
UNLABELLED = "READ-STDLABEL"


def find_reading_notes(domains: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Return one finding for each note that the reader left with a domain, and for labels added."""
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
        for note_id, severity, variable, what, found in (
            *frame.attrs.get(NOTES, ()),
            *_note_labels(domain, frame),
        )
    ]


def _note_labels(domain: str, frame: pd.DataFrame) -> list[Note]:
    """Return a note of what has no label in the file, and gets that of the standard at the cut."""
    added = find_standard_labels(domain, frame.attrs, map(str, frame))
    if not added:
        return []
    named = [name or "the dataset" for name in added]
    what = "What the file leaves without a label gets that of SDTMIG 3.4"
    return [Note(UNLABELLED, "note", "", what, f"{len(named)}: {', '.join(named)}")]


def _place(domain: str, variable: str | None, frame: pd.DataFrame, found: object) -> str:
    file = ", ".join(frame.attrs.get("files", [])) or f"domain {domain}"
    return f"{file}{f', variable {variable}' if variable else ''}: {found}"

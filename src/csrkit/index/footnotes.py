"""The footnotes of a display, with what they name filled in."""

from __future__ import annotations

from typing import Any

from csrkit.errors import StudyError
from csrkit.index.entry import IndexEntry
from csrkit.study import Study


def fill_footnotes(entry: IndexEntry, study: Study) -> tuple[str, ...]:
    """Return the notes of a display with the values of the assumptions and the terms they name.

    Raises
    ------
    StudyError
        When a note names something that the study doesn't have.
    """
    values: dict[str, Any] = study.terms.words()
    values |= {name: one.value for name, one in study.assumptions.by_name().items()}
    try:
        return tuple(note.format_map(values) for note in entry.footnotes)
    except (KeyError, ValueError, IndexError) as fault:
        raise StudyError(
            "A footnote names something that the study doesn't have",
            where=f"tlf.yml, key displays.{entry.key}.footnotes",
            found=str(fault),
            allowed=tuple(values),
            remedy="Use a name of assumptions or terms in study.yml; write a brace itself twice.",
        ) from None

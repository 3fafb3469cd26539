"""The footnotes of a display, with what they name filled in."""

from __future__ import annotations

from typing import Any

from csrkit.errors import StudyError
from csrkit.index.entry import IndexEntry
from csrkit.study import Study


def fill_footnotes(entry: IndexEntry, study: Study) -> tuple[str, ...]:
    """Return the notes of a display with what they name of the study filled in.

    A note names assumptions and terms by themselves, and rules of derivation by their place
    (`{derivations.adeg.value_limits[0]:g}`).

    Raises
    ------
    StudyError
        When a note names something that the study doesn't have.
    """
    values: dict[str, Any] = study.terms.words()
    values |= {name: one.value for name, one in study.assumptions.by_name().items()}
    values["derivations"] = study.derivations
    try:
        return tuple(note.format_map(values) for note in entry.footnotes)
    except (AttributeError, KeyError, ValueError, IndexError, TypeError) as fault:
        raise StudyError(
            "A footnote names something that the study doesn't have",
            where=f"tlf.yml, key displays.{entry.key}.footnotes",
            found=str(fault),
            allowed=tuple(values),
            remedy="Use a name of assumptions, terms or derivations in study.yml; "
            "write a brace itself twice.",
        ) from None

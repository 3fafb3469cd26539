"""Settings of a display in `tlf.yml`, checked by the model of the function that reads them."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from csrkit.displays.index import IndexEntry
from csrkit.errors import StudyError
from csrkit.study.base import Section

S = TypeVar("S", bound=Section)


def read_settings(entry: IndexEntry, model: type[S]) -> S:
    """Return the settings of a display.

    Raises
    ------
    StudyError
        When a setting is missing, unknown or not allowed.
    """
    try:
        return model.model_validate(entry.settings)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        path = ".".join(map(str, ("displays", entry.key, "settings", *first["loc"])))
        raise StudyError(
            "The settings of a display can't be used",
            where=f"tlf.yml, key {path}",
            found="nothing" if first["type"] == "missing" else repr(first["input"])[:200],
            allowed=first["msg"],
            remedy=f"Give what {entry.function} asks for.",
        ) from None

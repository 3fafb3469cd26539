"""SDTM as delivered: read it, check that it can be used, cut it at the data cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csrkit.sdtm.reader import read

__all__ = ["read"]


def __getattr__(name: str) -> Any:
    """Import the reader, and pandas with it, when it is asked for: an unchanged run reads none."""
    if name == "read":
        from csrkit.sdtm.reader import read

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

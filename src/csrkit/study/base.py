"""What every part of `study.yml` shares: frozen, and no key that nobody reads."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of `study.yml`; an unknown key is an error, so a mistyped one can't be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

"""What every part of `study.yml` shares: frozen, and no key that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Optional, TypeVar

from pydantic import BaseModel, ConfigDict

from csrkit.errors import StudyError

T = TypeVar("T")

# What a study may leave out (`adrs: OrAbsent[TumourResponse] = ABSENT`). Only the code of that very
# dataset or display reads it, and doesn't run without it: to a reader and to mypy it is there.
ABSENT: Any = None
if TYPE_CHECKING:
    OrAbsent = Annotated[T, "may be absent"]
else:
    OrAbsent = Optional[T]  # noqa: UP045 - an alias that takes a parameter


class Section(BaseModel):
    """A part of `study.yml`; an unknown key is an error, so a mistyped one can't be ignored.

    A number is finite: one that is none or without end (`.nan`, `.inf`) is above and below nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Partial(Section):
    """A part of `study.yml` whose keys may be absent; to ask for one that is absent is an error."""

    key: ClassVar[str]

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute, or stop when it is a key that the study left out.

        Raises
        ------
        StudyError
            When the study has no such key.
        """
        value = super().__getattribute__(name)
        if value is None and name in type(self).model_fields:
            raise StudyError(
                "The study has no setting that this analysis needs",
                where=f"study.yml, key {type(self).key}.{name}",
                found="nothing",
                remedy="Add the key, or leave out the datasets and displays that need it.",
            )
        return value

    def given(self) -> dict[str, Any]:
        """Return the values of the keys that the study has, by key."""
        return {name: value for name, value in self.__dict__.items() if value is not None}

"""Settings of listings."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from csrkit.index.settings.common import FromDataset
from csrkit.study.base import Section

FIELD = re.compile(r"\{(\w+)(?::(date|dose|sentence))?\}")
OPTIONAL = re.compile(r"<([^<>]*)>")


def require_fields(text: str) -> str:
    """Return a text of a listing whose braces and angle brackets are all closed.

    Raises
    ------
    ValueError
        When one isn't, or a variable is to be written in an unknown way.
    """
    rest = OPTIONAL.sub(r"\1", FIELD.sub("", text))
    stray = re.search(r"[{}<>]", rest)
    if stray:
        raise ValueError(
            f"{rest[stray.start() :]!r} isn't understood; allowed are {{VARIABLE}}, "
            "{VARIABLE:date}, {VARIABLE:dose}, {VARIABLE:sentence}, and <parts left out>"
        )
    return text


class ListedColumn(Section):
    """A column of a listing.

    Attributes
    ----------
    label
        Header.
    text
        Text of a cell: `{VARIABLE}` stands for its value (a date in ISO 8601), `{VARIABLE:date}`
        for the date of an ISO 8601 date-time, complete or not, `{VARIABLE:dose}`
        for the label of a dose in `study.yml`, `{VARIABLE:sentence}` for a term in capitals as in a
        sentence. A part in angle brackets is left out when a variable in it is missing.
    empty
        Shown when all variables of the column are missing.
    empty_with
        Variable that must be there for `empty` to be shown, so that nothing is said of records
        beside that don't exist; none when empty.
    align
        left, centre or right.
    """

    label: str
    text: str
    empty: str = ""
    empty_with: str = ""
    align: Literal["left", "centre", "right"] = "left"

    @field_validator("text")
    @classmethod
    def _is_closed(cls, text: str) -> str:
        return require_fields(text)


class Beside(FromDataset):
    """Records of another dataset, each beside every listed record of its subject."""


class Listing(FromDataset):
    """Settings of `listing`.

    Attributes
    ----------
    beside
        Records of another dataset, for the variables that neither the dataset nor ADSL has: each
        stands beside every listed record of its subject. A record without one is listed all the
        same.
    sort
        Variables of the order.
    block
        Text, as of a column, that stands once above the records that share it (a subject); none
        when empty.
    columns
        The columns, in order.
    """

    beside: Beside | None = None
    sort: tuple[str, ...]
    block: str = ""
    columns: tuple[ListedColumn, ...]

    @field_validator("block")
    @classmethod
    def _is_closed(cls, text: str) -> str:
        return require_fields(text)

    @property
    def block_column(self) -> ListedColumn:
        """The block as a column."""
        return ListedColumn(label="", text=self.block)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that name variables."""
        needed = (f"{{{one.empty_with}}}" for one in self.columns if one.empty_with)
        return (self.block, *(column.text for column in self.columns), *needed)

"""How the delivered files are read where they don't say so themselves."""

from __future__ import annotations

import codecs
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from csrkit.study.base import Section

ASCII = bytes(range(128))
MOST_VALUES = 200_000_000


def _require_known(name: str) -> str:
    """Return the codec's standard name; refuse one that isn't an extension of ASCII."""
    try:
        codec = codecs.lookup(name)
        extends_ascii = ASCII.decode(codec.name) == ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        extends_ascii = False
    if not extends_ascii:
        raise ValueError(
            f"{name!r} is not a text encoding of SAS or CSV files; "
            "say utf-8, latin-1, windows-1252, gb18030, shift_jis, euc-kr or the like"
        )
    return codec.name


Encoding = Annotated[str, AfterValidator(_require_known)]


class Reading(Section):
    """How text is read in files that don't declare their encoding (XPT, CSV).

    Attributes
    ----------
    encoding
        Encoding of files that don't declare one.
    encodings
        Dataset or domain → its encoding. This also replaces what a SAS7BDAT file declares, which
        validation then tells.
    most_values
        Most values (records times variables read) of one file. A compressed file of some kilobytes
        can state more records than any memory holds; 200 million values (7 million records
        of LB) take about 2 GB, and while they are read two or three times that.
    """

    encoding: Encoding = "utf-8"
    encodings: dict[str, Encoding] = Field(default_factory=dict)
    most_values: int = Field(default=MOST_VALUES, gt=0)

    @field_validator("encodings")
    @classmethod
    def _upper(cls, value: dict[str, str]) -> dict[str, str]:
        return {name.upper(): encoding for name, encoding in value.items()}

    def given(self, dataset: str, domain: str) -> str | None:
        """Return the encoding set for one dataset (LBCH) or else its domain (LB), if any."""
        return self.encodings.get(dataset) or self.encodings.get(domain)

"""The texts of a listing, which name variables in braces."""

import pytest
from pydantic import ValidationError

from csrkit.index.settings.listing import ListedColumn


@pytest.mark.parametrize("text", ["{AGE}", "{AEDECOD:sentence}< ({AESTDTC:date})>", "All", ""])
def test_a_text_whose_braces_are_closed_is_taken(text):
    assert ListedColumn(label="A", text=text).text == text


@pytest.mark.parametrize("text", ["{AGE", "{USUBJID:upper}", "{AGE}< ({SEX})", "{AGE}> ({SEX})"])
def test_an_open_brace_or_an_unknown_way_of_writing_is_told(text):
    with pytest.raises(ValidationError, match="isn't understood"):
        ListedColumn(label="A", text=text)

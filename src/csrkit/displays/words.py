"""Terms of the data as a reader wants to see them."""

from __future__ import annotations


def sentence_case(term: str) -> str:
    """Return a term in capitals as in a sentence: `ADVERSE EVENT` becomes `Adverse event`.

    A term with a small letter in it is left as it is.
    """
    return term.capitalize() if term.isupper() else term

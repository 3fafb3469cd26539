"""The words of the study for what every study has: administrations, doses, groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csrkit.study.base import Section


class Terms(Section):
    """What things are called in displays, datasets and labels.

    Attributes
    ----------
    administration, administrations
        One dose given, and several: infusion, dose, patch, vaccination.
    quantity
        What is measured of an administration. When empty it is its dose, and the amount of an
        administration that is called a dose itself.
    amount
        What a dose is counted in, after its number: cells; empty when its label says it.
    group
        What the subjects of one dose are called together.
    """

    administration: str = "dose"
    administrations: str = "doses"
    quantity: str = ""
    amount: str = ""
    group: str = "treatment group"

    def words(self) -> dict[str, str]:
        """Return the words by the names that texts call them by.

        A name that begins with a capital gives the word with a capital.
        """
        quantity = self.quantity or ("amount" if self.administration == "dose" else "dose")
        named = {**self.model_dump(), "quantity": quantity}
        capital = {name.capitalize(): word[:1].upper() + word[1:] for name, word in named.items()}
        return named | capital

    def fill(self, text: str) -> str:
        """Return a text with `{administration}`, `{Administrations}`, … replaced by the words."""
        for name, word in self.words().items():
            text = text.replace("{" + name + "}", word)
        return text

    def fill_all(self, content: Any) -> Any:
        """Return nested lists and mappings, as YAML gives them, with the words in every text."""
        if isinstance(content, str):
            return self.fill(content)
        if isinstance(content, Mapping):
            return {name: self.fill_all(one) for name, one in content.items()}
        if isinstance(content, list | tuple):
            return [self.fill_all(one) for one in content]
        return content


USUAL = Terms()
"""The words of a study that says nothing of them."""

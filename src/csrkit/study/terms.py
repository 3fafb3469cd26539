"""The words of the study for what every study has: administrations, doses, groups."""

from __future__ import annotations

from csrkit.study.base import Section


class Terms(Section):
    """What things are called in displays, datasets and labels.

    Attributes
    ----------
    administration, administrations
        One dose given, and several: infusion, dose, patch, vaccination.
    amount
        What a dose is counted in, after its number: cells; empty when its label says it.
    group
        What the subjects of one dose are called together.
    """

    administration: str = "dose"
    administrations: str = "doses"
    amount: str = ""
    group: str = "treatment group"

    def fill(self, text: str) -> str:
        """Return a text with `{administration}`, `{Administrations}`, … replaced by the words.

        A name that begins with a capital gives the word with a capital.
        """
        for name, word in self.model_dump().items():
            text = text.replace("{" + name + "}", word)
            text = text.replace("{" + name.capitalize() + "}", word[:1].upper() + word[1:])
        return text

"""Settings of the ADaM derivations, one module a subject."""

from csrkit.study.derivations.derivations import Derivations

__all__ = ["Derivations"]

"""Synthetic SDTM of the study: seeded, the same bytes every time."""

from csrkit.simulate.assemble import simulate

__all__ = ["simulate"]

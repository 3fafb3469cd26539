"""SDTM as delivered: read it, check that it can be used, cut it at the data cut-off."""

from csrkit.sdtm.reader import read

__all__ = ["read"]

"""Non-compartmental analysis (NCA) of concentration-time profiles."""

from csrkit.stats.nca.analysis import NcaTable, NcaValue, nca, nca_many

__all__ = ["NcaTable", "NcaValue", "nca", "nca_many"]

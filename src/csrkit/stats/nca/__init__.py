"""Non-compartmental analysis (NCA) of concentration-time profiles."""

from csrkit.stats.nca.acceptance import Acceptance
from csrkit.stats.nca.analysis import NcaTable, NcaValue, nca, nca_many

__all__ = ["Acceptance", "NcaTable", "NcaValue", "nca", "nca_many"]

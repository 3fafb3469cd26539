"""The data cut: records after the cut-off are removed, later dates blanked, and both logged."""

from csrkit.sdtm.cut.cut import (
    CutDomain,
    CutResult,
    CutSettings,
    apply_cut,
    cut_domains,
    cut_settings,
)

__all__ = ["CutDomain", "CutResult", "CutSettings", "apply_cut", "cut_domains", "cut_settings"]

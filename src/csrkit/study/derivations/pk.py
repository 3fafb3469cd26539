"""Settings of ADPC and ADPP."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import ConditionText
from csrkit.study.base import Section
from csrkit.study.derivations.sources import TimePoints


class Concentrations(Section):
    """Settings of ADPC.

    Attributes
    ----------
    records
        Condition (`csrkit.conditions`) on PC: the concentrations to use.
    unit
        PCSTRESU of these; a result in another one is not used.
    infusion_pattern
        Regular expression on PCTPTREF whose group is the number of the infusion.
    pre_infusion
        PCTPT of a sample taken before the infusion, planned at 0 h without an elapsed time.
    untimed_dose
        When a dose began whose time isn't known: not known either, or at midnight of its day.
    nominal_from
        What the planned times count from: the reference infusion, or the first one.
    blq_results
        PCSTRESC of a result below the limit of quantification.
    predose_window_hours
        How long before an infusion its pre-dose sample may be taken.
    tolerance_hours, tolerance_share
        A later sample is mistimed when it departs from its nominal time by more than this many
        hours and by more than this share of it.
    duplicates
        Which of several results of one infusion and nominal time counts, by time and PCSEQ.
    """

    records: ConditionText
    unit: str
    infusion_pattern: str
    pre_infusion: tuple[str, ...] = ()
    untimed_dose: Literal["missing", "midnight"] = "missing"
    nominal_from: Literal["reference", "first"] = "reference"
    blq_results: tuple[str, ...]
    predose_window_hours: float
    tolerance_hours: float
    tolerance_share: float
    duplicates: Literal["first", "last"]

    @property
    def time_points(self) -> TimePoints:
        """How time points tell of an infusion."""
        return TimePoints(reference=self.infusion_pattern, before=self.pre_infusion)


class PkParameters(Section):
    """Settings of ADPP.

    Attributes
    ----------
    zero_before
        Infusions before which the concentration is 0 when there is no pre-dose sample: none of the
        product can be in the blood.
    include_cmax_in_lambda_z
        Whether the maximum may be one of the points for λz.
    """

    zero_before: tuple[int, ...]
    include_cmax_in_lambda_z: bool

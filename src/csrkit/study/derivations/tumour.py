"""Settings of ADRS and ADTR."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import ConditionText
from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource


class TumourResponse(Section):
    """Settings of ADRS.

    Attributes
    ----------
    subjects
        Condition (`csrkit.conditions`) on ADSL: whose response is derived.
    reference
        ADSL variable that dates the start of observation.
    overall
        Condition on RS: the overall responses.
    assessor, criteria
        Who assessed, and by which criteria, as displays show it.
    adequate
        Overall responses of an adequate tumour assessment.
    max_ne_between, accept_sd_between
        How many NE, and whether one SD, may stand between a response and its confirmation.
    new_therapy
        What dates the start of a new anticancer therapy; none when the study has none.
    """

    subjects: ConditionText
    reference: str
    overall: ConditionText
    assessor: str
    criteria: str
    adequate: tuple[str, ...]
    max_ne_between: int
    accept_sd_between: bool
    new_therapy: DateSource | None = None

    def assumes(self) -> tuple[str, ...]:
        """Return the assumptions on confirmation, stable disease and disease control."""
        return ("confirmation_days", "sd_min_days", "disease_control")


class TargetLesions(Section):
    """Settings of ADTR, and of the check of overall responses against the measurements.

    Attributes
    ----------
    lesions, nodal
        Conditions (`csrkit.conditions`) on TU: the target lesions, and which of them are lymph
        nodes.
    measurements
        Condition on TR: the measurements to use.
    nodal_test, other_test
        TRTESTCD of the diameter that counts for a lymph node (short axis) and for any other.
    non_target, new
        Conditions on TU: lesions that are followed without measurement, and new ones.
    states
        TRSTRESC of a non-target lesion → CR, NON-CR/NON-PD or PD; any other is not evaluable.
    recist
        Limits of RECIST 1.1, response criteria.
    """

    class Recist(Section):
        """Changes of the sum that make a response, and the short axis of a normal node."""

        increase_percent: float
        increase_mm: float
        decrease_percent: float
        normal_node_mm: float

    lesions: ConditionText
    nodal: ConditionText
    measurements: ConditionText
    nodal_test: str
    other_test: str
    non_target: ConditionText
    new: ConditionText
    states: dict[str, Literal["CR", "NON-CR/NON-PD", "PD"]]
    recist: Recist

"""Settings of ADRS and ADTR."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from csrkit.conditions import ConditionText, parse
from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource


def _compile(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"a regular expression, which this is not: {fault}") from None
    return text


RegularExpression = Annotated[str, AfterValidator(_compile)]


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
        What dates the start of a new anticancer therapy.
    partial_date
        Which day of its month an assessment known to the month counts on, of those that it can be.
    """

    subjects: ConditionText
    reference: str
    overall: ConditionText
    assessor: str
    criteria: str
    adequate: tuple[str, ...]
    max_ne_between: int
    accept_sd_between: bool
    new_therapy: DateSource
    partial_date: Literal["first", "last"] = "last"


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
    joined_by
        Regular expression of what stands between the identifiers of lesions that merged (T01/T02).
    part
        Regular expression of the end that makes an identifier that of a part of a lesion (T01.1).
    relations
        Condition on RELREC: the relations of lesions of TU, which tell of those that merged or
        split under an identifier of their own.
    too_small, disappeared
        Results (TRORRES or TRSTRESC) of a target lesion that is there but too small to measure,
        and of one that isn't there any more.
    of_methods
        Of a lesion measured by several methods at a visit, that of its first measurement counts,
        or the latest.
    recist
        Limits of RECIST 1.1, response criteria.
    """

    class Recist(Section):
        """Changes of the sum that make a response, and sizes.

        Attributes
        ----------
        increase_percent, increase_mm, decrease_percent
            Increase from nadir that makes a progression, decrease from baseline that makes a
            partial response.
        normal_node_mm
            Short axis below which a lymph node is normal.
        too_small_mm
            Size of a lesion that is there but too small to measure.
        """

        increase_percent: float
        increase_mm: float
        decrease_percent: float
        normal_node_mm: float
        too_small_mm: float = 5

    lesions: ConditionText
    nodal: ConditionText
    measurements: ConditionText
    nodal_test: str
    other_test: str
    non_target: ConditionText
    new: ConditionText
    states: dict[str, Literal["CR", "NON-CR/NON-PD", "PD"]]
    joined_by: RegularExpression = r"[/,+&;]"
    part: RegularExpression = r"(?:[._-]\d+|[._-]?[A-Za-z])$"
    relations: ConditionText = parse("RDOMAIN == 'TU'")
    too_small: tuple[str, ...] = ("TOO SMALL TO MEASURE", "TSTM", "BELOW MEASURABLE LIMIT", "BML")
    disappeared: tuple[str, ...] = ("ABSENT", "DISAPPEARED", "RESOLVED")
    of_methods: Literal["first", "latest"] = "first"
    recist: Recist

"""Settings of ADTTE."""

from __future__ import annotations

from csrkit.conditions import ALL_RECORDS, ConditionText
from csrkit.study.assumptions import Censoring
from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource


class PfsVariant(Section):
    """A further progression-free survival: its name, and when it is censored."""

    label: str
    censoring: Censoring


class TimeToEvent(Section):
    """Settings of ADTTE.

    Attributes
    ----------
    subjects, dlt_subjects
        Conditions (`csrkit.conditions`) on ADSL: whose times are derived, and among them whose time
        to first DLT.
    start
        ADSL variable that dates the start.
    parameters
        PARAMCD of the times to derive, beside the `pfs_variants`.
    clinical_progression, clinical_progression_is_event
        What dates a progression without imaging, and whether PFS takes it for an event.
    pfs_variants
        PARAMCD of a sensitivity analysis of PFS → what it is.
    """

    subjects: ConditionText
    dlt_subjects: ConditionText = ALL_RECORDS
    start: str
    parameters: tuple[str, ...]
    clinical_progression: DateSource
    clinical_progression_is_event: bool
    pfs_variants: dict[str, PfsVariant]

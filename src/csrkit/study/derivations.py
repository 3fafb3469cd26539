"""Settings of the ADaM derivations: which records and variables of the SDTM mean what."""

from __future__ import annotations

from csrkit.study.assumptions import Censoring
from csrkit.study.base import Section


class DateSource(Section):
    """A variable of a domain that dates something; `where` is a pandas query on the domain."""

    domain: str
    variable: str
    where: str = ""


class SubjectLevel(Section):
    """Settings of ADSL."""

    alive_sources: tuple[DateSource, ...]


class TumourResponse(Section):
    """Settings of ADRS.

    Attributes
    ----------
    subjects
        pandas query on ADSL: whose response is derived.
    reference
        ADSL variable that dates the start of observation.
    overall
        pandas query on RS: the overall responses.
    assessor, criteria
        Who assessed, and by which criteria, as displays show it.
    adequate
        Overall responses of an adequate tumour assessment.
    max_ne_between, accept_sd_between
        How many NE, and whether one SD, may stand between a response and its confirmation.
    new_therapy
        What dates the start of a new anticancer therapy.
    """

    subjects: str
    reference: str
    overall: str
    assessor: str
    criteria: str
    adequate: tuple[str, ...]
    max_ne_between: int
    accept_sd_between: bool
    new_therapy: DateSource


class TargetLesions(Section):
    """Settings of ADTR.

    Attributes
    ----------
    lesions, nodal
        pandas queries on TU: the target lesions, and which of them are lymph nodes.
    measurements
        pandas query on TR: the measurements to use.
    nodal_test, other_test
        TRTESTCD of the diameter that counts for a lymph node (short axis) and for any other.
    """

    lesions: str
    nodal: str
    measurements: str
    nodal_test: str
    other_test: str


class PfsVariant(Section):
    """A further progression-free survival: its name, and when it is censored."""

    label: str
    censoring: Censoring


class TimeToEvent(Section):
    """Settings of ADTTE.

    Attributes
    ----------
    subjects, dlt_subjects
        pandas queries on ADSL: whose times are derived, and among them whose time to first DLT.
    start
        ADSL variable that dates the start.
    parameters
        PARAMCD of the times to derive, beside the `pfs_variants`.
    clinical_progression, clinical_progression_is_event
        What dates a progression without imaging, and whether PFS takes it for an event.
    pfs_variants
        PARAMCD of a sensitivity analysis of PFS → what it is.
    """

    subjects: str
    dlt_subjects: str
    start: str
    parameters: tuple[str, ...]
    clinical_progression: DateSource
    clinical_progression_is_event: bool
    pfs_variants: dict[str, PfsVariant] = {}


class Derivations(Section):
    """Settings by dataset; each dataset's module says what its own mean."""

    adsl: SubjectLevel
    adrs: TumourResponse
    adtr: TargetLesions
    adtte: TimeToEvent

"""Settings of the ADaM derivations: which records and variables of the SDTM mean what."""

from __future__ import annotations

from typing import Literal

from csrkit.study.assumptions import Censoring
from csrkit.study.base import ABSENT, OrAbsent, Partial, Section
from csrkit.study.derivations_findings import (
    Electrocardiogram,
    Laboratory,
    Questionnaires,
    VitalSigns,
)
from csrkit.study.derivations_occurrences import Deviations, MedicalHistory, Medications
from csrkit.study.sources import DateSource
from csrkit.study.subject_settings import AdverseEvents, Exposure, SubjectLevel


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
    """Settings of ADTR, and of the check of overall responses against the measurements.

    Attributes
    ----------
    lesions, nodal
        pandas queries on TU: the target lesions, and which of them are lymph nodes.
    measurements
        pandas query on TR: the measurements to use.
    nodal_test, other_test
        TRTESTCD of the diameter that counts for a lymph node (short axis) and for any other.
    non_target, new
        pandas queries on TU: lesions that are followed without measurement, and new ones.
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

    lesions: str
    nodal: str
    measurements: str
    nodal_test: str
    other_test: str
    non_target: str
    new: str
    states: dict[str, Literal["CR", "NON-CR/NON-PD", "PD"]]
    recist: Recist


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
    dlt_subjects: str = ""
    start: str
    parameters: tuple[str, ...]
    clinical_progression: DateSource
    clinical_progression_is_event: bool
    pfs_variants: dict[str, PfsVariant]


class Concentrations(Section):
    """Settings of ADPC.

    Attributes
    ----------
    records
        pandas query on PC: the concentrations to use.
    unit
        PCSTRESU of these; a result in another one is not used.
    infusion_pattern
        Regular expression on PCTPTREF whose group is the number of the infusion.
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

    records: str
    unit: str
    infusion_pattern: str
    untimed_dose: Literal["missing", "midnight"] = "missing"
    nominal_from: Literal["reference", "first"] = "reference"
    blq_results: tuple[str, ...]
    predose_window_hours: float
    tolerance_hours: float
    tolerance_share: float
    duplicates: Literal["first", "last"]


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


class Derivations(Partial):
    """Settings by dataset; each dataset's module says what its own mean.

    A study has the datasets whose sections are here.
    """

    key = "derivations"

    adsl: SubjectLevel
    adex: Exposure
    adae: AdverseEvents
    adcm: OrAbsent[Medications] = ABSENT
    admh: OrAbsent[MedicalHistory] = ABSENT
    addv: OrAbsent[Deviations] = ABSENT
    adlb: OrAbsent[Laboratory] = ABSENT
    advs: OrAbsent[VitalSigns] = ABSENT
    adeg: OrAbsent[Electrocardiogram] = ABSENT
    adqs: OrAbsent[Questionnaires] = ABSENT
    adrs: OrAbsent[TumourResponse] = ABSENT
    adtr: OrAbsent[TargetLesions] = ABSENT
    adtte: OrAbsent[TimeToEvent] = ABSENT
    adpc: OrAbsent[Concentrations] = ABSENT
    adpp: OrAbsent[PkParameters] = ABSENT

    def has(self, dataset: str) -> bool:
        """Return whether the study has a dataset (`"ADRS"`)."""
        return dataset.lower() in self.given()

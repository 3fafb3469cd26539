"""Settings of the ADaM derivations: which records and variables of the SDTM mean what."""

from __future__ import annotations

from csrkit.study.base import ABSENT, OrAbsent, Partial
from csrkit.study.derivations.exposure import Exposure
from csrkit.study.derivations.findings import (
    Electrocardiogram,
    Laboratory,
    Questionnaires,
    VitalSigns,
)
from csrkit.study.derivations.occurrences import (
    AdverseEvents,
    Deviations,
    MedicalHistory,
    Medications,
)
from csrkit.study.derivations.pk import Concentrations, PkParameters
from csrkit.study.derivations.subjects import SubjectLevel
from csrkit.study.derivations.time_to_event import TimeToEvent
from csrkit.study.derivations.tumour import TargetLesions, TumourResponse


class Derivations(Partial):
    """Settings by dataset; each dataset's module says what its own mean.

    A study has the datasets whose sections are here.
    """

    key = "derivations"

    adsl: SubjectLevel
    adex: Exposure
    adae: OrAbsent[AdverseEvents] = ABSENT
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

"""Settings of the ADaM derivations: which records and variables of the SDTM mean what."""

from __future__ import annotations

from pydantic import Field

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
from csrkit.study.derivations.sources import DateSource, TimePoints
from csrkit.study.derivations.subjects import SubjectLevel
from csrkit.study.derivations.time_to_event import TimeToEvent
from csrkit.study.derivations.tumour import TargetLesions, TumourResponse


class Derivations(Partial):
    """Settings by dataset; each dataset's module says what its own mean.

    A study has the datasets whose sections are here.

    Attributes
    ----------
    reference_points
        Name of a reference time point as --STTPT and --ENTPT spell it (SDTMIG 3.4, section 4.4.7) →
        what dates it; a date there, and the name of a visit of SV, need none.
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
    reference_points: dict[str, DateSource] = Field(default_factory=dict)

    def time_points(self, domain: str) -> TimePoints:
        """Return how the time points of a domain tell of an infusion, by its dataset's section."""
        section = self.given().get(f"ad{domain.lower()}")
        return getattr(section, "time_points", None) or TimePoints()

    def has(self, dataset: str) -> bool:
        """Return whether the study has a dataset (`"ADRS"`)."""
        return dataset.lower() in self.given()

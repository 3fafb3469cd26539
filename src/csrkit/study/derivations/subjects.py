"""Settings of ADSL."""

from __future__ import annotations

from pydantic import Field

from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource, Imputation, ValueSource


class SubjectLevel(Section):
    """Settings of ADSL.

    Attributes
    ----------
    dose_names
        Dose level → text of TRT01P and TRT01A, where an arm names no treatment of its own.
    not_assigned
        ARMCD values that mean no arm.
    enrolment, end_of_treatment, end_of_study
        Records that say so (usually of DS), with their date.
    completed
        DSDECOD values that mean completed; any other means discontinued.
    screen_failure
        Record that says so; its variable is the reason.
    death_date
        How a partial date of death is completed.
    death_after_dose_days
        Days from the last dose to death that part the deaths soon after it from the later ones
        (LDDTHGR1); 30, as in the R package admiral.
    death_causes
        Sources of the cause of death; the first that has one counts.
    alive_sources
        Dates on which a subject was alive.
    baseline
        ADSL variable → source of its value at baseline.
    metastatic_sites
        Source of the sites of metastasis, one record a site.
    dlt_phases
        Phases whose subjects are evaluated for dose-limiting toxicity.
    disease
        Lesions that make a subject's disease evaluable at baseline, with their date.
    evidence
        Tumour assessments and progressions, with their date.
    without_disease, without_evidence
        Why a subject isn't efficacy-evaluable, in words.
    pk
        Quantifiable concentrations, with their date-time.
    """

    dose_names: dict[float, str] = Field(default_factory=dict)
    not_assigned: tuple[str, ...] = ()
    enrolment: DateSource
    end_of_treatment: DateSource
    end_of_study: DateSource
    completed: tuple[str, ...]
    screen_failure: ValueSource
    death_date: Imputation
    death_after_dose_days: int = Field(default=30, ge=0)
    death_causes: tuple[ValueSource, ...]
    alive_sources: tuple[DateSource, ...]
    baseline: dict[str, ValueSource] = Field(default_factory=dict)
    metastatic_sites: ValueSource | None = None
    dlt_phases: tuple[str, ...] = ()
    disease: DateSource | None = None
    evidence: tuple[DateSource, ...] = ()
    without_disease: str = "No measurable or evaluable disease at baseline"
    without_evidence: str = (
        "No tumour assessment after baseline, progression or death by the data cut"
    )
    pk: DateSource | None = None

    def assumes(self) -> tuple[str, ...]:
        """Return the assumptions on dose-limiting toxicities where they are evaluated."""
        return ("dlt_window_days", "dlt_min_infusion_share") if self.dlt_phases else ()

    @property
    def death_groups(self) -> tuple[str, str]:
        """The values of LDDTHGR1: death soon after the last dose, and later."""
        return f"<= {self.death_after_dose_days}", f"> {self.death_after_dose_days}"

"""Settings of the datasets about subjects, exposure and adverse events: ADSL, ADEX, ADAE."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from csrkit.study.base import Section
from csrkit.study.sources import DateSource, Imputation, ValueSource


class SubjectLevel(Section):
    """Settings of ADSL.

    Attributes
    ----------
    dose_names
        Dose level → text of TRT01P and TRT01A.
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
    pk
        Quantifiable concentrations, with their date-time.
    """

    dose_names: dict[float, str]
    not_assigned: tuple[str, ...] = ()
    enrolment: DateSource
    end_of_treatment: DateSource
    end_of_study: DateSource
    completed: tuple[str, ...]
    screen_failure: ValueSource
    death_date: Imputation
    death_causes: tuple[ValueSource, ...]
    alive_sources: tuple[DateSource, ...]
    baseline: dict[str, ValueSource] = Field(default_factory=dict)
    metastatic_sites: ValueSource | None = None
    dlt_phases: tuple[str, ...] = ()
    disease: DateSource | None = None
    evidence: tuple[DateSource, ...] = ()
    pk: DateSource | None = None


class Exposure(Section):
    """Settings of ADEX, and of what EX means everywhere.

    Attributes
    ----------
    missing_end
        A dose without an end date ends when it starts (`start`), or says nothing about the last
        exposure (`ignore`, as the R package admiral has it).
    infusion, course
        Variables of EX that hold the number of the infusion and of the course; without the first,
        infusions are numbered by time, without the second, all are of course 1.
    missed
        pandas query on EC: infusions planned but not given.
    each_day
        pandas query on EX: records that stand for one dose a day from start to end; empty when
        every record is one dose.
    delay_tolerance_days
        Days by which an infusion may come late without being delayed.
    interrupted
        pandas query on EX: infusions interrupted; empty when EX doesn't say.
    """

    missing_end: Literal["start", "ignore"]
    infusion: str | None = None
    course: str | None = None
    missed: str
    each_day: str = ""
    delay_tolerance_days: int
    interrupted: str = ""


class AdverseEvents(Section):
    """Settings of ADAE.

    Attributes
    ----------
    start, end
        How partial dates are completed.
    relationship
        AEREL → AREL.
    missing_relationship
        AREL when AEREL is missing.
    severity
        Values of ASEV from mild to severe.
    severity_variable
        What orders events by severity in the occurrence flags: toxicity grade or severity.
    dlt, aesi_category, astct_grade, initial_grade
        Variables of AE or qualifiers of SUPPAE: dose-limiting toxicity (Y), category of special
        interest, ASTCT grade, and grade at the start of an event that worsened later.
    """

    start: Imputation
    end: Imputation
    relationship: dict[str, Literal["RELATED", "NOT RELATED"]]
    missing_relationship: Literal["RELATED", "NOT RELATED"] | None
    severity: tuple[str, ...]
    severity_variable: Literal["ATOXGRN", "ASEVN"]
    dlt: str | None = None
    aesi_category: str | None = None
    astct_grade: str | None = None
    initial_grade: str | None = None

"""Settings of the occurrence datasets: ADAE, ADCM, ADMH, ADDV."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import ALL_RECORDS, ConditionIfTold, ConditionText
from csrkit.study.base import Section
from csrkit.study.derivations.sources import FileName, Imputation


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
    queries
        File of queries (`csrkit.study.queries`) in the folder `paths.validation`: each becomes
        variables of ADAE.
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
    queries: FileName | None = None

    def assumes(self) -> tuple[str, ...]:
        """Return the assumption on the treatment-emergent window."""
        return ("teae_window_days",)


class Medications(Section):
    """Settings of ADCM.

    Attributes
    ----------
    records
        Condition (`csrkit.conditions`) on CM: the records to use.
    start, end
        How partial dates are completed.
    start_not_before_first_dose
        Whether a partial start that may be on either side of the first dose is taken for on or
        after it.
    before_treatment
        Condition on CM: medications that ended before the treatment, though no end is dated; None
        when CM doesn't say.
    spanning
        Whether one that started before the first dose and didn't end before it is on treatment.
    on_treatment_days
        Days after the last dose that still are on treatment; none for the assumption on the TEAE
        window.
    queries
        File of queries in the folder `paths.validation`: each becomes variables of ADCM.
    """

    records: ConditionText = ALL_RECORDS
    start: Imputation
    end: Imputation
    start_not_before_first_dose: bool = False
    before_treatment: ConditionIfTold = None
    spanning: bool = True
    on_treatment_days: int | None = None
    queries: FileName | None = None

    def assumes(self) -> tuple[str, ...]:
        """Return the assumption on the treatment-emergent window, unless another one is set."""
        return ("teae_window_days",) if self.on_treatment_days is None else ()


class MedicalHistory(Section):
    """Settings of ADMH.

    Attributes
    ----------
    records
        Condition (`csrkit.conditions`) on MH: the records to use.
    start, end
        How partial dates are completed.
    ongoing
        Condition on MH: what goes on; None when MH doesn't say.
    queries
        File of queries in the folder `paths.validation`: each becomes variables of ADMH.
    """

    records: ConditionText = ALL_RECORDS
    start: Imputation
    end: Imputation
    ongoing: ConditionIfTold = None
    queries: FileName | None = None


class Deviations(Section):
    """Settings of ADDV.

    Attributes
    ----------
    records
        Condition (`csrkit.conditions`) on DV: the records to use.
    important
        Condition on DV: important protocol deviations (ICH E3, section 10.2); None when DV
        doesn't say.
    """

    records: ConditionText = ALL_RECORDS
    important: ConditionIfTold

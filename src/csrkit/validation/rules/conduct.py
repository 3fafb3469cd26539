"""What rules about the conduct of the trial need of the study, and of exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study import Study
from csrkit.study.assumptions import EligibilityLimit
from csrkit.study.derivations.findings import Findings
from csrkit.study.derivations.sources import DateSource
from csrkit.study.design import Arm

EX = "EX"
GIVEN = ("USUBJID", "EXTRT", "EXDOSE", "EXSTDTC")


@dataclass(frozen=True)
class Conduct:
    """What the study says of eligibility, arms and dose escalation.

    Attributes
    ----------
    limits
        Values that the eligibility criteria ask for.
    pre_dose
        Domain → --TPT of a record taken before a dose.
    placebo
        EXTRT of a placebo, which has no dose.
    arms
        Arms by ARMCD, their phases in order.
    dlt_phases
        Phases in which the dose is escalated.
    window_days
        Last day of the DLT window; None for none.
    end_of_study
        Records that say when a subject left the study; None when nothing says it.
    levels, dose_unit, infusion
        Dose levels, their EXDOSU, and the variable of EX that names an administration.
    """

    limits: tuple[EligibilityLimit, ...] = ()
    pre_dose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    placebo: tuple[str, ...] = ()
    arms: Mapping[str, Arm] = field(default_factory=dict)
    dlt_phases: tuple[str, ...] = ()
    window_days: int | None = None
    end_of_study: DateSource | None = None
    levels: frozenset[float] = frozenset()
    dose_unit: str = ""
    infusion: str | None = None

    @property
    def escalated(self) -> dict[str, Arm]:
        """The arms whose dose, in numbers, is escalated."""
        return {
            code: arm
            for code, arm in self.arms.items()
            if arm.phase in self.dlt_phases and arm.dose is not None
        }


def load_conduct(study: Study) -> Conduct:
    """Return what the study says of eligibility, arms and dose escalation."""
    assumed, derivations = study.assumptions.by_name(), study.derivations
    limits, window = assumed.get("eligibility"), assumed.get("dlt_window_days")
    findings = {
        name.removeprefix("ad").upper(): section
        for name, section in derivations.given().items()
        if isinstance(section, Findings)
    }
    return Conduct(
        limits=limits.value if limits else (),
        pre_dose={name: section.pre_infusion for name, section in findings.items()},
        placebo=study.treatment.placebo_names,
        arms=study.arms,
        dlt_phases=derivations.adsl.dlt_phases,
        window_days=window.value if window else None,
        end_of_study=derivations.adsl.end_of_study,
        levels=frozenset(study.treatment.dose_labels),
        dose_unit=study.treatment.dose_unit,
        infusion=derivations.adex.infusion,
    )


def find_first_doses(tables: Mapping[str, pd.DataFrame], conduct: Conduct) -> pd.Series | None:
    """Return EXSTDTC of each treated subject's first dose by USUBJID; None when EX doesn't say.

    A dose is one above 0, or a placebo; a partial date counts as its earliest moment.
    """
    ex = read_columns(tables, EX, GIVEN)
    if ex is None or not {"USUBJID", "EXDOSE", "EXSTDTC"} <= set(ex):
        return None
    given = pd.to_numeric(ex["EXDOSE"], errors="coerce") > 0
    if "EXTRT" in ex:
        given |= ex["EXTRT"].isin(conduct.placebo)
    doses = ex[given & ex["USUBJID"].notna()]
    moments = iso.earliest(doses["EXSTDTC"]).dropna().sort_values(kind="stable")
    first = doses.loc[moments.index].drop_duplicates("USUBJID")
    return first.set_index("USUBJID")["EXSTDTC"]

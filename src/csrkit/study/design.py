"""Registry facts, treatment, arms and paths of a study."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from csrkit.study.base import Section


class Registry(Section):
    """What the public registry record says, and whether the data is synthetic."""

    id: str = Field(min_length=1, max_length=20, description="STUDYID of the SDTM data")
    title: str
    short_title: str
    registration: str
    sponsor: str
    phase: str
    indication: str
    planned_enrolment: int | None = None
    planned_start: dt.date | None = None
    planned_completion: dt.date | None = None
    synthetic: bool = False
    data_note: str = ""


class Paths(Section):
    """Folders and files, relative to the folder `study.yml` stands in."""

    data: Path
    derived: Path = Path("data_derived")
    outputs: Path = Path("outputs")
    notebooks: Path = Path("notebooks")
    validation: Path = Path("validation")
    report: Path = Path("report/csr.qmd")
    index: Path = Path("report/tlf.yml")


class Arm(Section):
    """A planned arm, keyed by ARMCD.

    `dose` is in the unit of `Treatment.dose_unit` (0 for placebo).
    """

    label: str
    phase: str = ""
    dose: float


class Treatment(Section):
    """Study treatment as it stands in EX.

    `dose_labels` maps an EXDOSE to the text shown in displays (with a real multiplication sign).
    """

    name: str
    dose_unit: str
    dose_labels: dict[float, str]
    placebo_names: tuple[str, ...] = ()
    infusions_per_course: int | None = None
    infusion_interval_days: int | None = None
    rp2d: float | None = None


class Cuts(Section):
    """Data cut-off dates: `interim` is the default, `final` the database lock."""

    interim: dt.date
    final: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Cuts:
        if self.interim > self.final:
            raise ValueError(f"interim ({self.interim}) must not be after final ({self.final})")
        return self


class CutRules(Section):
    """How the data cut treats each domain (rules of the R package datacutr).

    Attributes
    ----------
    subject_entry
        Domain, variable and (for DS) the DSDECOD that dates a subject's entry into the study.
    date_variables
        Domain → variable that dates its records, where it isn't --STDTC, else --DTC.
    end_variables
        Domain → end date-time variables blanked when after the cut.
    not_cut
        Domains that describe the trial, not its subjects.
    """

    class Entry(Section):
        """The date of a subject's entry."""

        domain: str
        variable: str
        decod: str | None = None

    subject_entry: Entry
    date_variables: dict[str, str] = Field(default_factory=dict)
    end_variables: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    not_cut: tuple[str, ...] = ("TA", "TE", "TI", "TS", "TV")


ReportKind = Literal["interim", "final"]

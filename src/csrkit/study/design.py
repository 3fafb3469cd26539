"""Registry facts, treatment, arms and paths of a study."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from csrkit.files.names import require_portable, require_word
from csrkit.study.base import Section
from csrkit.study.data_cut import DataCut, moment_of


class Registry(Section):
    """What the public registry record says, and whether the data is synthetic."""

    id: Annotated[str, AfterValidator(require_word)] = Field(
        max_length=20, description="STUDYID of the SDTM data; the report's folder is named by it"
    )
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


def _require_path(path: Path) -> Path:
    """Return where data is; it may be anywhere."""
    if not path.parts or re.search(r"[\x00-\x1f]", str(path)):
        raise ValueError("a path without control characters")
    return path


def _require_portable_path(path: Path) -> Path:
    """Return where settings are; every system has to take the names."""
    for part in _require_path(path).parts[path.is_absolute() :]:
        require_portable(part)
    return path


Anywhere = Annotated[Path, AfterValidator(_require_path)]
Inside = Annotated[Path, AfterValidator(_require_portable_path)]


class Paths(Section):
    """Folders and files, relative to the folder `study.yml` stands in.

    Data and what is made of it may be anywhere. Settings stay in that folder, so that the study is
    whole wherever the folder goes.
    """

    data: Anywhere
    derived: Anywhere = Path("data_derived")
    outputs: Anywhere = Path("outputs")
    notebooks: Inside = Path("notebooks")
    validation: Inside = Path("validation")
    report: Inside = Path("report/csr.qmd")
    index: Inside = Path("report/tlf.yml")
    values: Inside = Path("report/values.yml")


SETTINGS = ("notebooks", "validation", "report", "index", "values")
"""Paths that may not leave the study's folder."""


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
    """Data cut-offs, a date or date and time: `interim` is the default, `final` the lock."""

    interim: DataCut
    final: DataCut

    @model_validator(mode="after")
    def _in_order(self) -> Cuts:
        if moment_of(self.interim) > moment_of(self.final):
            raise ValueError(f"interim ({self.interim}) must not be after final ({self.final})")
        return self


class SubjectEntry(Section):
    """What dates a subject's entry into the study (consent, enrolment or randomisation).

    Attributes
    ----------
    domain, variable
        Where the date stands: `DM`, `RFICDTC`, or `DS`, `DSSTDTC`.
    decod
        The --DECOD of the records that count, for a domain with many a subject.
    missing
        Whether a subject without the date leaves (`remove`, as datacutr) or stays (`keep`).
    """

    domain: str
    variable: str
    decod: str | None = None
    missing: Literal["remove", "keep"] = "remove"


# What a study that says nothing else blanks: ends and deaths after the cut.
BLANKED: dict[str, tuple[str, ...]] = {
    "--ENDTC": ("--ENDY",),
    "DTHDTC": ("DTHFL",),
    "RFENDTC": (),
    "RFXENDTC": (),
    "RFPENDTC": (),
}


class CutRules(Section):
    """How the data cut treats each domain (rules of the R package datacutr, and further ones).

    Attributes
    ----------
    subject_entry
        What dates a subject's entry into the study.
    date_variables
        Domain → variable that dates its records, where it isn't --STDTC, else --DTC;
        null where the domain's records follow their subject alone.
    blanked
        Date variable blanked when after the cut (`--` stands for any domain's prefix) →
        variables blanked with it since they tell of the same event; `AETOXGR=5` means when 5.
    not_cut
        Domains that describe the trial, not its subjects.
    """

    subject_entry: SubjectEntry
    date_variables: dict[str, str | None] = Field(default_factory=dict)
    blanked: dict[str, tuple[str, ...]] = Field(default_factory=lambda: dict(BLANKED))
    not_cut: tuple[str, ...] = ("TA", "TE", "TI", "TS", "TV")


ReportKind = Literal["interim", "final"]

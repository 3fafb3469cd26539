"""A study of made-up patients: its settings, its SDTM, and ADSL, ADRS and ADTTE from it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from csrkit.adam.registry import DATASETS
from csrkit.sdtm.cut import apply_cut
from csrkit.study import Study
from csrkit.study.derivations.time_to_event import Event

# ADRS needs ADTR for no value; without it an example is a tenth faster.
DERIVED = ("ADSL", "ADEX", "ADAE", "ADRS", "ADTTE")


@dataclass(frozen=True)
class Case:
    """A study, its SDTM as delivered (`raw`) and cut, and what is derived from it."""

    study: Study
    raw: dict[str, pd.DataFrame]
    sdtm: dict[str, pd.DataFrame]
    adsl: pd.DataFrame
    adrs: pd.DataFrame
    adtte: pd.DataFrame
    adae: pd.DataFrame

    @staticmethod
    def those(frame, wrong):
        """Patients of the records where something is so."""
        return set(frame.loc[wrong, "USUBJID"])

    def values(self, code):
        """AVALC of one parameter of ADRS by USUBJID."""
        return self.adrs[self.adrs["PARAMCD"] == code].set_index("USUBJID")["AVALC"]

    def having(self, code, *answers):
        """Patients with one of the answers in a parameter of ADRS."""
        found = self.values(code)
        return set(found.index[found.isin(answers)])

    def time(self, code):
        """One parameter of ADTTE by USUBJID."""
        return self.adtte[self.adtte["PARAMCD"] == code].set_index("USUBJID")

    def of_adsl(self, frame, name):
        """A variable of ADSL beside the records of a frame."""
        return frame["USUBJID"].map(self.adsl.set_index("USUBJID")[name])

    def treated_again(self):
        """Patients with a new anticancer therapy, dated or not."""
        cm = self.sdtm["CM"]
        return self.those(cm, cm["CMCAT"].eq("SUBSEQUENT ANTICANCER THERAPY"))

    def new_therapy(self):
        """First whole date of a new anticancer therapy by USUBJID; others don't tell the day."""
        cm = self.sdtm["CM"]
        whole = cm["CMCAT"].eq("SUBSEQUENT ANTICANCER THERAPY") & cm["CMSTDTC"].str.len().ge(10)
        return pd.to_datetime(cm.loc[whole, "CMSTDTC"]).groupby(cm["USUBJID"]).min()

    def progressed_clinically(self):
        """Patients with a clinical progression, where that is an event of PFS."""
        rs = self.sdtm["RS"]
        counts = counts_clinical_progression(self.study)
        return self.those(rs, rs["RSTESTCD"].eq("SYMPTDTR")) if counts else set()


CLINICAL = Event(
    dataset="RS",
    date="RSDTC",
    where="RSTESTCD == 'SYMPTDTR' and RSSTRESC == 'Y'",
    impute={"highest": "D", "how": "last"},
    event="Clinical progression",
)


def counts_clinical_progression(study):
    """Whether a progression without imaging is an event of PFS."""
    return CLINICAL in study.derivations.adtte.parameters["PFS"].events


def counting_clinical_progression(adtte):
    """ADTTE's settings with a progression without imaging as an event, before death."""
    changed = {
        code: one.model_copy(update={"events": (one.events[0], CLINICAL, *one.events[1:])})
        for code, one in adtte.parameters.items()
        if one.assessments is not None
    }
    return adtte.model_copy(update={"parameters": {**adtte.parameters, **changed}})


def made(raw, study):
    sdtm = apply_cut(raw, study).domains
    adam = {}
    for dataset in DATASETS:
        if dataset.name in DERIVED:
            adam[dataset.name] = dataset.function()(sdtm, adam, study)
    return Case(study, raw, sdtm, *(adam[name] for name in ("ADSL", "ADRS", "ADTTE", "ADAE")))


def with_settings(study, chosen):
    """The study with settings of `chosen`, each where `study.yml` has it."""
    assumptions, derivations = study.assumptions, study.derivations
    censoring = ("at_new_therapy", "missed_assessments")
    pfs = assumptions.pfs_censoring.value.model_copy(update={n: chosen[n] for n in censoring})
    values = {name: chosen[name] for name in chosen if name in type(assumptions).model_fields}
    made = {
        name: getattr(assumptions, name).model_copy(update={"value": value})
        for name, value in {**values, "pfs_censoring": pfs}.items()
    }
    own = {name: value for name, value in chosen.items() if hasattr(derivations.adrs, name)}
    sections = {"adrs": derivations.adrs.model_copy(update=own)}
    if chosen["clinical_progression_is_event"]:
        sections["adtte"] = counting_clinical_progression(derivations.adtte)
    changed = {
        "assumptions": assumptions.model_copy(update=made),
        "derivations": derivations.model_copy(update=sections),
    }
    return study.model_copy(update=changed)


def edges(chosen):
    """Numbers of days at which a rule turns."""
    window = chosen["tumour_assessment_window_days"]
    gap = 7 * chosen["tumour_assessment_weeks"] * (chosen["missed_assessments"] or 2)
    return (
        0,
        28,
        chosen["confirmation_days"],
        chosen["sd_min_days"],
        gap + window,
        gap + 2 * window,
    )

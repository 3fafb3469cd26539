"""ADLB: laboratory values in one unit a test, with baseline, visits, CTCAE grades (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.adlb_baseline import range_indicator, with_baseline
from csrkit.adam.adlb_hys_law import potential_hys_law
from csrkit.adam.adlb_summary import extreme_records, worst_grade
from csrkit.adam.adlb_units import analysis_values
from csrkit.adam.adlb_visits import with_visits
from csrkit.adam.columns import with_columns
from csrkit.adam.dates import impute_dates, impute_datetimes, study_day
from csrkit.adam.domains import select_records
from csrkit.adam.merge import with_adsl
from csrkit.adam.ordering import ranks, sorted_places
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.stack import stack
from csrkit.stats.ctcae import grade_labs
from csrkit.study import Study

RESULT = [
    "LBTESTCD", "LBTEST", "LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI", "LBSTRESC", "LBSTRESN",
    "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBSTAT", "LBREASND",
]  # fmt: skip
WHERE_AND_WHEN = [
    "USUBJID", "LBSEQ", "LBCAT", "LBDTC", "VISIT", "VISITNUM", "LBTPT", "LBTPTNUM", "LBTPTREF",
]  # fmt: skip
GRADES = ["ATOXDSCL", "ATOXDSCH", "ATOXGRL", "ATOXGRH", "ATOXGR"]


def derive_adlb(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADLB, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: LB.
    adam
        ADSL.
    study
        Settings `derivations.adlb`, the assumptions on the TEAE window (on treatment) and CTCAE.

    Raises
    ------
    DerivationError
        When a test that no table of units knows comes in several units.
    """
    settings, chosen = study.derivations.adlb, study.assumptions
    adsl = adam["ADSL"]
    records = _analysed(sdtm, adsl, study)
    records = with_baseline(records, adsl, chosen.teae_window_days.value)
    records = with_visits(records, settings)
    records = _graded(records, study)
    hys_law = potential_hys_law(records, settings.hys_law)
    records = stack([records, extreme_records(records), hys_law])
    records = with_adsl(records, adsl, blocks=["treatment_dates"])
    day = study_day(records["ADT"], records["TRTSDT"])
    records = with_columns(records, {"ADY": day, "ASEQ": _sequence(records)})
    spec = load_spec("ADLB")
    return conform(records[[name for name in records if name in spec.names]], spec)


def _analysed(sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the records of LB of subjects in ADSL with analysis value, range and date."""
    settings = study.derivations.adlb
    columns = [*WHERE_AND_WHEN, *RESULT]
    lb = select_records(sdtm, "LB", columns, settings.records, "derivations.adlb.records")
    lb = lb[lb["LBTESTCD"].notna() & lb["USUBJID"].isin(adsl["USUBJID"])].reset_index(drop=True)
    values = analysis_values(lb, settings.tests)
    dates, _ = impute_dates(lb["LBDTC"], highest="n", records=lb)
    moments = impute_datetimes(lb["LBDTC"], records=lb)
    ours = adsl.set_index("USUBJID")[["TRTSDT", "TRTEDT"]]
    of_records = {
        "PARAMCD": lb["LBTESTCD"],
        "PARCAT1": lb["LBCAT"],
        "ADT": dates,
        "ADTM": moments["DTM"].where(moments["TMF"].ne("H")),
        "TRTSDT": lb["USUBJID"].map(ours["TRTSDT"]),
        "TRTEDT": lb["USUBJID"].map(ours["TRTEDT"]),
        "ANRIND": range_indicator(values),
        "R2ANRHI": values["AVAL"] / _positive(values["ANRHI"]),
        "SRCDOM": "LB",
        "SRCSEQ": lb["LBSEQ"],
    }
    return with_columns(lb[WHERE_AND_WHEN], dict(values.items()) | of_records)


def _graded(records: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the records with CTCAE grades, those at baseline, and the worst on treatment.

    A value up to baseline is graded against the limits of normal: relative to itself, an abnormal
    baseline would be grade 0.
    """
    chosen = study.assumptions
    before = records["BNRIND"].where(records["AFTER"], None)
    grades = grade_labs(
        with_columns(records, {"BNRIND": before}),
        version=chosen.ctcae_version.value,
        assume=chosen.ctcae_held.value,
    )
    graded = with_columns(records, {name: grades[name] for name in GRADES})
    key = ["USUBJID", "PARAMCD"]
    names = {"ATOXGRL": "BTOXGRL", "ATOXGRH": "BTOXGRH"}
    baseline = graded.loc[graded["ABLFL"].eq("Y"), [*key, *names]].rename(columns=names)
    found = graded[key].merge(baseline, on=key, how="left", validate="many_to_one")
    grades_before = {name: found[name].where(found[name].notna(), None) for name in names.values()}
    worst = {"WGRLFL": worst_grade(graded, "ATOXGRL"), "WGRHFL": worst_grade(graded, "ATOXGRH")}
    return with_columns(graded, {**grades_before, **worst})


def _sequence(records: pd.DataFrame) -> pd.Series:
    """Return the number of each record within its subject, in the order of the dataset."""
    order = ["USUBJID", "PARAMCD", "AVISITN", "ADT", "ADTM", "LBSEQ", "DTYPE"]
    places = sorted_places([ranks(records[name]) for name in order])
    number = records["USUBJID"].iloc[places].groupby(records["USUBJID"].iloc[places]).cumcount()
    return number.reindex(records.index) + 1.0


def _positive(limit: pd.Series) -> pd.Series:
    """Return limits above 0; a ratio to 0 means nothing."""
    return limit.where(limit > 0)

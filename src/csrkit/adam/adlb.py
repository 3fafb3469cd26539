"""ADLB: laboratory values in one unit a test, with baseline, visits, CTCAE grades (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.adlb_baseline import range_indicator, with_baseline
from csrkit.adam.adlb_hys_law import potential_hys_law
from csrkit.adam.adlb_summary import extreme_records, worst_grade
from csrkit.adam.adlb_units import analysis_values
from csrkit.adam.adlb_visits import with_visits
from csrkit.adam.dates import impute_dates, impute_datetimes, study_day
from csrkit.adam.domains import select_records
from csrkit.adam.merge import with_adsl
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
    records = _graded(records, chosen.ctcae_version.value)
    hys_law = potential_hys_law(records, settings.hys_law)
    records = stack([records, extreme_records(records), hys_law])
    records = with_adsl(records, adsl, blocks=["treatment_dates"])
    records = records.assign(ADY=study_day(records["ADT"], records["TRTSDT"]))
    records = records.sort_values(
        ["USUBJID", "PARAMCD", "AVISITN", "ADT", "ADTM", "LBSEQ", "DTYPE"],
        kind="stable",
        ignore_index=True,
    )
    records["ASEQ"] = records.groupby("USUBJID").cumcount() + 1.0
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
    records = pd.concat([lb[WHERE_AND_WHEN], values], axis=1).assign(
        PARAMCD=lb["LBTESTCD"],
        PARCAT1=lb["LBCAT"],
        ADT=dates,
        ADTM=moments["DTM"].where(moments["TMF"].ne("H")),
        TRTSDT=lb["USUBJID"].map(ours["TRTSDT"]),
        TRTEDT=lb["USUBJID"].map(ours["TRTEDT"]),
        SRCDOM="LB",
        SRCSEQ=lb["LBSEQ"],
    )
    return records.assign(
        ANRIND=range_indicator(records), R2ANRHI=records["AVAL"] / _positive(records["ANRHI"])
    )


def _graded(records: pd.DataFrame, version: str) -> pd.DataFrame:
    """Return the records with CTCAE grades, those at baseline, and the worst on treatment."""
    grades = grade_labs(records, version=version)
    graded = records.assign(**{name: grades[name] for name in GRADES})
    key = ["USUBJID", "PARAMCD"]
    names = {"ATOXGRL": "BTOXGRL", "ATOXGRH": "BTOXGRH"}
    baseline = graded.loc[graded["ABLFL"].eq("Y"), [*key, *names]].rename(columns=names)
    out = graded.merge(baseline, on=key, how="left", validate="many_to_one")
    for name in names.values():
        out[name] = out[name].astype("object").where(out[name].notna(), None)
    return out.assign(WGRLFL=worst_grade(out, "ATOXGRL"), WGRHFL=worst_grade(out, "ATOXGRH"))


def _positive(limit: pd.Series) -> pd.Series:
    """Return limits above 0; a ratio to 0 means nothing."""
    return limit.where(limit > 0)

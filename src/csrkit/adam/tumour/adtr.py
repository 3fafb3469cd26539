"""ADTR: sum of diameters of the target lesions, its changes, and the best change (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import flag_where
from csrkit.adam.common.visits import derive_analysis_visit
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.tumour.assessments import derive_new_therapy_start, select_overall_responses
from csrkit.adam.tumour.lesions import derive_sums_of_diameters, select_target_lesions
from csrkit.adam.tumour.response import select_usable_responses
from csrkit.adam.tumour.rules import ResponseRules
from csrkit.study import Study

PARAMETERS = {
    "SDIAM": "Sum of Diameters of Target Lesions by {assessor} (mm)",
    "BPCHG": "Best Percent Change in Sum of Diameters by {assessor} (%)",
}


def derive_adtr(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADTR, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: TU, TR, RS, and the domain of `derivations.adrs.new_therapy`.
    adam
        ADSL.
    study
        Settings `derivations.adtr` and `derivations.adrs`.
    """
    settings = study.derivations.adrs
    adsl = adam["ADSL"]
    lesions = select_target_lesions(sdtm, study)
    counts = lesions.groupby("USUBJID").size().astype("float64")
    sums = derive_sums_of_diameters(sdtm, lesions, study).merge(
        _limits(sdtm, adsl, study), on="USUBJID", validate="many_to_one"
    )
    sums = derive_changes(sums)
    subjects = filter_records(adsl, settings.subjects, "derivations.adrs.subjects")["USUBJID"]
    best = derive_best_change(sums, subjects, counts)
    records = stack_records(
        [sums.assign(PARAMCD="SDIAM", AVALU="mm"), best.assign(PARAMCD="BPCHG", AVALU="%")]
    )
    records = merge_adsl(records.drop(columns="TRTSDT"), adsl, extra=["TRTSDT"])
    names = {code: text.format(assessor=settings.assessor) for code, text in PARAMETERS.items()}
    records = records.assign(
        PARAM=records["PARAMCD"].map(names),
        PARCAT1="Target lesions",
        PARCAT2=settings.assessor,
        PARCAT3=settings.criteria,
        ADY=derive_study_day(records["ADT"], records["TRTSDT"]),
        NTARGET=records["USUBJID"].map(counts).fillna(0.0),
    )
    records = records.sort_values(
        ["USUBJID", "PARAMCD", "ADT", "AVISITN"], kind="stable", ignore_index=True
    )
    records["ASEQ"] = records.groupby("USUBJID").cumcount() + 1.0
    spec = load_spec("ADTR", study.terms)
    return conform(records[[name for name in records if name in spec.names]], spec)


def derive_changes(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the sums with baseline, changes from baseline and nadir, and ANL01FL.

    Parameters
    ----------
    sums
        USUBJID VISIT VISITNUM ADT AVAL, TRTSDT, NACTDT and PDDT (first PD).

    Returns
    -------
    DataFrame
        Also AVISIT AVISITN ABLFL BASE CHG PCHG NADIR CHGNAD PCHGNAD ANL01FL, as in `spec/adtr.yml`.
    """
    sums = sums.sort_values(["USUBJID", "ADT", "VISITNUM"], kind="stable", ignore_index=True)
    computed = sums["AVAL"].notna()
    before = computed & (sums["ADT"] <= sums["TRTSDT"])
    last = sums[before].drop_duplicates("USUBJID", keep="last")
    baseline = sums.index.to_series().isin(last.index)
    after = sums["ADT"] > sums["TRTSDT"]
    base = sums["USUBJID"].map(last.set_index("USUBJID")["AVAL"])
    change = (sums["AVAL"] - base).where(after)
    nadir = _nadir(sums, baseline | after)
    from_nadir = (sums["AVAL"] - nadir).where(after)
    used = computed & (
        baseline | (after & ~(sums["ADT"] >= sums["NACTDT"]) & ~(sums["ADT"] > sums["PDDT"]))
    )
    return sums.assign(
        **derive_analysis_visit(sums, baseline),
        ABLFL=flag_where(baseline),
        BASE=base,
        CHG=change,
        PCHG=100 * change / base.where(base != 0),
        NADIR=nadir.where(after),
        CHGNAD=from_nadir,
        PCHGNAD=100 * from_nadir / nadir.where(nadir != 0),
        ANL01FL=flag_where(used),
    )


def derive_best_change(sums: pd.DataFrame, subjects: pd.Series, counts: pd.Series) -> pd.DataFrame:
    """Return each subject's best percentage change, or why there is none.

    Parameters
    ----------
    sums
        From `derive_changes`.
    subjects
        USUBJID of the subjects wanted.
    counts
        Number of target lesions, by USUBJID.
    """
    used = sums[(sums["ANL01FL"] == "Y") & sums["PCHG"].notna()]
    best = used.sort_values(["USUBJID", "PCHG", "ADT"], kind="stable").drop_duplicates("USUBJID")
    out = subjects.to_frame("USUBJID").merge(
        best[["USUBJID", "PCHG", "ADT", "AVISIT", "AVISITN"]], on="USUBJID", how="left"
    )
    has_target = out["USUBJID"].isin(counts.index)
    has_base = out["USUBJID"].isin(sums.loc[sums["ABLFL"] == "Y", "USUBJID"])
    reason = np.select(
        [out["PCHG"].notna(), ~has_target, ~has_base],
        ["", "No target lesion at baseline", "No sum of diameters at baseline"],
        default="No sum of diameters after baseline",
    )
    return out.rename(columns={"PCHG": "AVAL"}).assign(
        AREASN=pd.Series(reason, index=out.index).astype("object").where(out["PCHG"].isna(), None),
        ANL01FL=flag_where(out["PCHG"].notna()),
    )


def _limits(sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return TRTSDT, NACTDT and PDDT (day of the first usable PD) of each subject."""
    used = select_usable_responses(
        select_overall_responses(sdtm, adsl, study), ResponseRules.of(study)
    )
    progression = used[used["AVALC"] == "PD"].set_index("USUBJID")["ADT"]
    return adsl[["USUBJID", "TRTSDT"]].assign(
        NACTDT=derive_new_therapy_start(sdtm, adsl, study),
        PDDT=adsl["USUBJID"].map(progression).astype("datetime64[ns]"),
    )


def _nadir(sums: pd.DataFrame, on_study: pd.Series) -> pd.Series:
    """Return the smallest sum of the days before each record, from baseline on."""
    known = sums[on_study & sums["AVAL"].notna()]
    daily = known.groupby(["USUBJID", "ADT"])["AVAL"].min().groupby(level="USUBJID").cummin()
    lowest = daily.rename("NADIR").reset_index().sort_values("ADT", kind="stable")
    dated = sums.loc[sums["ADT"].notna(), ["USUBJID", "ADT"]].assign(PLACE=lambda f: f.index)
    found = pd.merge_asof(
        dated.sort_values("ADT", kind="stable"),
        lowest,
        on="ADT",
        by="USUBJID",
        allow_exact_matches=False,
    )
    return found.set_index("PLACE")["NADIR"].reindex(sums.index)

"""ADSL: what a subject and the disease were like before the first dose."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.baseline import derive_baseline_values, select_baseline_records
from csrkit.adam.tumour.lesions import derive_sums_of_diameters, select_target_lesions
from csrkit.errors import StudyError
from csrkit.study import Study

SETTINGS = "derivations.adsl"
NUMBERS = ("ECOGBL", "ASCVOLBL", "PRLINES", "HEIGHTBL", "WEIGHTBL")
TEXTS = ("TUMTYPE", "STAGEBL", "ASCGRBL")


def add_baseline(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Add the baseline characteristics; one without a source in the settings is missing.

    Raises
    ------
    StudyError
        When `derivations.adsl.baseline` names a variable that ADSL doesn't have.
    """
    sources = study.derivations.adsl.baseline
    unknown = sorted(set(sources) - set(NUMBERS) - set(TEXTS))
    if unknown:
        raise StudyError(
            "A baseline characteristic is no variable of ADSL",
            where=f"study.yml, key {SETTINGS}.baseline",
            found=", ".join(unknown),
            allowed=[*NUMBERS, *TEXTS],
            remedy="Use one of these names.",
        )
    missing = pd.Series(None, index=adsl.index, dtype=object)
    values = {
        name: derive_baseline_values(
            sdtm, sources[name], adsl, study, f"{SETTINGS}.baseline.{name}"
        )
        if name in sources
        else missing
        for name in (*NUMBERS, *TEXTS)
    }
    out = adsl.assign(**values).astype(dict.fromkeys(NUMBERS, "float64"))
    out = _add_metastases(out, sdtm, study)
    return out.assign(
        TLSUMBL=derive_target_lesion_sum(sdtm, out, study),
        BMIBL=out["WEIGHTBL"] / (out["HEIGHTBL"] / 100) ** 2,
    )


def _add_metastases(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Add METSITES, the different sites of metastasis, and NMETBL, their number."""
    source = study.derivations.adsl.metastatic_sites
    if source is None:
        return adsl.assign(METSITES=None, NMETBL=float("nan"))
    sites = select_baseline_records(sdtm, source, adsl, study, f"{SETTINGS}.metastatic_sites")
    by_subject = sites.drop_duplicates().sort_values(["USUBJID", "VALUE"]).groupby("USUBJID")
    subject = adsl["USUBJID"]
    return adsl.assign(
        METSITES=subject.map(by_subject["VALUE"].agg("; ".join)),
        NMETBL=subject.map(by_subject.size()).astype("float64"),
    )


def derive_target_lesion_sum(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the baseline sum of the target lesions' diameters (mm), one for each row of `adsl`.

    The last sum of a visit, as ADTR has it, on or before the first dose (the last one of a subject
    not treated). Missing in a study without ADTR.
    """
    if not study.derivations.has("ADTR"):
        return pd.Series(float("nan"), index=adsl.index)
    sums = derive_sums_of_diameters(sdtm, select_target_lesions(sdtm, study), study)
    first_dose = sums["USUBJID"].map(adsl.set_index("USUBJID")["TRTSDT"])
    before = sums["ADT"].le(first_dose) | first_dose.isna()
    known = sums[sums["AVAL"].notna() & sums["ADT"].notna() & before]
    last = known.sort_values(["ADT", "VISITNUM"], kind="stable").drop_duplicates(
        "USUBJID", keep="last"
    )
    return adsl["USUBJID"].map(last.set_index("USUBJID")["AVAL"]).astype("float64")

"""The records of ADRS before any parameter: dated overall responses and new anticancer therapy."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.visits import derive_analysis_visit
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study

RS = ("USUBJID", "RSSEQ", "RSSTRESC", "RSDTC", "VISIT", "VISITNUM")


def derive_new_therapy_start(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the first day of a new anticancer therapy of each subject of ADSL (NaT without one).

    A partial date counts as the earliest day it can stand for, but not before the last dose when
    it can be after it: a therapy that may have begun ends what counts.

    Parameters
    ----------
    sdtm
        Domains; the one named by `derivations.adrs.new_therapy`, usually CM.
    adsl
        USUBJID and TRTEDT.

    Returns
    -------
    Series
        datetime64[ns], index as `adsl`.
    """
    source = study.derivations.adrs.new_therapy
    if source is None:
        return pd.Series(pd.NaT, index=adsl.index, dtype="datetime64[ns]")
    columns = ["USUBJID", sequence_variable(source.domain), source.variable]
    setting = "derivations.adrs.new_therapy.where"
    records = select_records(sdtm, source.domain, columns, source.where, setting)
    last_dose = records["USUBJID"].map(adsl.set_index("USUBJID")["TRTEDT"])
    started, _ = impute_dates(
        records[source.variable], how="first", not_before=last_dose, records=records
    )
    first = started.groupby(records["USUBJID"]).min()
    return adsl["USUBJID"].map(first).astype("datetime64[ns]")


def derive_last_possible_dates(
    records: pd.DataFrame, variable: str, adsl: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the dates of records, a missing day being the last one that it can be.

    That is the last of the month, but not after the last contact, the death or the data cut, where
    the month allows it: a response isn't seen later than its patient. Without a month it is NaT.

    Parameters
    ----------
    records
        USUBJID and `variable`, ISO 8601 text.
    adsl
        USUBJID LSTALVDT DTHDT.
    """
    subjects = adsl.set_index("USUBJID")
    limits = [records["USUBJID"].map(subjects[name]) for name in ("LSTALVDT", "DTHDT")]
    dates, _ = impute_dates(
        records[variable],
        highest="D",
        how="last",
        not_after=[*limits, study.data_cut],
        records=records,
    )
    return dates


def select_overall_responses(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the overall responses of RS, dated, with what decides which of them are used.

    A response's missing day is imputed as the last of its month, as in the template of admiralonco,
    but not after the last contact, the death or the data cut when it can be before them.

    Returns
    -------
    DataFrame
        USUBJID RSSEQ ADT AVALC AVISIT AVISITN, NACTDT and the reference date of
        `derivations.adrs.reference`; one row a record of RS of a subject in ADSL, by USUBJID and
        RSSEQ, so that of like responses of a day the one to use is the same in any order.
    """
    settings = study.derivations.adrs
    rs = select_records(sdtm, "RS", RS, settings.overall, "derivations.adrs.overall")
    dates = derive_last_possible_dates(rs, "RSDTC", adsl, study)
    visits = derive_analysis_visit(rs, baseline=pd.Series(False, index=rs.index))
    records = rs[["USUBJID", "RSSEQ"]].assign(ADT=dates, AVALC=rs["RSSTRESC"], **visits)
    subjects = adsl[["USUBJID", settings.reference]].assign(
        NACTDT=derive_new_therapy_start(sdtm, adsl, study)
    )
    records = records.merge(subjects, on="USUBJID", how="inner", validate="many_to_one")
    return records.sort_values(["USUBJID", "RSSEQ"], kind="stable", ignore_index=True)

"""The records of ADRS before any parameter: dated overall responses and new anticancer therapy."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.partial_dates import Limit, drop_time_zone
from csrkit.adam.common.visits import derive_analysis_visit
from csrkit.sdtm import iso
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study

RS = ("USUBJID", "RSSEQ", "RSSTRESC", "RSDTC", "VISIT", "VISITNUM")


def derive_new_therapy_start(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the first day of a new anticancer therapy of each subject of ADSL (NaT without one).

    A partial date counts, by the assumption `partial_new_therapy`, as the latest day that it can
    stand for, so that what may have come before the therapy stays; it isn't after the therapy's
    end, the death or the data cut. Or as the earliest, but not before the last dose when it can be
    after it. `csrkit.adam.time_to_event.undecided` tells where this decides.

    Parameters
    ----------
    sdtm
        Domains; the one named by `derivations.adrs.new_therapy`, usually CM.
    adsl
        USUBJID TRTEDT DTHDT.

    Returns
    -------
    Series
        datetime64[ns], index as `adsl`.
    """
    source = study.derivations.adrs.new_therapy
    end = source.variable.replace("STDTC", "ENDTC")
    columns = dict.fromkeys(["USUBJID", sequence_variable(source.domain), source.variable, end])
    setting = "derivations.adrs.new_therapy.where"
    records = select_records(sdtm, source.domain, list(columns), source.where, setting)
    dates, subject = records[source.variable], adsl.set_index("USUBJID")
    if study.assumptions.partial_therapy_counts_from == "earliest":
        last_dose = records["USUBJID"].map(subject["TRTEDT"])
        started, _ = impute_dates(dates, how="first", not_before=last_dose, records=records)
    else:
        ended = iso.latest(drop_time_zone(records[end], records))
        limits: list[Limit] = [ended, records["USUBJID"].map(subject["DTHDT"]), study.cut_day]
        started, _ = impute_dates(dates, how="last", not_after=limits, records=records)
    first = started.groupby(records["USUBJID"]).min()
    return adsl["USUBJID"].map(first).astype("datetime64[ns]")


def derive_assessment_dates(
    records: pd.DataFrame, variable: str, subjects: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the dates of assessments, a missing day by `derivations.adrs.partial_date`.

    That is the last of the month, but not after the last contact, the death or the data cut, where
    the month allows it: a response isn't seen later than its patient. Nor is it on or after the
    start of a new anticancer therapy that it may have come before, unless a therapy known in part
    counts from its earliest day. Or the first of the month, but not before the reference date.
    Without a month it is NaT.

    Parameters
    ----------
    records
        USUBJID and `variable`, ISO 8601 text.
    subjects
        USUBJID LSTALVDT DTHDT NACTDT, and the reference date of `derivations.adrs.reference`.
    """
    settings = study.derivations.adrs
    known = subjects.set_index("USUBJID")

    def of(name: str) -> pd.Series:
        dates: pd.Series = records["USUBJID"].map(known[name])
        return dates

    if settings.partial_date == "first":
        reference = of(settings.reference)
        dates, _ = impute_dates(
            records[variable], highest="D", how="first", not_before=reference, records=records
        )
        return dates
    limits: list[Limit] = [of("LSTALVDT"), of("DTHDT"), study.cut_day]
    if study.assumptions.partial_therapy_counts_from == "latest":
        limits.append(of("NACTDT").astype("datetime64[ns]") - pd.Timedelta(days=1))
    dates, _ = impute_dates(
        records[variable], highest="D", how="last", not_after=limits, records=records
    )
    return dates


def select_overall_responses(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the overall responses of RS, dated, with what decides which of them are used.

    A response's missing day is imputed as the last of its month, as in the template of admiralonco,
    as far as `derive_assessment_dates` allows it.

    Returns
    -------
    DataFrame
        USUBJID RSSEQ ADT AVALC AVISIT AVISITN, NACTDT and the reference date of
        `derivations.adrs.reference`; one row a record of RS of a subject in ADSL, by USUBJID and
        RSSEQ, so that of like responses of a day the one to use is the same in any order.
    """
    settings = study.derivations.adrs
    rs = select_records(sdtm, "RS", RS, settings.overall, "derivations.adrs.overall")
    subjects = adsl.assign(NACTDT=derive_new_therapy_start(sdtm, adsl, study))
    dates = derive_assessment_dates(rs, "RSDTC", subjects, study)
    visits = derive_analysis_visit(rs, baseline=pd.Series(False, index=rs.index))
    records = rs[["USUBJID", "RSSEQ"]].assign(ADT=dates, AVALC=rs["RSSTRESC"], **visits)
    kept = subjects[["USUBJID", settings.reference, "NACTDT"]]
    records = records.merge(kept, on="USUBJID", how="inner", validate="many_to_one")
    return records.sort_values(["USUBJID", "RSSEQ"], kind="stable", ignore_index=True)

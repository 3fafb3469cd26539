"""Overall responses of the investigator against those that the measurements give by RECIST 1.1.

Nothing here changes a dataset: a disagreement is a finding for the study team. RECIST 1.1 is
Eisenhauer 2009: evaluation of target lesions and of non-target lesions, time point response.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.variables import flag_where
from csrkit.adam.tumour.assessments import select_overall_responses
from csrkit.adam.tumour.lesions import derive_lesion_sizes, select_target_lesions
from csrkit.adam.tumour.links import resolve_links
from csrkit.study import Study

VISIT = ["USUBJID", "VISITNUM"]


def find_response_disagreements(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, adtr: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the overall responses that the measurements of their visit don't give.

    Parameters
    ----------
    sdtm
        Domains: RS, TU, TR.
    adsl, adtr
        ADSL and ADTR.
    study
        Settings `derivations.adtr` and `derivations.adrs`.

    Returns
    -------
    DataFrame
        One row a disagreement: USUBJID AVISIT ADT RSSEQ, AVALC (investigator), DERIVED, and what
        it rests on: TARGET, NONTARG and NEWLES. A visit without both isn't compared.
    """
    stated = select_overall_responses(sdtm, adsl, study).rename(columns={"AVISITN": "VISITNUM"})
    stated = stated[stated["VISITNUM"].notna() & stated["AVALC"].notna()]
    derived = derive_timepoint_responses(sdtm, adtr, study)
    both = stated.merge(derived, on=VISIT, how="inner")
    columns = ["USUBJID", "AVISIT", "ADT", "RSSEQ", "AVALC", "DERIVED", "TARGET", "NONTARG"]
    differ = both[both["AVALC"] != both["DERIVED"]]
    differ = differ.sort_values(["USUBJID", "ADT", "RSSEQ"], kind="stable", ignore_index=True)
    return differ[[*columns, "NEWLES"]]


def derive_timepoint_responses(
    sdtm: Mapping[str, pd.DataFrame], adtr: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the overall response that the measurements of each visit after baseline give.

    Returns
    -------
    DataFrame
        USUBJID VISITNUM, DERIVED, and TARGET, NONTARG (None without such lesions) and NEWLES (Y or
        None), from which it follows.
    """
    target = _target_response(sdtm, adtr, study)
    others = _non_target_response(sdtm, study)
    found = target.merge(others, on=VISIT, how="outer")
    started = adtr.drop_duplicates("USUBJID").set_index("USUBJID")["TRTSDT"]
    dates = found["DATE"].where(found["DATE"].notna(), found["DATE_OTHER"])
    first_new = _first_new_lesion(sdtm, study)
    new = found["USUBJID"].map(first_new).astype("datetime64[ns]") <= dates
    bearing = found["TARGET"].notna()
    worst = found["TARGET"].eq("PD") | found["NONTARG"].eq("PD") | new
    clear = found["NONTARG"].isna() | found["NONTARG"].eq("CR")
    response = np.select(
        [
            worst,
            bearing & found["TARGET"].eq("CR") & ~clear,
            bearing,
        ],
        ["PD", "PR", found["TARGET"]],
        default=found["NONTARG"],
    )
    after = ~(dates <= found["USUBJID"].map(started))
    out = pd.DataFrame(
        {
            **{name: found[name] for name in VISIT},
            "DERIVED": response,
            "TARGET": found["TARGET"],
            "NONTARG": found["NONTARG"],
            "NEWLES": flag_where(new),
        }
    )
    return out[after & found["VISITNUM"].notna()]


def _target_response(
    sdtm: Mapping[str, pd.DataFrame], adtr: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return TARGET of each visit of ADTR, by sum, nadir and the size of each lesion."""
    limits = study.derivations.adtr.recist
    measured = derive_lesion_sizes(sdtm, select_target_lesions(sdtm, study), study)
    nodal = measured["NODAL"].astype(bool)
    gone = measured["VALUE"].where(nodal, np.inf) < limits.normal_node_mm
    measured = measured.assign(GONE=gone | measured["VALUE"].eq(0))
    all_gone = measured.groupby(VISIT)["GONE"].all().rename("GONE").reset_index()
    sums = adtr[(adtr["PARAMCD"] == "SDIAM") & adtr["ABLFL"].isna()]
    sums = sums.rename(columns={"AVISITN": "VISITNUM", "ADT": "DATE"})
    sums = sums.merge(all_gone, on=VISIT, how="left")
    grown = (sums["PCHGNAD"] >= limits.increase_percent) | (sums["NADIR"].eq(0))
    target = np.select(
        [
            sums["AVAL"].isna() | sums["BASE"].isna(),
            sums["GONE"].eq(True),
            grown & (sums["CHGNAD"] >= limits.increase_mm),
            sums["PCHG"] <= -limits.decrease_percent,
        ],
        ["NE", "CR", "PD", "PR"],
        default="SD",
    )
    return sums[[*VISIT, "DATE"]].assign(TARGET=pd.Series(target, sums.index).astype("object"))


def _non_target_response(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return NONTARG of each visit with non-target lesions."""
    settings = study.derivations.adtr
    key = ["USUBJID", "TULNKID"]
    lesions = select_records(sdtm, "TU", key, settings.non_target, "derivations.adtr.non_target")
    lesions = lesions.drop_duplicates().set_axis(["USUBJID", "LESION"], axis=1)
    columns = ["USUBJID", "TRSEQ", "TRLNKID", "TRSTRESC", "TRDTC", "VISITNUM"]
    setting = "derivations.adtr.measurements"
    tr = select_records(sdtm, "TR", columns, settings.measurements, setting)
    dates, _ = impute_dates(tr["TRDTC"], highest="D", how="first", records=tr)
    tr = tr.rename(columns={"TRLNKID": "LINK"}).assign(DATE_OTHER=dates)
    links = resolve_links(tr[["USUBJID", "LINK"]], lesions, sdtm, study)
    seen = tr.merge(links[["USUBJID", "LINK"]].drop_duplicates(), on=["USUBJID", "LINK"])
    state = seen["TRSTRESC"].map(settings.states)
    facts = seen[[*VISIT, "DATE_OTHER"]].assign(
        PD=state.eq("PD"), CR=state.eq("CR"), UNKNOWN=state.isna()
    )
    visits = facts.groupby(VISIT).agg(
        DATE_OTHER=("DATE_OTHER", "min"),
        PD=("PD", "any"),
        CR=("CR", "all"),
        UNKNOWN=("UNKNOWN", "any"),
    )
    response = np.select(
        [visits["PD"], visits["UNKNOWN"], visits["CR"]],
        ["PD", "NE", "CR"],
        default="NON-CR/NON-PD",
    )
    visits = visits.assign(NONTARG=pd.Series(response, visits.index).astype("object"))
    return visits[["DATE_OTHER", "NONTARG"]].reset_index()


def _first_new_lesion(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.Series:
    """Return the day of the first new lesion by USUBJID."""
    columns = ["USUBJID", "TUSEQ", "TUDTC"]
    where = study.derivations.adtr.new
    tu = select_records(sdtm, "TU", columns, where, "derivations.adtr.new")
    dates, _ = impute_dates(tu["TUDTC"], highest="D", how="first", records=tu)
    return dates.groupby(tu["USUBJID"]).min()

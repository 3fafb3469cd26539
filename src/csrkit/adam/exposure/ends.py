"""When each dose ended: the one meaning of a dose without an end, by setting `missing_end`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_duration
from csrkit.adam.common.domains import select_records, select_variables
from csrkit.errors import DataError
from csrkit.study import Study


def find_subjects_on_treatment(sdtm: Mapping[str, pd.DataFrame], study: Study) -> set[str]:
    """Return USUBJID of those in DM whose treatment and study have no end, and who haven't died."""
    settings = study.derivations.adsl
    dm = select_variables(sdtm, "DM", ["USUBJID", "DTHFL", "DTHDTC"])
    alive = dm["DTHFL"].ne("Y") & dm["DTHDTC"].isna()
    subjects = set(dm.loc[alive, "USUBJID"].dropna())
    for name in ("end_of_treatment", "end_of_study"):
        source = getattr(settings, name)
        where = f"derivations.adsl.{name}.where"
        ended = select_records(sdtm, source.domain, ["USUBJID"], source.where, where)
        subjects -= set(ended["USUBJID"])
    return subjects


def add_ends(doses: pd.DataFrame, on_treatment: Collection[str], study: Study) -> pd.DataFrame:
    """Return the doses with the moment that counts as last exposure, and their amounts.

    A dose ends when EX says so. One without an end, by setting `missing_end`: ends when it starts
    (`start`); goes on to the data cut (`cut`) when no later one of the treatment began and the
    subject is on treatment, and else says nothing; says nothing (`ignore`); is an error (`error`).
    One whose end is before its start counts as last exposure when it began.

    Parameters
    ----------
    doses
        From `select_valid_doses`.
    on_treatment
        USUBJID of the subjects whose treatment hasn't ended.

    Returns
    -------
    DataFrame
        With `LASTDTM` and `LASTTMF`, `RUNNING` (goes on to the cut, bool), `ENDSFIRST` (ends before
        it starts, bool), and `AMOUNT`: EXDOSE, times its days where it stands for one dose a day;
        NaN when they aren't known.

    Raises
    ------
    DataError
        When a dose has no end, and `missing_end` is `error`.
    """
    missing_end = study.derivations.adex.missing_end
    wrong = doses["AENDTM"].lt(doses["ASTDTM"])
    begun = wrong
    running = pd.Series(False, index=doses.index)
    if missing_end == "error":
        _require_ends(doses)
    if missing_end == "start":
        begun = begun | doses["AENDTM"].isna()
    if missing_end == "cut":
        running = _is_running(doses, on_treatment)
    cut = pd.Timestamp(study.cut_moment)
    last = doses["AENDTM"].mask(begun, doses["BEGDTM"]).mask(running, cut)
    flag = doses["AENTMF"].mask(begun, doses["BEGTMF"]).mask(running, "H")
    days = derive_duration(doses["ASTDTM"], last).mask(wrong)
    times = days.where(doses["EACHDAY"] & doses["EXDOSE"].gt(0), 1.0)
    return doses.assign(
        LASTDTM=last,
        LASTTMF=flag.where(last.notna(), None),
        RUNNING=running,
        ENDSFIRST=wrong,
        AMOUNT=doses["EXDOSE"] * times,
    )


def _is_running(doses: pd.DataFrame, on_treatment: Collection[str]) -> pd.Series:
    """Return where a dose goes on: no end at all, none of the treatment begun later (bool)."""
    latest = doses["ASTDTM"].groupby([doses["USUBJID"], doses["EXTRT"]], dropna=False)
    earlier = doses["ASTDTM"].lt(latest.transform("max"))
    running: pd.Series = (
        doses["EXENDTC"].isna() & ~earlier & doses["USUBJID"].isin(list(on_treatment))
    )
    return running


def _require_ends(doses: pd.DataFrame) -> None:
    lacking = doses["AENDTM"].isna()
    if lacking.any():
        record = doses[lacking].iloc[0]
        raise DataError(
            "A dose has no end",
            where=f"EX.EXENDTC, USUBJID={record['USUBJID']}, EXSEQ={record['EXSEQ']:g}",
            found=f"{record['EXENDTC'] or 'nothing'} ({int(lacking.sum())} doses)",
            allowed="a date",
            remedy="Deliver the date, or let derivations.adex.missing_end in study.yml say what "
            "such a dose means: start, cut or ignore.",
        )

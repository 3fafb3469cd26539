"""The measurements of TR that count: one a lesion and visit, by test, evaluator and method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.adam.tumour.links import MERGED, SUBJECT_LINK, resolve_links
from csrkit.study import Study
from csrkit.study.derivations.tumour import TargetLesions

TR = (
    "USUBJID", "TRSEQ", "TRLNKID", "TRTESTCD", "TRORRES", "TRSTRESC", "TRSTRESN", "TRSTAT",
    "TRREASND", "TRMETHOD", "TREVAL", "TREVALID", "TRACPTFL", "TRDTC", "VISIT", "VISITNUM",
)  # fmt: skip
VISIT = ["USUBJID", "VISITNUM", "VISIT", "UNPLANNED"]
UNDECIDED = "several evaluators, none accepted"
NOT_DONE = "NOT DONE"


def select_lesion_measurements(
    sdtm: Mapping[str, pd.DataFrame], lesions: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the measurement that counts of each identifier of a target lesion, and visit.

    Of several that of the accepted evaluator, then one with a value, of the diameter that counts,
    by the method of the lesion's first measurement (setting `of_methods`), the latest.

    Parameters
    ----------
    sdtm
        Domains, with TR; TU and RELREC for lesions that merged or split.
    lesions
        Target lesions: USUBJID LESION TESTCD NODAL.
    study
        Settings `derivations.adtr`.

    Returns
    -------
    DataFrame
        USUBJID VISITNUM VISIT UNPLANNED (the day where there is no visit), LINK, NODAL (every
        lesion of it is a lymph node), VALUE (mm), NOTE (what isn't usual of it), WHY (there is no
        value), ADT and SEQ. Measurements of which none counts, because evaluators differ, are all
        there, without a value.
    """
    settings = study.derivations.adtr
    setting = "derivations.adtr.measurements"
    tr = select_records(sdtm, "TR", TR, settings.measurements, setting)
    tr = tr.rename(columns={"TRLNKID": "LINK"})
    rows = tr.merge(_describe_links(tr, lesions, sdtm, study), on=SUBJECT_LINK)
    dates, _ = impute_dates(rows["TRDTC"], highest="D", how="first", records=rows)
    rows = rows.assign(
        ADT=dates,
        SEQ=rows["TRSEQ"],
        UNPLANNED=dates.where(rows["VISITNUM"].isna() & rows["VISIT"].isna()),
    )
    return _choose(_keep_accepted(_read_values(rows, settings)), settings)


def _describe_links(
    tr: pd.DataFrame, lesions: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return which diameter counts of each identifier: USUBJID LINK TESTCD NODAL MERGED."""
    links = resolve_links(tr[SUBJECT_LINK], lesions, sdtm, study)
    of = links.merge(lesions, on=["USUBJID", "LESION"]).assign(MERGED=links["KIND"].eq(MERGED))
    of["NODAL"] = of["NODAL"].astype(bool)
    found = of.groupby(SUBJECT_LINK, as_index=False).agg(
        NODAL=("NODAL", "all"), MERGED=("MERGED", "any")
    )
    settings = study.derivations.adtr
    return found.assign(
        TESTCD=np.where(found["NODAL"], settings.nodal_test, settings.other_test).astype(object)
    )


def _read_values(rows: pd.DataFrame, settings: TargetLesions) -> pd.DataFrame:
    """Return the records that tell a size: VALUE, NOTE, WHY, RIGHT (the diameter that counts).

    A lesion that merged may be measured by the other diameter, if by that alone. What is said in
    words, of whichever test, is a size when the setting knows the words.
    """
    right = rows["TRTESTCD"].eq(rows["TESTCD"])
    other = rows["MERGED"] & rows["TRTESTCD"].isin([settings.nodal_test, settings.other_test])
    done = rows["TRSTAT"].ne(NOT_DONE)
    small = _says(rows, settings.too_small) & done
    gone = _says(rows, settings.disappeared) & done
    number = rows["TRSTRESN"].astype("float64").where(done & (right | other))
    words = pd.Series(np.nan, rows.index).mask(gone, 0.0).mask(small, settings.recist.too_small_mm)
    value = number.fillna(words)
    kept = right | (other & number.notna()) | (words.notna())
    limit = settings.recist.too_small_mm
    note = f"too small to measure, counted as {limit:g} mm"
    return rows.assign(
        VALUE=value,
        RIGHT=right.astype(int),
        NOTE=pd.Series(note, rows.index).where(small & number.isna(), None),
        WHY=rows["TRREASND"].fillna("not done").where(~done, None),
        READER=rows["TREVAL"].fillna("") + "|" + rows["TREVALID"].fillna(""),
    )[kept]


def _says(rows: pd.DataFrame, words: tuple[str, ...]) -> pd.Series:
    """Return which results are one of some words, as collected or as standardised."""
    known = {word.upper() for word in words}
    found = pd.Series(False, rows.index)
    for name in ("TRORRES", "TRSTRESC"):
        text = rows[name]
        told = {one: str(one).strip().upper() in known for one in text.dropna().unique()}
        found |= text.map(told).eq(True)
    return found


def _keep_accepted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the records of the evaluator accepted, at visits where one is (TRACPTFL)."""
    accepted = rows["TRACPTFL"].eq("Y")
    decided = accepted.groupby([rows[name] for name in VISIT], dropna=False).transform("any")
    return rows[accepted | ~decided.astype(bool)]


def _choose(rows: pd.DataFrame, settings: TargetLesions) -> pd.DataFrame:
    """Return the record of each identifier and visit that counts."""
    key = [*VISIT, "LINK"]
    done = rows["VALUE"].notna()
    dated = rows[done].sort_values([*SUBJECT_LINK, "ADT", "SEQ"], kind="stable")
    first = dated.drop_duplicates(SUBJECT_LINK)[[*SUBJECT_LINK, "TRMETHOD"]]
    first = first.rename(columns={"TRMETHOD": "FIRST"})
    rows = rows.assign(DONE=done).merge(first, on=SUBJECT_LINK, how="left")
    same = rows["TRMETHOD"].fillna("").eq(rows["FIRST"].fillna(""))
    rows = rows.assign(SAME=same | (settings.of_methods == "latest"))
    rows = rows.sort_values(
        ["USUBJID", "LINK", "DONE", "RIGHT", "SAME", "ADT", "SEQ"], kind="stable"
    )
    measured = rows[rows["DONE"] & rows["TRACPTFL"].ne("Y")]
    counts = measured.groupby(key, dropna=False)[["READER", "VALUE"]].nunique()
    undecided = counts[(counts > 1).all(axis=1)].reset_index()[key].assign(UNDECIDED=True)
    rows = rows.merge(undecided, on=key, how="left")
    unclear = rows["UNDECIDED"].eq(True)
    chosen = ~rows.duplicated(key, keep="last")
    return rows.assign(
        VALUE=rows["VALUE"].mask(unclear), WHY=rows["WHY"].mask(unclear, UNDECIDED)
    ).loc[chosen | (unclear & rows["DONE"]), [*key, "NODAL", "VALUE", "NOTE", "WHY", "ADT", "SEQ"]]

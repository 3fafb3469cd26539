"""Endpoints that hang on a date known in part: what they are, and what they could be as well.

A new anticancer therapy known to the month may have begun before or after a progression of that
month; so may a death, or an assessment. The study says how such a date is taken. Here the endpoints
of the subjects with one are derived a second time, with the date at the other end of what it can
mean, and where the two differ, the date decides. Nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from csrkit.adam.common.domains import select_records, select_variables
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.adam.registry import derive_all
from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_keys, sequence_variable
from csrkit.study import Study
from csrkit.study.assumptions import Assumption, PartialTherapy
from csrkit.study.derivations.sources import DateSource

ENDPOINTS = {"ADRS": ("AVALC",), "ADTTE": ("AVAL", "CNSR", "EVNTDESC")}
"""Dataset → the variables of a parameter that are its result."""

OVERALL = "OVR"
COLUMNS = ("USUBJID", "PARAMCD", "DATE", "STATED", "OTHERWISE")


def find_undecided_endpoints(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return the endpoints that a date known in part decides.

    Parameters
    ----------
    sdtm
        Domains after the cut.
    adam
        The datasets derived from them; without ADRS and ADTTE there is none to decide.
    study
        The study in its scope.

    Returns
    -------
    DataFrame
        USUBJID PARAMCD, DATE (the record and what it says), STATED and OTHERWISE: the result, and
        what it is with the date at the other end of what it can mean.
    """
    found = [pd.DataFrame(columns=list(COLUMNS), dtype=object)]
    if set(ENDPOINTS) <= set(adam):
        for dates, other in _list_readings(sdtm, study):
            mine = dates[dates.index.isin(adam["ADSL"]["USUBJID"])]
            if len(mine):
                found.append(_compare(mine, sdtm, adam, other))
    whole = pd.concat([part for part in found if len(part)] or found, ignore_index=True)
    return whole.sort_values(["USUBJID", "PARAMCD", "DATE"], kind="stable", ignore_index=True)


def _list_readings(
    sdtm: Mapping[str, pd.DataFrame], study: Study
) -> Iterator[tuple[pd.Series, Study]]:
    """Return, for each kind of date, those known in part by USUBJID and the study's other way."""
    adsl, adrs, adtte = (getattr(study.derivations, name) for name in ("adsl", "adrs", "adtte"))
    therapies = _find_partial(sdtm, adrs.new_therapy, "derivations.adrs.new_therapy.where")
    yield therapies, _with_therapy(study)
    overall = DateSource(domain="RS", variable="RSDTC", where=adrs.overall)
    assessed = [_find_partial(sdtm, overall, "derivations.adrs.overall")]
    if adtte.clinical_progression_is_event:
        setting = "derivations.adtte.clinical_progression.where"
        assessed.append(_find_partial(sdtm, adtte.clinical_progression, setting))
    yield pd.concat(assessed), _with_section(study, "adrs", partial_date=_other(adrs.partial_date))
    death = adsl.death_date
    turned = death.model_copy(update={"how": _other(death.how)})
    deaths = _find_partial(sdtm, DateSource(domain="DM", variable="DTHDTC"), "")
    yield deaths, _with_section(study, "adsl", death_date=turned)


def _find_partial(sdtm: Mapping[str, pd.DataFrame], source: DateSource, setting: str) -> pd.Series:
    """Return the records whose date isn't known to the day, in words, by USUBJID."""
    columns = ["USUBJID", sequence_variable(source.domain), source.variable]
    if source.domain == "DM":
        records = select_variables(sdtm, "DM", ["USUBJID", "SUBJID", source.variable])
    else:
        records = select_records(sdtm, source.domain, columns, source.where, setting)
    dates = drop_time_zone(records[source.variable], records)
    partial = iso.precision(dates).isin(["Y", "M"]) | (
        iso.earliest(dates).notna() & iso.precision(dates).isna()
    )
    records = records[partial]
    keys = source.domain + " " + record_keys(source.domain, records)
    words = keys + f" {source.variable}=" + dates[partial]
    return pd.Series(words.to_numpy(dtype=object), index=records["USUBJID"].to_numpy(dtype=object))


def _compare(
    dates: pd.Series,
    sdtm: Mapping[str, pd.DataFrame],
    adam: Mapping[str, pd.DataFrame],
    other: Study,
) -> pd.DataFrame:
    """Return the results of these subjects that the other way makes different."""
    subjects = set(dates.index)
    part = {
        name: frame[frame["USUBJID"].isin(subjects)] if "USUBJID" in frame else frame
        for name, frame in sdtm.items()
    }
    again = derive_all(part, other, only=list(ENDPOINTS))
    stated = pd.concat([_put_in_words(adam[name], name, subjects) for name in ENDPOINTS])
    otherwise = pd.concat([_put_in_words(again[name], name, subjects) for name in ENDPOINTS])
    both = pd.concat({"STATED": stated, "OTHERWISE": otherwise}, axis=1).fillna("none")
    differ = both[both["STATED"] != both["OTHERWISE"]]
    differ = differ.rename_axis(["USUBJID", "PARAMCD"]).reset_index()
    named = dates.groupby(level=0).agg("; ".join)
    found: pd.DataFrame = differ.assign(DATE=differ["USUBJID"].map(named))[list(COLUMNS)]
    return found


def _put_in_words(frame: pd.DataFrame, dataset: str, subjects: set[str]) -> pd.Series:
    """Return the result of each parameter in words, by USUBJID and PARAMCD."""
    mine = frame[frame["USUBJID"].isin(subjects) & frame["PARAMCD"].ne(OVERALL)]
    if dataset == "ADTTE":
        event = mine["CNSR"].eq(0).map({True: "event on day ", False: "censored at day "})
        words = event + mine["AVAL"].map("{:g}".format) + " (" + mine["EVNTDESC"].astype(str) + ")"
    else:
        words = mine["AVALC"].astype(str)
    keys = pd.MultiIndex.from_arrays(
        [mine["USUBJID"].astype(object), mine["PARAMCD"].astype(object)]
    )
    return pd.Series(words.to_numpy(dtype=object), index=keys, dtype=object)


def _other(how: str) -> str:
    return "first" if how == "last" else "last"


def _with_therapy(study: Study) -> Study:
    """Return the study with the other reading of a new therapy known in part."""
    chosen = study.assumptions.partial_therapy_counts_from
    other: PartialTherapy = "earliest" if chosen == "latest" else "latest"
    turned = Assumption[PartialTherapy](value=other, meaning="the other reading")
    assumptions = study.assumptions.model_copy(update={"partial_new_therapy": turned})
    return study.model_copy(update={"assumptions": assumptions})


def _with_section(study: Study, name: str, **values: object) -> Study:
    """Return the study with other settings of a dataset."""
    section = getattr(study.derivations, name).model_copy(update=values)
    derivations = study.derivations.model_copy(update={name: section})
    return study.model_copy(update={"derivations": derivations})

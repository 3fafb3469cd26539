"""The dates known in part that endpoints rest on, and the study that reads them the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pandas as pd

from csrkit.adam.common.domains import select_records
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.adam.time_to_event.declared import SETTINGS
from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_keys, sequence_variable
from csrkit.study import Study
from csrkit.study.assumptions import Assumption, PartialTherapy
from csrkit.study.derivations.sources import DateSource
from csrkit.study.derivations.time_to_event import TimeParameter, TimeSource

End = Literal["first", "last"]
ENDS: tuple[End, ...] = ("first", "last")


def list_readings(
    sdtm: Mapping[str, pd.DataFrame], study: Study
) -> Iterator[tuple[pd.Series, Study]]:
    """Return, for each kind of date, those known in part, and the study that reads them otherwise.

    New anticancer therapies; assessments, and what sources of ADTTE name in domains; deaths. What
    is read as a middle has two other ends.

    Returns
    -------
    Iterator of (Series, Study)
        The records in words by USUBJID, and the settings with their dates at the other end.
    """
    yield _find_therapies(sdtm, study), _with_therapy(study)
    for end in ENDS:
        assessed = [*_find_assessed(sdtm, study, end), *_find_declared(sdtm, study, end)]
        if assessed:
            yield pd.concat(assessed), _with_assessments(study, end)
    died = study.derivations.adsl.death_date
    deaths = _find_partial(sdtm, DateSource(domain="DM", variable="DTHDTC"), "")
    for end in ENDS:
        if died.how != end:
            turned = died.model_copy(update={"how": end})
            yield deaths, _with_section(study, "adsl", death_date=turned)


def _find_therapies(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.Series:
    therapy = study.derivations.adrs.new_therapy if study.derivations.has("ADRS") else None
    if therapy is None:
        return pd.Series(dtype=object)
    return _find_partial(sdtm, therapy, "derivations.adrs.new_therapy.where")


def _find_assessed(sdtm: Mapping[str, pd.DataFrame], study: Study, end: End) -> Iterator[pd.Series]:
    """Return the overall responses known in part, unless they are read so already."""
    if study.derivations.has("ADRS") and study.derivations.adrs.partial_date != end:
        where = study.derivations.adrs.overall
        source = DateSource(domain="RS", variable="RSDTC", where=where)
        yield _find_partial(sdtm, source, "derivations.adrs.overall")


def _find_declared(sdtm: Mapping[str, pd.DataFrame], study: Study, end: End) -> Iterator[pd.Series]:
    """Return the records known in part of what ADTTE names in domains, each once."""
    if not study.derivations.has("ADTTE"):
        return
    seen = []
    for key, source in study.derivations.adtte.list_sources():
        if not _is_otherwise(source, end):
            continue
        dated = DateSource(domain=source.dataset, variable=source.date, where=source.where)
        if dated not in seen:
            seen.append(dated)
            yield _find_partial(sdtm, dated, f"{SETTINGS}.{key}.where")


def _is_otherwise(source: TimeSource, end: End) -> bool:
    """Return whether a source completes partial dates of a domain, and not from this end."""
    return source.of_sdtm and source.impute is not None and source.impute.how != end


def _find_partial(sdtm: Mapping[str, pd.DataFrame], source: DateSource, setting: str) -> pd.Series:
    """Return the records whose date isn't known to the day, in words, by USUBJID."""
    number = "SUBJID" if source.domain == "DM" else sequence_variable(source.domain)
    columns = ["USUBJID", number, source.variable]
    records = select_records(sdtm, source.domain, columns, source.where, setting)
    dates = drop_time_zone(records[source.variable], records)
    partial = iso.precision(dates).isin(["Y", "M"]) | (
        iso.earliest(dates).notna() & iso.precision(dates).isna()
    )
    records = records[partial]
    keys = source.domain + " " + record_keys(source.domain, records)
    words = keys + f" {source.variable}=" + dates[partial]
    return pd.Series(words.to_numpy(dtype=object), index=records["USUBJID"].to_numpy(dtype=object))


def _with_therapy(study: Study) -> Study:
    """Return the study with the other reading of a new therapy known in part."""
    chosen = study.assumptions.partial_therapy_counts_from
    other: PartialTherapy = "earliest" if chosen == "latest" else "latest"
    turned = Assumption[PartialTherapy](value=other, meaning="the other reading")
    assumptions = study.assumptions.model_copy(update={"partial_new_therapy": turned})
    return study.model_copy(update={"assumptions": assumptions})


def _with_assessments(study: Study, end: End) -> Study:
    """Return the study with assessments and sources of ADTTE known in part read from an end."""
    if study.derivations.has("ADRS"):
        study = _with_section(study, "adrs", partial_date=end)
    if not study.derivations.has("ADTTE"):
        return study
    times = study.derivations.adtte
    turned: dict[str, Any] = {
        "start": _turn(times.start, end),
        "parameters": {code: _turn_all(one, end) for code, one in times.parameters.items()},
    }
    return _with_section(study, "adtte", **turned)


def _turn_all(parameter: TimeParameter, end: End) -> TimeParameter:
    """Return a time whose sources are read from an end."""
    start = parameter.start and _turn(parameter.start, end)
    return parameter.model_copy(
        update={
            "start": start,
            "events": tuple(_turn(one, end) for one in parameter.events),
            "censors": tuple(_turn(one, end) for one in parameter.censors),
        }
    )


def _turn(source: TimeSource, end: End) -> TimeSource:
    """Return a source that completes partial dates from an end, if it completes them at all."""
    if not _is_otherwise(source, end) or source.impute is None:
        return source
    return source.model_copy(update={"impute": source.impute.model_copy(update={"how": end})})


def _with_section(study: Study, name: str, **values: object) -> Study:
    """Return the study with other settings of a dataset."""
    section = getattr(study.derivations, name).model_copy(update=values)
    derivations = study.derivations.model_copy(update={name: section})
    return study.model_copy(update={"derivations": derivations})

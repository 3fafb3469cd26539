"""Conditions of the settings held against the specifications of the datasets, before any run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from csrkit.adam.occurrences.query_checks import check_queries
from csrkit.adam.registry import list_before
from csrkit.adam.spec import spec_of
from csrkit.adam.time_to_event.declared import SETTINGS, check_sources
from csrkit.conditions import Condition
from csrkit.conditions.tree import And, Comparison, Named, Not, Or, comparisons_of
from csrkit.errors import StudyError
from csrkit.index import IndexEntry
from csrkit.study import Study

CONDITIONS = (Comparison, And, Or, Not, Named)


def check_conditions(index: Mapping[str, IndexEntry], study: Study, file: Path) -> None:
    """Check that conditions name variables that are there, and compare them with their like.

    Raises
    ------
    StudyError
        With file, key, what was found and what is allowed.
    """
    for key, column in study.columns.items():
        for name, chosen in study.analysis_sets.items():
            _check(
                study, "ADSL", column.condition(chosen.dose), study.file, f"columns.{key}.filter"
            )
            how = "flag" if chosen.where is None else "where"
            _check(study, "ADSL", chosen.condition, study.file, f"analysis_sets.{name}.{how}")
    for key, entry in index.items():
        for place, dataset, condition in _conditions(entry.settings, ""):
            _check(study, dataset, condition, file, f"displays.{key}.settings.{place}")
    check_queries(study)
    if study.derivations.has("ADTTE"):
        _check_times(study)


def _check_times(study: Study) -> None:
    """Check what the times to an event name of the datasets derived before them."""
    before = [name for name in list_before("ADTTE") if study.derivations.has(name)]
    check_sources(study, before)
    for key, source in study.derivations.adtte.list_sources():
        if not source.of_sdtm:
            _check(study, source.dataset, source.where, study.file, f"{SETTINGS}.{key}.where")


def _conditions(settings: Any, dataset: str, at: str = "") -> Iterator[tuple[str, str, Condition]]:
    """Yield the place, the dataset and the condition of each condition among settings."""
    if isinstance(settings, CONDITIONS):
        if dataset:
            yield at, dataset, settings
    elif isinstance(settings, BaseModel):
        own = getattr(settings, "dataset", "") or dataset
        for name in type(settings).model_fields:
            yield from _conditions(getattr(settings, name), own, f"{at}.{name}" if at else name)
    elif isinstance(settings, Mapping):
        for name, one in settings.items():
            yield from _conditions(one, dataset, f"{at}.{name}")
    elif isinstance(settings, tuple):
        for place, one in enumerate(settings):
            yield from _conditions(one, dataset, f"{at}.{place}")


def _check(study: Study, dataset: str, condition: Condition, file: Path, key: str) -> None:
    specs = [spec_of(name, study) for name in ("ADSL", dataset)]
    texts = {one.name: one.type == "text" for spec in specs for one in spec.variables}
    for one in comparisons_of(condition):
        if one.variable not in texts:
            raise StudyError(
                "A condition names a variable that its dataset doesn't have",
                where=f"{file}, key {key}",
                found=one.variable,
                allowed=tuple(texts),
                remedy=f"Use variables of {' or '.join(dict.fromkeys([dataset, 'ADSL']))}.",
            )
        if one.values and isinstance(one.values[0], str) != texts[one.variable]:
            kind = "text, in quotes" if texts[one.variable] else "numbers, without quotes"
            raise StudyError(
                "A condition compares a variable with what it can't be",
                where=f"{file}, key {key}",
                found=f"{one.variable} compared with {one.values[0]!r}",
                allowed=f"{one.variable} holds {kind}",
                remedy="Correct the value in the condition.",
            )

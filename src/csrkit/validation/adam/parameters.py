"""Parameters that settings name and the analysis datasets don't have.

A display of such a parameter would be an empty table, and a rule for it would do nothing: most
often a code is mistyped. A parameter that a dataset can have, but that nobody has had yet, is none
of these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel

from csrkit.conditions import And, Comparison, Condition, Named, Not, Or
from csrkit.conditions.tree import comparisons_of
from csrkit.index import load_index
from csrkit.study import Study
from csrkit.study.derivations.findings import Findings as FindingsSettings
from csrkit.validation.findings.model import CheckedRule, Finding, FindingRecord, RuleOutcome
from csrkit.validation.severity import Severity

PARAMCD = "PARAMCD"
# Settings that hold codes, wherever they stand among those of a display.
CODES = ("paramcd", "parameters", "decimals", "rate_constant")
SEVERITY: Severity = "warning"
RULE = "The data has the parameters that settings name"
ACTION = "Correct the code in the settings, or take out what is about a parameter not collected."


@dataclass(frozen=True, order=True)
class NamedParameter:
    """A parameter that a setting names: dataset, code, and file with key."""

    dataset: str
    code: str
    place: str


def find_named_parameters(study: Study) -> tuple[NamedParameter, ...]:
    """Return the parameters that `study.yml` and the output index name, each place once.

    Raises
    ------
    StudyError
        When the index can't be used; a study without one names nothing there.
    """
    file = study.path("index")
    named = [*_named_by_study(study)]
    if file.exists():
        for entry in load_index(file, study.terms).values():
            others = [name for name in entry.datasets if name != "ADSL"]
            default = others[0] if len(others) == 1 else ""
            place = f"{file.name}, displays.{entry.key}.settings"
            named += _named_by(entry.settings, default, place)
    return tuple(dict.fromkeys(named))


def find_unknown_parameters(
    datasets: Mapping[str, pd.DataFrame],
    named: Iterable[NamedParameter],
    possible: Mapping[str, Collection[str]],
) -> tuple[list[Finding], list[CheckedRule]]:
    """Return one finding for each dataset that lacks parameters which settings name, and its rule.

    Parameters
    ----------
    datasets
        Dataset → records.
    named
        What settings name.
    possible
        Dataset → parameters that it can have, though no subject has had them yet.
    """
    findings, rules = [], []
    asked: dict[str, list[NamedParameter]] = {}
    for one in named:
        asked.setdefault(one.dataset, []).append(one)
    for dataset, ones in asked.items():
        frame = datasets.get(dataset)
        if frame is None or PARAMCD not in frame:
            continue
        known = {*frame[PARAMCD].dropna().unique(), *possible.get(dataset, ())}
        unknown = [one for one in ones if one.code not in known]
        identity = f"{dataset}-SETTINGS"
        if frame.empty:
            why = f"{dataset} holds no records"
            rules.append(CheckedRule(identity, dataset, SEVERITY, RULE, "no records", why))
            continue
        outcome: RuleOutcome = "failed" if unknown else "passed"
        rules.append(CheckedRule(identity, dataset, SEVERITY, RULE, outcome))
        if unknown:
            findings.append(_finding(identity, dataset, unknown, len(ones)))
    return findings, rules


def _finding(identity: str, dataset: str, unknown: list[NamedParameter], asked: int) -> Finding:
    return Finding(
        id=identity,
        severity=SEVERITY,
        domain=dataset,
        rule=RULE,
        n_failed=len(unknown),
        n_records=asked,
        records=tuple(FindingRecord.of_table(f"{one.place}: {one.code}") for one in unknown),
        action=ACTION,
        kind="table",
        for_sites=False,
    )


def _named_by_study(study: Study) -> Iterator[NamedParameter]:
    """Yield the tests that the settings of the datasets of findings, and of ADPC, name."""
    for name, section in study.derivations.given().items():
        place = f"{study.file.name}, derivations.{name}"
        if isinstance(section, FindingsSettings):
            for key in ("tests", "ranges", "character", "categorised", "counts_from_shares"):
                if key in section.model_fields_set:
                    for code in _codes(getattr(section, key)):
                        yield NamedParameter(name.upper(), code, f"{place}.{key}")
        if isinstance(section, FindingsSettings) or name == "adpc":
            testcd = f"{name[2:].upper()}TESTCD"
            for code in _compared(section.records, testcd):
                yield NamedParameter(name.upper(), code, f"{place}.records")


def _named_by(settings: Any, dataset: str, place: str) -> Iterator[NamedParameter]:
    """Yield the parameters that the settings of a display name, wherever they stand."""
    if isinstance(settings, Comparison | And | Or | Not | Named):
        for code in _compared(settings, PARAMCD):
            yield NamedParameter(dataset, code, place)
    elif isinstance(settings, BaseModel):
        own = getattr(settings, "dataset", dataset)
        for key, value in settings:
            here = f"{place}.{key}"
            is_response = key == "response" and isinstance(value, str)
            if key in CODES or is_response:
                for code in _codes(value):
                    yield NamedParameter(own, code, here)
            yield from _named_by(value, own, here)
    elif isinstance(settings, Mapping):
        for key, value in settings.items():
            yield from _named_by(value, dataset, f"{place}.{key}")
    elif isinstance(settings, tuple):
        for number, value in enumerate(settings):
            yield from _named_by(value, dataset, f"{place}.{number}")


def _codes(value: object) -> list[str]:
    """Return the codes that a setting holds: a text, the texts of a list, keys of a mapping."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Mapping):
        shares = [one for one in value.values() if isinstance(one, str)]
        return [*map(str, value), *shares]
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple) else []


def _compared(condition: Condition, variable: str) -> list[str]:
    """Return the values that a condition asks a variable to have."""
    return [
        str(value)
        for one in comparisons_of(condition)
        if one.variable == variable and one.comparator in ("EQ", "IN")
        for value in one.values
    ]

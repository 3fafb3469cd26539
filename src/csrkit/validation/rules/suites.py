"""The suites of rules: Great Expectations suites as JSON, one a domain, in `validation/suites/`.

Each expectation's `meta` says what Great Expectations doesn't know: `id`, `severity`, the `rule`
in words, and the `action` to take when it is broken; `if_delivered` where the rule is about
variables that a study need not collect; `for_sites: false` where no site can answer; `show`,
variables to show with a record beside those that the rule looks at; `source`,
the standard or specification that a rule of an analysis dataset comes from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from csrkit.errors import StudyError
from csrkit.files.json import read_json
from csrkit.study import Study
from csrkit.validation.rules.row_conditions import ALLOWED, RowConditionError, find_names
from csrkit.validation.severity import SEVERITIES, Severity

FOLDER = "suites"
ADAM_FOLDER = "adam"
META = ("id", "severity", "rule", "action")
PASS_THROUGH = "pass_through"
NAME = re.compile(r"[A-Z][A-Z0-9]{1,7}")
COLUMN_KEYS = ("column", "column_A", "column_B", "column_list", "column_set")


@dataclass(frozen=True)
class Rule:
    """One expectation of a suite: its meta, and what it needs of the data.

    Attributes
    ----------
    id, severity, rule, action
        As in the suite's `meta`.
    columns
        Columns it looks at, computed ones (`csrkit.validation.rules.computed`) among them.
    parameters
        Names of the values it is given at run time (`csrkit.validation.rules.parameters`).
    expectation
        The expectation as in the suite.
    if_delivered
        Whether the rule doesn't apply when one of its variables isn't delivered.
    for_sites
        Whether a record that breaks it is a query to its site.
    show
        Variables shown with such a record, before those that the rule looks at.
    source
        The standard (document and section) or specification that it comes from; empty when the
        suite doesn't say.
    """

    id: str
    severity: Severity
    rule: str
    action: str
    columns: tuple[str, ...]
    parameters: tuple[str, ...]
    expectation: dict[str, Any]
    if_delivered: bool = False
    for_sites: bool = True
    show: tuple[str, ...] = ()
    source: str = ""


def load_suites(study: Study, subfolder: str = FOLDER) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of every domain that has a suite, in the order of the domains.

    Parameters
    ----------
    study
        The study; its `paths.validation` holds the suites.
    subfolder
        `suites` for SDTM, `adam` for analysis datasets.

    Raises
    ------
    StudyError
        When there is no suite, or one can't be used.
    """
    folder = study.path("validation") / subfolder
    files = [file for file in sorted(folder.glob("*.json")) if not file.name.startswith(".")]
    if not files:
        raise StudyError(
            "There is no validation suite",
            where=str(folder),
            allowed="one JSON file a domain (ae.json)",
            remedy="Give the folder of the suites as paths.validation.",
        )
    suites: dict[str, tuple[Rule, ...]] = {}
    for file in files:
        suites[_require_name(file, suites)] = _load(file)
    _require_unique_ids(suites, folder)
    return suites


def _require_name(file: Path, others: Collection[str]) -> str:
    """Return the domain or dataset that a suite is of; there may be one suite of each."""
    name = file.stem.upper()
    if name in others or not (file.stem.isascii() and NAME.fullmatch(name)):
        raise StudyError(
            "There are two validation suites of one name"
            if name in others
            else "A validation suite has no name of a domain or dataset",
            where=str(file),
            found=file.name,
            allowed="one JSON file a domain or dataset: ae.json, adae.json",
            remedy="Rename the file, or move it elsewhere.",
        )
    return name


def _load(file: Path) -> tuple[Rule, ...]:
    content = read_json(file)
    try:
        return tuple(make_rule(expectation, str(file)) for expectation in content["expectations"])
    except (KeyError, TypeError, AttributeError) as fault:
        raise StudyError(
            "A validation suite can't be used",
            where=str(file),
            found=f"{type(fault).__name__}: {fault}",
            allowed="a Great Expectations suite: name, expectations (type, kwargs, meta)",
            remedy="Correct the file; the other suites show the form.",
        ) from None


def make_rule(expectation: dict[str, Any], where: str) -> Rule:
    """Return an expectation as a rule.

    Parameters
    ----------
    expectation
        `type`, `kwargs` and `meta`, as in a suite.
    where
        File or dataset it stands in, for messages.

    Raises
    ------
    StudyError
        When its meta is incomplete, or its row condition made of anything else than
        `csrkit.validation.rules.row_conditions` tells.
    """
    meta, kwargs = expectation["meta"], expectation["kwargs"]
    lacking = [name for name in META if not meta.get(name)]
    if lacking or meta["severity"] not in SEVERITIES:
        raise StudyError(
            "A validation rule is incomplete",
            where=f"{where}, rule {meta.get('id', expectation['type'])}",
            found=f"no {', '.join(lacking)}" if lacking else f"severity {meta['severity']}",
            allowed=f"meta with {', '.join(META)}; severity one of {', '.join(SEVERITIES)}",
            remedy="Complete the rule's meta.",
        )
    looked_at = _looked_at(kwargs, f"{where}, rule {meta['id']} ({expectation['type']})")
    return Rule(
        id=meta["id"],
        severity=cast(Severity, meta["severity"]),
        rule=meta["rule"],
        action=meta["action"],
        columns=tuple(dict.fromkeys([*_columns(kwargs), *looked_at])),
        parameters=tuple(_parameters(kwargs)),
        expectation=expectation,
        if_delivered=bool(meta.get("if_delivered", False)),
        for_sites=bool(meta.get("for_sites", True)),
        show=tuple(meta.get("show", ())),
        source=str(meta.get("source", "")),
    )


def _columns(kwargs: dict[str, Any]) -> Iterator[str]:
    for key in COLUMN_KEYS:
        value = kwargs.get(key, ())
        yield from [value] if isinstance(value, str) else value


def _looked_at(kwargs: dict[str, Any], where: str) -> list[str]:
    """Return the columns that a rule's row condition looks at; it can't do anything else."""
    condition = kwargs.get("row_condition")
    if condition is None:
        return []
    try:
        if not isinstance(condition, dict) or condition.get("type") != PASS_THROUGH:
            raise RowConditionError(f"the form {condition!r}")
        return find_names(condition["pass_through_filter"])
    except RowConditionError as fault:
        raise StudyError(
            "A row condition of a validation rule can't be used",
            where=where,
            found=fault.found[:200],
            allowed=f"type {PASS_THROUGH}, pass_through_filter of: {ALLOWED}",
            remedy="Write it so, or let a fact (facts.yml) or a computed column tell it.",
        ) from None


def _parameters(kwargs: dict[str, Any]) -> Iterator[str]:
    for value in kwargs.values():
        if isinstance(value, dict) and "$PARAMETER" in value:
            yield value["$PARAMETER"]


def _require_unique_ids(suites: dict[str, tuple[Rule, ...]], folder: Path) -> None:
    seen: set[str] = set()
    for rules in suites.values():
        for rule in rules:
            if rule.id in seen:
                raise StudyError(
                    "Two validation rules share an id",
                    where=str(folder),
                    found=rule.id,
                    remedy="Give each rule its own id.",
                )
            seen.add(rule.id)

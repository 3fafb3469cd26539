"""The laboratory criteria of CTCAE as data: read, checked, and found by parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from csrkit.stats.versions import CTCAE_VERSIONS

FILES = {each: Path(__file__).with_name(f"ctcae_v{each[0]}.yml") for each in CTCAE_VERSIONS}
MEASURES = Path(__file__).with_name("measures.yml")
DATA_CONDITIONS = (
    "baseline_normal", "baseline_high", "baseline_low", "above_baseline", "value_low",
)  # fmt: skip
FASTING = "fasting"
"""A condition that the data may tell, and that holds as the caller assumes where it doesn't."""
USUAL_SPECIMEN = "blood"

_RULE = re.compile(
    r"(?P<operator><=|>=|<|>) "
    r"(?:(?P<factor>[\d.]+ )?(?P<reference>LLN|ULN|BASE)(?: \+ (?P<offset>[\d.]+))?"
    r"|(?P<limit>[\d.]+))"
    r"(?: when (?P<condition>\w+))?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A comparison of the value with `factor` × reference + `offset`.

    Attributes
    ----------
    operator
        "<", "<=", ">" or ">=".
    factor
        Multiple of the reference; 0 when the limit is a number.
    reference
        "LLN", "ULN", "BASE", or None when the limit is a number.
    offset
        What is added, in the unit of the measure.
    condition
        When the rule applies; None for always.
    """

    operator: str
    factor: float
    reference: str | None
    offset: float
    condition: str | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """How one direction of one term is graded.

    Attributes
    ----------
    term
        The CTCAE term.
    direction
        "L" or "H".
    specimen
        What the value is of, a key of `Criteria.specimens`.
    factors
        Normalised unit to the factor that converts it into the unit of the limits; None when any
        unit will do because every limit is a multiple.
    grades
        (grade, rules) from the highest grade to the lowest.
    outside
        Values that are graded by another term, with the reason; None when there are none.
    """

    term: str
    direction: str
    specimen: str
    factors: dict[str, float] | None
    grades: tuple[tuple[int, tuple[Rule, ...]], ...]
    outside: tuple[Rule, str] | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Where a CTCAE term stands: its system organ class, and its MedDRA code in CTCAE's table.

    The code is None where the table isn't held.
    """

    system_organ_class: str
    meddra_code: int | None


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of one version of CTCAE.

    Attributes
    ----------
    name
        As reports name it.
    conditions
        Conditions that laboratory data doesn't tell, with their meaning.
    terms
        Every term that is graded.
    specimens
        Specimen to the words that tell it.
    specimen_needed
        PARAMCD that is graded only where the specimen is told.
    by_parameter
        (PARAMCD, direction) to its criteria, one a unit system.
    not_gradeable
        (PARAMCD, direction) to the reason why it has none.
    """

    name: str
    conditions: dict[str, str]
    terms: dict[str, Term]
    specimens: dict[str, frozenset[str]]
    specimen_needed: frozenset[str]
    by_parameter: dict[tuple[str, str], tuple[Criterion, ...]]
    not_gradeable: dict[tuple[str, str], str]


@cache
def load_criteria(version: str) -> Criteria:
    """Return the criteria of a version.

    Raises
    ------
    ValueError
        When the version isn't one of those known, or its file has a rule that can't be read, or a
        term or specimen that it doesn't describe.
    """
    if version not in FILES:
        raise ValueError(f"CTCAE version must be one of {', '.join(FILES)}; found {version!r}")
    content = yaml.safe_load(FILES[version].read_text(encoding="utf-8"))
    content |= yaml.safe_load(MEASURES.read_text(encoding="utf-8"))
    measures = {
        name: {normalise_unit(str(unit)): float(factor) for unit, factor in units.items()}
        for name, units in content["measures"].items()
    }
    conditions = tuple(content["conditions"])
    terms = {
        term: Term(soc, code)
        for soc, held in content["terms"].items()
        for term, code in held.items()
    }
    specimens = {name: frozenset(words) for name, words in content["specimens"].items()}
    by_parameter: dict[tuple[str, str], tuple[Criterion, ...]] = {}
    for entry in content["criteria"]:
        criterion = _criterion(entry, measures, conditions)
        if criterion.term not in terms or criterion.specimen not in specimens:
            raise ValueError(f"term or specimen isn't described: {criterion.term!r}")
        for paramcd in entry["paramcd"]:
            key = (paramcd, criterion.direction)
            by_parameter[key] = (*by_parameter.get(key, ()), criterion)
    not_gradeable = {
        (paramcd, entry["direction"]): entry["reason"]
        for entry in content["not_gradeable"]
        for paramcd in entry["paramcd"]
    }
    return Criteria(
        content["name"],
        content["conditions"],
        terms,
        specimens,
        frozenset(content["specimen_needed"]),
        by_parameter,
        not_gradeable,
    )


def normalise_unit(unit: str) -> str:
    """Return a unit in one spelling: 10*9/L, x10E9/L and 10**9 / l are all 10^9/l."""
    text = re.sub(r"\s", "", unit).lower().replace("µ", "u").replace("μ", "u").replace("×", "x")
    text = re.sub(r"^x?10(?:\*\*|\*|e|\^)(?=\d)", "10^", text)
    return text.replace("mm^3", "mm3").replace("cumm", "mm3")


def read_rule(text: str, conditions: tuple[str, ...]) -> Rule:
    """Return the rule that a line such as "> 1.5 ULN when baseline_normal" writes down.

    Raises
    ------
    ValueError
        When the line isn't a rule, or names a condition that isn't known.
    """
    match = _RULE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a rule of a CTCAE grade: {text!r}")
    condition = match["condition"]
    if condition is not None and condition not in (*DATA_CONDITIONS, *conditions):
        raise ValueError(f"unknown condition of a CTCAE rule: {condition!r} in {text!r}")
    if match["reference"] is None:
        return Rule(match["operator"], 0.0, None, float(match["limit"]), condition)
    return Rule(
        match["operator"],
        float(match["factor"] or 1),
        match["reference"],
        float(match["offset"] or 0),
        condition,
    )


def _criterion(
    entry: dict[str, Any], measures: dict[str, dict[str, float]], conditions: tuple[str, ...]
) -> Criterion:
    grades = tuple(
        (int(grade), tuple(read_rule(line, conditions) for line in entry["grades"][grade]))
        for grade in sorted(entry["grades"], reverse=True)
    )
    measure = entry.get("measure")
    factors = measures[measure] if measure else None
    if factors is None and any(rule.offset for _, rules in grades for rule in rules):
        raise ValueError(f"{entry['term']} has limits in a unit, so it needs a measure")
    specimen = entry.get("specimen", USUAL_SPECIMEN)
    outside = entry.get("outside")
    beyond = (read_rule(outside, ()), str(entry["reason"])) if outside else None
    return Criterion(entry["term"], entry["direction"], specimen, factors, grades, beyond)

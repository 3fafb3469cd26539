"""Rules of an analysis dataset that follow from its specification.

| id                 | holds                                                                |
|--------------------|----------------------------------------------------------------------|
| `ADLB-KEYS`        | the keys identify a record                                           |
| `ADLB-SUBJECT`     | the subject is in ADSL                                               |
| `ADLB-<VAR>-CT`    | the variable is of its codelist, if it isn't carried from ADSL       |
| `ADLB-<VAR>-CUT`   | the date isn't after the data cut, if it isn't carried from ADSL     |
| `ADLB-ADSL`        | the variables carried from ADSL are those of ADSL                    |
| `ADLB-BASE`, …     | one baseline a subject and parameter; BASE, CHG and PCHG agree       |
| `ADLB-ADY`         | the study day has its sign, and is never 0                           |

Further rules about single variables and pairs of them are in `csrkit.validation.adam.structure`.
What else must hold stands in `validation/adam/<dataset>.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from csrkit.conditions import equal
from csrkit.validation.adam.expectation import CORRECT_CUT, differs, expectation, never, where
from csrkit.validation.adam.structure import baseline_key, structure_facts, structure_rules
from csrkit.validation.rules.facts import Fact
from csrkit.validation.rules.suites import Rule, make_rule

DATES = ("date", "datetime")
ADSL = "ADSL"


class Variable(Protocol):
    """What is asked of a variable's specification."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def codelist(self) -> str | None: ...  # noqa: D102
    @property
    def source(self) -> str | None: ...  # noqa: D102


class Specification(Protocol):
    """What is asked of a dataset's specification (`csrkit.adam.spec.DatasetSpec`)."""

    @property
    def dataset(self) -> str: ...  # noqa: D102
    @property
    def keys(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def variables(self) -> Sequence[Variable]: ...  # noqa: D102


def spec_rules(spec: Specification, terms: Mapping[str, Sequence[str]]) -> tuple[Rule, ...]:
    """Return the rules that follow from a specification.

    Parameters
    ----------
    spec
        The dataset's specification.
    terms
        Codelist → the values allowed; a codelist that may be extended isn't among them.
    """
    named = {variable.name for variable in spec.variables}
    own = [variable.name for variable in spec.variables if not _is_carried(spec, variable)]
    expectations = [
        *_identity(spec.dataset, spec.keys),
        *_variables(spec, terms),
        *(_baseline(spec.dataset, named) if {"ABLFL", "BASE", "AVAL"} <= named else ()),
        *(_study_day(spec.dataset) if {"ADY", "ADT", "TRTSDT"} <= named else ()),
        *structure_rules(spec.dataset, own, named),
    ]
    return tuple(make_rule(each, spec.dataset) for each in expectations)


def spec_facts(spec: Specification) -> dict[str, Fact]:
    """Return the facts that the rules ask: the baseline and the extremes of each parameter."""
    named = {variable.name for variable in spec.variables}
    facts = structure_facts(spec.dataset, named)
    if not {"ABLFL", "BASE", "AVAL"} <= named:
        return facts
    by = {name: name for name in baseline_key(named)}
    fact = Fact(
        domain=spec.dataset, where=equal("ABLFL", "Y"), by=by, variable="AVAL", take="first"
    )
    return {**facts, f"{spec.dataset}_BASELINE": fact}


def _identity(dataset: str, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    yield expectation(
        f"{dataset}-KEYS",
        f"The keys {', '.join(keys)} identify a record",
        "compound_columns_to_be_unique",
        column_list=list(keys),
        ignore_row_if="never",
    )
    if dataset != ADSL:
        yield expectation(
            f"{dataset}-SUBJECT",
            "The subject is in ADSL",
            "column_values_to_be_in_set",
            column="USUBJID_IN_ADSL_USUBJID",
            value_set=[True],
        )


def _variables(spec: Specification, terms: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    # A variable carried from ADSL is that of ADSL, which has these rules.
    for variable in (each for each in spec.variables if not _is_carried(spec, each)):
        name = variable.name
        if variable.codelist in terms:
            yield expectation(
                f"{spec.dataset}-{name}-CT",
                f"{name} is of the codelist {variable.codelist}",
                "column_values_to_be_in_set",
                column=name,
                value_set=list(terms[str(variable.codelist)]),
            )
        if variable.type in DATES:
            yield expectation(
                f"{spec.dataset}-{name}-CUT",
                f"{name} is not after the data cut",
                "column_values_to_be_in_set",
                CORRECT_CUT,
                column=f"{name}_AFTER_CUT",
                value_set=[False],
            )
    carried = [v.name for v in spec.variables if _is_carried(spec, v) and v.name != "USUBJID"]
    if carried:
        yield never(
            f"{spec.dataset}-ADSL",
            "The variables carried from ADSL are those of ADSL",
            " or ".join(
                f"(({name}.notna() or {ADSL}_{name}.notna()) and {name} != {ADSL}_{name})"
                for name in carried
            ),
        )


def _is_carried(spec: Specification, variable: Variable) -> bool:
    """Return whether a variable is one of ADSL that another dataset takes over."""
    return spec.dataset != ADSL and variable.source == f"{ADSL}.{variable.name}"


def _baseline(dataset: str, named: set[str]) -> Iterator[dict[str, Any]]:
    key = baseline_key(named)
    base = f"{dataset}_BASELINE"
    yield expectation(
        f"{dataset}-ABLFL",
        "A subject has one baseline a parameter",
        "compound_columns_to_be_unique",
        column_list=list(key),
        ignore_row_if="never",
        row_condition=where("ABLFL == 'Y'"),
    )
    yield never(
        f"{dataset}-ABLFL-DATE",
        "A baseline is not after the first dose",
        "ABLFL == 'Y' and ADT > TRTSDT",
    )
    yield never(
        f"{dataset}-BASE",
        "BASE is the value of the baseline record",
        f"ABLFL.isna() and BASE.notna() and ({base}.isna() or {differs('BASE', base)})",
    )
    yield never(
        f"{dataset}-CHG",
        "CHG is AVAL - BASE",
        f"CHG.notna() and (AVAL.isna() or BASE.isna() or {differs('CHG', 'AVAL - BASE')})",
    )
    yield never(
        f"{dataset}-PCHG",
        "PCHG is 100 * CHG / |BASE|",
        f"PCHG.notna() and CHG.notna() and ({differs('PCHG * BASE.abs()', '100 * CHG')})",
    )


def _study_day(dataset: str) -> Iterator[dict[str, Any]]:
    yield never(
        f"{dataset}-ADY",
        "ADY has the sign of ADT - TRTSDT, and is never 0",
        "ADY == 0 or (ADY > 0 and ADT < TRTSDT) or (ADY < 0 and ADT >= TRTSDT)",
    )

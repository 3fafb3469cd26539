"""Rules of an analysis dataset that follow from its specification.

| id                 | holds                                                                |
|--------------------|----------------------------------------------------------------------|
| `ADLB-KEYS`        | the keys identify a record                                           |
| `ADLB-SUBJECT`     | the subject is in ADSL                                               |
| `ADLB-<VAR>-CT`    | the variable is of its codelist                                      |
| `ADLB-<VAR>-CUT`   | the date isn't after the data cut                                    |
| `ADLB-ADSL`        | the variables carried from ADSL are those of ADSL                    |
| `ADLB-BASE`, …     | one baseline a subject and parameter; BASE, CHG and PCHG agree       |
| `ADLB-ADY`         | the study day has its sign, and is never 0                           |

What else must hold stands in `validation/adam/<dataset>.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from csrkit.validation.facts import Fact
from csrkit.validation.suites import Rule, Severity, make_rule

TOLERANCE = "1e-6"
MEND = "Mend the derivation."
MEND_CUT = "Mend the cut or the derivation: data after the cut was used."
DATES = ("date", "datetime")
SOURCES = {
    "KEYS": "ADaMIG 1.3, section 2.3 (data structures); the specification's keys",
    "SUBJECT": "ADaMIG 1.3, section 2.3.1 (ADSL has one record per subject)",
    "CT": "the specification's codelist",
    "CUT": "the study's data cut",
    "ADSL": "ADaMIG 1.3, section 3.1.1 (same name, same meaning, same values)",
    "ABLFL": "ADaMIG 1.3, section 3.3.8 (ABLFL)",
    "ABLFL-DATE": "the specification's ABLFL",
    "BASE": "ADaMIG 1.3, section 3.3.4 (BASE)",
    "CHG": "ADaMIG 1.3, section 3.3.4 (CHG)",
    "PCHG": "ADaMIG 1.3, section 3.3.4 (PCHG); divided by |BASE| as in the R package admiral",
    "ADY": "ADaMIG 1.3, section 3.1.2 (timing variable conventions)",
}
"""What a rule's id ends with → where it comes from."""
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
    expectations = [
        *_identity(spec.dataset, spec.keys),
        *_variables(spec, terms),
        *(_baseline(spec.dataset, named) if {"ABLFL", "BASE", "AVAL"} <= named else ()),
        *(_study_day(spec.dataset) if {"ADY", "ADT", "TRTSDT"} <= named else ()),
    ]
    return tuple(make_rule(expectation, spec.dataset) for expectation in expectations)


def spec_facts(spec: Specification) -> dict[str, Fact]:
    """Return the facts that the rules of a specification ask: the baseline of each parameter."""
    named = {variable.name for variable in spec.variables}
    if not {"ABLFL", "BASE", "AVAL"} <= named:
        return {}
    by = {name: name for name in _baseline_key(named)}
    fact = Fact(domain=spec.dataset, where="ABLFL == 'Y'", by=by, variable="AVAL", take="first")
    return {f"{spec.dataset}_BASELINE": fact}


def _identity(dataset: str, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    yield _expectation(
        f"{dataset}-KEYS",
        f"The keys {', '.join(keys)} identify a record",
        "compound_columns_to_be_unique",
        column_list=list(keys),
        ignore_row_if="never",
    )
    if dataset != ADSL:
        yield _expectation(
            f"{dataset}-SUBJECT",
            "The subject is in ADSL",
            "column_values_to_be_in_set",
            column="USUBJID_IN_ADSL_USUBJID",
            value_set=[True],
        )


def _variables(spec: Specification, terms: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    for variable in spec.variables:
        name = variable.name
        if variable.codelist in terms:
            yield _expectation(
                f"{spec.dataset}-{name}-CT",
                f"{name} is of the codelist {variable.codelist}",
                "column_values_to_be_in_set",
                column=name,
                value_set=list(terms[str(variable.codelist)]),
            )
        if variable.type in DATES:
            yield _expectation(
                f"{spec.dataset}-{name}-CUT",
                f"{name} is not after the data cut",
                "column_values_to_be_in_set",
                MEND_CUT,
                column=f"{name}_AFTER_CUT",
                value_set=[False],
            )
    carried = [v.name for v in spec.variables if v.source == f"{ADSL}.{v.name}"]
    carried = [name for name in carried if name != "USUBJID"]
    if carried and spec.dataset != ADSL:
        yield _never(
            f"{spec.dataset}-ADSL",
            "The variables carried from ADSL are those of ADSL",
            " or ".join(
                f"(({name}.notna() or {ADSL}_{name}.notna()) and {name} != {ADSL}_{name})"
                for name in carried
            ),
        )


def _baseline(dataset: str, named: set[str]) -> Iterator[dict[str, Any]]:
    key = _baseline_key(named)
    base = f"{dataset}_BASELINE"
    yield _expectation(
        f"{dataset}-ABLFL",
        "A subject has one baseline a parameter",
        "compound_columns_to_be_unique",
        column_list=list(key),
        ignore_row_if="never",
        row_condition=_where("ABLFL == 'Y'"),
    )
    yield _never(
        f"{dataset}-ABLFL-DATE",
        "A baseline is not after the first dose",
        "ABLFL == 'Y' and ADT > TRTSDT",
    )
    yield _never(
        f"{dataset}-BASE",
        "BASE is the value of the baseline record",
        f"ABLFL.isna() and BASE.notna() and ({base}.isna() or {differs('BASE', base)})",
    )
    yield _never(
        f"{dataset}-CHG",
        "CHG is AVAL - BASE",
        f"CHG.notna() and (AVAL.isna() or BASE.isna() or {differs('CHG', 'AVAL - BASE')})",
    )
    yield _never(
        f"{dataset}-PCHG",
        "PCHG is 100 * CHG / |BASE|",
        f"PCHG.notna() and CHG.notna() and ({differs('PCHG * BASE.abs()', '100 * CHG')})",
    )


def _baseline_key(named: set[str]) -> tuple[str, ...]:
    return tuple(name for name in ("USUBJID", "PARAMCD", "BASETYPE") if name in named)


def _study_day(dataset: str) -> Iterator[dict[str, Any]]:
    yield _never(
        f"{dataset}-ADY",
        "ADY has the sign of ADT - TRTSDT, and is never 0",
        "ADY == 0 or (ADY > 0 and ADT < TRTSDT) or (ADY < 0 and ADT >= TRTSDT)",
    )


def differs(one: str, other: str) -> str:
    """Return the condition that two numbers differ by more than their rounding."""
    return f"({one}) - ({other}) > {TOLERANCE} or ({other}) - ({one}) > {TOLERANCE}"


def _never(rule_id: str, rule: str, condition: str) -> dict[str, Any]:
    return _expectation(
        rule_id,
        rule,
        "column_values_to_be_null",
        column="USUBJID",
        row_condition=_where(condition),
    )


def _where(condition: str) -> dict[str, str]:
    return {"type": "pass_through", "pass_through_filter": condition}


def _expectation(
    rule_id: str, rule: str, kind: str, action: str = MEND, **kwargs: Any
) -> dict[str, Any]:
    severity: Severity = "critical"
    kind_of_rule = rule_id.split("-", 1)[1]
    source = SOURCES.get(kind_of_rule) or SOURCES[kind_of_rule.rsplit("-", 1)[-1]]
    meta = {
        "id": rule_id, "severity": severity, "rule": rule, "action": action, "source": source
    }  # fmt: skip
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": meta}

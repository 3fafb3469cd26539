"""The form of the rules that follow from a specification: expectations with their meta."""

from __future__ import annotations

from typing import Any

from csrkit.validation.severity import Severity

TOLERANCE = "1e-6"
CORRECT = "Correct the derivation."
CORRECT_CUT = "Correct the cut or the derivation: data after the cut was used."
CDISC = "CDISC ADaM conformance rule"
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
    "ADY": f"ADaMIG 1.3, section 3.1.2 (timing variable conventions); {CDISC} 46",
    "DAYS": f"ADaMIG 1.3, section 3.1.2 (timing variable conventions); {CDISC} 46",
    "PARAM": f"ADaMIG 1.3, table 3.3.4.1.1 (PARAM, PARAMCD); {CDISC}s 143-145, 196, 197",
    "PAIRS": "ADaMIG 1.3, section 3.1.1, item 6 (pairs of variables are one to one)",
    "ASEQ": "ADaMIG 1.3, table 3.3.1.1 (ASEQ)",
    "IMPUTED": "ADaMIG 1.3, section 3.1.3 (date and time imputation flags)",
    "DURATION": f"OCCDS 1.1, table 3.2.4.1 (ADURN, ADURU); {CDISC} 268",
    "EXTREMES": "the specification's DTYPE",
}
"""What a rule's id ends with → where it comes from."""


def expectation(
    rule_id: str, rule: str, kind: str, action: str = CORRECT, **kwargs: Any
) -> dict[str, Any]:
    """Return an expectation as a suite has it.

    Parameters
    ----------
    rule_id
        `<dataset>-<kind of rule>`; its kind, or the last part of it, is one of `SOURCES`.
    rule, action
        As in the meta of a suite.
    kind
        Type of the expectation without `expect_`.
    """
    severity: Severity = "critical"
    kind_of_rule = rule_id.split("-", 1)[1]
    source = SOURCES.get(kind_of_rule) or SOURCES[kind_of_rule.rsplit("-", 1)[-1]]
    meta = {
        "id": rule_id, "severity": severity, "rule": rule, "action": action, "source": source
    }  # fmt: skip
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": meta}


def never(rule_id: str, rule: str, condition: str) -> dict[str, Any]:
    """Return the expectation that no record meets a condition."""
    return expectation(
        rule_id,
        rule,
        "column_values_to_be_null",
        column="USUBJID",
        row_condition=where(condition),
    )


def where(condition: str) -> dict[str, str]:
    """Return a pandas query, as Great Expectations takes it, as the row condition of a rule."""
    return {"type": "pass_through", "pass_through_filter": condition}


def differs(one: str, other: str) -> str:
    """Return the condition that two numbers differ by more than their rounding."""
    return f"({one}) - ({other}) > {TOLERANCE} or ({other}) - ({one}) > {TOLERANCE}"

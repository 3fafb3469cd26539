"""Run expectations on one table with Great Expectations.

It is imported when first used (it takes seconds), with an ephemeral context, no analytics, and
nothing written.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csrkit.errors import StudyError
from csrkit.validation.rules.suites import Rule

TOGETHER = 8
# Which records break a rule is asked only for so many of them: nobody looks at more one by one.
MOST_RECORDS = 10_000
WHETHER = {"result_format": "BOOLEAN_ONLY"}
WHICH = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": MOST_RECORDS,
    "exclude_unexpected_values": True,
}


@dataclass(frozen=True)
class Outcome:
    """What came of one rule.

    Attributes
    ----------
    passed
        Whether every record keeps to it.
    failed
        Places of the first `MOST_RECORDS` records that don't (row numbers from 0).
    n_failed
        How many don't.
    whole
        Whether the table as a whole breaks it (a count, say), so that all its records are at issue.
    fault
        Why the rule couldn't be run; empty when it could.
    """

    passed: bool
    failed: tuple[int, ...] = ()
    n_failed: int = 0
    whole: bool = False
    fault: str = ""


class Runner:
    """Runs suites of rules; one context serves all tables."""

    def __init__(self) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        import great_expectations as gx

        # Its log repeats, with tracebacks, what comes back as outcomes and errors.
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self._gx = gx
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        asset = context.data_sources.add_pandas("tables").add_dataframe_asset("table")
        self._batches = asset.add_batch_definition_whole_dataframe("all")

    def run(
        self, domain: str, frame: pd.DataFrame, rules: Sequence[Rule], values: Mapping[str, Any]
    ) -> dict[str, Outcome]:
        """Return rule id → outcome.

        Parameters
        ----------
        domain
            Name of the domain.
        frame
            Its records with all columns that the rules look at; the index is 0, 1, 2….
        rules
            Rules to run.
        values
            Values of the rules' parameters.

        Raises
        ------
        StudyError
            When Great Expectations knows no such expectation, or not its arguments.
        """
        outcomes: dict[str, Outcome] = {}
        # A row condition costs time by the number of columns: few rules at a time see few columns.
        for start in range(0, len(rules), TOGETHER):
            outcomes |= self._run(domain, frame, rules[start : start + TOGETHER], values)
        return outcomes

    def _run(
        self, domain: str, frame: pd.DataFrame, rules: Sequence[Rule], values: Mapping[str, Any]
    ) -> dict[str, Outcome]:
        # pandas copies attrs with every selection; only what the rules look at goes along.
        needed = {column for rule in rules for column in rule.columns}
        frame = pd.DataFrame({c: frame[c] for c in frame if c in needed}, copy=False)
        frame.attrs = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = self._batches.get_batch({"dataframe": frame})
            # Whether a rule is kept costs half of which records break it: ask that only then.
            outcomes = self._ask(batch, domain, rules, values, WHETHER)
            broken = [rule for rule in rules if not outcomes[rule.id].passed]
            if broken:
                outcomes |= self._ask(batch, domain, broken, values, WHICH)
        return outcomes

    def _ask(
        self,
        batch: Any,
        name: str,
        rules: Sequence[Rule],
        values: Mapping[str, Any],
        detail: dict[str, Any],
    ) -> dict[str, Outcome]:
        suite = self._gx.ExpectationSuite(
            name=name, expectations=[_expectation(rule) for rule in rules]
        )
        result = batch.validate(suite, result_format=detail, expectation_parameters=dict(values))
        return {_id(item): _outcome(item) for item in result.results}


def _expectation(rule: Rule) -> Any:
    """Return a rule as Great Expectations has it.

    A suite made from the JSON as it stands drops what it doesn't know, with a line in its log.
    """
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import (
        ExpectationConfiguration,
    )

    try:
        return ExpectationConfiguration(**rule.expectation).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as fault:
        raise StudyError(
            "Great Expectations doesn't accept a validation rule",
            where=f"rule {rule.id}",
            found=" ".join(str(fault).split())[:300],
            remedy="Correct the type of the expectation or its arguments.",
        ) from None


def _id(item: Any) -> str:
    return str(item.expectation_config.meta["id"])


def _outcome(item: Any) -> Outcome:
    fault = _fault(item.exception_info or {})
    if fault:
        return Outcome(passed=False, fault=fault)
    if item.success:
        return Outcome(passed=True)
    places = item.result.get("partial_unexpected_index_list")
    if places is None:
        return Outcome(passed=False, whole=True)
    return Outcome(passed=False, failed=tuple(places), n_failed=item.result["unexpected_count"])


def _fault(info: Mapping[str, Any]) -> str:
    """Return the first exception met; it stands at the top, or under the metric that met it."""
    for part in (info, *info.values()):
        if isinstance(part, Mapping) and part.get("raised_exception"):
            return " ".join(str(part.get("exception_message") or "unknown fault").split())[:300]
    return ""

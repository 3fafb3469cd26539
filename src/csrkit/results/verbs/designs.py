"""Designs of dose finding beside the study's own rule: BOIN, mTPI-2, and the isotonic estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from csrkit.conditions import Condition
from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.results.verbs.doses import dlt_result, doses_of_columns
from csrkit.stats.dose_finding.boin import (
    NOT_GIVEN,
    BoinBoundaries,
    MtdEstimate,
    boin_boundaries,
    boin_decision,
    boin_mtd,
)
from csrkit.stats.dose_finding.mtpi2 import mtpi2_decision
from csrkit.study import Study

SELECTED, OTHER = "Yes", "No"


@dataclass(frozen=True)
class Boin:
    """The settings of BOIN: target rate, rates deemed too low and too high, elimination."""

    target: float
    p_saf: float
    p_tox: float
    elimination: float

    @classmethod
    def of(cls, study: Study) -> Boin:
        """Return the settings that `study.yml` assumes."""
        assumed = study.assumptions
        target = assumed.dlt_target_rate.value
        return cls(
            target,
            assumed.boin_p_saf.value * target,
            assumed.boin_p_tox.value * target,
            assumed.dose_elimination.value,
        )

    @property
    def boundaries(self) -> BoinBoundaries:
        """The boundaries of the observed rate."""
        return boin_boundaries(self.target, self.p_saf, self.p_tox)

    def decide(self, n_evaluable: int, n_dlt: int) -> str:
        """Return the decision at a dose."""
        return boin_decision(
            n_evaluable, n_dlt, self.target, self.p_saf, self.p_tox, self.elimination
        )


@dataclass(frozen=True)
class Mtpi2:
    """The settings of mTPI-2: target rate, margins, prior, exclusion."""

    target: float
    margins: tuple[float, float]
    prior: tuple[float, float]
    exclusion: float

    @classmethod
    def of(cls, study: Study) -> Mtpi2:
        """Return the settings that `study.yml` assumes."""
        assumed = study.assumptions
        return cls(
            assumed.dlt_target_rate.value,
            assumed.mtpi2_margins.value,
            assumed.mtpi2_prior.value,
            assumed.dose_elimination.value,
        )

    def decide(self, n_evaluable: int, n_dlt: int) -> str:
        """Return the decision at a dose."""
        return mtpi2_decision(
            n_evaluable, n_dlt, self.target, self.margins, self.prior, self.exclusion
        )


def decide_boin(bench: Bench, declared: Declared, dlts: Condition, design: Boin) -> None:
    """Add BOIN's decision on each column's dose, and its boundaries; ROW = `boin`.

    The statistics are decision, boundary.low (escalate at a rate of at most it) and boundary.high
    (de-escalate at one of at least it).
    """
    limits = design.boundaries
    boundaries = [
        Statistic("boundary.low", limits.escalate, "percent1"),
        Statistic("boundary.high", limits.deescalate, "percent1"),
    ]
    _decide(bench, declared, "boin", dlts, design.decide, boundaries)


def decide_mtpi2(bench: Bench, declared: Declared, dlts: Condition, design: Mtpi2) -> None:
    """Add mTPI-2's decision on each column's dose; ROW = `mtpi2`."""
    _decide(bench, declared, "mtpi2", dlts, design.decide, [])


def estimate_isotonic(bench: Bench, declared: Declared, dlts: Condition, design: Boin) -> None:
    """Estimate the DLT rate of each column's dose by isotonic regression, and select the MTD.

    Adds estimate (ROW = `isotonic`) and mtd (ROW = `mtd`, Yes or No); both are fitted on all the
    columns, whose doses must differ.

    Raises
    ------
    StudyError
        When two columns have the same dose.
    """
    scope = declared.scope
    dose = _different(bench, declared)
    ordered = sorted(dose, key=lambda key: dose[key])
    counts = _counts(bench, declared, dlts)
    found = boin_mtd(
        design.target,
        [counts[key][0] for key in ordered],
        [counts[key][1] for key in ordered],
        design.elimination,
    )
    spread = bench.spread(scope)
    chosen = bench.holds(spread.frame, dlts, scope.dataset)
    places = spread.together(scope.columns.keys)
    fitted = bench.set_of_all(
        scope, scope.columns.keys, tally_of(spread.frame.iloc[places[chosen[places]]]), dlts
    )
    whole = bench.denominator_of_all(scope.columns, scope.columns.keys)
    for key in scope.columns.keys:
        place = ordered.index(key) if key in dose else None
        for row, statistic in (("isotonic", _rate(found, place)), ("mtd", _mtd(found, place))):
            bench.add(
                declared,
                Result(
                    row=row, column=key, statistics=[statistic], levels={COLUMN: key},
                    set_id=fitted, denominator=whole,
                ),
            )  # fmt: skip


def _rate(found: MtdEstimate, place: int | None) -> Statistic:
    if place is None:
        return Statistic("estimate", None, "percent1", NOT_GIVEN)
    line = found.table.iloc[place]
    return Statistic("estimate", float(line["rate"]), "percent1", line["reason"] or "")


def _mtd(found: MtdEstimate, place: int | None) -> Statistic:
    if found.level is None:
        return Statistic("mtd", None, "text", found.reason or "")
    return Statistic.text("mtd", SELECTED if place == found.level else OTHER)


def _decide(
    bench: Bench,
    declared: Declared,
    row: str,
    dlts: Condition,
    decide: Callable[[int, int], str],
    more: Sequence[Statistic],
) -> None:
    _different(bench, declared)
    for key, (total, number) in _counts(bench, declared, dlts).items():
        decision = (
            Statistic.text("decision", decide(total, number).capitalize())
            if total
            else Statistic("decision", None, "text", NOT_GIVEN)
        )
        bench.add(declared, dlt_result(bench, declared, row, key, [decision, *more], dlts))


def _counts(bench: Bench, declared: Declared, dlts: Condition) -> Mapping[str, tuple[int, int]]:
    """Return the numbers of evaluable subjects and of those with a DLT, by column."""
    scope = declared.scope
    spread = bench.spread(scope)
    tallies = spread.tally(bench.holds(spread.frame, dlts, scope.dataset))
    return {key: (scope.columns[key].total, len(tally.subjects)) for key, tally in tallies.items()}


def _different(bench: Bench, declared: Declared) -> Mapping[str, float]:
    """Return the dose of each column with subjects.

    Raises
    ------
    StudyError
        When the subjects of a column had several doses, or two columns have the same one.
    """
    columns = declared.scope.columns
    dose = doses_of_columns(bench, declared)
    mixed = [key for key in columns.keys if columns[key].total and key not in dose]
    same = [key for key in dose if list(dose.values()).count(dose[key]) > 1]
    if mixed or same:
        raise StudyError(
            "A table of dose decisions needs columns of one dose each, all different",
            where=f"display {bench.entry.key}, key columns",
            found=", ".join(mixed or same),
            allowed="each dose in one column",
            remedy="Name the columns of the single doses in tlf.yml.",
        )
    return dose

"""Acceptance of the terminal phase: which parameters rest on a line that is good enough.

A half-life can always be computed from three falling concentrations; whether it says anything is
told by the fit of the line, by how many half-lives its points span, and by how much of the area to
infinity lies beyond the last concentration.

Sources: Phoenix WinNonlin User's Guide, NCA, acceptance criteria (Rsq_adjusted, Span,
AUC_%Extrap); R package PKNCA, `exclude_nca_span.ratio` (2 half-lives) and
`exclude_nca_max.aucinf.pext` (20 %); EMA Guideline on the Investigation of Bioequivalence (2010),
sampling times: AUC to the last concentration covers at least 80 % of that to infinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csrkit.stats.nca.column import Array, Column, Flags, Texts, has, no_reasons

#: Relative noise of a computed number that doesn't put it beyond a limit.
NOISE = 1e-9

SEPARATOR = "; "

OF_THE_LINE = ("LAMZ", "LAMZHL")
TO_INFINITY = (
    "AUCIFO", "AUMCIFO", "MRTICIFO", "MRTIBIFO", "MRTEVIFO", "CLO", "VZO", "VSSO", "CLFO", "VZFO",
)  # fmt: skip
SHARES = {**dict.fromkeys(TO_INFINITY, "AUCPEO"), "AUCIFP": "AUCPEP"}
"""Parameter → the parameter that tells how much of its area is extrapolated."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion in words: as fulfilled, and as it isn't (which is the flag of a value)."""

    met: str
    failed: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a terminal phase has to fulfil; None leaves a criterion out.

    Attributes
    ----------
    r2adj_min
        Least adjusted R² of the line.
    span_min
        Least number of half-lives between the first and the last point of the line.
    extrapolated_max_percent
        Highest share of the area to infinity beyond the last concentration (%).
    """

    r2adj_min: float | None = 0.8
    span_min: float | None = 2.0
    extrapolated_max_percent: float | None = 20.0

    def criteria(
        self, parameter: str
    ) -> tuple[Criterion | None, Criterion | None, Criterion | None]:
        """Return the criteria of fit, span and extrapolation that a parameter has to fulfil."""
        on_line = parameter in OF_THE_LINE or parameter in SHARES
        fit, span = self.r2adj_min, self.span_min
        share = self.extrapolated_max_percent
        return (
            _words("Adjusted R squared", "at least", "below", fit, "") if on_line else None,
            _words("Span", "at least", "below", span, " half-lives") if on_line else None,
            _words("Extrapolated share of AUC", "at most", "above", share, " %")
            if parameter in SHARES
            else None,
        )


def flag_values(
    found: Mapping[str, Column], beyond: Mapping[str, Flags], rules: Acceptance
) -> dict[str, Texts]:
    """Return why a value isn't accepted, by parameter and profile; None where it is.

    λz and the half-life need the fit and the span; what rests on an area to infinity needs the
    share extrapolated as well. A value that is missing has a reason of its own, and no flag.

    Parameters
    ----------
    found
        The parameters.
    beyond
        Partial area → the profiles in which it ends after the last concentration, on the line.
    rules
        The criteria.
    """
    flags = {name: _failed(found, name, rules) for name in found}
    line = _failed(found, "LAMZ", rules)
    flags |= {name: _only(line, outside) for name, outside in beyond.items()}
    return {name: _only(flags[name], ~has(one.reason)) for name, one in found.items()}


def _failed(found: Mapping[str, Column], parameter: str, rules: Acceptance) -> Texts:
    """Return the criteria that a parameter doesn't fulfil, one after the other."""
    fit, span, share = rules.criteria(parameter)
    flag = no_reasons(len(found["LAMZ"].value))
    if fit and rules.r2adj_min is not None:
        flag = _joined(flag, fit, _below(found["R2ADJ"].value, rules.r2adj_min))
    if span and rules.span_min is not None:
        flag = _joined(flag, span, _below(found["LAMZSPN"].value, rules.span_min))
    if share and rules.extrapolated_max_percent is not None:
        extrapolated = found[SHARES[parameter]].value
        flag = _joined(flag, share, _below(-extrapolated, -rules.extrapolated_max_percent))
    return flag


def _only(flag: Texts, where: Flags) -> Texts:
    kept = no_reasons(len(flag))
    kept[where] = flag[where]
    return kept


def _below(value: Array, limit: float) -> Flags:
    return np.asarray(value < limit - NOISE * max(abs(limit), 1.0))


def _joined(flag: Texts, criterion: Criterion, failed: Flags) -> Texts:
    """Return the flags with the criterion added where it isn't fulfilled."""
    longer = flag.copy()
    longer[failed] = criterion.failed
    both = failed & has(flag)
    longer[both] = flag[both] + SEPARATOR + criterion.failed
    return longer


def _words(measure: str, met: str, failed: str, limit: float | None, unit: str) -> Criterion | None:
    if limit is None:
        return None
    return Criterion(f"{measure} {met} {limit:g}{unit}", f"{measure} {failed} {limit:g}{unit}")

"""Timepoint response by RECIST 1.1 (Eisenhauer 2009), as investigators give it."""

from __future__ import annotations

from collections.abc import Sequence

NODE_NORMAL_MM = 10.0
PARTIAL, PROGRESSION, PROGRESSION_MM = 0.70, 1.20, 5.0


def target_response(
    sizes: Sequence[float | None], nodal: Sequence[bool], baseline: float, nadir: float
) -> str:
    """Return CR, PR, SD, PD or NE of the target lesions; None is a lesion that wasn't measured.

    `baseline` and `nadir` are sums in mm; the nadir is that of the earlier assessments.
    """
    total = sum(size for size in sizes if size is not None)
    if total >= PROGRESSION * nadir and total - nadir >= PROGRESSION_MM:
        return "PD"
    if any(size is None for size in sizes):
        return "NE"
    if all(_gone(size or 0.0, node) for size, node in zip(sizes, nodal, strict=True)):
        return "CR"
    return "PR" if total <= PARTIAL * baseline else "SD"


def nontarget_response(states: Sequence[str]) -> str:
    """Return CR, NON-CR/NON-PD, PD or NE of the non-target lesions' states."""
    if "UNEQUIVOCAL PROGRESSION" in states:
        return "PD"
    if "NOT EVALUABLE" in states:
        return "NE"
    return "CR" if all(state == "ABSENT" for state in states) else "NON-CR/NON-PD"


def overall_response(target: str | None, nontarget: str | None, new_lesion: bool) -> str:
    """Return the overall response; None means there are no such lesions."""
    if new_lesion or "PD" in (target, nontarget):
        return "PD"
    if target is None:
        return nontarget or "NE"
    if target == "CR":
        return "CR" if nontarget in (None, "CR") else "PR"
    return target


def _gone(size: float, node: bool) -> bool:
    return size < NODE_NORMAL_MM if node else size == 0

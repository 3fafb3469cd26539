"""Timepoint response, case by case of the RECIST 1.1 tables."""

from __future__ import annotations

import pytest

from csrkit.simulate.patient.recist import nontarget_response, overall_response, target_response


@pytest.mark.parametrize(
    ("sizes", "nodal", "baseline", "nadir", "expected"),
    [
        ([0.0, 0.0], [False, False], 60, 20, "CR"),
        ([0.0, 9.0], [False, True], 60, 20, "CR"),
        ([0.0, 10.0], [False, True], 60, 20, "PR"),
        ([42.0], [False], 60, 60, "PR"),
        ([43.0], [False], 60, 60, "SD"),
        ([48.0], [False], 60, 40, "PD"),
        ([47.0], [False], 60, 40, "SD"),
        ([14.0], [False], 60, 10, "PR"),
        ([None, 20.0], [False, False], 60, 60, "NE"),
        ([None, 72.0], [False, False], 60, 60, "PD"),
    ],
)
def test_target_response(
    sizes: list[float | None], nodal: list[bool], baseline: float, nadir: float, expected: str
) -> None:
    assert target_response(sizes, nodal, baseline, nadir) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ABSENT", "ABSENT"], "CR"),
        (["ABSENT", "PRESENT"], "NON-CR/NON-PD"),
        (["NOT EVALUABLE", "PRESENT"], "NE"),
        (["NOT EVALUABLE", "UNEQUIVOCAL PROGRESSION"], "PD"),
    ],
)
def test_nontarget_response(states: list[str], expected: str) -> None:
    assert nontarget_response(states) == expected


@pytest.mark.parametrize(
    ("target", "nontarget", "new", "expected"),
    [
        ("CR", "CR", False, "CR"),
        ("CR", None, False, "CR"),
        ("CR", "NON-CR/NON-PD", False, "PR"),
        ("CR", "NE", False, "PR"),
        ("PR", "NE", False, "PR"),
        ("SD", "NON-CR/NON-PD", False, "SD"),
        ("NE", "NON-CR/NON-PD", False, "NE"),
        ("PR", "PD", False, "PD"),
        ("PR", "NON-CR/NON-PD", True, "PD"),
        (None, "NON-CR/NON-PD", False, "NON-CR/NON-PD"),
        (None, "CR", False, "CR"),
    ],
)
def test_overall_response(
    target: str | None, nontarget: str | None, new: bool, expected: str
) -> None:
    assert overall_response(target, nontarget, new) == expected

"""A laboratory parameter of blood and of urine isn't one parameter."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.findings.laboratory.specimens import require_one_specimen
from csrkit.errors import DerivationError


def values(*lines):
    cells = [line.split("|") for line in lines]
    frame = pd.DataFrame(cells, columns=["USUBJID", "PARAMCD", "SPEC", "AVAL"])
    frame["SPEC"] = frame["SPEC"].where(frame["SPEC"].ne(""), None)
    return frame.assign(AVAL=pd.to_numeric(frame["AVAL"]))


def test_blood_and_urine_under_one_code_stop_with_the_record_and_the_remedy():
    with pytest.raises(DerivationError) as fault:
        require_one_specimen(values("A|GLUC|SERUM|5", "A|GLUC|URINE|0"), "5.0")
    assert "LB, A, LBTESTCD=GLUC" in str(fault.value)
    assert "SERUM, URINE" in str(fault.value)
    assert "not (LBTESTCD == 'GLUC' and LBSPEC == 'URINE')" in str(fault.value)


@pytest.mark.parametrize(
    "lines",
    [
        ("A|GLUC|SERUM|5", "A|GLUC|PLASMA|5", "A|GLUC|VENOUS BLOOD|5"),
        ("A|GLUC|SERUM|5", "B|GLUC|URINE|0"),
        ("A|GLUC|SERUM|5", "A|PROT|URINE|0"),
        ("A|GLUC|SERUM|5", "A|GLUC||5"),
        ("A|GLUC|SERUM|5", "A|GLUC|URINE|"),
        ("A|GLUC|SYNOVIAL FLUID|5", "A|GLUC|SYNOVIAL FLUID|6"),
    ],
)
def test_one_kind_of_specimen_or_none_is_let_through(lines):
    require_one_specimen(values(*lines), "5.0")


def test_two_specimens_of_no_known_kind_are_two():
    with pytest.raises(DerivationError, match="SYNOVIAL FLUID"):
        require_one_specimen(values("A|GLUC|SYNOVIAL FLUID|5", "A|GLUC|SERUM|6"), "5.0")

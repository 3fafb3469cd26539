"""Bytes changed, added, lost and doubled anywhere: read, or told; never anything else."""

from __future__ import annotations

import contextlib
import random

import pandas as pd
import pytest

from csrkit.errors import CsrError
from csrkit.sdtm import read
from csrkit.sdtm.write import FORMATS, write_domains

TIMES = 150
FRAME = pd.DataFrame(
    {
        "DOMAIN": ["AE"] * 40,
        "USUBJID": [f"S{number}" for number in range(40)],
        "AESEQ": [float(number) for number in range(40)],
        "AETERM": ["Fever é", None] * 20,
    }
)
BYTES = (0, 10, 32, 34, 44, 127, 128, 255)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    harm = chance.choice(["turn", "turn", "set", "add", "lose", "double", "cut"])
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(content))
        if harm == "turn":
            content[place] ^= 1 << chance.randrange(8)
        elif harm == "set":
            content[place] = chance.choice(BYTES)
        elif harm == "add":
            content[place:place] = chance.randbytes(chance.choice([1, 4, 80]))
        elif harm == "double":
            content[place:place] = content[place : place + chance.choice([8, 80, 400])]
        else:
            del content[place : place + chance.choice([1, 4, 80]) if harm == "lose" else None]
            content = content or bytearray(b"x")
    return bytes(content)


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_a_damaged_file_is_read_or_told(tmp_path, study, write_sas7bdat, fmt):
    if fmt == "sas7bdat":
        file = write_sas7bdat(FRAME, tmp_path / "ae.sas7bdat")
    else:
        file = write_domains({"AE": FRAME}, tmp_path, fmt, study)[0]
    whole, chance, told = file.read_bytes(), random.Random(fmt), 0
    for _ in range(TIMES):
        file.write_bytes(damaged(whole, chance))
        with contextlib.suppress(CsrError):
            read(tmp_path)
            told -= 1
        told += 1
    assert told > TIMES / 4

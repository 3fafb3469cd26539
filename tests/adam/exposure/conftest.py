"""EX from lines of text, and the study with other settings of exposure."""

from __future__ import annotations

import pytest

EX = "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXADJ EXSTDTC EXENDTC EXLNKID EXGRPID"


@pytest.fixture(scope="session")
def records(frame):
    """Make EX of S1 from lines of dose, start, end and link, with further variables by name."""

    def make(*lines, **columns):
        rows = []
        for number, line in enumerate(lines, start=1):
            dose, start, end, link = line.split("|")
            rows.append(f"S1|{number}|SK-NK|{dose}|10^8 CELLS|.|{start}|{end}|{link}|1")
        return frame(EX, *rows).astype({"EXDOSE": "float64"}).assign(**columns)

    return make


@pytest.fixture(scope="session")
def exposed(study):
    """The study with other settings of exposure."""

    def change(**values):
        exposure = study.derivations.adex.model_copy(update=values)
        derivations = study.derivations.model_copy(update={"adex": exposure})
        return study.model_copy(update={"derivations": derivations})

    return change

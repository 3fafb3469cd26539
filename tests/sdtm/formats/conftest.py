"""A folder of the SDTM that can't be read: refused soon, with little memory, and told."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import pandas as pd
import pytest

from csrkit.errors import CsrError, DataError, StudyError
from csrkit.sdtm import read
from csrkit.sdtm.write import write_xpt
from csrkit.study.reading import Reading

SECONDS, MEGABYTES = 2.0, 300.0


@pytest.fixture
def refuse(tmp_path) -> Callable[..., CsrError]:
    """See the folder refused, soon and with little memory, and return the error."""

    def refused(reading: Reading | None = None) -> CsrError:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        with pytest.raises(CsrError) as caught:
            read(tmp_path, reading=reading)
        assert time.process_time() - begin < SECONDS
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown / 1e3 < MEGABYTES
        fault = caught.value
        assert isinstance(fault, DataError | StudyError)
        assert str(tmp_path) in fault.where
        assert fault.remedy
        assert len(str(fault)) < 2_000
        return fault

    return refused


@pytest.fixture
def events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "DOMAIN": ["AE", "AE"],
            "USUBJID": ["S1", "S2"],
            "AETERM": ["Fever", "Cough"],
            "AESEQ": [1.0, 2.0],
        }
    )


@pytest.fixture
def xpt(tmp_path, events):
    return write_xpt(events, tmp_path / "ae.xpt", "AE", "", {})

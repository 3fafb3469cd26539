"""The committed data, read as the pipeline reads it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csrkit.sdtm import read
from csrkit.study import Study, load_study

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data_raw" / "sdtm"


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(ROOT / "study.yml")


@pytest.fixture(scope="session")
def raw() -> Path:
    return RAW


@pytest.fixture(scope="session")
def sdtm() -> dict[str, pd.DataFrame]:
    return read(RAW)

"""What many tests need: the repository, and this study at its interim cut."""

from pathlib import Path

import pytest

from csrkit.study import Study, load_study

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(ROOT / "study.yml").covering("interim")

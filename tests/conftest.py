"""What many tests need: the repository, and this study at its interim cut."""

from pathlib import Path

import hypothesis
import pytest

from csrkit.study import Study, load_study

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("csrkit", deadline=None)
hypothesis.settings.load_profile("csrkit")

ROOT = Path(__file__).resolve().parent.parent
# Files that make whole reports: begun first, the others fill up the time beside them.
SLOW_FIRST = (
    "e2e/test_report.py",
    "conformance/test_pilot_report.py",
    "dirty/test_dirty_report.py",
    "e2e/test_faults.py",
    "e2e/test_notebooks.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        slow = [i for i, name in enumerate(SLOW_FIRST) if item.path.as_posix().endswith(name)]
        return slow[0] if slow else len(SLOW_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(ROOT / "study.yml").covering("interim")

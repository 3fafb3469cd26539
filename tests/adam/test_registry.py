from __future__ import annotations

import pytest

from csrkit.adam.registry import DATASETS, with_needs
from csrkit.errors import UsageError


def test_every_dataset_comes_after_those_it_needs():
    known: set[str] = set()
    for dataset in DATASETS:
        assert set(dataset.needs) <= known, dataset.name
        known.add(dataset.name)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_dataset_has_a_function(dataset):
    assert dataset.function().__name__ == f"derive_{dataset.name.lower()}"


def test_a_dataset_brings_what_it_needs():
    assert with_needs(["ADTTE"]) == {"ADTTE", "ADRS", "ADTR", "ADAE", "ADEX", "ADSL"}


def test_an_unknown_dataset_is_an_error():
    with pytest.raises(UsageError, match="ADXX"):
        with_needs(["ADSL", "ADXX"])

"""The same study gives the same ADaM, in whatever format its SDTM was delivered."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.registry import derive_all
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.sdtm.write import FORMATS, write_domains
from csrkit.study import load_study

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data_raw" / "sdtm"


@pytest.fixture(scope="module")
def study():
    return load_study(ROOT / "study.yml").covering("interim")


@pytest.fixture(scope="module")
def delivered():
    return read(RAW)


@pytest.fixture(scope="module")
def adam(study, delivered):
    return derive_all(apply_cut(delivered, study).domains, study)


KINDS = (*FORMATS, "sas7bdat")


@pytest.mark.parametrize("kinds", [*((kind,) for kind in KINDS), KINDS], ids="+".join)
def test_adam_is_the_same_from_every_format_and_from_all_in_one_folder(
    tmp_path, study, delivered, adam, write_sas7bdat, kinds
):
    names = list(delivered)
    for place, kind in enumerate(kinds):
        chosen = {name: delivered[name] for name in names[place :: len(kinds)]}
        if kind != "sas7bdat":
            write_domains(chosen, tmp_path, kind, study)
            continue
        for name, frame in chosen.items():
            write_sas7bdat(frame, tmp_path / f"{name.lower()}.sas7bdat")
    again = read(tmp_path)
    assert list(again) == names
    derived = derive_all(apply_cut(again, study).domains, study)
    assert list(derived) == list(adam)
    for name, frame in derived.items():
        pd.testing.assert_frame_equal(frame, adam[name], check_exact=True)

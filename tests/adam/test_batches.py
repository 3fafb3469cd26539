"""Datasets derived a part of the subjects at a time are those of the whole study."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.batches import derive_batches, derive_delivery
from csrkit.adam.common.files import read_datasets, write_datasets
from csrkit.adam.registry import derive_all, derive_each
from csrkit.errors import DerivationError
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.sdtm.lazy_domains import LazyDomains


@pytest.fixture(scope="module")
def whole(study):
    return derive_all(apply_cut(read(study.path("data")), study).domains, study)


@pytest.fixture(scope="module")
def in_parts(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    derive_delivery(LazyDomains(study.path("data")), study, folder, records=12_000)
    return folder


def test_parts_written_one_after_the_other_are_the_whole_study(in_parts, whole):
    found = read_datasets(in_parts)
    assert set(found) == set(whole)
    for name, frame in whole.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name)
        assert found[name].attrs == frame.attrs


def test_nothing_is_left_beside_the_datasets(in_parts, whole):
    assert {file.name for file in in_parts.iterdir()} == {
        f"{name.lower()}.parquet" for name in whole
    }


def test_the_types_of_a_file_do_not_hang_on_its_first_part(tmp_path, whole):
    addv = whole["ADDV"]
    empty = addv.head(2).assign(DVCAT=None, ASTDT=pd.NaT)
    rest = addv.iloc[2:].reset_index(drop=True)
    write_datasets([("ADDV", empty), ("ADDV", rest)], tmp_path)
    expected = pd.concat([empty.astype(addv.dtypes), rest], ignore_index=True)
    pd.testing.assert_frame_equal(read_datasets(tmp_path)["ADDV"], expected)


def test_a_derivation_that_fails_in_a_later_part_leaves_what_was_there(tmp_path, whole):
    write_datasets([("ADSL", whole["ADSL"])], tmp_path)
    before = (tmp_path / "adsl.parquet").read_bytes()

    def failing():
        yield "ADSL", whole["ADSL"].head(3)
        raise DerivationError("A derivation failed", where="ADAE", found="x", remedy="y")

    with pytest.raises(DerivationError):
        write_datasets(failing(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["adsl.parquet"]
    assert (tmp_path / "adsl.parquet").read_bytes() == before


def test_a_dataset_is_given_the_datasets_that_it_declares_and_no_other(study, monkeypatch):
    from csrkit.adam.registry import DATASETS, Dataset

    given = {}

    def spying(dataset):
        def derive(sdtm, adam, study):
            given[dataset.name] = tuple(adam)
            return pd.DataFrame()

        return derive

    monkeypatch.setattr(Dataset, "function", spying)
    list(derive_each({}, study))
    assert given == {dataset.name: dataset.needs_in(study) for dataset in DATASETS}


def test_a_test_in_another_unit_in_a_later_part_is_an_error(study):
    sdtm = apply_cut(read(study.path("data")), study).domains
    one, other = sorted(sdtm["LB"]["USUBJID"].unique())[:2]

    def part(subject, unit):
        mine = {
            name: frame[frame["USUBJID"].eq(subject)].reset_index(drop=True)
            for name, frame in sdtm.items()
            if "USUBJID" in frame
        }
        lb = mine["LB"].head(3).assign(LBTESTCD="NOVEL", LBTEST="Novel", LBSTRESU=unit)
        return {**mine, "LB": lb.assign(LBORRESU=unit)}

    with pytest.raises(DerivationError, match=r"PARAMCD=NOVEL[\s\S]*mg/L[\s\S]*ug/L") as fault:
        list(derive_batches([part(one, "mg/L"), part(other, "ug/L")], study, only=["ADLB"]))
    assert "derivations.adlb.tests" in str(fault.value)

"""A delivery read domain by domain gives what one in memory gives, and holds one domain only."""

import weakref

import pandas as pd
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut, cut_domains
from csrkit.sdtm.lazy_domains import LazyDomains, read_columns
from csrkit.sdtm.write import write_domains
from csrkit.validation import validate

AE = pd.DataFrame(
    {
        "USUBJID": ["S1", "S2"],
        "AESEQ": [1.0, 2.0],
        "AETERM": ["Fever", None],
        "AESTDTC": ["2025-06-23", None],
    }
)


@pytest.fixture(scope="module")
def delivered(study):
    return LazyDomains(study.path("data"), study.reading)


@pytest.fixture(scope="module")
def in_memory(study):
    return read(study.path("data"), reading=study.reading)


@pytest.fixture
def small(tmp_path, study):
    write_domains({"AE": AE, "DM": AE[["USUBJID"]]}, tmp_path, "parquet", study)
    return LazyDomains(tmp_path)


def test_it_has_the_domains_of_the_folder(delivered, in_memory):
    assert list(delivered) == list(in_memory)
    assert len(delivered) == len(in_memory)
    assert "LB" in delivered
    assert delivered.get("ZZ") is None


def test_a_domain_is_read_whole(delivered, in_memory):
    pd.testing.assert_frame_equal(delivered["LB"], in_memory["LB"])
    assert delivered["LB"].attrs == in_memory["LB"].attrs


def test_validation_domain_by_domain_finds_the_same(delivered, in_memory, study):
    assert validate(delivered, study) == validate(in_memory, study)


def test_a_cut_domain_by_domain_leaves_and_logs_the_same(delivered, in_memory, study):
    by_domain, at_once = apply_cut(delivered, study), apply_cut(in_memory, study)
    assert list(by_domain.domains) == list(at_once.domains)
    for name, frame in at_once.domains.items():
        pd.testing.assert_frame_equal(by_domain.domains[name], frame)
        assert by_domain.domains[name].attrs == frame.attrs
    pd.testing.assert_frame_equal(by_domain.log, at_once.log)


def test_the_parts_of_a_cut_are_those_that_come_one_by_one(in_memory, study):
    parts = {cut.name: cut for cut in apply_cut(in_memory, study).by_domain()}
    for cut in cut_domains(in_memory, study):
        pd.testing.assert_frame_equal(parts[cut.name].frame, cut.frame)
        pd.testing.assert_frame_equal(parts[cut.name].log, cut.log)


def test_a_domain_that_was_cut_is_not_held_while_the_next_is_read(delivered, study):
    earlier = None
    for cut in cut_domains(delivered, study):
        assert earlier is None or earlier() is None
        earlier = weakref.ref(cut.frame)
        del cut


def test_single_variables_are_read_once_and_only_they(small, monkeypatch):
    asked = []

    def reading(*args, columns, **kwargs):
        asked.append({name: sorted(names) for name, names in columns.items()})
        return read(*args, columns=columns, **kwargs)

    monkeypatch.setattr("csrkit.sdtm.lazy_domains.read", reading)
    assert list(small.columns("AE", ["AESEQ", "AEBODSYS"])) == ["AESEQ"]
    assert set(small.columns("AE", ["USUBJID", "AESEQ"])) == {"AESEQ", "USUBJID"}
    small.columns("AE", ["AEBODSYS", "USUBJID"])
    assert asked == [{"AE": ["AEBODSYS", "AESEQ"]}, {"AE": ["USUBJID"]}]


def test_variables_asked_for_one_by_one_stay_with_their_records(small):
    small.columns("AE", ["AETERM"])
    found = small.columns("AE", ["AESEQ", "USUBJID"])
    pd.testing.assert_frame_equal(found[["USUBJID", "AESEQ", "AETERM"]], AE.drop(columns="AESTDTC"))


def test_of_a_domain_that_is_not_there_no_variable_is_found(small):
    assert read_columns(small, "LB", ["USUBJID"]) is None
    assert read_columns({"AE": AE}, "LB", ["USUBJID"]) is None
    assert read_columns({"AE": AE}, "AE", ["USUBJID"]) is AE


def test_a_folder_without_datasets_is_told_at_once(tmp_path):
    with pytest.raises(DataError, match="holds no dataset"):
        LazyDomains(tmp_path)

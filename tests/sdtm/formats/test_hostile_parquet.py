"""Parquet that holds what SDTM doesn't have, or more than any memory: told before it is read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csrkit.sdtm import read
from csrkit.study.reading import Reading


def write_parquet(file, **columns) -> None:
    pq.write_table(pa.table(columns), file)


PARQUET_FAULTS = {
    "an infinity": ({"AEX": [1.0, float("inf")]}, "A number is infinite"),
    "minus infinity": ({"AEX": [1.0, float("-inf")]}, "A number is infinite"),
    "a zero byte": ({"AETERM": ["a", "b\0"]}, "A text holds a zero byte"),
    "coded zero bytes": (
        {"AETERM": pa.array(["b\0"]).dictionary_encode()},
        "A text holds a zero byte",
    ),
    "lists": ({"AETERM": [["a"], ["b"]]}, "of a type that SDTM doesn't have"),
    "truth values": ({"AEX": [True, False]}, "of a type that SDTM doesn't have"),
    "bytes": ({"AETERM": [b"a", b"\xff"]}, "of a type that SDTM doesn't have"),
    "two cases": ({"AEX": [1], "aex": [1]}, "differ only in case"),
    "large integers": ({"AEX": [2**63 - 1]}, "more digits than can be kept exactly"),
    "numbers for dates": ({"AEDTC": [24_000.0]}, "A date of SDTM is delivered as numbers"),
}


@pytest.mark.parametrize("kind", PARQUET_FAULTS)
def test_parquet_that_holds_what_sdtm_does_not_have_is_told(tmp_path, refuse, kind):
    columns, what = PARQUET_FAULTS[kind]
    write_parquet(tmp_path / "ae.parquet", **columns)
    assert what in refuse().what


def test_a_column_that_stands_twice_in_parquet_is_told(tmp_path, refuse):
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["AEX", "AEX"])
    pq.write_table(table, tmp_path / "ae.parquet")
    assert refuse().what == "A variable stands twice in a dataset"


@pytest.mark.parametrize(
    "metadata",
    [{"csrkit": "{"}, {"label": b"\xff"}, {"csrkit": "[" * 100_000}, {"pandas": b"\xff"}],
)
def test_metadata_of_parquet_that_cannot_be_read_is_told(tmp_path, refuse, metadata):
    table = pa.table({"AEX": [1.0]}).replace_schema_metadata(metadata)
    pq.write_table(table, tmp_path / "ae.parquet")
    assert refuse().what == "A file is damaged or cut short"


@pytest.mark.parametrize(
    "metadata",
    [
        {"csrkit": "[1]"},
        {"csrkit": '{"labels": 1, "label": [], "formats": null}'},
        {"csrkit": '{"labels": {"AEX": 1}}'},
        {"pandas": '{"attributes": 1}'},
        {"pandas": '{"attributes": {"label": {"en": "Events"}, "source": 7}}'},
    ],
)
def test_what_others_keep_in_the_metadata_of_parquet_is_no_label(tmp_path, metadata):
    table = pa.table({"AEX": [1.0]}).replace_schema_metadata(metadata)
    pq.write_table(table, tmp_path / "ae.parquet")
    attrs = read(tmp_path)["AE"].attrs
    assert (attrs["label"], attrs["labels"], attrs["formats"]) == ("", {"AEX": ""}, {})


def test_text_of_parquet_that_is_no_utf8_is_told(tmp_path, refuse):
    bytes_ = pa.array([b"ok", b"\xff\xfe"])
    text = pa.StringArray.from_buffers(2, bytes_.buffers()[1], bytes_.buffers()[2])
    pq.write_table(pa.table({"AETERM": text}), tmp_path / "ae.parquet")
    assert refuse().what == "A file is damaged or cut short"


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """200 million records in a Parquet file of about a megabyte."""
    file = tmp_path_factory.mktemp("bomb") / "ae.parquet"
    records = 5_000_000
    zeros = pa.array(np.zeros(records, dtype=np.int32))
    subjects = pa.DictionaryArray.from_arrays(zeros, pa.array(["S1"]))
    block = pa.table({"USUBJID": subjects, "AESEQ": zeros})
    with pq.ParquetWriter(file, block.schema, compression="zstd") as writer:
        for _ in range(40):
            writer.write_table(block, row_group_size=records)
    assert file.stat().st_size < 2_000_000
    return file


def test_a_small_file_of_200_million_records_is_refused_unread(tmp_path, refuse, bomb):
    (tmp_path / "ae.parquet").symlink_to(bomb)
    fault = refuse()
    assert fault.what == "A file holds more than may be read"
    assert fault.found == "200,000,000 records of 2 variables"
    assert "reading.most_values" in fault.remedy


def test_a_text_of_many_bytes_in_a_small_file_is_refused_unread(tmp_path, refuse):
    table = pa.table({"AETERM": ["x" * 20_000_000]})
    pq.write_table(table, tmp_path / "ae.parquet", use_dictionary=False, compression="zstd")
    assert (tmp_path / "ae.parquet").stat().st_size < 100_000
    fault = refuse(Reading(most_values=1_000_000))
    assert fault.what == "A file holds more than may be read"
    assert "bytes of values" in fault.found

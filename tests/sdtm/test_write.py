"""XPT files, read back by an independent reader (ReadStat)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from csrkit.errors import DataError
from csrkit.sdtm.formats.head import Head, Variable
from csrkit.sdtm.formats.xpt.numbers import from_ibm, ibm_doubles
from csrkit.sdtm.formats.xpt.write import XptWriter
from csrkit.sdtm.write import write_xpt

LABELS = {"USUBJID": "Unique Subject Identifier", "AVAL": "Analysis Value"}


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": ["SKNK01-01-001", "SKNK01-01-002", "SKNK01-01-003"],
            "AVALC": ["12.5", None, "<10"],
            "AVAL": [12.5, np.nan, -0.1],
            "ADT": pd.to_datetime(["2026-03-31", None, "1959-12-31"]),
            "ADTM": pd.to_datetime(["2026-03-31 23:59:59", "1960-01-01 00:00:01", None]),
            "SEQ": [1, 2, 3],
        }
    )


def written(
    tmp_path: Path, data: pd.DataFrame
) -> tuple[pd.DataFrame, pyreadstat.metadata_container]:
    path = write_xpt(data, tmp_path / "adlb.xpt", "ADLB", "Laboratory Analysis", LABELS)
    return pyreadstat.read_xport(str(path))


def test_texts_numbers_and_dates_come_back_as_they_were(tmp_path: Path) -> None:
    back, _ = written(tmp_path, frame())
    assert back["USUBJID"].tolist() == frame()["USUBJID"].tolist()
    assert back["AVALC"].tolist() == ["12.5", "", "<10"]
    assert back["AVAL"].tolist()[0::2] == [12.5, -0.1]
    assert np.isnan(back["AVAL"].iloc[1])
    assert back["SEQ"].tolist() == [1, 2, 3]
    assert back["ADT"].tolist()[0::2] == [dt.date(2026, 3, 31), dt.date(1959, 12, 31)]
    assert back["ADTM"].tolist()[:2] == [
        dt.datetime(2026, 3, 31, 23, 59, 59),
        dt.datetime(1960, 1, 1, 0, 0, 1),
    ]
    assert pd.isna(back["ADT"].iloc[1])
    assert pd.isna(back["ADTM"].iloc[2])


def test_labels_names_and_formats_are_in_the_file(tmp_path: Path) -> None:
    _, meta = written(tmp_path, frame())
    assert meta.table_name == "ADLB"
    assert meta.file_label == "Laboratory Analysis"
    assert meta.column_names_to_labels["AVAL"] == "Analysis Value"
    assert meta.original_variable_types["ADT"] == "DATE9"
    assert meta.original_variable_types["ADTM"] == "DATETIME20"


def test_a_given_format_replaces_the_standard_one(tmp_path: Path) -> None:
    data, path = frame(), tmp_path / "a.xpt"
    write_xpt(data, path, "ADLB", "", {}, formats={"AVAL": "8.2", "ADT": "YYMMDD10."})
    _, meta = pyreadstat.read_xport(str(path))
    assert meta.original_variable_types["ADT"] == "YYMMDD10"
    assert meta.original_variable_types["AVAL"].endswith("8.2")


def test_the_file_has_the_record_layout_of_sas(tmp_path: Path) -> None:
    path = write_xpt(frame(), tmp_path / "adlb.xpt", "ADLB", "Laboratory Analysis", LABELS)
    data = path.read_bytes()
    assert len(data) % 80 == 0
    assert data[:48] == b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
    assert data[80:104] == b"SAS     SAS     SASLIB  "
    assert data[240:288] == b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
    assert data[560:614] == b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000"
    assert data[614:618] == b"0006"


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_xpt(frame(), tmp_path / "one.xpt", "ADLB", "x", LABELS).read_bytes()
    two = write_xpt(frame(), tmp_path / "two.xpt", "ADLB", "x", LABELS).read_bytes()
    assert one == two


def test_the_stamp_is_the_one_given(tmp_path: Path) -> None:
    stamp = dt.datetime(2026, 10, 30, 12, 0)
    path = write_xpt(frame(), tmp_path / "a.xpt", "ADLB", "x", LABELS, modified=stamp)
    assert path.read_bytes().count(b"30OCT26:12:00:00") == 4


def test_numbers_are_exact_over_many_magnitudes(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    numbers = rng.standard_normal(5000) * 10.0 ** rng.integers(-70, 70, 5000)
    numbers = np.concatenate([numbers, [0.0, 1.0, 16.0, 1 / 16, 0.1, -118.625, 2.0**53]])
    back, _ = written(tmp_path, pd.DataFrame({"AVAL": numbers}))
    assert (back["AVAL"].to_numpy() == numbers).all()


def test_a_number_is_the_ibm_double_of_the_textbook() -> None:
    assert ibm_doubles(np.array([-118.625])).tobytes() == bytes.fromhex("C276A00000000000")
    assert ibm_doubles(np.array([np.nan])).tobytes() == b"." + bytes(7)


@pytest.mark.parametrize("number", [np.inf, 1e80, 1e-90])
def test_a_number_out_of_range_is_an_error(tmp_path: Path, number: float) -> None:
    with pytest.raises(DataError, match=r"outside the range.*\n.*AVAL"):
        written(tmp_path, pd.DataFrame({"AVAL": [1.0, number]}))


def test_a_number_read_is_what_the_independent_reader_reads(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    cells = rng.integers(0, 256, (4000, 8), dtype=np.uint8)
    cells[:, 0] = np.where(cells[:, 1] % 2, 0x41, 0xC3)  # exponents whose numbers any reader holds
    cells[:, 1] |= 0x10  # normalised: the first hexadecimal digit isn't 0
    path = write_xpt(pd.DataFrame({"AVAL": np.ones(4000)}), tmp_path / "a.xpt", "A", "", {})
    whole = path.read_bytes()
    path.write_bytes(whole[: -len(cells.tobytes())] + cells.tobytes())
    theirs, _ = pyreadstat.read_xport(str(path))
    ours, special = from_ibm(cells)
    assert np.allclose(ours, theirs["AVAL"], rtol=3e-16, atol=0)
    assert not special.any()


def test_short_numbers_and_missing_values_are_read() -> None:
    codes = np.frombuffer(b"A\x10\0C*\0.\0\0A\0\0_\0\0\0\0\0", np.uint8)
    values, special = from_ibm(codes.reshape(-1, 3))
    assert values[0] == 1.0
    assert values[1] == 0x2A0
    assert np.isnan(values[2:5]).all()
    assert values[5] == 0
    assert special.tolist() == [False, False, False, True, True, False]


@pytest.mark.parametrize(
    ("columns", "name", "labels"),
    [
        ({"AVALC": ["x" * 300]}, "ADLB", {}),
        ({"AVALC": ["发" * 67]}, "ADLB", {}),
        ({"AVAL": [1.0]}, "TOOLONGNAME", {}),
        ({"AVALLONGNAME": [1.0]}, "ADLB", {}),
        ({"AVAL": [1.0]}, "ADLB", {"AVAL": "x" * 41}),
    ],
)
def test_what_version_5_cannot_hold_is_an_error_there_and_written_as_version_8(
    tmp_path: Path, columns: dict[str, list[object]], name: str, labels: dict[str, str]
) -> None:
    data = pd.DataFrame(columns)
    with pytest.raises(DataError, match="longer than XPT v5 can hold") as error:
        write_xpt(data, tmp_path / "a.xpt", name, "", labels, version=5)
    assert "version 8" in error.value.remedy
    path = write_xpt(data, tmp_path / "a.xpt", name, "", labels)
    assert path.read_bytes()[20:26] == b"LIBV8 "
    back, meta = pyreadstat.read_xport(str(path))
    assert back.to_dict("list") == columns
    assert meta.table_name == name
    assert meta.column_names_to_labels[next(iter(columns))] == (labels.get("AVAL") or None)


def test_what_version_5_can_hold_is_written_as_version_5(tmp_path: Path) -> None:
    path = write_xpt(pd.DataFrame({"AVALC": ["x" * 200]}), tmp_path / "a.xpt", "ADLB", "", {})
    assert path.read_bytes()[20:27] == b"LIBRARY"


@pytest.mark.parametrize(
    ("label", "labels"), [("x" * 41, {}), ("", {"AVAL": "x" * 257})], ids=["dataset", "variable"]
)
def test_a_label_that_no_version_can_hold_is_an_error(
    tmp_path: Path, label: str, labels: dict[str, str]
) -> None:
    with pytest.raises(DataError, match="longer than XPT v8 can hold"):
        write_xpt(pd.DataFrame({"AVAL": [1.0]}), tmp_path / "a.xpt", "ADLB", label, labels)


def test_version_8_tells_labels_formats_and_records_to_the_independent_reader(
    tmp_path: Path,
) -> None:
    labels = {"USUBJID": "Unique subject identifier, which is longer than forty bytes", "SEQ": "é"}
    formats = {"AVAL": "8.2", "ADT": "YYMMDD10."}
    path = tmp_path / "a.xpt"
    write_xpt(frame(), path, "ADLBVERYLONG", "Étiquette", labels, formats, version=8)
    back, meta = pyreadstat.read_xport(str(path))
    assert meta.table_name == "ADLBVERYLONG"
    assert meta.file_label == "Étiquette"
    assert {k: v for k, v in meta.column_names_to_labels.items() if v} == labels
    assert meta.original_variable_types["ADT"] == "YYMMDD10"
    assert len(back) == 3
    assert back["USUBJID"].tolist() == frame()["USUBJID"].tolist()


def test_a_text_with_a_zero_byte_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="zero byte"):
        written(tmp_path, pd.DataFrame({"AVALC": ["a\0"]}))


def test_a_text_column_with_a_number_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no text.*\n.*AVALC"):
        written(tmp_path, pd.DataFrame({"AVALC": ["a", 1]}))


def test_an_empty_frame_gives_a_file_with_its_variables(tmp_path: Path) -> None:
    back, _ = written(tmp_path, frame().iloc[:0])
    assert list(back.columns) == list(frame().columns)
    assert len(back) == 0


def test_letters_beyond_ascii_survive(tmp_path: Path) -> None:
    back, _ = written(tmp_path, pd.DataFrame({"AGEGR1": ["≥ 75 years", "< 65 years"]}))
    assert back["AGEGR1"].tolist() == ["≥ 75 years", "< 65 years"]


def test_blocks_written_one_after_the_other_equal_the_whole(tmp_path: Path) -> None:
    variables = (Variable("USUBJID", "", False, 5), Variable("AVAL", "", True, 8))
    table = pa.table({"USUBJID": ["A", "BB", "CCCCC"], "AVAL": [1.0, 2.0, None]})
    for name, cuts in (("one.xpt", [3]), ("two.xpt", [1, 3])):
        with XptWriter(tmp_path / name, Head("X", "", variables, 3)) as writer:
            start = 0
            for end in cuts:
                writer.write(table[start:end])
                start = end
    assert (tmp_path / "one.xpt").read_bytes() == (tmp_path / "two.xpt").read_bytes()


def test_a_block_wider_than_its_variable_is_an_error(tmp_path: Path) -> None:
    head = Head("X", "", (Variable("USUBJID", "", False, 2),), 1)
    with (
        pytest.raises(DataError, match="wider than its variable"),
        XptWriter(tmp_path / "a.xpt", head) as writer,
    ):
        writer.write(pa.table({"USUBJID": ["ABC"]}))

"""Text is read by what the file declares or the study sets; doubt is told, never guessed away."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read
from csrkit.sdtm.write import write_xpt
from csrkit.study.reading import Reading

GB18030 = Reading(encoding="gb18030")
TERM = "发热 Fever"


def transport(folder, encoding, text=TERM, name="ae"):
    """Write a transport file whose text is in another encoding than UTF-8."""
    width = len(text.encode(encoding))
    placeholder = "~" * width
    frame = pd.DataFrame({"USUBJID": ["S1"], f"{name.upper()}TERM": [placeholder]})
    file = write_xpt(frame, folder / f"{name}.xpt", name.upper(), "", {})
    file.write_bytes(file.read_bytes().replace(placeholder.encode(), text.encode(encoding)))
    return file


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", TERM),
        ("latin-1", "Fièvre élevée"),
        ("windows-1252", "≤ 5".replace("≤", "€")),
        ("utf-8", TERM),
        ("shift_jis", "発熱"),
    ],
)
def test_transport_files_are_read_in_the_encoding_that_the_study_sets(tmp_path, encoding, text):
    transport(tmp_path, encoding, text)
    ae = read(tmp_path, reading=Reading(encoding=encoding))["AE"]
    assert ae["AETERM"].tolist() == [text]
    assert ae.attrs["notes"] == ()


def test_one_domain_or_dataset_may_have_an_encoding_of_its_own(tmp_path):
    transport(tmp_path, "gb18030", TERM, "ae")
    transport(tmp_path, "utf-8", TERM, "cm")
    domains = read(tmp_path, reading=Reading(encodings={"ae": "gb18030"}))
    assert domains["AE"]["AETERM"].tolist() == [TERM]
    assert domains["CM"]["CMTERM"].tolist() == [TERM]


def test_text_in_another_encoding_than_set_is_an_error_that_shows_how_it_could_read(tmp_path):
    file = transport(tmp_path, "gb18030")
    with pytest.raises(DataError, match="Text in a file is not UTF-8") as error:
        read(tmp_path)
    assert error.value.where == f"{file}, AETERM"
    assert "as gb18030 '发热 Fever'" in error.value.found.replace("read as", "as")
    assert "study.yml" in error.value.remedy


def test_utf8_read_as_set_in_another_encoding_is_noted(tmp_path):
    transport(tmp_path, "utf-8")
    ae = read(tmp_path, reading=Reading(encoding="latin-1"))["AE"]
    (note,) = ae.attrs["notes"]
    assert (note.id, note.severity, note.variable) == ("READ-ENCODING", "warning", "AETERM")
    assert TERM in note.found


def test_control_characters_that_a_wrong_encoding_makes_are_noted(tmp_path):
    transport(tmp_path, "windows-1252", "“Fever”")
    (note,) = read(tmp_path, reading=Reading(encoding="latin-1"))["AE"].attrs["notes"]
    assert note.id == "READ-ENCODING"
    assert "control characters" in note.what


def test_ascii_needs_no_setting_and_gives_no_note(tmp_path):
    transport(tmp_path, "ascii", "Fever")
    for reading in (None, GB18030, Reading(encoding="latin-1")):
        ae = read(tmp_path, reading=reading)["AE"]
        assert ae["AETERM"].tolist() == ["Fever"]
        assert ae.attrs["notes"] == ()


def sas(write, folder, **options):
    frame = pd.DataFrame({"AETERM": [TERM, None]})
    return write(frame, folder / "ae.sas7bdat", labels={"AETERM": "名称"}, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_sas_dataset_is_read_in_the_encoding_that_it_declares(tmp_path, write_sas7bdat, encoding):
    sas(write_sas7bdat, tmp_path, encoding=encoding)
    ae = read(tmp_path, reading=Reading(encoding="latin-1"))["AE"]
    assert ae["AETERM"].tolist() == [TERM, None]
    assert ae.attrs["labels"] == {"AETERM": "名称"}
    assert ae.attrs["notes"] == ()


def test_a_sas_dataset_that_declares_none_is_read_as_the_study_sets(tmp_path, write_sas7bdat):
    sas(write_sas7bdat, tmp_path, encoding="gb18030", declared="")
    assert read(tmp_path, reading=GB18030)["AE"]["AETERM"].tolist() == [TERM, None]
    with pytest.raises(DataError, match="not utf-8"):
        read(tmp_path)


def test_a_setting_for_the_domain_replaces_what_a_sas_dataset_declares_and_is_noted(
    tmp_path, write_sas7bdat
):
    sas(write_sas7bdat, tmp_path, encoding="gb18030", declared="windows-1252")
    ae = read(tmp_path, reading=Reading(encodings={"AE": "gb18030"}))["AE"]
    assert ae["AETERM"].tolist() == [TERM, None]
    assert [note.id for note in ae.attrs["notes"]] == ["READ-ENCODING"]


def test_a_sas_dataset_whose_text_is_not_as_declared_is_an_error(tmp_path, write_sas7bdat):
    file = sas(write_sas7bdat, tmp_path, encoding="gb18030", declared="utf-8")
    with pytest.raises(DataError, match="not in the encoding that the file declares") as error:
        read(tmp_path)
    assert error.value.where == str(file)
    assert "reading.encodings" in error.value.remedy


@pytest.mark.parametrize(
    ("encoding", "mark"), [("gb18030", ""), ("utf-8", "\ufeff"), ("utf-16", "")]
)
def test_csv_is_read_as_set_unless_a_byte_order_mark_declares_it(tmp_path, encoding, mark):
    (tmp_path / "types.yml").write_text("AE: {variables: {AETERM: text}}")
    (tmp_path / "ae.csv").write_bytes(f"{mark}AETERM\n{TERM}\n".encode(encoding))
    ae = read(tmp_path, reading=GB18030)["AE"]
    assert ae["AETERM"].tolist() == [TERM]
    assert ae.attrs["notes"] == ()


def test_csv_in_another_encoding_than_set_is_an_error_that_names_the_line(tmp_path):
    (tmp_path / "types.yml").write_text("AE: {variables: {AETERM: text}}")
    (tmp_path / "ae.csv").write_bytes(f"AETERM\nFever\n{TERM}\n".encode("gb18030"))
    with pytest.raises(DataError, match="not UTF-8") as error:
        read(tmp_path)
    assert error.value.where == f"{tmp_path / 'ae.csv'}, line 3"
    assert "gb18030 '发热 Fever'" in error.value.found


def test_dataset_json_must_be_utf8_whatever_the_study_sets(tmp_path):
    (tmp_path / "ae.json").write_bytes('{"label": "发热"}'.encode("gb18030"))
    with pytest.raises(DataError, match="damaged") as error:
        read(tmp_path, reading=GB18030)
    assert "line 1 isn't UTF-8" in error.value.found

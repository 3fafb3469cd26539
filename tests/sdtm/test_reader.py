import shutil

import pandas as pd
import pyreadstat
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read


def frame(domain="AE", records=3, **columns):
    content = {
        "DOMAIN": [domain] * records,
        "USUBJID": [f"S{n}" for n in range(records)],
        f"{domain}SEQ": [float(n + 1) for n in range(records)],
        f"{domain}TERM": [f"Term {n} é" for n in range(records)],
    }
    return pd.DataFrame(content | columns)


def deliver(folder, name, content, version=5):
    labels = [f"Label of {column}" for column in content]
    pyreadstat.write_xport(
        content.fillna(dict.fromkeys(content.select_dtypes(object), "")),
        str(folder / name),
        file_label="A label",
        table_name="T",
        file_format_version=version,
        column_labels=labels,
    )
    return folder / name


@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_is_read_to_the_contract(tmp_path, version):
    term = ["Fever", None, " "]
    deliver(tmp_path, "ae.xpt", frame(AETERM=term, AEX=[1.5, None, -2e-8]), version)
    ae = read(tmp_path)["AE"]
    assert ae["AETERM"].tolist() == ["Fever", None, None]
    assert ae["AEX"].tolist()[0] == 1.5
    assert ae["AEX"].isna().tolist() == [False, True, False]
    assert ae["AEX"].dtype == "float64"
    assert ae["AETERM"].dtype == object
    assert ae.attrs["label"] == "A label"
    assert ae.attrs["labels"]["AETERM"] == "Label of AETERM"
    assert ae.attrs["files"] == [str(tmp_path / "ae.xpt")]


def test_version_8_keeps_long_names_and_labels(tmp_path):
    long = "A label of more than forty characters, which version 5 can't hold"
    content = frame().rename(columns={"AETERM": "AETERMVERYLONGNAME"})
    pyreadstat.write_xport(
        content, str(tmp_path / "ae.xpt"), file_format_version=8, column_labels=[long] * 4
    )
    ae = read(tmp_path)["AE"]
    assert "AETERMVERYLONGNAME" in ae
    assert ae.attrs["labels"]["AETERMVERYLONGNAME"] == long


def test_names_are_upper_case_whatever_case_the_file_has(tmp_path):
    deliver(tmp_path, "Ae.XPT", frame().rename(columns=str.lower))
    domains = read(tmp_path)
    assert list(domains) == ["AE"]
    assert list(domains["AE"]) == ["DOMAIN", "USUBJID", "AESEQ", "AETERM"]


def test_an_empty_domain_is_read_as_one(tmp_path):
    deliver(tmp_path, "ae.xpt", frame(records=0))
    ae = read(tmp_path)["AE"]
    assert ae.empty
    assert "AETERM" in ae


@pytest.mark.parametrize("records", [1, 2, 3, 7, 13])
def test_short_records_are_all_read_and_padding_is_none(tmp_path, records):
    deliver(tmp_path, "ae.xpt", pd.DataFrame({"DOMAIN": ["AE"] * records}))
    assert len(read(tmp_path)["AE"]) == records


def test_notes_and_define_beside_the_data_are_ignored(tmp_path):
    deliver(tmp_path, "ae.xpt", frame())
    for name in ("README.md", "note.txt", "define.xml", ".DS_Store", "study.yml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "old").mkdir()
    assert list(read(tmp_path)) == ["AE"]


def test_only_the_domains_and_variables_asked_for_are_read(tmp_path):
    deliver(tmp_path, "ae.xpt", frame())
    (tmp_path / "cm.xpt").write_text("not read, so not looked into")
    domains = read(tmp_path, domains=["ae"], columns={"AE": ["aeterm", "AENOSUCH"]})
    assert list(domains) == ["AE"]
    assert list(domains["AE"]) == ["DOMAIN", "AETERM"]


def test_a_domain_in_parts_is_put_together(tmp_path):
    deliver(tmp_path, "lbch.xpt", frame("LB", 2))
    deliver(tmp_path, "lbhe.xpt", frame("LB", 1, LBNOTE=["only here"]))
    supplement = pd.DataFrame({"RDOMAIN": ["LB"], "USUBJID": ["S0"], "IDVAR": ["LBSEQ"]})
    deliver(tmp_path, "supplbch.xpt", supplement)
    domains = read(tmp_path)
    assert list(domains) == ["LB", "SUPPLB"]
    assert domains["LB"]["LBNOTE"].tolist() == [None, None, "only here"]
    assert domains["LB"]["LBSEQ"].tolist() == [1, 2, 1]
    assert len(domains["LB"].attrs["files"]) == 2


def fault(folder):
    with pytest.raises(DataError) as error:
        read(folder)
    assert error.value.remedy
    return error.value


def test_a_missing_folder_is_named(tmp_path):
    error = fault(tmp_path / "nowhere")
    assert "folder of the SDTM data is missing" in error.what
    assert error.where == str(tmp_path / "nowhere")


def test_a_folder_without_datasets_is_an_error(tmp_path):
    (tmp_path / "README.md").write_text("nothing yet")
    assert "no dataset" in fault(tmp_path).what


def test_a_file_of_another_kind_is_named_and_the_allowed_kinds_listed(tmp_path):
    deliver(tmp_path, "ae.xpt", frame())
    (tmp_path / "cm.docx").write_text("x")
    error = fault(tmp_path)
    assert error.where.endswith("cm.docx")
    assert ".xpt" in error.allowed


def test_a_file_with_no_name_of_a_dataset_is_an_error(tmp_path):
    deliver(tmp_path, "adverse-events.xpt", frame())
    assert fault(tmp_path).found == "ADVERSE-EVENTS"


def test_an_empty_file_is_an_error(tmp_path):
    (tmp_path / "ae.xpt").write_bytes(b"")
    assert "0 bytes" in fault(tmp_path).what


def test_a_dataset_delivered_twice_is_an_error(tmp_path):
    deliver(tmp_path, "suppae.xpt", pd.DataFrame({"RDOMAIN": ["AE"]}))
    shutil.copy(tmp_path / "suppae.xpt", tmp_path / "SUPPAE.XPT")
    error = fault(tmp_path)
    assert error.what == "Dataset SUPPAE was delivered twice"
    assert error.found == "SUPPAE.XPT and suppae.xpt"


def test_records_of_another_domain_than_the_name_says_are_an_error(tmp_path):
    deliver(tmp_path, "cm.xpt", frame("AE"))
    error = fault(tmp_path)
    assert (error.found, error.allowed) == ("AE", "CM")


def test_variables_that_differ_only_in_case_are_an_error(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame(AETERN=["x"] * 3))
    file.write_bytes(file.read_bytes().replace(b"AETERN", b"aeterm", 1))
    assert fault(tmp_path).found == "AETERM"


def test_text_that_is_not_utf8_is_an_error_with_its_remedy(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame())
    file.write_bytes(file.read_bytes().replace("é".encode(), b"\xe9 "))
    error = fault(tmp_path)
    assert error.what == "Text in a file is not UTF-8"
    assert error.where == f"{file}, AETERM"
    assert "reading.encoding" in error.remedy
    assert "windows-1252 'Term 0 é'" in error.found


def test_a_cport_file_is_told_from_a_transport_file(tmp_path):
    (tmp_path / "ae.xpt").write_bytes(b"**COMPRESSED** **COMPRESSED** " * 8)
    assert "CPORT" in fault(tmp_path).what


def test_a_file_that_is_no_transport_file_is_an_error(tmp_path):
    (tmp_path / "ae.xpt").write_bytes(b"USUBJID,AETERM\nS1,Fever\n" * 10)
    assert "not a SAS transport" in fault(tmp_path).what


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("kept", [80, 320, 640, 700, 800, 1000, 1200, 1250, 1279])
def test_a_file_cut_within_its_header_is_an_error(tmp_path, version, kept):
    file = deliver(tmp_path, "ae.xpt", frame(records=40), version)
    file.write_bytes(file.read_bytes()[:kept])
    assert "damaged or cut short" in fault(tmp_path).what


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("lost", [1, 79, 80, 81, 160, 400])
def test_a_file_cut_within_its_records_is_an_error(tmp_path, version, lost):
    file = deliver(tmp_path, "ae.xpt", frame(records=41), version)
    file.write_bytes(file.read_bytes()[:-lost])
    assert "damaged or cut short" in fault(tmp_path).what


@pytest.mark.parametrize("header", [b"MEMBER", b"NAMESTR", b"OBS"])
def test_a_damaged_header_is_an_error(tmp_path, header):
    file = deliver(tmp_path, "ae.xpt", frame())
    wanted = b"*******" + header.ljust(8)
    file.write_bytes(file.read_bytes().replace(wanted, b"*******" + b"X" * 8))
    assert "damaged" in fault(tmp_path).what


def test_a_header_without_a_variable_count_is_an_error(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame())
    content = bytearray(file.read_bytes())
    content[560 + 54 : 560 + 58] = b"????"
    file.write_bytes(content)
    assert "how many variables" in fault(tmp_path).found


def test_zero_bytes_in_text_are_an_error_that_names_the_record(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame())
    file.write_bytes(file.read_bytes().replace(b"Term 1", b"\0" * 6))
    assert fault(tmp_path).found == "zero bytes in the text of AETERM, record 2"


def test_text_filled_up_with_zero_bytes_throughout_is_read_and_noted(tmp_path):
    content = pd.DataFrame({"DOMAIN": ["AE"] * 3, "AETERM": ["Fever", None, "Fe"]})
    file = deliver(tmp_path, "ae.xpt", content)
    begin, data = file.read_bytes().split(b"HEADER RECORD*******OBS ")
    data = data.replace(b"Fe   ", b"Fe\0\0\0").replace(b" " * 5, bytes(5), 1)
    file.write_bytes(begin + b"HEADER RECORD*******OBS " + data)
    ae = read(tmp_path)["AE"]
    assert ae["AETERM"].tolist() == ["Fever", None, "Fe"]
    assert [note[:3] for note in ae.attrs["notes"]] == [("READ-FILL", "note", "AETERM")]


def test_values_stand_in_the_order_of_the_variables_whatever_position_is_stated(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame(), version=8)
    content = bytearray(file.read_bytes())
    stated = [content[640 + 140 * n + 84 : 640 + 140 * n + 88] for n in range(4)]
    for n, position in enumerate(reversed(stated)):
        content[640 + 140 * n + 84 : 640 + 140 * n + 88] = position
    file.write_bytes(content)
    assert read(tmp_path)["AE"].to_dict("list") == frame().to_dict("list")


@pytest.mark.parametrize("spoilt", ["the text", "the record"])
def test_zero_bytes_that_a_broken_copy_leaves_are_an_error(tmp_path, spoilt):
    content = pd.DataFrame({"DOMAIN": ["AE"] * 9, "AETERM": ["Fever", "Fe"] + ["Fever"] * 7})
    content = content if spoilt == "the text" else content.assign(AETERM="Fever")
    file = deliver(tmp_path, "ae.xpt", content)
    whole = bytearray(file.read_bytes())
    at = whole.index(b"OBS     HEADER") + 60 + 7 * 3
    whole[at + 2 * (spoilt == "the text") : at + 7] = bytes(7 - 2 * (spoilt == "the text"))
    file.write_bytes(whole)
    assert "zero bytes in the text of" in fault(tmp_path).found


def test_a_file_with_two_datasets_is_an_error(tmp_path):
    file = deliver(tmp_path, "ae.xpt", frame())
    content = file.read_bytes()
    file.write_bytes(content + content[240:])
    assert "more than one dataset" in fault(tmp_path).what


def test_a_variable_without_a_value_in_one_part_has_the_type_of_the_others(tmp_path):
    whole = pd.DataFrame({"DOMAIN": "FA", "USUBJID": ["S1"], "FASEQ": [1.0], "FASTRESN": [2.5]})
    part = whole.assign(FASEQ=[2.0], FASTRESN=pd.Series([None], dtype=object))
    whole.to_parquet(tmp_path / "fa.parquet")
    part.to_parquet(tmp_path / "face.parquet")
    found = read(tmp_path)["FA"]
    assert found["FASEQ"].tolist() == [1, 2]
    assert found["FASTRESN"].dtype == "float64"


def test_a_variable_that_is_text_in_one_part_and_numbers_in_another_is_an_error(tmp_path):
    whole = pd.DataFrame({"DOMAIN": "FA", "USUBJID": ["S1"], "FASEQ": [1.0], "FASTRESN": [2.5]})
    whole.to_parquet(tmp_path / "fa.parquet")
    whole.assign(FASEQ=2.0, FASTRESN="high").to_parquet(tmp_path / "face.parquet")
    with pytest.raises(DataError, match="FA, variable FASTRESN"):
        read(tmp_path)

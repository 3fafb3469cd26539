"""Every format gives the same records, alone and side by side in one folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read
from csrkit.sdtm.write import FORMATS, write_domains, write_xpt
from csrkit.study import load_study

ROOT = Path(__file__).parents[3]
LABELS = {"AETERM": "Reported Term", "AESEQ": "Sequence Number"}
FORMAT = {"AESEQ": "8.2"}


@pytest.fixture(scope="module")
def study():
    return load_study(ROOT / "study.yml")


def events(domain="AE"):
    frame = pd.DataFrame(
        {
            "DOMAIN": [domain] * 3,
            "USUBJID": ["S1", "S2", "S3"],
            f"{domain}SEQ": [1.0, 2.0, np.nan],
            f"{domain}TERM": ['Fever, "high"', None, "发热 é"],
            f"{domain}STDTC": ["2025-06-09", "2025-06", None],
            f"{domain}DUR": [None, None, None],
        }
    )
    frame = frame.astype({f"{domain}SEQ": "float64"})
    labels = {name.replace("AE", domain): label for name, label in LABELS.items()}
    frame.attrs = {"label": "Adverse Events", "labels": labels}
    frame.attrs["formats"] = {f"{domain}SEQ": "8.2"}
    return frame


@pytest.fixture
def deliver(study, write_sas7bdat):
    def write(folder, fmt, domain="AE", frame=None):
        frame = events(domain) if frame is None else frame
        if fmt != "sas7bdat":
            return write_domains({domain: frame}, folder, fmt, study)[0]
        folder.mkdir(exist_ok=True)
        file = folder / f"{domain.lower()}.sas7bdat"
        told = frame.attrs
        return write_sas7bdat(
            frame, file, label=told["label"], labels=told["labels"], formats=told["formats"]
        )

    return write


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_values_labels_and_formats_are_read_from_every_format(tmp_path, deliver, fmt):
    deliver(tmp_path, fmt)
    ae = read(tmp_path)["AE"]
    pd.testing.assert_frame_equal(ae, events())
    assert ae.attrs["label"] == "Adverse Events"
    assert {name: label for name, label in ae.attrs["labels"].items() if label} == LABELS
    assert list(ae.attrs["labels"]) == list(ae)
    assert ae.attrs["formats"] == FORMAT
    assert ae.attrs["notes"] == ()


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_only_the_variables_asked_for_are_read_from_every_format(tmp_path, deliver, fmt):
    deliver(tmp_path, fmt)
    ae = read(tmp_path, columns={"AE": ["aeseq", "AENOSUCH"]})["AE"]
    assert list(ae) == ["DOMAIN", "AESEQ"]


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_a_domain_without_records_keeps_its_variables_in_every_format(tmp_path, deliver, fmt):
    empty = events().iloc[:0]
    empty.attrs = events().attrs
    deliver(tmp_path, fmt, frame=empty)
    ae = read(tmp_path)["AE"]
    assert list(ae) == list(empty)
    assert ae.dtypes.tolist() == empty.dtypes.tolist()


def test_all_formats_lie_side_by_side_in_one_folder(tmp_path, deliver):
    kinds = {"AE": "xpt", "CM": "json", "PR": "ndjson", "MH": "parquet", "DS": "csv", "DV": ""}
    for domain, fmt in kinds.items():
        deliver(tmp_path, fmt or "sas7bdat", domain)
    domains = read(tmp_path)
    assert sorted(domains) == sorted(kinds)
    for domain, frame in domains.items():
        pd.testing.assert_frame_equal(frame, events(domain))


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_a_file_cut_short_is_an_error_in_every_format(tmp_path, deliver, fmt):
    file = deliver(tmp_path, fmt)
    whole = file.read_bytes()
    for kept in (len(whole) // 2, len(whole) - 30):
        file.write_bytes(whole[:kept])
        with pytest.raises(DataError, match="damaged or cut short") as error:
            read(tmp_path)
        assert str(file) in error.value.where


@pytest.mark.parametrize("fmt", ["xpt", "json", "parquet", "sas7bdat"])
@pytest.mark.parametrize("suffix", ["csv", "xpt", "json", "parquet"])
def test_a_wrong_suffix_is_read_by_content_and_noted(tmp_path, deliver, fmt, suffix):
    file = deliver(tmp_path, fmt)
    wrong = file.rename(file.with_suffix(f".{suffix}"))
    ae = read(tmp_path)["AE"]
    pd.testing.assert_frame_equal(ae, events())
    notes = ae.attrs["notes"]
    if fmt == suffix:
        assert notes == ()
    else:
        assert [(note.id, note.severity, note.found) for note in notes] == [
            ("READ-SUFFIX", "warning", wrong.name)
        ]


@pytest.mark.parametrize(
    ("begin", "found"), [(b"PK\x03\x04", "Excel"), (b"\x1f\x8b\x08", "gzip"), (b"%PDF-1", "PDF")]
)
def test_a_file_of_another_kind_under_a_datasets_name_is_an_error(tmp_path, begin, found):
    (tmp_path / "ae.csv").write_bytes(begin + b"rest")
    with pytest.raises(DataError, match="not what its name says") as error:
        read(tmp_path)
    assert found in error.value.found


def test_a_domain_in_two_formats_is_an_error_that_names_both(tmp_path, deliver):
    deliver(tmp_path, "xpt")
    deliver(tmp_path, "json")
    with pytest.raises(DataError, match="Dataset AE was delivered twice") as error:
        read(tmp_path)
    assert error.value.found == "ae.json and ae.xpt"


def test_parts_of_a_domain_may_come_in_different_formats(tmp_path, deliver):
    part = events("LB").assign(LBDUR=[1.0, np.nan, 2.0], LBCH=["a", None, None])
    part.attrs = events("LB").attrs
    deliver(tmp_path, "xpt", "LBHE", events("LB"))
    deliver(tmp_path, "parquet", "LBCH", part)
    lb = read(tmp_path)["LB"]
    assert lb["LBDUR"].tolist()[0:3:2] == [1.0, 2.0]
    assert lb["LBDUR"].dtype == "float64"
    assert lb["LBCH"].tolist() == ["a", None, None, None, None, None]
    assert lb["LBTERM"].tolist() == events("LB")["LBTERM"].tolist() * 2
    assert lb.attrs["formats"] == {"LBSEQ": "8.2"}
    assert [Path(file).name for file in lb.attrs["files"]] == ["lbch.parquet", "lbhe.xpt"]


def test_a_variable_that_is_text_in_one_part_and_numbers_in_another_is_an_error(tmp_path, deliver):
    deliver(tmp_path, "xpt", "LBCH", events("LB"))
    deliver(tmp_path, "xpt", "LBHE", events("LB").assign(LBTERM=1.0))
    with pytest.raises(DataError, match="text in one part") as error:
        read(tmp_path)
    assert error.value.found == "text in lbch.xpt, numbers in lbhe.xpt"


def test_a_domain_whole_and_in_parts_is_an_error(tmp_path, deliver):
    deliver(tmp_path, "xpt", "LB", events("LB"))
    deliver(tmp_path, "xpt", "LBCH", events("LB").iloc[:2])
    with pytest.raises(DataError, match="whole and in parts") as error:
        read(tmp_path)
    assert error.value.found == "2 records of LBCH are in LB too"


def test_what_xpt_version_5_cannot_hold_is_noted(tmp_path, deliver):
    frame = events().assign(AEVERYLONG=["x" * 201, None, None])
    frame.attrs = {"label": "d" * 41, "labels": {"AETERM": "x" * 41}, "formats": {}}
    deliver(tmp_path, "parquet", frame=frame)
    notes = read(tmp_path)["AE"].attrs["notes"]
    assert [(note.id, note.severity, note.variable) for note in notes] == [
        ("READ-LABEL", "note", ""),
        ("READ-LABEL", "note", "AETERM"),
        ("READ-NAME", "note", "AEVERYLONG"),
        ("READ-LENGTH", "note", "AEVERYLONG"),
    ]
    assert notes[3].found.startswith("201 bytes")


@pytest.mark.parametrize("fmt", [*FORMATS, "sas7bdat"])
def test_a_date_delivered_as_numbers_is_an_error_in_every_format(tmp_path, deliver, fmt):
    frame = events().assign(AESTDTC=[23901.0, np.nan, 23902.0])
    frame.attrs = events().attrs | {"formats": {"AESTDTC": "DATE9."}}
    deliver(tmp_path, fmt, frame=frame)
    with pytest.raises(DataError, match="delivered as numbers") as error:
        read(tmp_path)
    assert "23901 with format DATE9." in error.value.found
    assert "AESTDTC" in error.value.where


@pytest.mark.parametrize(
    ("text", "noted"),
    [("23901", True), ("20250609", True), ("20250609T1030", True), ("2025", False)],
)
def test_a_text_date_that_holds_a_number_is_noted(tmp_path, deliver, text, noted):
    frame = events().assign(AESTDTC=["2025-06-09", text, None])
    frame.attrs = events().attrs
    deliver(tmp_path, "json", frame=frame)
    notes = read(tmp_path)["AE"].attrs["notes"]
    assert [(note.id, note.severity, note.variable) for note in notes] == (
        [("READ-DATE", "critical", "AESTDTC")] if noted else []
    )


def test_a_date_variable_without_any_value_is_text_whatever_its_type(tmp_path, deliver):
    frame = events().assign(AESTDTC=[np.nan] * 3)
    frame.attrs = events().attrs
    deliver(tmp_path, "xpt", frame=frame)
    assert read(tmp_path)["AE"]["AESTDTC"].tolist() == [None, None, None]
    assert read(tmp_path)["AE"]["AESTDTC"].dtype == object


def test_special_missing_values_are_missing_and_noted(tmp_path):
    file = write_xpt(pd.DataFrame({"AESEQ": [1.0, np.nan]}), tmp_path / "ae.xpt", "AE", "", {})
    whole = file.read_bytes()
    at = whole.rindex(b"." + bytes(7))
    file.write_bytes(whole[:at] + b"B" + whole[at + 1 :])
    ae = read(tmp_path)["AE"]
    assert ae["AESEQ"].isna().tolist() == [False, True]
    assert ae.attrs["notes"][0][:3] == ("READ-MISSING", "warning", "AESEQ")
    assert ae.attrs["notes"][0].found == ".B in 1 records"


def test_a_name_that_no_variable_can_have_is_an_error(tmp_path):
    pq.write_table(pa.table({"AE TERM": ["x"]}), tmp_path / "ae.parquet")
    with pytest.raises(DataError, match="can't be that of a variable"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, None], pa.int32()), [1.0, np.nan]),
        (pa.array(["a", None]).dictionary_encode(), ["a", None]),
        (pa.array(["a", " "], pa.large_string()), ["a", None]),
        (pa.array([0, None], pa.date32()), [3653.0, np.nan]),
        (pa.array([0, 1500], pa.timestamp("ms")), [3653 * 86400.0, 3653 * 86400 + 1.5]),
        (pa.array([60, None], pa.time32("s")), [60.0, np.nan]),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_parquet_types_become_text_or_numbers_as_sas_has_them(tmp_path, values, expected):
    pq.write_table(pa.table({"AEX": values}), tmp_path / "ae.parquet")
    aex = read(tmp_path)["AE"]["AEX"]
    if isinstance(expected[0], str):
        assert aex.tolist() == expected
    else:
        assert np.array_equal(aex.to_numpy(), expected, equal_nan=True)


@pytest.mark.parametrize(
    "values",
    [pa.array([True]), pa.array([[1]]), pa.array([0], pa.timestamp("s", "UTC"))],
    ids=lambda values: str(values.type),
)
def test_parquet_types_that_sdtm_does_not_have_are_errors(tmp_path, values):
    pq.write_table(pa.table({"AEX": values}), tmp_path / "ae.parquet")
    with pytest.raises(DataError, match="type that SDTM doesn't have") as error:
        read(tmp_path)
    assert "AEX" in error.value.where


def test_parquet_integers_that_a_double_cannot_hold_are_an_error(tmp_path):
    pq.write_table(pa.table({"AEX": [2**60 + 1]}), tmp_path / "ae.parquet")
    with pytest.raises(DataError, match="more digits"):
        read(tmp_path)


def test_parquet_of_pandas_keeps_its_attrs_and_loses_its_index(tmp_path):
    frame = events().assign(AEX=np.float32(0.1)).iloc[[2, 0]]
    frame.attrs = events().attrs
    frame.to_parquet(tmp_path / "ae.parquet")
    ae = read(tmp_path)["AE"]
    assert list(ae) == list(frame)
    assert ae.attrs["label"] == "Adverse Events"
    assert ae.attrs["labels"]["AETERM"] == "Reported Term"
    assert [note[:3] for note in ae.attrs["notes"]] == [
        ("READ-TYPE", "note", "AEDUR"),
        ("READ-PRECISION", "warning", "AEX"),
    ]


def test_a_sas_dataset_of_many_pages_is_read_whole(tmp_path, write_sas7bdat):
    count = 5000
    frame = pd.DataFrame({"AETERM": [f"Term {n}" for n in range(count)]})
    frame["AESEQ"] = np.arange(count, dtype=float)
    write_sas7bdat(frame, tmp_path / "AE.SAS7BDAT", page_size=4096)
    pd.testing.assert_frame_equal(read(tmp_path)["AE"], frame)


def test_dataset_json_of_the_writer_has_only_what_the_standard_names(tmp_path, deliver):
    content = json.loads(deliver(tmp_path, "json").read_text(encoding="utf-8"))
    allowed = {"datasetJSONCreationDateTime", "datasetJSONVersion", "dbLastModifiedDateTime"}
    allowed |= {"originator", "sourceSystem", "studyOID", "metaDataVersionOID", "itemGroupOID"}
    assert set(content) == allowed | {"records", "name", "label", "columns", "rows"}
    assert content["columns"][2] == {
        "itemOID": "IT.AE.AESEQ",
        "name": "AESEQ",
        "label": "Sequence Number",
        "dataType": "float",
        "displayFormat": "8.2",
    }

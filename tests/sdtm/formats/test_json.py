"""Dataset-JSON 1.1 as others write it, and what is wrong with a file told in place."""

from __future__ import annotations

import json

import numpy as np
import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read


def column(name, kind="string", **more):
    return {"itemOID": f"IT.AE.{name}", "name": name, "label": "", "dataType": kind, **more}


def dataset(columns, rows, **more):
    return {
        "datasetJSONCreationDateTime": "2025-06-09T10:30:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.AE",
        "records": len(rows),
        "name": "AE",
        "label": "Adverse Events",
        "columns": columns,
        "rows": rows,
        **more,
    }


@pytest.fixture
def ae(tmp_path):
    def read_one(content):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / "ae.json").write_text(text, encoding="utf-8")
        return read(tmp_path)["AE"]

    return read_one


@pytest.mark.parametrize(
    ("kind", "more", "values", "expected"),
    [
        ("integer", {}, [1, None], [1.0, np.nan]),
        ("float", {}, [1.5, 2], [1.5, 2.0]),
        ("double", {}, [1e300, None], [1e300, np.nan]),
        ("decimal", {}, [0.1, None], [0.1, np.nan]),
        ("decimal", {"targetDataType": "decimal"}, ["0.10", None], [0.1, np.nan]),
        ("date", {"targetDataType": "integer"}, ["1960-01-02", None], [1.0, np.nan]),
        ("datetime", {"targetDataType": "integer"}, ["1960-01-02T00:00:01", None], [86401, np.nan]),
        ("time", {"targetDataType": "integer"}, ["00:01:00", None], [60.0, np.nan]),
    ],
)
def test_numbers_of_every_type_become_doubles(ae, kind, more, values, expected):
    found = ae(dataset([column("AEX", kind, **more)], [[value] for value in values]))["AEX"]
    assert found.dtype == "float64"
    assert np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize("kind", ["string", "date", "datetime", "URI"])
def test_texts_of_every_type_stay_text(ae, kind):
    found = ae(dataset([column("AESTDTC", kind)], [["2025-06"], [None], [""]]))["AESTDTC"]
    assert found.tolist() == ["2025-06", None, None]


@pytest.mark.parametrize(
    ("kind", "more", "values", "found"),
    [
        ("string", {}, ["a", 20250609], "20250609"),
        ("string", {}, ["a", True], "true"),
        ("float", {}, [1.0, "2,5"], '"2,5"'),
        ("float", {}, [1.0, True], "true"),
        ("integer", {}, [1, [2]], "[2]"),
    ],
)
def test_a_value_of_another_type_than_declared_is_an_error_that_names_the_record(
    ae, kind, more, values, found
):
    with pytest.raises(DataError, match="not of the type that its variable declares") as error:
        ae(dataset([column("AEX", kind, **more)], [[value] for value in values]))
    assert error.value.where.endswith("ae.json, variable AEX, record 2")
    assert error.value.found == found


@pytest.mark.parametrize(
    ("kind", "target", "value"),
    [
        ("date", "integer", "2025-06"),
        ("datetime", "integer", "2025-06-09"),
        ("decimal", "decimal", "1,5"),
        ("decimal", "decimal", "nan"),
        ("integer", None, 2**60 + 1),
    ],
)
def test_a_value_that_is_no_such_number_is_an_error(ae, kind, target, value):
    more = {"targetDataType": target} if target else {}
    with pytest.raises(DataError, match="not of the type that its variable declares"):
        ae(dataset([column("AEX", kind, **more)], [[value]]))


def test_a_type_that_sdtm_does_not_have_is_an_error(ae):
    with pytest.raises(DataError, match="type that SDTM doesn't have") as error:
        ae(dataset([column("AEX", "boolean")], [[True]]))
    assert error.value.found == "boolean"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"records": 3}, "it states 3 records and holds 1"),
        ({"rows": [["a", "b"]]}, "record 1 doesn't have the 1 values"),
        ({"rows": {}}, "no object of metadata with rows"),
        ({"columns": [{"name": "AEX"}]}, "not described by name and dataType"),
    ],
)
def test_a_file_that_contradicts_itself_is_damaged(ae, change, found):
    with pytest.raises(DataError, match="damaged or cut short") as error:
        ae(dataset([column("AEX")], [["a"]]) | change)
    assert found in error.value.found


def test_a_file_without_its_number_of_records_is_noted(ae):
    content = dataset([column("AEX")], [["a"]])
    del content["records"]
    assert [note.id for note in ae(content).attrs["notes"]] == ["READ-RECORDS"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"datasetJSONVersion": "1.0.0"}, "1.0.0"),
        ({"clinicalData": {}, "records": 0}, "version 1.0"),
        ({"some": "thing"}, "no datasetJSONVersion"),
    ],
)
def test_another_version_is_an_error(ae, content, found):
    with pytest.raises(DataError, match=r"not Dataset-JSON version 1\.1") as error:
        ae({"rows": [], **content})
    assert error.value.found == found


@pytest.mark.parametrize("token", ["NaN", "Infinity"])
def test_what_json_does_not_have_is_an_error(ae, token):
    text = json.dumps(dataset([column("AEX", "float")], [["?"]])).replace('"?"', token)
    with pytest.raises(DataError, match="damaged") as error:
        ae(text)
    assert token in error.value.found


def lines(rows, **more):
    content = dataset([column("AETERM"), column("AESEQ", "integer")], rows, **more)
    content.pop("rows")
    return "\n".join(json.dumps(line) for line in (content, *rows)) + "\n"


def test_ndjson_is_read_whatever_its_suffix_says(ae):
    found = ae(lines([["a", 1], [None, 2]]))
    assert found["AETERM"].tolist() == ["a", None]
    assert found["AESEQ"].tolist() == [1.0, 2.0]
    assert found.attrs["notes"] == ()


def test_ndjson_without_records_is_an_empty_domain(ae):
    assert list(ae(lines([]))) == ["AETERM", "AESEQ"]


@pytest.mark.parametrize("lost", [3, 9, 12])
def test_ndjson_cut_short_is_an_error(ae, lost):
    with pytest.raises(DataError, match="damaged or cut short"):
        ae(lines([["a", 1], ["b", 2]])[:-lost])


def test_a_byte_order_mark_is_no_part_of_the_text(ae):
    assert ae("\ufeff" + json.dumps(dataset([column("AEX")], [["a"]])))["AEX"].tolist() == ["a"]

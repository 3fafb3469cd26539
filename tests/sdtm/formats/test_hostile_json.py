"""Dataset-JSON that contradicts itself, or that no one would write: told with file and place."""

from __future__ import annotations

import json

import numpy as np
import pytest

from csrkit.sdtm import read


def column(name, kind="string", **more):
    return {"itemOID": f"IT.AE.{name}", "name": name, "label": "", "dataType": kind, **more}


def dataset(columns=None, rows=None, **more):
    rows = [["S1", 1]] if rows is None else rows
    return {
        "datasetJSONVersion": "1.1.0",
        "records": len(rows),
        "name": "AE",
        "label": "Adverse Events",
        "columns": columns or [column("USUBJID"), column("AESEQ", "integer")],
        "rows": rows,
        **more,
    }


TEXT = json.dumps(dataset())
NUMBER = json.dumps(dataset([column("AEX", "float")], [["?"]]))
LINES = json.dumps({**dataset(), "rows": None}).replace(', "rows": null', "") + "\n"
JSON_FAULTS = {
    "rows twice": (TEXT[:-1] + ', "rows": []}', "the key 'rows' stands twice in one object"),
    "columns twice": (TEXT[:-1] + ', "columns": []}', "the key 'columns' stands twice"),
    "a name twice": (
        TEXT.replace('"name": "AE"', '"name": "AE", "name": "CM"'),
        "'name' stands twice",
    ),
    "a key of a line twice": (
        LINES.replace('"records"', '"label": "", "records"'),
        "'label' stands",
    ),
    "deep lists": (TEXT[:-1] + ', "more": ' + "[" * 100_000, "too deep within each other"),
    "deep rows": (TEXT.replace('["S1", 1]', "[" * 100_000), "too deep within each other"),
    "a deep line": (LINES + "[" * 100_000, "too deep within each other"),
    "deep objects": ('{"a":' * 100_000, "too deep within each other"),
    "NaN": (NUMBER.replace('"?"', "NaN"), "it holds NaN, which JSON doesn't have"),
    "-Infinity": (NUMBER.replace('"?"', "-Infinity"), "it holds -Infinity"),
    "many digits": (NUMBER.replace('"?"', "1" * 5_000), "Exceeds the limit"),
    "one itemOID": (
        json.dumps(dataset([column("A"), {**column("B"), "itemOID": "IT.AE.A"}], [])),
        "its columns share the itemOID IT.AE.A",
    ),
    "records as text": (TEXT.replace('"records": 1', '"records": "1"'), 'it states "1" records'),
    "records true": (TEXT.replace('"records": 1', '"records": true'), "it states true records"),
    "more records": (
        TEXT.replace('"records": 1', '"records": 200000000'),
        "states 200000000 records",
    ),
    "a name that is none": (TEXT.replace('"name": "AESEQ"', '"name": 7'), "not described by name"),
    "a type that is none": (TEXT.replace('"integer"', '["integer"]'), "not described by name"),
    "a row that is an object": (TEXT.replace('["S1", 1]', '{"USUBJID": "S1"}'), "record 1 doesn't"),
    "a text without end": (TEXT[:-30], "it is no JSON"),
    "a truncated line": (LINES + '["S1", ', "no JSON"),
    "a list": ("[" + TEXT + "]", "not what its name says|it is no"),
}


@pytest.mark.parametrize("kind", JSON_FAULTS)
def test_dataset_json_that_contradicts_itself_or_no_one_would_write_is_told(tmp_path, refuse, kind):
    content, found = JSON_FAULTS[kind]
    (tmp_path / "ae.json").write_text(content, encoding="utf-8")
    fault = refuse()
    assert fault.what == "A file is damaged or cut short"
    assert any(part in fault.found for part in found.split("|"))


@pytest.mark.parametrize(
    "bytes_", [b"\xff\xfe{\x00", b'{"a": "caf\xe9"}', b'{"a": "\xed\xa0\x80"}']
)
def test_dataset_json_that_is_no_utf8_is_told(tmp_path, refuse, bytes_):
    (tmp_path / "ae.json").write_bytes(bytes_)
    assert "isn't UTF-8" in refuse().found


@pytest.mark.parametrize(
    ("columns", "value", "what", "place"),
    [
        (
            [column("AEX", "integer")],
            1.5,
            "not of the type that its variable declares",
            "AEX, record 2",
        ),
        ([column("AEX")], "a\0b", "A text holds a zero byte", "AEX, record 2"),
        ([column("AEX")], "\ud800", "not of the type that its variable declares", "AEX"),
        ([column("AEX", label="\ud800")], "a", "A label holds what is no character", ""),
        ([column("AEX", label="a\0")], "a", "A label holds what is no character", ""),
        ([column("AEX\n")], "a", "A name can't be that of a variable", ""),
        ([column("A" * 33)], "a", "A name can't be that of a variable", ""),
        ([column("AEDTC", "integer")], 24_000, "A date of SDTM is delivered as numbers", "AEDTC"),
    ],
)
def test_a_value_that_no_variable_holds_is_told_with_its_record(
    tmp_path, refuse, columns, value, what, place
):
    text = json.dumps(dataset(columns, [[None], [value]]))
    (tmp_path / "ae.json").write_text(text, encoding="utf-8")
    fault = refuse()
    assert what in fault.what
    assert fault.where.endswith(f"variable {place}" if place else "ae.json")


def test_a_number_too_large_to_be_kept_is_told_with_its_record(tmp_path, refuse):
    (tmp_path / "ae.json").write_text(NUMBER.replace('"?"', "1e999"))
    fault = refuse()
    assert fault.what == "A number is infinite, or larger than can be kept"
    assert fault.where.endswith("ae.json, variable AEX, record 1")


def test_a_variable_that_stands_twice_is_told_apart_from_one_in_two_cases(tmp_path, refuse):
    for names, what in (
        (("AEX", "AEX"), "A variable stands twice"),
        (("AEX", "aex"), "only in case"),
    ):
        columns = [{**column(name), "itemOID": str(n)} for n, name in enumerate(names)]
        (tmp_path / "ae.json").write_text(json.dumps(dataset(columns, [])))
        assert what in refuse().what


def test_more_variables_than_a_dataset_can_have_are_told(tmp_path, refuse):
    columns = [column(f"A{number}") for number in range(40_000)]
    (tmp_path / "ae.json").write_text(json.dumps(dataset(columns, [])))
    assert refuse().what == "A dataset has too many variables"


def test_zero_has_no_sign(tmp_path):
    (tmp_path / "ae.json").write_text(NUMBER.replace('"?"', "-0.0"))
    assert not np.signbit(read(tmp_path)["AE"]["AEX"]).any()

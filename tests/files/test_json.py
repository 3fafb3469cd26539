"""Settings in JSON: every key once, finite numbers, and mistakes told with their line."""

from __future__ import annotations

import os
import time

import pytest

from csrkit.errors import StudyError
from csrkit.files.json import read_json


@pytest.mark.parametrize(
    ("content", "where", "found"),
    [
        ('{"a": 1,\n "b": 2,\n "a": 3}', ", lines 1 and 3", "the key 'a' stands twice"),
        ('[{"a": 1},\n {"a": {"b": 1,\n "b": 2}}]', ", lines 2 and 3", "the key 'b' stands twice"),
        ('{"a": "{",\n "b": "}", "b": 1}', ", lines 2 and 2", "the key 'b' stands twice"),
        ("[" * 100_000, "", "too deep within each other"),
        ('{"a":' * 100_000, "", "too deep within each other"),
        ('{"a": 1e999}', "", "it holds 1e999"),
        ('{"a": NaN}', "", "it holds NaN, which JSON doesn't have"),
        ('{"a": ' + "1" * 5_000 + "}", "", "Exceeds the limit"),
        ('{"a": "\\ud800"}', "", "surrogates not allowed"),
        ('{"a": 1,\n "b": 2,}', ", line 2, column 9", "Expecting property name"),
        ('{"a": "x\ny"}', ", line 1, column 9", "Invalid control character"),
        ("", ", line 1, column 1", "Expecting value"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_settings_in_json_cannot_hold_is_told_with_its_place(tmp_path, content, where, found):
    file = tmp_path / "ae.json"
    file.write_text(content, encoding="utf-8")
    begin = time.process_time()
    with pytest.raises(StudyError) as caught:
        read_json(file)
    assert time.process_time() - begin < 1
    assert caught.value.where == f"{file}{where}"
    assert found in caught.value.found
    assert caught.value.remedy


def test_what_is_no_text_is_told_with_its_line(tmp_path):
    file = tmp_path / "ae.json"
    file.write_bytes(b'{\n"a": "caf\xe9"}')
    with pytest.raises(StudyError, match="not text in UTF-8") as caught:
        read_json(file)
    assert caught.value.where == f"{file}, line 2"


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ae.json")
    with pytest.raises(StudyError) as caught:
        read_json(tmp_path / "ae.json")
    assert caught.value.found == "a named pipe (FIFO)"


def test_the_same_key_in_different_objects_is_read(tmp_path):
    file = tmp_path / "ae.json"
    file.write_bytes(b'\xef\xbb\xbf[{"a": 1.5}, {"a": [{"a": null}]}]')
    assert read_json(file) == [{"a": 1.5}, {"a": [{"a": None}]}]

"""Settings in YAML: what a person would write is read, anything else is told with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import csrkit
from csrkit.errors import RunError, StudyError
from csrkit.files.yaml import parse_yaml, read_yaml

SECONDS = 1.0


@pytest.fixture
def refuse(tmp_path):
    """Write a file, see it refused within a second, and return the error."""

    def refused(content: str | bytes) -> StudyError:
        file = tmp_path / "study.yml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        begin = time.process_time()
        with pytest.raises(StudyError) as caught:
            read_yaml(file)
        assert time.process_time() - begin < SECONDS
        assert str(file) in caught.value.where
        assert caught.value.remedy
        assert len(str(caught.value)) < 1000
        return caught.value

    return refused


def laughs(levels: int) -> str:
    """Each line stands for ten of the line before."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    for n in range(1, levels):
        lines.append(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    return "\n".join(lines)


def test_aliases_that_stand_for_a_billion_values_are_refused_with_their_line(refuse):
    fault = refuse(laughs(9))
    assert fault.where.partition(", ")[2].startswith("line 6")
    assert fault.found == "more than 1,000,000 values, with aliases written out"


def test_merges_that_stand_for_a_billion_keys_are_refused(refuse):
    lines = ["a0: &a0 {k: 1, l: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 9)]
    assert "values, with aliases written out" in refuse("\n".join(lines)).found


def test_aliases_that_stand_for_little_are_read(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text(laughs(3), encoding="utf-8")
    assert read_yaml(file)["a2"][9][9] == ["ha"] * 10


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a: &a [1, *a]", "the alias *a stands for what it is a part of"),
        ("a: &a {b: *a}", "the alias *a stands for what it is a part of"),
        ("a: *b", "the alias *b has no anchor before it"),
    ],
)
def test_an_alias_of_itself_or_of_nothing_is_refused(refuse, content, found):
    assert refuse(content).found == found


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a": ' * 100_000 + "1" + "}" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "".join(f"{' ' * n}a:\n" for n in range(3_000)),
    ],
    ids=["open lists", "lists", "mappings", "dashes", "keys of keys", "indents"],
)
def test_a_hundred_thousand_levels_are_refused_with_the_line(refuse, content):
    fault = refuse(content)
    assert fault.found == "more than 50 levels within each other"
    assert ", line " in fault.where


def test_levels_as_people_write_them_are_read(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text("[" * 50 + "1" + "]" * 50, encoding="utf-8")
    assert read_yaml(file)


def test_a_file_too_large_for_settings_is_refused_unread(refuse):
    fault = refuse(b"a: 1\n" * 2_000_001)
    assert (fault.found, fault.allowed) == ("10,000,005 bytes", "at most 10,000,000 bytes")


def test_a_file_that_is_not_yaml_is_told_by_its_line(refuse):
    fault = refuse("study: {id: X\ncuts: 1")
    assert fault.what == "A settings file is not valid YAML"
    assert fault.where.endswith("study.yml, line 2, column 5")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("displays:\n  one: {a: 1}\n  two: {a: 1}\n  one: {a: 2}\n", ("'one'", 2, 4)),
        ("a:\n- {b: 1}\n- {b: 1,\n   b: 2}\n", ("'b'", 3, 4)),
        ("yes: 1\ntrue: 2\n", ("'true'", 1, 2)),
        ("1: a\n0x1: b\n", ("'0x1'", 1, 2)),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", ("'<<'", 3, 4)),
    ],
)
def test_a_key_that_stands_twice_is_told_with_both_lines(refuse, content, lines):
    key, first, second = lines
    assert (
        refuse(content).found == f"the key {key} stands in line {first} and again in line {second}"
    )


def test_a_number_and_a_text_are_different_keys(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text("1: a\n'1': b\n", encoding="utf-8")
    assert read_yaml(file) == {1: "a", "1": "b"}


def test_an_anchor_may_be_merged_and_its_keys_replaced_wherever_it_stands(tmp_path):
    file = tmp_path / "a.yml"
    text = "x: &x {a: 1}\ndeep: {er: {y: &y {<<: *x, a: 2}}}\nz: {<<: *y, b: 3}\n"
    file.write_text(text, encoding="utf-8")
    content = read_yaml(file)
    assert content["deep"]["er"]["y"] == {"a": 2}
    assert content["z"] == {"a": 2, "b": 3}


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("a: 1\ncut: 2026-02-30\n", 2, "'2026-02-30' can't be read: day is out of range for month"),
        ("a: 1\nb: " + "9" * 5_000, 2, "can't be read"),
        ("a: !!int x", 1, "'x' can't be read"),
        ("a: !!bool perhaps", 1, "'perhaps' can't be read"),
        ("a: !!python/object/apply:os.system ['true']", 1, "could not determine a constructor"),
        ("? [a, b]\n: 1", 1, "a list or mapping can't be a key"),
        ("a: 1\n\tb: 2\n", 2, "found a tab character"),
        ("a: 1\n--- \nb: 2\n", 2, "expected a single document"),
    ],
    ids=["date", "digits", "int", "bool", "program", "key", "tab", "documents"],
)
def test_a_value_that_cannot_be_one_is_told_with_its_line(refuse, content, line, found):
    fault = refuse(content)
    assert f", line {line}" in fault.where
    assert found in fault.found


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("a: 1\nb: caf\xe9\n".encode("latin-1"), 2, r"b'\xe9\n'"),
        (b"\xff\xfe" + "a: 1".encode("utf-16-le"), 1, "UTF-16, by its byte order mark"),
        (b"a: 1\nb: x\0y\n", 2, "a zero byte"),
        (b"a: 1\nb: x\x01y\n", 2, "control characters are not allowed"),
    ],
    ids=["latin-1", "utf-16", "zero byte", "control"],
)
def test_what_is_no_text_is_told_with_its_line(refuse, content, line, found):
    fault = refuse(content)
    assert f", line {line}" in fault.where
    assert found in fault.found


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    file = tmp_path / "a.yml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(file) == {"a": 1}


def test_a_part_of_a_file_is_told_by_the_lines_of_the_whole(tmp_path):
    with pytest.raises(RunError) as caught:
        parse_yaml("a: 1\nb: [\n", tmp_path / "a.qmd", line=7, kind=RunError)
    assert caught.value.where.startswith(f"{tmp_path / 'a.qmd'}, line 9")


def test_an_empty_file_holds_nothing(tmp_path):
    (tmp_path / "a.yml").write_text("# nothing\n", encoding="utf-8")
    assert read_yaml(tmp_path / "a.yml") is None


def test_every_yaml_file_of_the_library_can_be_read_so():
    files = sorted(Path(csrkit.__file__).parent.rglob("*.yml"))
    assert len(files) > 20
    assert all(read_yaml(file) for file in files)

from __future__ import annotations

import pytest
import yaml

from csrkit.errors import StudyError
from csrkit.results.values import read_values, resolve_values, write_values
from csrkit.results.verbs.counts import count_subjects

DECLARED = """
sex:
  women:
    n: {output: demographics, row: SEX.F, column: all, stat: n}
    sentence: {output: demographics, row: SEX.F, column: all, text: "{n} of {N} ({p}%)"}
"""


@pytest.fixture
def ard(women):
    return women.ard


@pytest.fixture
def declared(tmp_path):
    def write(text: str):
        file = tmp_path / "values.yml"
        file.write_text(text, encoding="utf-8")
        return read_values(file)

    return write


def test_declared_values_become_text_nested_as_declared(declared, ard, tmp_path):
    values = resolve_values(declared(DECLARED), ard)
    assert values == {"sex": {"women": {"n": "2", "sentence": "2 of 4 (50.0%)"}}}
    write_values(values, tmp_path / "out.yml")
    assert yaml.safe_load((tmp_path / "out.yml").read_text(encoding="utf-8")) == values


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("output: demographics", "output: demographicz", "outputs demographics"),
        ("row: SEX.F", "row: SEX.X", "rows SEX.F, SEX.M, SEX.Missing"),
        ("column: all", "column: al", "columns ph1_20, ph1_30, all"),
        ("stat: n", "stat: m", "stats n, N, p"),
    ],
)
def test_a_value_without_a_result_is_an_error_that_says_what_there_is(
    declared, ard, old, new, allowed
):
    with pytest.raises(StudyError, match="finds no result") as fault:
        resolve_values(declared(DECLARED.replace(old, new)), ard)
    assert fault.value.allowed == allowed
    assert "sex.women" in fault.value.where


def test_a_value_needs_a_statistic_or_a_text(declared):
    with pytest.raises(StudyError, match="declared wrongly") as fault:
        declared("orr: {output: x, row: y, column: all}")
    assert "key orr" in fault.value.where


def test_prose_spells_out_what_has_no_value(declared, bench, adsl):
    made = bench("demographics", datasets={"ADSL": adsl.assign(SAFFL="N")})
    count_subjects(made, made.declare("any", dataset="ADSL"), "SEX.F")
    nobody = made.finish().ard
    text = "{output: demographics, row: SEX.F, column: all, text: '%s'}"
    one, both = (declared(f"x: {text % shown}") for shown in ("{p|%}", "{n}< ({p|%})>"))
    assert resolve_values(one, nobody) == {"x": "not estimable"}
    assert resolve_values(both, nobody) == {"x": "0"}


def test_no_declared_values_are_no_values(declared, ard):
    assert resolve_values(declared(""), ard) == {}


@pytest.mark.parametrize("text", ["- a", "text", "1"])
def test_values_without_names_are_told(tmp_path, text):
    (tmp_path / "values.yml").write_text(text)
    with pytest.raises(StudyError, match="must be keys and values") as caught:
        read_values(tmp_path / "values.yml")
    assert caught.value.where == str(tmp_path / "values.yml")

import json

import nbformat
import pytest
from nbformat import v3, v4

from csrkit.errors import RunError
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.ids import VALID, stable_ids
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.notebooks.parameters import check_parameters, declared_parameters
from csrkit.pipeline.notebooks.read import read_notebook

PARAMETERS = {"tags": ["parameters"]}


def cell(source, **other):
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 7,
        "outputs": [],
        "source": source,
        **other,
    }


def saved(tmp_path, *cells, minor=5, metadata=None, major=4):
    file = tmp_path / "40_safety.ipynb"
    book = {
        "nbformat": major,
        "nbformat_minor": minor,
        "metadata": metadata or {},
        "cells": [cell('data_cut = ""', metadata=PARAMETERS), *cells],
    }
    file.write_text(json.dumps(book), encoding="utf-8")
    return file


@pytest.mark.parametrize("minor", [0, 2, 4, 5])
def test_a_notebook_saved_without_ids_gives_equal_bytes_at_each_run(tmp_path, minor):
    file = saved(tmp_path, cell("print(data_cut)"), cell("1 + 1"), minor=minor)
    job = NotebookJob("40_safety", file, tmp_path / "made.ipynb", {"data_cut": "2026"}, ())
    one = execute(job).read_bytes()
    other = execute(job).read_bytes()
    assert one == other
    book = nbformat.reads(one.decode(), as_version=4)
    nbformat.validate(book)
    assert [each.id for each in book.cells] == [
        "cell-0",
        "injected-parameters",
        "cell-1",
        "cell-2",
    ]
    assert book.cells[2].outputs[0].text == "2026\n"


def test_ids_are_kept_where_they_can_be_and_are_the_same_each_time(tmp_path):
    given = ["open", "open", "", "Ä", "x" * 65, 7, "cell-3"]
    file = saved(tmp_path, *(cell("1", id=one) for one in given))
    names = [each.id for each in read_notebook(file).cells]
    assert names == [each.id for each in read_notebook(file).cells]
    assert names == [
        "cell-0", "open", "cell-2", "cell-3-x", "cell-4", "cell-5", "cell-6", "cell-3"
    ]  # fmt: skip
    nbformat.validate(read_notebook(file))


def test_every_id_is_valid_and_no_two_are_equal():
    made = stable_ids([None, "cell-0", "cell-0-x", None, "a b", "a", "a"])
    assert len(set(made)) == len(made)
    assert all(VALID.fullmatch(one) for one in made)


def test_a_notebook_of_nbformat_3_is_read_and_is_the_same_each_time(tmp_path):
    cells = [v3.new_code_cell("x = 1"), v3.new_text_cell("markdown", source="words")]
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)])
    file = tmp_path / "old.ipynb"
    file.write_text(nbformat.v3.writes_json(old), encoding="utf-8")
    book = read_notebook(file)
    nbformat.validate(book)
    assert book == read_notebook(file)
    assert book.cells[0].source == "x = 1"
    with pytest.raises(RunError, match="no cell tagged 'parameters'"):
        check_parameters("old", book, {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "an empty file"),
        ("{", "Expecting"),
        ("[1]", "a list"),
        ("{}", "nbformat None"),
        ('{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}', "nbformat 5"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}', "TypeError"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "KeyError"),
        ('{"nbformat": 4, "nbformat_minor": 5, "cells": []}', "metadata"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "cells"),
        ("\xff", "codec"),
    ],
)
def test_a_file_that_is_no_notebook_is_named_with_what_was_found(tmp_path, text, found):
    file = tmp_path / "40_safety.ipynb"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(RunError, match="isn't a notebook") as caught:
        read_notebook(file)
    assert found in caught.value.found
    assert caught.value.where == str(file)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
        {"language_info": {"name": "julia"}},
    ],
)
def test_a_notebook_in_another_language_is_refused(tmp_path, metadata):
    with pytest.raises(RunError, match="isn't in Python") as caught:
        read_notebook(saved(tmp_path, metadata=metadata))
    assert caught.value.allowed == "Python"


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "venv", "display_name": "x"}},
        {"language_info": {"name": "python"}},
    ],
)
def test_a_python_notebook_is_taken_whatever_its_kernel_is_called(tmp_path, metadata):
    assert len(read_notebook(saved(tmp_path, metadata=metadata)).cells) == 1


def test_outputs_and_what_an_earlier_run_injected_are_left_out(tmp_path):
    executed = [
        cell('data_cut = "old"', metadata={"tags": ["injected-parameters"]}),
        cell("1", outputs=[{"output_type": "stream", "name": "stdout", "text": "old"}]),
    ]
    book = read_notebook(saved(tmp_path, *executed))
    assert [each.source for each in book.cells] == ['data_cut = ""', "1"]
    assert book.cells[1].outputs == []
    assert book.cells[1].execution_count is None


def parameters(*cells):
    return v4.new_notebook(cells=list(cells))


def tagged(source, new=v4.new_code_cell):
    return new(source, metadata=PARAMETERS)


def test_parameters_may_be_annotated_and_beside_other_statements():
    cell = tagged('"""Words."""\na: int = 1\nb = c = "x"\nd: str\nimport os')
    assert declared_parameters(parameters(cell)) == {"a": 1, "b": "x", "c": "x"}


@pytest.mark.parametrize("source", ["a = (", "a = f(1)", "%matplotlib inline\na = 1"])
def test_parameters_that_are_no_plain_values_are_told(source):
    with pytest.raises(RunError, match="can't be read") as caught:
        check_parameters("40_safety", parameters(tagged(source)), {})
    assert caught.value.where == "notebooks/40_safety.ipynb"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "cells",
    [
        (tagged("a = 1"), tagged("a = 2")),
        (tagged("words", v4.new_markdown_cell), tagged("a = 1")),
    ],
    ids=["two cells", "a heading and a cell"],
)
def test_a_second_cell_of_parameters_would_undo_what_is_given(cells):
    with pytest.raises(RunError, match="one code cell"):
        check_parameters("40_safety", parameters(*cells), {"a": 3})

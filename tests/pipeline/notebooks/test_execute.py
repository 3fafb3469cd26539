import json

import pytest
from nbformat import v4, write

from csrkit.errors import RunError
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.failures import StageFailed
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.notebooks.parameters import declared_parameters


def notebook(tmp_path, *cells, tagged=True):
    book = v4.new_notebook(
        cells=[
            v4.new_code_cell('data_cut = ""', metadata={"tags": ["parameters"]} if tagged else {}),
            *(v4.new_code_cell(cell) for cell in cells),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}},
    )
    file = tmp_path / "40_safety.ipynb"
    write(book, file)
    return file


def job(tmp_path, source, **parameters):
    return NotebookJob("40_safety", source, tmp_path / "made" / "40.ipynb", parameters, ())


def test_a_parameter_the_notebook_does_not_declare_is_an_error(tmp_path):
    source = notebook(tmp_path)
    with pytest.raises(RunError, match="doesn't declare") as caught:
        execute(job(tmp_path, source, data_kut="2026-01-01"))
    assert caught.value.found == "data_kut"
    assert caught.value.allowed == "data_cut"


def test_a_notebook_without_a_parameters_cell_is_an_error():
    with pytest.raises(RunError, match="parameters"):
        declared_parameters(v4.new_notebook(cells=[v4.new_code_cell("x = 1")]))


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(RunError) as caught:
        execute(job(tmp_path, tmp_path / "40_safety.ipynb"))
    assert "40_safety.ipynb" in caught.value.where


def test_a_notebook_is_executed_with_its_parameters(tmp_path):
    source = notebook(tmp_path, "print(data_cut)")
    target = execute(job(tmp_path, source, data_cut="2026-01-01"))
    cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
    assert cells[-1]["outputs"][0]["text"] == ["2026-01-01\n"]


def test_an_error_of_the_data_keeps_its_words_and_names_the_cell(tmp_path):
    source = notebook(
        tmp_path,
        "from csrkit.errors import DataError\nraise DataError('No DM', where='dm.xpt')",
    )
    with pytest.raises(StageFailed) as caught:
        execute(job(tmp_path, source))
    assert caught.value.exit_code == 1
    assert "No DM" in str(caught.value)
    assert "dm.xpt" in str(caught.value)
    assert "notebooks/40_safety.ipynb, cell 2" in str(caught.value)
    assert not (tmp_path / "made").exists()


def test_any_other_error_is_a_fault_of_the_program(tmp_path, capsys):
    with pytest.raises(StageFailed) as caught:
        execute(job(tmp_path, notebook(tmp_path, "1 / 0")))
    assert caught.value.exit_code == 3
    assert "ZeroDivisionError" in str(caught.value)
    assert "1 / 0" in capsys.readouterr().err

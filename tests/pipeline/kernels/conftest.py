import json
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import v4, write

from csrkit.pipeline.kernels.owner import CAN_FORK, fork_server
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.job import NotebookJob

collect_ignore = [] if CAN_FORK else ["test_forked.py", "test_server.py"]


@pytest.fixture(scope="session")
def socket(tmp_path_factory):
    with fork_server(tmp_path_factory.mktemp("notebooks")) as path:
        assert path is not None
        yield path


def job(folder: Path, *cells: str) -> NotebookJob:
    """Return a job without a fork server."""
    folder.mkdir(exist_ok=True)
    parameters = v4.new_code_cell('data_cut = ""', metadata={"tags": ["parameters"]})
    book = v4.new_notebook(
        cells=[parameters, *(v4.new_code_cell(cell) for cell in cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}},
    )
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    write(book, folder / "40_safety.ipynb")
    return NotebookJob("40_safety", folder / "40_safety.ipynb", folder / "made.ipynb", {}, ())


@pytest.fixture
def printed():
    """What a notebook prints when it is executed."""

    def run(job: NotebookJob) -> str:
        cells = json.loads(execute(job).read_text(encoding="utf-8"))["cells"]
        return "".join("".join(out["text"]) for cell in cells for out in cell["outputs"])

    return run


@pytest.fixture
def forked(tmp_path, socket):
    def make(*cells: str, name: str = "forked") -> NotebookJob:
        return replace(job(tmp_path / name, *cells), socket=socket)

    return make


@pytest.fixture
def plain(tmp_path):
    def make(*cells: str, name: str = "plain") -> NotebookJob:
        return job(tmp_path / name, *cells)

    return make

"""Each notebook opens and runs by itself, as in JupyterLab, with the defaults of its first cell."""

import json
from pathlib import Path

import papermill
import pytest

from csrkit.pipeline.kernels.manager import kernel_manager
from csrkit.pipeline.kernels.owner import fork_server
from csrkit.study import load_study

NAMES = list(load_study(Path(__file__).parents[2] / "study.yml").notebooks)


@pytest.fixture(scope="module")
def kernel(root):
    with fork_server(root / "notebooks") as socket:
        yield kernel_manager(socket)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_by_itself_with_its_defaults_and_writes_nothing(
    root, tmp_path, kernel, name
):
    before = set((root / "data_derived").rglob("*"))
    papermill.execute_notebook(
        str(root / "notebooks" / f"{name}.ipynb"),
        str(tmp_path / "executed.ipynb"),
        cwd=str(root / "notebooks"),
        progress_bar=False,
        kernel_manager_class=kernel,
    )
    cells = json.loads((tmp_path / "executed.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [cell for cell in cells if cell["cell_type"] == "code" and cell["outputs"]]
    assert shown, name
    assert set((root / "data_derived").rglob("*")) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_thin(root, name):
    cells = json.loads((root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            assert len(cell["source"]) <= 10, cell["source"]

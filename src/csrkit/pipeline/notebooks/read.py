"""Notebooks as they lie in the repository, whatever saved them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csrkit.errors import RunError
from csrkit.pipeline.notebooks.ids import stable_ids
from csrkit.pipeline.notebooks.imports import skip_unused_imports

FORMATS = (3, 4)
"""Major versions of nbformat that are read."""
INJECTED = "injected-parameters"
"""Tag of the cell in which papermill sets the parameters."""
LANGUAGES = ("python", "ipython", "python3")


def read_notebook(file: Path) -> Any:
    """Return a notebook as nbformat 4.5; reading it again gives the same, ids of cells included.

    Outputs that were saved with it are left out, and what an earlier run injected.

    Raises
    ------
    RunError
        When it is missing, isn't a notebook, or isn't in Python.
    """
    with skip_unused_imports():
        import nbformat
    saved = _load(file)
    version = saved.get("nbformat")
    if version not in FORMATS:
        raise _unusable(file, f"nbformat {version}", "nbformat 3 or 4")
    cells = saved.get("cells", []) if version == 4 else []
    ids = [cell.get("id") if isinstance(cell, dict) else None for cell in cells]
    try:
        _prepare(cells)
        if version == 4:
            # All that 4.5 added are the ids: set here, since nbformat's own would be random.
            saved["nbformat_minor"] = 5
            for cell, name in zip(cells, stable_ids(ids), strict=True):
                cell["id"] = name
        notebook = nbformat.reads(json.dumps(saved), as_version=4)
        if version != 4:
            notebook.nbformat_minor = 5
            names = stable_ids([None] * len(notebook.cells))
            for cell, name in zip(notebook.cells, names, strict=True):
                cell.id = name
            _prepare(notebook.cells)
        nbformat.validate(notebook)
    except (nbformat.ValidationError, ValueError, TypeError, KeyError, AttributeError) as fault:
        said = str(getattr(fault, "message", fault) or fault)
        raise _unusable(file, f"{type(fault).__name__}: {said[:200]}") from None
    _require_python(notebook, file)
    notebook.cells = [
        cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", [])
    ]
    return notebook


def _load(file: Path) -> dict[str, Any]:
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(
            "A notebook is missing",
            where=str(file),
            remedy="Restore it, or name the right folder in paths.notebooks of study.yml.",
        ) from None
    except ValueError as fault:  # neither JSON nor, before that, UTF-8
        raise _unusable(file, str(fault) if file.stat().st_size else "an empty file") from None
    if not isinstance(saved, dict):
        raise _unusable(file, f"JSON, a {type(saved).__name__}", "a notebook, which is an object")
    return saved


def _prepare(cells: list[Any]) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None


def _require_python(notebook: Any, file: Path) -> None:
    spec = notebook.metadata.get("kernelspec", {})
    told = notebook.metadata.get("language_info", {}).get("name") or spec.get("language")
    if told and str(told).lower() not in LANGUAGES:
        raise RunError(
            "A notebook isn't in Python",
            where=str(file),
            found=f"{told} (kernel {spec.get('name', 'not named')})",
            allowed="Python",
            remedy="Write it in Python, or take it out of `notebooks` in study.yml.",
        )


def _unusable(file: Path, found: str, allowed: str = "") -> RunError:
    return RunError(
        "A file isn't a notebook that can be read",
        where=str(file),
        found=found,
        allowed=allowed,
        remedy="Restore it, or save it again from JupyterLab.",
    )

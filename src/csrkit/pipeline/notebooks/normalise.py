"""Executed notebooks whose bytes depend on the data and the code, not on when or where they ran."""

from __future__ import annotations

import re
from typing import Any

from csrkit.pipeline.notebooks.ids import stable_ids
from csrkit.pipeline.notebooks.read import INJECTED
from csrkit.pipeline.session import DISPLAY

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
LABELLED = re.compile(r"^#\| label:", re.MULTILINE)
KEPT_METADATA = {"kernelspec", "language_info"}
KEPT_CELL_METADATA = {"tags"}


def normalise(notebook: Any, places: tuple[str, ...], *, with_stderr: bool = False) -> Any:
    """Drop timings, random ids, memory addresses, and the names of temporary folders.

    Parameters
    ----------
    notebook
        An executed notebook (nbformat 4); changed in place.
    places
        Parameters that say where to read and write. They are left out of the recorded cell, so the
        notebook opens with its defaults wherever it is put.
    with_stderr
        Whether to keep what cells wrote to standard error: warnings, and the words of programs.
    """
    notebook.metadata = {k: v for k, v in notebook.metadata.items() if k in KEPT_METADATA}
    notebook.metadata.get("language_info", {}).pop("version", None)
    notebook.cells = [part for cell in notebook.cells for part in _split(cell)]
    for cell in notebook.cells:
        injected = INJECTED in cell.metadata.get("tags", [])
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        if injected:
            cell.id = INJECTED
            cell.source = _drop_names(cell.source, places)
        if cell.cell_type == "code":
            kept = (one for one in cell.outputs if with_stderr or not _is_noise(one))
            cell.outputs = [_drop_paths(output) for output in kept]
    for cell, name in zip(
        notebook.cells, stable_ids([cell.get("id") for cell in notebook.cells]), strict=True
    ):
        cell.id = name
    return notebook


def _split(cell: Any) -> list[Any]:
    """Give each display that a cell shows a cell of its own, labelled by its key.

    The report embeds displays one by one, and a reader of the notebook sees the call that makes
    each.
    """
    shown = [one for one in cell.get("outputs", []) if DISPLAY in one.get("metadata", {})]
    if not shown:
        return [cell]
    cell.outputs = [one for one in cell.outputs if DISPLAY not in one.get("metadata", {})]
    if len(shown) == 1 and not cell.outputs and LABELLED.search(cell.source):
        cell.outputs = shown
        return [cell]
    return [cell, *(_cell_of(output) for output in shown)]


def _cell_of(output: Any) -> Any:
    import nbformat

    key = output.metadata[DISPLAY]
    cell = nbformat.v4.new_code_cell(f'#| label: {key}\ncsr.show("{key}")', outputs=[output])
    cell.id = key.replace("_", "-")
    return cell


def _drop_names(source: str, names: tuple[str, ...]) -> str:
    lines = source.splitlines()
    return "\n".join(line for line in lines if line.split(" = ")[0] not in names)


def _is_noise(output: Any) -> bool:
    return bool(output.output_type == "stream" and output.name == "stderr")


def _drop_paths(output: Any) -> Any:
    if "metadata" in output:
        output.metadata = {}
    for kind, text in output.get("data", {}).items():
        if isinstance(text, str):
            output.data[kind] = ADDRESS.sub("", text)
    if "text" in output:
        output.text = ADDRESS.sub("", output.text)
    return output

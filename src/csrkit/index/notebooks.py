"""Which notebook shows which display, as its cells say: `csr.show_section("14.3.1")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from csrkit.errors import StudyError
from csrkit.files.json import read_json
from csrkit.index.entry import IndexEntry
from csrkit.study import Study

SHOW, SHOW_SECTION = "show", "show_section"


def shown_by_notebook(index: Mapping[str, IndexEntry], study: Study) -> dict[str, str]:
    """Return key of each display → name of the notebook that shows it; nothing is run.

    Raises
    ------
    StudyError
        When a display is shown by no notebook or twice, a notebook shows one that the index
        doesn't have, or a notebook is missing or can't be read.
    """
    shown: dict[str, list[str]] = {key: [] for key in index}
    for name, notebook in study.notebooks.items():
        if notebook.makes != "displays":
            continue
        file = study.path("notebooks") / f"{name}.ipynb"
        for verb, given in _calls(file):
            for key in _displays(index, verb, given, file):
                shown[key].append(name)
    for key, names in shown.items():
        if len(names) != 1:
            number = index[key].number
            raise StudyError(
                "A display of the index has to be shown once, by one notebook",
                where=f"{study.path('index')}, display {key}, number {number}",
                found=f"shown by {', '.join(names) or 'no notebook'}",
                allowed=[name for name, one in study.notebooks.items() if one.makes == "displays"],
                remedy=f'Let one notebook call csr.show_section("{number}"), or a section above.',
            )
    return {key: names[0] for key, names in shown.items()}


def _displays(index: Mapping[str, IndexEntry], verb: str, given: str, file: Path) -> Iterator[str]:
    if verb == SHOW_SECTION:
        yield from (key for key, entry in index.items() if entry.belongs_to(given))
    elif given in index:
        yield given
    else:
        raise StudyError(
            "A notebook shows a display that the index doesn't have",
            where=str(file),
            found=given,
            allowed=tuple(index),
            remedy="Correct the key in the notebook, or add the display to tlf.yml.",
        )


def _calls(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the calls of a notebook that show displays, with the text they are given."""
    for source in _sources(file):
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in (SHOW, SHOW_SECTION)
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.func.attr, str(node.args[0].value)


def _sources(file: Path) -> list[str]:
    try:
        cells = read_json(file)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        for source in sources:
            ast.parse(source)
    except (StudyError, ValueError, KeyError, TypeError, SyntaxError, RecursionError) as fault:
        raise StudyError(
            "A notebook of the study is missing or can't be read",
            where=fault.where if isinstance(fault, StudyError) else str(file),
            found=fault.found if isinstance(fault, StudyError) else str(fault),
            remedy="Restore it, or correct notebooks and paths.notebooks in study.yml.",
        ) from None
    return sources

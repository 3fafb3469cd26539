"""What a notebook can be told: the names in its cell tagged `parameters`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from csrkit.errors import RunError

EXAMPLE = 'Tag one code cell `parameters`, with a line such as data_cut = "".'


def declared_parameters(notebook: Any, where: str = "") -> dict[str, Any]:
    """Return the names and defaults in the code cell tagged `parameters` of a notebook.

    Raises
    ------
    RunError
        When not one code cell is tagged so, or it holds more than plain Python and values.
    """
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not tagged:
        raise RunError("A notebook has no cell tagged 'parameters'", where=where, remedy=EXAMPLE)
    # What is given goes below the first one: a second would set the defaults again.
    if len(tagged) > 1 or tagged[0].cell_type != "code":
        raise RunError(
            "A notebook must have one code cell tagged 'parameters'",
            where=where,
            found=", ".join(f"{cell.cell_type} cell {cell.id}" for cell in tagged),
            remedy=EXAMPLE,
        )
    return dict(_defaults(tagged[0].source, where))


def _defaults(source: str, where: str) -> list[tuple[str, Any]]:
    try:
        return [
            (target.id, ast.literal_eval(node.value))
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
    except (SyntaxError, ValueError) as fault:
        raise RunError(
            "The cell tagged 'parameters' of a notebook can't be read",
            where=where,
            found=str(fault),
            allowed='names with plain values, such as data_cut = ""',
            remedy="Move everything else to a cell below it.",
        ) from None


def check_parameters(stage: str, notebook: Any, given: Mapping[str, object]) -> None:
    """Refuse a parameter that the notebook doesn't declare; papermill alone would only warn.

    Raises
    ------
    RunError
        Naming it, or as `declared_parameters` does.
    """
    where = f"notebooks/{stage}.ipynb"
    declared = declared_parameters(notebook, where)
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise RunError(
            "A notebook doesn't declare a parameter it was given",
            where=where,
            found=", ".join(unknown),
            allowed=sorted(declared),
            remedy="Add it with a default to the notebook's cell tagged 'parameters'.",
        )

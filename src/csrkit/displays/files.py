"""Displays on disk, and the one call that makes a display from the index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from csrkit.displays import csv, html
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display, Figure
from csrkit.errors import RunError
from csrkit.study import Study


def make_display(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Display | Figure:
    """Make the display of an index entry from analysis datasets (upper-case name → frame).

    Raises
    ------
    RunError
        When a dataset that the entry names isn't there.
    """
    missing = [name for name in entry.datasets if name not in datasets]
    if missing:
        raise RunError(
            "A display needs a dataset that isn't there",
            where=f"display {entry.key}",
            found=f"no {missing[0]}",
            allowed=tuple(datasets),
            remedy="Derive the dataset first, or correct datasets of the display in tlf.yml.",
        )
    made: Display | Figure = entry.load_function()(entry, study, datasets)
    return made


def write_display(display: Display | Figure, folder: Path) -> tuple[Path, ...]:
    """Write the files of a display below a run's folder; return their paths.

    A table or listing gives HTML, CSV and RTF, a figure SVG and PNG.
    """
    where = folder / display.entry.folder
    where.mkdir(parents=True, exist_ok=True)
    stem = str(where / display.entry.file_stem)
    if isinstance(display, Figure):
        contents = {"svg": display.svg.encode(), "png": display.png}
    else:
        from csrkit.displays.rtf import document  # heavy: rtflite brings polars

        contents = {
            "html": html.page(display).encode(),
            "csv": csv.of_table(display).encode(),
            "rtf": document(display).encode("ascii"),
        }
    paths = []
    for ending, content in contents.items():
        path = Path(f"{stem}.{ending}")
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)

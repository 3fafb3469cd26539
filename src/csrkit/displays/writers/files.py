"""The files of a display."""

from __future__ import annotations

from pathlib import Path

from csrkit.displays.model import Display, Figure
from csrkit.displays.writers import csv, html


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
        from csrkit.displays.writers.rtf import document  # heavy: rtflite brings polars

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

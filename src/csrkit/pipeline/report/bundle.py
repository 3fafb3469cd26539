"""What goes into `bundle.zip`: the report, and all it takes to make it again."""

from __future__ import annotations

from pathlib import Path

from csrkit.bundle.archive import below, write_archive
from csrkit.pipeline.fingerprint import IGNORED
from csrkit.pipeline.request import Request

SOURCES = (
    "Makefile",
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "requirements.lock",
    "environment.yml",
    "_quarto.yml",
    "_quarto-interim.yml",
    "_quarto-final.yml",
    "study.yml",
    "notebooks",
    "report",
    "validation",
    "src",
)


def write_bundle(request: Request, folder: Path, target: Path) -> Path:
    """Write the archive of a finished report folder and return its path.

    The report stands in it under its id; the sources and the raw data under `rerun/`, laid out like
    the repository, so that `make report` there makes the report again.
    """
    ignored = frozenset(IGNORED)
    study = request.study
    members = below(folder, request.report_id, ignored=ignored)
    for name in SOURCES:
        path = study.root / name
        if path.is_dir():
            members += below(path, f"rerun/{name}", ignored=ignored)
        elif path.is_file():
            members.append((f"rerun/{name}", path))
    members += below(request.data, f"rerun/{study.paths.data.as_posix()}", ignored=ignored)
    return write_archive(target, members)

"""What goes into `bundle.zip`: the report, and all it takes to make it again."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import csrkit
from csrkit.bundle import rerun
from csrkit.bundle.archive import Content, write_archive
from csrkit.bundle.manifest import NAME, read_manifest
from csrkit.bundle.readme import write_readme
from csrkit.pipeline.inputs.packages import LOCK
from csrkit.pipeline.inputs.sources import Sources, library_files
from csrkit.pipeline.report.standing import read_record
from csrkit.pipeline.request import Request

LICENSE = "LICENSE"


def write_bundle(request: Request, sources: Sources, folder: Path, target: Path) -> Path:
    """Write the archive of a finished report and return its path.

    It holds one folder: the report; the settings, data and library that it was made from, and
    nothing that wasn't read; and the script that makes the report again and compares.

    Raises
    ------
    RunError
        When a file has a name that the archive can't hold, or was changed since the run began.
    """
    registry = request.study.study
    readme = write_readme(read_record(folder), registry.title, registry.data_note)
    members: list[tuple[str, Content]] = [
        ("README.md", readme.encode()),
        ("rerun.py", Path(rerun.__file__)),
        (f"report/{NAME}", folder / NAME),
        *((f"report/{name}", folder / name) for name in read_manifest(folder)),
        *((f"rerun/data/{name}", file) for name, file in sources.files["data"]),
        *((f"rerun/library/csrkit/{name}", file) for name, file in library_files()),
        (f"rerun/library/{LICENSE}", _licence()),
        (f"rerun/{LOCK}", sources.packages.lock_text.encode()),
    ]
    for kind, named in sources.files.items():
        if kind != "data":
            members += [(f"rerun/study/{name}", file) for name, file in named]
    write_archive(target, [(f"{request.report_id}/{name}", one) for name, one in members])
    sources.require_unchanged()
    return target


def _licence() -> bytes:
    """Return the text of this library's licence: beside its sources, or as it was installed."""
    package = Path(csrkit.__file__).parent
    for folder in package.parents[:2]:
        if (folder / LICENSE).is_file():
            return (folder / LICENSE).read_bytes()
    found = metadata.distribution("csrkit").read_text(f"licenses/{LICENSE}")
    return (found or "").encode()

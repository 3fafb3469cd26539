"""Render a finished run again, with another engine or other formats, beside the run."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

from csrkit.errors import DataError
from csrkit.pipeline.fingerprint import hash_value
from csrkit.pipeline.places import keep_apart
from csrkit.pipeline.workspace import move_into_place, temporary_folder
from csrkit.study import load_study

USED = ("notebooks", "figures", "results")


def render_again(
    run_dir: Path,
    study_file: Path,
    engine: str = "auto",
    formats: tuple[str, ...] = ("html", "pdf"),
    out: Path | None = None,
) -> list[Path]:
    """Render a run's notebooks and figures anew; the run itself isn't touched.

    Parameters
    ----------
    run_dir
        Folder of a finished run.
    study_file
        The study's settings.
    engine, formats
        As for `csr run`.
    out
        Where the rendered files go; by default a folder beside the run, `<report id>.rendered`.

    Returns
    -------
    list of Path
        The rendered files.

    Raises
    ------
    DataError
        When the folder isn't that of a finished run.
    """
    from csrkit.render.report import render_report
    from csrkit.validation.findings.files import count_open_critical

    run_dir = run_dir.resolve()
    record = _record(run_dir)
    cut = dt.date.fromisoformat(record["data_cut"])
    study = load_study(study_file).covering(record["report"], cut)
    target = (out or run_dir.with_name(f"{run_dir.name}.rendered")).resolve()
    keep_apart(run_dir, {"--out": target})
    with temporary_folder(target.parent, "render") as folder:
        for name in USED:
            shutil.copytree(run_dir / name, folder / name)
        render_report(
            study,
            folder,
            version=record["report_version"],
            engine=engine,
            formats=formats,
            input_hash=hash_value(record["input_sha256"]),
            open_findings=count_open_critical(run_dir / "validation"),
        )
        files = [target / f"report.{name}" for name in formats]
        for file in files:
            move_into_place(folder / file.name, file)
    return files


def _record(run_dir: Path) -> dict[str, str]:
    try:
        record: dict[str, str] = json.loads((run_dir / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(
            "This isn't the folder of a finished run",
            where=str(run_dir),
            found="no run.json that can be read",
            remedy="Name a folder below outputs/; csr versions lists them.",
        ) from None
    return record

"""Render a finished run again, with another engine or other formats, beside the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csrkit.bundle.manifest import changed_files, differences
from csrkit.errors import DataError
from csrkit.files.folders import copy_folder, move_into_place, temporary_folder
from csrkit.pipeline.inputs.hashes import hash_files, hash_value
from csrkit.pipeline.inputs.sources import settings_files
from csrkit.pipeline.places import keep_apart
from csrkit.study import Study, load_study
from csrkit.study.data_cut import parse_data_cut

USED = ("notebooks", "figures", "results")
SETTINGS = ("study", "index", "values", "report")
"""Kinds of files that rendering reads anew, so they have to be those of the run."""


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
        When the folder isn't that of a finished run, or it or the settings were changed since.
    """
    from csrkit.render.report import render_report
    from csrkit.validation.findings.files import count_open_critical

    run_dir = run_dir.resolve()
    record = _record(run_dir)
    cut = parse_data_cut(record["data_cut"])
    study = load_study(study_file).covering(record["report"], cut)
    _refuse_changed(run_dir, record, study)
    target = (out or run_dir.with_name(f"{run_dir.name}.rendered")).resolve()
    keep_apart(run_dir, {"--out": target})
    with temporary_folder(target.parent, "render") as folder:
        for name in USED:
            copy_folder(run_dir / name, folder / name)
        render_report(
            study,
            folder,
            version=record["report_version"],
            engine=engine,
            formats=formats,
            input_hash=hash_value(record["input_sha256"]),
            open_findings=count_open_critical(run_dir / "validation"),
        )
        made = folder / "made"
        made.mkdir()
        for name in formats:
            (folder / f"report.{name}").rename(made / f"report.{name}")
        if out is None:  # a folder of ours, so nothing of an earlier rendering stays in it
            move_into_place(made, target)
        else:
            for file in made.iterdir():
                move_into_place(file, target / file.name)
    return [target / f"report.{name}" for name in formats]


def _refuse_changed(run_dir: Path, record: dict[str, Any], study: Study) -> None:
    """Stop where old numbers would be shown with new words, or numbers that were changed."""
    changed = changed_files(run_dir)
    if changed:
        raise DataError(
            "The run was changed since it was made",
            where=str(run_dir),
            found=", ".join(changed[:5]),
            remedy="Make it again with csr run, under another --report-version.",
        )
    now = settings_files(study)
    other = [
        name
        for kind in SETTINGS
        for name in differences(record["input_sha256"][kind], hash_files(now[kind]))
    ]
    if other:
        raise DataError(
            "The settings or texts were changed since the run was made",
            where=str(study.root),
            found=", ".join(other[:5]),
            remedy="Make a report with csr run, under another --report-version; "
            "what didn't change isn't computed again.",
        )


def _record(run_dir: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((run_dir / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(
            "This isn't the folder of a finished run",
            where=str(run_dir),
            found="no run.json that can be read",
            remedy="Name a folder below outputs/; csr versions lists them.",
        ) from None
    return record

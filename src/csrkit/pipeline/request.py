"""What a run was asked for, checked before any work begins."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from csrkit.errors import RunError, UsageError
from csrkit.pipeline.inputs.signature import Signature, signature_of
from csrkit.pipeline.places import keep_apart
from csrkit.study import Study, load_study

FORMATS = ("html", "pdf")
VERSION = re.compile(r"\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Request:
    """One run: the study in its scope, where to read and write, and how to render.

    `begun` holds what told of the study's file before it was read.
    """

    study: Study
    data: Path
    derived: Path
    outputs: Path
    version: str = "1.0"
    engine: str = "auto"
    formats: tuple[str, ...] = FORMATS
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    force: bool = False
    accept_findings: bool = False
    begun: Mapping[Path, Signature | None] = field(default_factory=dict)

    @property
    def report(self) -> str:
        """Interim or final."""
        assert self.study.scope is not None
        return self.study.scope.report

    @property
    def report_id(self) -> str:
        """Name of the output folder: study, kind, cut and version."""
        return f"{self.study.study.id}_{self.report}_{self.study.cut_name}_v{self.version}"

    @property
    def cut_folder(self) -> Path:
        """Where the datasets and results of this data cut are kept."""
        return self.derived / self.study.cut_name

    @property
    def run_folder(self) -> Path:
        """Where the finished report stands."""
        return self.outputs / self.report_id


def make_request(
    study_file: Path,
    *,
    data: Path | None = None,
    data_cut: dt.date | None = None,
    report: str = "interim",
    version: str = "1.0",
    out: Path | None = None,
    derived: Path | None = None,
    engine: str = "auto",
    formats: tuple[str, ...] = FORMATS,
    jobs: int | None = None,
    force: bool = False,
    accept_findings: bool = False,
) -> Request:
    """Return a checked request.

    Raises
    ------
    StudyError
        When the study file can't be used.
    UsageError
        When the version or a format isn't one, or a folder for results lies in the data.
    RunError
        When a folder can't be written to.
    """
    begun = {study_file.resolve(): signature_of(study_file)}
    study = load_study(study_file).covering(report, data_cut)
    _check_words(version, formats)
    request = Request(
        study=study,
        data=(data or study.path("data")).resolve(),
        derived=(derived or study.path("derived")).resolve(),
        outputs=(out or study.path("outputs")).resolve(),
        version=version,
        engine=engine,
        formats=formats,
        jobs=max(1, jobs or os.cpu_count() or 1),
        force=force,
        accept_findings=accept_findings,
        begun=begun,
    )
    keep_apart(request.data, {"--out": request.outputs, "--derived": request.derived})
    check_writable(request.outputs, "--out")
    check_writable(request.derived, "paths.derived of study.yml, or --derived")
    return request


def _check_words(version: str, formats: tuple[str, ...]) -> None:
    if not VERSION.fullmatch(version):
        raise UsageError(
            "A report version must be two numbers",
            where="--report-version",
            found=version,
            allowed="X.Y, such as 1.0 or 2.3",
        )
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise UsageError(
            "There is no such report format",
            where="--formats",
            found=", ".join(unknown) or "nothing",
            allowed=FORMATS,
        )


def check_writable(folder: Path, setting: str) -> None:
    """Make a folder, and try that it can be written to.

    Raises
    ------
    RunError
        When it can't; nothing is left behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise RunError(
            "A folder for results can't be written to",
            where=str(folder),
            found=fault.strerror or str(fault),
            remedy=f"Allow writing to it, or name another folder ({setting}).",
        ) from None

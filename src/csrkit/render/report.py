"""From a run's folder to its report files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from csrkit.errors import RunError
from csrkit.files.folders import scratch_folder
from csrkit.render.engine import RenderResult, choose_engine, describe_engine, render
from csrkit.render.metadata import ReportDetails, timestamp_of
from csrkit.render.stage import make_stage
from csrkit.study import Study


def render_report(
    study: Study,
    folder: Path,
    *,
    version: str,
    engine: str = "auto",
    formats: Sequence[str] = ("html", "pdf"),
    input_hash: str = "",
    open_findings: int = 0,
) -> str:
    """Write `report.html` and `report.pdf` into a run's folder; return the engine that did.

    The folder holds the run's executed notebooks, figures and `results/values.yml`. Rendering
    happens in a stage apart, so a failure leaves the folder as it was.

    Raises
    ------
    RunError
        When the study has no scope, or rendering fails.
    """
    if study.scope is None:
        raise RunError("A report needs a scope", remedy="Call study.covering(...) first.")
    with scratch_folder() as place:
        chosen = choose_engine(engine)
        facts = ReportDetails(version, input_hash, describe_engine(chosen), open_findings)
        stage = make_stage(study, folder, place, facts)
        result: RenderResult = render(
            stage,
            engine=chosen,
            formats=formats,
            profile=study.scope.report,
            timestamp=timestamp_of(study),
        )
        for one, file in result.files.items():
            shutil.copyfile(file, folder / f"report.{one}")
    return result.engine

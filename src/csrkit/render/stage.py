"""The stage: a copy of the report's sources with everything that they name beside them.

It is laid out like the repository (`_quarto.yml`, `report/`, `notebooks/`, `figures/`), so the same
relative paths serve both engines. What only the stage holds stands in `report/_stage`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from csrkit.displays.model import population_label
from csrkit.displays.writers.markdown import escape
from csrkit.files.folders import copy_folder
from csrkit.files.yaml import read_yaml
from csrkit.index import IndexEntry, load_index, shown_by_notebook
from csrkit.render.fonts import copy_fonts, font_face_css, further_fonts, settable_characters
from csrkit.render.metadata import (
    ReportDetails,
    analysis_sets_table,
    arms_table,
    assumptions_table,
    document_control,
    report_metadata,
)
from csrkit.render.sections import check_sections
from csrkit.results.compact import compact_results
from csrkit.results.store import read_results
from csrkit.study import Study

NO_DISPLAY = "*No display of this section is part of this report.*\n"


def make_stage(study: Study, run: Path, stage: Path, report: ReportDetails) -> Path:
    """Build the stage of a report in an empty folder and return it.

    Parameters
    ----------
    study
        The study, with its scope.
    run
        Folder with the run's `notebooks/` (executed), `figures/`, `results/values.yml` and
        `results/ard.parquet`.
    stage
        Where to build.
    report
        Version of the report, and what it was made from.

    Raises
    ------
    RunError
        When the sources lack a section for a display of the index, or show one twice.
    """
    source = study.path("report").parent
    copy_folder(source, stage / "report", left_out=re.compile(r"_stage$|\."))
    for file in source.parent.glob("_quarto*.yml"):
        shutil.copyfile(file, stage / file.name)
    for name in ("notebooks", "figures"):
        if (run / name).is_dir():
            copy_folder(run / name, stage / name)
    parts = stage / "report" / "_stage"
    parts.mkdir()
    _write_yaml(stage / "_variables.yml", _escape_values(_values(run)))
    _write_metadata(study, report, stage / "report")
    _write_tables(study, report, parts)
    index = load_index(study.path("index"), study.terms)
    _write_index(index, study, parts / "index.json")
    _write_displays(index, study, stage / "report", parts / "displays")
    _write_results(index, run, parts / "results.js")
    further = further_fonts(source)
    copy_fonts(parts / "fonts", further)
    characters = settable_characters(further)
    (parts / "characters.txt").write_text(characters, encoding="utf-8", newline="\n")
    (parts / "fonts.css").write_text(font_face_css(), encoding="utf-8")
    return stage


def _values(run: Path) -> dict[str, Any]:
    file = run / "results" / "values.yml"
    return read_yaml(file) or {} if file.is_file() else {}


def _escape_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Quarto reads a variable as Markdown; a value must show as it stands."""
    return {
        str(name): _escape_values(one) if isinstance(one, Mapping) else escape(str(one))
        for name, one in values.items()
    }


def _write_yaml(file: Path, content: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=True, width=1000)
    file.write_text(text, encoding="utf-8", newline="\n")


def _write_metadata(study: Study, report: ReportDetails, folder: Path) -> None:
    _write_yaml(
        folder / "_metadata.yml",
        {
            "title": escape(study.study.title),
            "csr": report_metadata(study, report),
            "css": ["_stage/fonts.css"],
            "font-paths": ["_stage/fonts"],
        },
    )


def _write_tables(study: Study, report: ReportDetails, folder: Path) -> None:
    tables = {
        "document_control": document_control(study, report),
        "assumptions": assumptions_table(study),
        "analysis_sets": analysis_sets_table(study),
        "arms": arms_table(study),
    }
    for name, text in tables.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")


def _write_index(index: Mapping[str, IndexEntry], study: Study, file: Path) -> None:
    content = {
        key: {
            "kind": entry.kind,
            "number": entry.number,
            "title": entry.title,
            "population": population_label(entry, study),
            "orientation": entry.orientation,
        }
        for key, entry in index.items()
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_results(index: Mapping[str, IndexEntry], run: Path, file: Path) -> None:
    """Write the results of the tables as the script that the page's numbers look them up in."""
    results = read_results(run / "results")
    tables = [key for key, entry in index.items() if entry.kind == "table"]
    text = json.dumps(compact_results(results, tables), ensure_ascii=False, separators=(",", ":"))
    # A script ends at the first "</", wherever it stands.
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    file.write_text(f"window.csrResults={safe};\n", encoding="utf-8", newline="\n")


def _write_displays(
    index: Mapping[str, IndexEntry], study: Study, report: Path, folder: Path
) -> None:
    """Write, for each section that a source includes, the embeds of the displays it holds."""
    folder.mkdir()
    sections = check_sections(index, report)
    notebooks = shown_by_notebook(index, study)
    for section in dict.fromkeys(sections):
        embeds = [
            f"{{{{< embed ../notebooks/{notebooks[entry.key]}.ipynb#{entry.key} >}}}}\n"
            for entry in index.values()
            if entry.belongs_to(section)
        ]
        text = "\n".join(embeds) or NO_DISPLAY
        (folder / f"{section}.md").write_text(text, encoding="utf-8", newline="\n")

"""What the report says of its study and of itself, as metadata and as short tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from csrkit import __version__
from csrkit.displays.words import with_units
from csrkit.displays.writers.markdown import escape
from csrkit.study import Study

REPORT_TYPES = {"interim": "Interim clinical study report", "final": "Clinical study report"}


@dataclass(frozen=True)
class ReportDetails:
    """What a run knows of the report beyond the study.

    Attributes
    ----------
    version
        Version of the report.
    input_hash
        SHA-256 of what it was made from.
    engine
        The programs that render it, in words.
    open_findings
        Critical findings in the data that the run went on with.
    """

    version: str
    input_hash: str = ""
    engine: str = ""
    open_findings: int = 0


def report_metadata(study: Study, report: ReportDetails) -> dict[str, Any]:
    """Return the metadata that sources and templates name as `csr.…`; texts are Markdown."""
    registry = study.study
    facts = {
        "study-id": registry.id,
        "short-title": registry.short_title,
        "registration": registry.registration,
        "sponsor": registry.sponsor,
        "phase": registry.phase,
        "indication": registry.indication,
        "planned-enrolment": registry.planned_enrolment,
        "planned-start": registry.planned_start,
        "planned-completion": registry.planned_completion,
        "data-note": registry.data_note,
        "treatment": study.treatment.name,
        "report-type": report_type(study),
        "version": report.version,
        "data-cut": study.cut_text,
        "date-basis": f"{study.cut_text}, the data cut-off date",
        "library": f"csrkit {__version__}",
        "input-hash": report.input_hash,
    }
    texts: dict[str, Any] = {name: escape(put_in_words(value)) for name, value in facts.items()}
    texts["synthetic"] = registry.synthetic
    if report.open_findings:
        counted = f"{report.open_findings} critical finding(s)"
        texts["open-findings"] = escape(f"The run went on with {counted} in the data.")
    texts["assumptions"] = {
        name: escape(put_in_words(one["value"])) for name, one in _assumptions(study)
    }
    return texts


def report_type(study: Study) -> str:
    """Return what the report of this scope is called."""
    return REPORT_TYPES[study.scope.report if study.scope else "interim"]


def timestamp_of(study: Study) -> int:
    """Return the time the report bears: midnight UTC of the data cut-off, seconds since 1970."""
    midnight = dt.datetime.combine(study.cut_day, dt.time(), dt.UTC)
    return int(midnight.timestamp())


def document_control(study: Study, report: ReportDetails) -> str:
    """Return the table of document control."""
    registry = study.study
    rows = [
        ("Title", registry.title),
        ("Study", registry.id),
        ("Registration", registry.registration),
        ("Sponsor", registry.sponsor),
        ("Report", report_type(study)),
        ("Version", report.version),
        ("Data cut-off", study.cut_text),
        ("Date basis", "The data cut-off date. No clock time enters the report."),
        ("Status of the data", registry.data_note or "As delivered by the study."),
        ("Made by", f"csrkit {__version__}"),
    ]
    if report.engine:
        rows.append(("Rendered by", report.engine))
    if report.input_hash:
        rows.append(("Hash of the inputs (SHA-256)", report.input_hash))
    return markdown_table(("Item", "Value"), rows)


def assumptions_table(study: Study) -> str:
    """Return the table of all assumptions of the study: meaning with setting, value, source."""
    return markdown_table(
        ("Assumption (setting)", "Value", "Source"),
        (
            (f"{one['meaning']} ({name})", put_in_words(one["value"]), one["source"])
            for name, one in _assumptions(study)
        ),
    )


def analysis_sets_table(study: Study) -> str:
    """Return the table of the analysis sets and their definitions."""
    return markdown_table(
        ("Analysis set", "Definition"),
        ((one.label, one.definition) for one in study.analysis_sets.values()),
    )


def arms_table(study: Study) -> str:
    """Return the table of the planned arms: phase and dose as displays write it."""
    return markdown_table(
        ("Arm", "Phase", study.terms.fill("{Quantity} per {administration}")),
        (
            (
                with_units(arm.label),
                arm.phase or "–",
                study.treatment.dose_labels.get(arm.dose, f"{arm.dose:g}"),
            )
            for arm in study.arms.values()
        ),
    )


def _assumptions(study: Study) -> list[tuple[str, dict[str, Any]]]:
    return [(name, one.model_dump()) for name, one in study.assumptions.by_name().items()]


def put_in_words(value: object) -> str:
    """Return a setting's value as a reader would write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        return put_in_words(value.model_dump())
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        named = dict(value)
        name = named.pop("name", None)
        rest = "; ".join(f"{_space_out(key)}: {put_in_words(one)}" for key, one in named.items())
        return f"{name} ({rest})" if name else rest
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [put_in_words(one) for one in value]
        return ("; " if any(isinstance(one, Mapping) for one in value) else ", ").join(parts)
    return _space_out(str(value)) if str(value).islower() else str(value)


def _space_out(name: str) -> str:
    return name.replace("_", " ")


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a pipe table in which no text can break out of its cell."""
    lines = [header, [":---"] * len(header), *([escape(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

"""The embedded engine: Quarto's core, as far as the report needs it, on pandoc and Typst."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from csrkit.render.config import Document, read_document, read_settings
from csrkit.render.pandoc import convert
from csrkit.render.pdf import compile_pdf
from csrkit.render.sealing import seal
from csrkit.render.shortcodes import Context, expand

CORE = Path(__file__).parent / "core.lua"
WRITERS = {"html": "html5", "pdf": "typst"}
# Settings of Quarto that say how it executes and post-processes; pandoc has no use for them.
QUARTO_ONLY = frozenset(
    [
        "project",
        "profile",
        "execute",
        "filters",
        "format",
        "theme",
        "minimal",
        "html-table-processing",
        "notebook-links",
        "notebook-view",
        "pdf-standard",
        "font-paths",
        "template",
        "css",
        "toc",
        "toc-depth",
        "embed-resources",
        "html-math-method",
        "shift-heading-level-by",
        "number-sections",
        "section-divs",
    ]
)


def read_source(stage: Path, profile: str, formats: tuple[str, ...]) -> Document:
    """Return the main document with its shortcodes expanded.

    Raises
    ------
    RunError
        At a setting, shortcode, file, cell or value that is missing or unknown.
    """
    document = read_document(stage, profile, formats)
    context = Context(
        folder=document.file.parent,
        metadata=document.metadata,
        variables=read_settings(stage / "_variables.yml"),
    )
    lines = expand(document.lines, context)
    return Document(document.file, lines, document.metadata, document.extension, document.options)


def render_embedded(
    stage: Path, document: Document, profile: str, timestamp: int
) -> dict[str, Path]:
    """Render every format of a document; return the files by format."""
    return {one: _render(stage, document, one, profile, timestamp) for one in document.options}


def _render(stage: Path, document: Document, one: str, profile: str, timestamp: int) -> Path:
    folder = document.file.parent
    options = document.options[one]
    target = document.file.with_suffix("." + one)
    written = target if one == "html" else document.file.with_suffix(".typ")
    settings = folder / "_stage" / f"metadata-{one}.yml"
    metadata = {k: v for k, v in document.metadata.items() if k not in QUARTO_ONLY}
    metadata |= {k: v for k, v in options.items() if k not in QUARTO_ONLY}
    metadata["csr-engine"] = {"format": one, "profile": profile}
    settings.write_text(
        yaml.safe_dump(metadata, allow_unicode=True, sort_keys=True), encoding="utf-8"
    )
    convert(document.lines, _defaults(document, options, one, settings, written), folder)
    if one == "html":
        seal(target)
    else:
        compile_pdf(
            written,
            target,
            root=stage,
            fonts=folder / str(document.metadata["font-paths"][0]),
            standards=options.get("pdf-standard", []),
            timestamp=timestamp,
        )
    return target


def _defaults(
    document: Document, options: Mapping[str, Any], one: str, settings: Path, written: Path
) -> dict[str, Any]:
    extension = document.extension
    defaults = {
        "from": "markdown",
        "to": WRITERS[one],
        "standalone": True,
        "wrap": "none",
        "template": str(extension / options["template"]),
        "table-of-contents": options.get("toc", False),
        "toc-depth": options.get("toc-depth", 3),
        "shift-heading-level-by": options.get("shift-heading-level-by", 0),
        "filters": [*_filters(options, extension), str(CORE)],
        "metadata-files": [str(settings)],
        "output-file": str(written),
        "fail-if-warnings": True,
    }
    if one == "html":
        defaults["css"] = [
            *(str(extension / name) for name in options.get("css", [])),
            *document.metadata.get("css", []),
        ]
        defaults["embed-resources"] = options.get("embed-resources", True)
        defaults["html-math-method"] = {"method": options.get("html-math-method", "mathml")}
    return defaults


def _filters(options: Mapping[str, Any], extension: Path) -> list[str]:
    named = [one["path"] if isinstance(one, Mapping) else one for one in options["filters"]]
    return [str(extension / name) for name in named]

"""Quarto's settings as far as the report uses them: project, profile, folder, document, format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csrkit.errors import RunError, StudyError
from csrkit.files.yaml import read_yaml
from csrkit.render.source import Line, read_lines, split_front_matter

# What the command line calls a format, and what Quarto and pandoc call it.
BASE_FORMATS = {"html": "html", "pdf": "typst"}


@dataclass(frozen=True)
class Document:
    """The main document and its merged settings.

    Attributes
    ----------
    file
        The main document (`report/csr.qmd`).
    lines
        Its text below the front matter.
    metadata
        Settings of project, profile, folder and document, the later ones prevailing.
    extension
        Folder of the format extension.
    options
        For each format asked for (`html`, `pdf`), its options.
    """

    file: Path
    lines: list[Line]
    metadata: dict[str, Any]
    extension: Path
    options: dict[str, dict[str, Any]]


def read_settings(file: Path) -> dict[str, Any]:
    """Return the content of a YAML settings file.

    Raises
    ------
    StudyError
        When it is missing, isn't YAML, or holds no keys and values.
    """
    content = read_yaml(file) or {}
    if not isinstance(content, dict):
        raise StudyError(
            "A settings file of the report must hold keys and values",
            where=str(file),
            found=f"a {type(content).__name__}",
            remedy="Restore the file, or correct it.",
        )
    return content


def merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return both merged as Quarto does: maps key by key, lists joined, else the second."""
    merged = dict(first)
    for key, value in second.items():
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            merged[key] = [*before, *(one for one in value if one not in before)]
        else:
            merged[key] = value
    return merged


def profile_file(stage: Path, profile: str) -> Path:
    """Return a profile's settings file; Quarto itself would ignore a mistyped profile.

    Raises
    ------
    RunError
        When there is no such profile.
    """
    file = stage / f"_quarto-{profile}.yml"
    if not file.is_file():
        known = sorted(f.stem.removeprefix("_quarto-") for f in stage.glob("_quarto-*.yml"))
        raise RunError(
            "There is no such report profile", where=str(stage), found=profile, allowed=known
        )
    return file


def main_document(stage: Path) -> Path:
    """Return the main document: the one file that `project: render:` names.

    Raises
    ------
    RunError
        When it names none or several, or a missing one.
    """
    project = read_settings(stage / "_quarto.yml").get("project", {})
    names = project.get("render", [])
    if len(names) != 1 or not (stage / names[0]).is_file():
        raise RunError(
            "The project must render one document",
            where=f"{stage / '_quarto.yml'}, key project.render",
            found=repr(names),
            allowed="a list with the path of one .qmd file",
        )
    return stage / str(names[0])


def read_document(stage: Path, profile: str, formats: tuple[str, ...]) -> Document:
    """Return the main document with its settings for a profile and formats.

    Raises
    ------
    RunError
        When a settings file, profile, extension or format is missing or can't be read.
    """
    file = main_document(stage)
    front, lines = split_front_matter(read_lines(file))
    layers = [read_settings(stage / "_quarto.yml"), read_settings(profile_file(stage, profile))]
    if (folder := file.parent / "_metadata.yml").is_file():
        layers.append(read_settings(folder))
    metadata: dict[str, Any] = {}
    for layer in (*layers, front):
        metadata = merge(metadata, layer)
    asked = metadata.pop("format", {})
    name, extension = _extension(file.parent, asked)
    contributed = read_settings(extension / "_extension.yml")["contributes"]["formats"]
    options = {one: _options(contributed, asked, name, BASE_FORMATS[one], file) for one in formats}
    return Document(file, lines, metadata, extension, options)


def _extension(folder: Path, asked: Mapping[str, Any]) -> tuple[str, Path]:
    """Return name and folder of the one extension whose formats the project names."""
    names = {str(one).rpartition("-")[0] for one in asked}
    if len(names) != 1 or not (path := folder / "_extensions" / (name := names.pop())).is_dir():
        raise RunError(
            "The report's formats must be those of one extension",
            where="_quarto.yml, key format",
            found=", ".join(asked) or "nothing",
            allowed="<extension>-html, <extension>-typst",
            remedy=f"The extension must stand in {folder / '_extensions'}.",
        )
    return name, path


def _options(
    contributed: Mapping[str, Any], asked: Mapping[str, Any], name: str, base: str, file: Path
) -> dict[str, Any]:
    if base not in contributed or f"{name}-{base}" not in asked:
        raise RunError(
            "The report has no such format",
            where=f"{file.name}, format {name}-{base}",
            allowed=[str(one) for one in asked],
        )
    own = asked[f"{name}-{base}"]
    options = merge(contributed.get("common", {}), contributed[base])
    return merge(options, own if isinstance(own, Mapping) else {})

"""Read `study.yml`; a mistake is told with file, key, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from csrkit.errors import StudyError
from csrkit.files.names import find_way_out
from csrkit.files.yaml import read_yaml
from csrkit.study.design import SETTINGS
from csrkit.study.model import Study
from csrkit.study.pk_exclusions import FILE, PkExclusion

T = TypeVar("T")


def load_study(file: str | Path) -> Study:
    """Return the study that a `study.yml` describes.

    Raises
    ------
    StudyError
        When a key is missing, unknown or has a value that isn't allowed, in `study.yml` or in the
        study's `pk_exclusions.yml`, or a path leads where settings can't be.
    """
    file = Path(file).resolve()
    content = read_yaml(file)
    if not isinstance(content, dict):
        raise StudyError("A study file must hold keys and values", where=str(file))
    whole = {**content, "root": file.parent, "file": file}
    study = validate_content(Study, whole, file, "A setting can't be used")
    _require_paths(study)
    return study.model_copy(update={"pk_exclusions": _read_pk_exclusions(study)})


def _require_paths(study: Study) -> None:
    """Stop at a path of settings that leaves the study's folder."""
    for name in SETTINGS:
        path: Path = getattr(study.paths, name)
        way_out = find_way_out(study.root, path)
        if way_out:
            raise StudyError(
                "A path leads out of the study's folder",
                where=f"{study.file}, key paths.{name}",
                found=f"{path}: {way_out}",
                allowed=f"a path to something in {study.root}",
                remedy="Keep the settings beside study.yml: the study is whole wherever its "
                "folder goes. Only data, derived and outputs may be elsewhere.",
            )


def _read_pk_exclusions(study: Study) -> tuple[PkExclusion, ...]:
    """Return the samples that people exclude; none when the study has no such file."""
    file = study.path("validation") / FILE
    if not file.exists():
        return ()
    what = "The excluded samples can't be used"
    return validate_content(tuple[PkExclusion, ...], read_yaml(file) or [], file, what)


def validate_content(kind: type[T], content: Any, file: Path, what: str, key: str = "") -> T:
    """Return the content of a settings file as a model, or as a container of models.

    Parameters
    ----------
    kind
        What the content has to be: a model, `dict[str, Model]`, `tuple[Model, ...]`.
    content
        What the file holds.
    file, key
        Where it stands.
    what
        What can't be used when it isn't so, in words.

    Raises
    ------
    StudyError
        With file, key, what was found and what is allowed.
    """
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as fault:
        raise _explain(what, kind, fault, file, key) from None


def _explain(what: str, kind: Any, fault: ValidationError, file: Path, key: str) -> StudyError:
    """Turn the first of pydantic's complaints into ours; the others are counted."""
    errors = fault.errors(include_url=False)
    first = errors[0]
    parts = [key] if key else []
    loc = [str(part) for part in first["loc"] if part != "[key]"]
    place = ".".join([*parts, *loc]) or "(whole file)"
    more = f" ({len(errors) - 1} more mistakes follow once this is corrected)" if errors[1:] else ""
    found, allowed = f"{first['input']!r}"[:200], first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        what, found = f"{what}: a key is missing", "nothing"
    if first["type"] == "extra_forbidden":
        what, found = f"{what}: a key is unknown", str(first["loc"][-1])
        allowed = ", ".join(_keys_at(kind, first["loc"][:-1])) or allowed
    return StudyError(
        what,
        where=f"{file}, key {place}",
        found=found,
        allowed=allowed,
        remedy=f"Correct this key in {file.name}.{more}",
    )


def _keys_at(kind: Any, path: Sequence[int | str]) -> list[str]:
    """Return the keys that are allowed at a path into some content."""
    models = _models_in(kind)
    for part in path:
        inside = [one.model_fields[part] for one in models if part in one.model_fields]
        if inside:
            models = _models_in(inside[0].annotation)
    return list(dict.fromkeys(name for one in models for name in one.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in get_args(annotation) for one in _models_in(part)]

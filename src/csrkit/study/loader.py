"""Read `study.yml`; a mistake is told with file, key, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from csrkit.errors import StudyError
from csrkit.study.model import Study


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds.

    Raises
    ------
    StudyError
        When the file is missing or isn't YAML.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        raise StudyError(
            "A settings file is missing",
            where=str(file),
            remedy="Give the right file with --study, or run csr inside the repository.",
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        detail = " ".join(str(fault).split())
        raise StudyError(
            "A settings file is not valid YAML",
            where=str(file),
            found=detail,
            remedy="Correct the line named above; strings with a colon need quotes.",
        ) from None


def load_study(file: str | Path) -> Study:
    """Return the study that a `study.yml` describes.

    Raises
    ------
    StudyError
        When a key is missing, unknown or has a value that isn't allowed.
    """
    file = Path(file).resolve()
    content = read_yaml(file)
    if not isinstance(content, dict):
        raise StudyError("A study file must hold keys and values", where=str(file))
    try:
        return Study.model_validate({**content, "root": file.parent, "file": file})
    except ValidationError as fault:
        raise explain_fault("A setting can't be used", Study, fault, file) from None


def explain_fault(
    what: str, model: type[BaseModel], fault: ValidationError, file: Path, key: str = ""
) -> StudyError:
    """Turn the first of pydantic's complaints into ours; the others are counted.

    Parameters
    ----------
    what
        What can't be used, in words.
    model
        The model that the content was to fit.
    fault
        The complaints.
    file, key
        Where the content stands.
    """
    errors = fault.errors(include_url=False)
    first = errors[0]
    parts = [key] if key else []
    place = ".".join([*parts, *map(str, first["loc"])]) or "(whole file)"
    more = f" ({len(errors) - 1} more mistakes follow once this is corrected)" if errors[1:] else ""
    found, allowed = f"{first['input']!r}"[:200], first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        what, found = f"{what}: a key is missing", "nothing"
    if first["type"] == "extra_forbidden":
        what, found = f"{what}: a key is unknown", str(first["loc"][-1])
        allowed = ", ".join(_keys_at(model, first["loc"][:-1])) or allowed
    return StudyError(
        what,
        where=f"{file}, key {place}",
        found=found,
        allowed=allowed,
        remedy=f"Correct this key in {file.name}.{more}",
    )


def _keys_at(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """Return the keys that a model allows at a path into its content."""
    models = [model]
    for part in path:
        inside = [one.model_fields[part] for one in models if part in one.model_fields]
        if inside:
            models = _models_in(inside[0].annotation)
    return list(dict.fromkeys(name for one in models for name in one.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in get_args(annotation) for one in _models_in(part)]

"""Read `study.yml`; a mistake is told with file, key, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

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
        raise _explain(file, fault) from None


def _explain(file: Path, fault: ValidationError) -> StudyError:
    """Turn the first of pydantic's complaints into ours; the others are counted."""
    errors = fault.errors(include_url=False)
    first = errors[0]
    key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
    more = f" ({len(errors) - 1} more mistakes follow once this is corrected)" if errors[1:] else ""
    missing = first["type"] == "missing"
    return StudyError(
        "A setting is missing" if missing else "A setting can't be used",
        where=f"{file}, key {key}",
        found="nothing" if missing else f"{first['input']!r}"[:200],
        allowed=first["msg"],
        remedy=f"Correct this key in {file.name}.{more}",
    )

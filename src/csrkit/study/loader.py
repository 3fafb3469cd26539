"""Read `study.yml`; a mistake is told with file, key, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from csrkit.errors import StudyError
from csrkit.study.base import Section
from csrkit.study.model import Study
from csrkit.study.queries import Query

T = TypeVar("T")


class _EachKeyOnce(yaml.CSafeLoader):
    """Reads YAML, and refuses a key that stands twice: the later one would hide the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, or stop at a key that it holds already."""
        lines: dict[object, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in lines:
                    first = lines[key.value]
                    what = f"the key {key.value!r} stands in line {first} and again in line {line}"
                    raise yaml.constructor.ConstructorError(None, None, what, None)
                lines[key.value] = line
        return super().construct_mapping(node, deep)


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds.

    Raises
    ------
    StudyError
        When the file is missing or isn't YAML, or a key stands twice.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_EachKeyOnce)
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
            remedy="Correct the line named above; a text with a colon needs quotes.",
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
    whole = {**content, "root": file.parent, "file": file}
    study = validate_content(Study, whole, file, "A setting can't be used")
    _require_assumptions(study)
    return study.model_copy(update={"queries": _read_queries(study)})


def _read_queries(study: Study) -> dict[str, tuple[Query, ...]]:
    """Return the queries of each dataset whose settings name a file of them."""
    from csrkit.study.query_files import read_queries  # which reads by the functions below

    folder = study.path("validation")
    return {
        dataset.upper(): read_queries(folder / section.queries)
        for dataset, section in study.derivations.given().items()
        if getattr(section, "queries", None)
    }


def _require_assumptions(study: Study) -> None:
    """Stop at an assumption that the settings of a dataset need and the study doesn't make."""
    made = study.assumptions.by_name()
    for dataset, section in study.derivations.given().items():
        named = section.assumes()
        implied = [one for name in named if name in made for one in _implied(made[name].value)]
        lacking = [name for name in (*named, *implied) if name not in made]
        if lacking:
            raise StudyError(
                "The study leaves out an assumption that one of its datasets needs",
                where=f"{study.file}, key assumptions.{lacking[0]}",
                found=f"nothing, and the section derivations.{dataset}",
                remedy="Add the assumption with value and meaning, or leave out the dataset's "
                "section.",
            )


def _implied(value: object) -> tuple[str, ...]:
    return value.assumes() if isinstance(value, Section) else ()


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
    place = ".".join([*parts, *map(str, first["loc"])]) or "(whole file)"
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

"""What stands where a report goes: an earlier one, whole or changed by hand, and its bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from csrkit.bundle.manifest import (
    changed_files,
    differences,
    hash_folder,
    read_digest,
)
from csrkit.errors import RunError
from csrkit.pipeline.inputs.hashes import hash_file
from csrkit.pipeline.request import Request

SHOWN = 5


@dataclass(frozen=True)
class Places:
    """Where a report and what goes with it stand.

    Attributes
    ----------
    folder
        The report.
    bundle
        The archive with the report and all it takes to make it again.
    bundle_hash
        Its hash, in the form that `sha256sum -c` reads.
    log
        When, where and how fast the run went.
    """

    folder: Path
    bundle: Path
    bundle_hash: Path
    log: Path


def places_of(request: Request) -> Places:
    """Return where the report of a request goes."""
    out, name = request.outputs, request.report_id
    bundle = out / f"{name}.bundle.zip"
    return Places(out / name, bundle, out / f"{bundle.name}.sha256", out / f"{name}.log.json")


def refuse_changed(request: Request) -> None:
    """Stop when the report that stands there was changed since it was made.

    Raises
    ------
    RunError
        Naming the files that were changed, added or removed.
    """
    folder = request.run_folder
    if not folder.exists():
        return
    changed = changed_files(folder)
    if changed:
        raise RunError(
            "The report of this version was changed since it was made; it is left as it is",
            where=str(folder),
            found=_name(changed),
            remedy="Move the folder away to have it made again, or use another --report-version.",
        )


def refuse_other_inputs(request: Request, record: Mapping[str, object]) -> None:
    """Stop when a report of this version stands there that was made from something else.

    Parameters
    ----------
    request
        The request.
    record
        What its `run.json` would say, as far as that is known beforehand.

    Raises
    ------
    RunError
        Naming the files and settings that differ.
    """
    standing = read_record(request.run_folder)
    other = differences(_flat(record), _flat({name: standing.get(name) for name in record}))
    if standing and other:
        raise RunError(
            "A report of this version exists that was made from something else",
            where=str(request.run_folder),
            found=f"other {_name(other)}",
            remedy=_remedy(request),
        )


def refuse_other_content(request: Request, made: Path) -> None:
    """Stop when a report of this version stands there and holds something else.

    Raises
    ------
    RunError
        Naming the files that differ.
    """
    standing = request.run_folder
    if not standing.exists():
        return
    other = differences(hash_folder(standing), hash_folder(made))
    if other:
        raise RunError(
            "A report of this version exists with other content; it is left as it is",
            where=str(standing),
            found=f"differing: {_name(other)}",
            remedy=_remedy(request),
        )


def _flat(record: Mapping[str, object], place: str = "") -> dict[str, object]:
    """Return the leaves of a record by name: `engine`, `packages: pandas`, `data: ae.xpt`."""
    found: dict[str, object] = {}
    for name, one in record.items():
        if isinstance(one, Mapping):
            found |= _flat(one, "" if name == "input_sha256" else f"{place}{name}: ")
        else:
            found[f"{place}{name}"] = one
    return found


def _remedy(request: Request) -> str:
    """Say which version is free."""
    first, second = (int(part) for part in request.version.split("."))
    while (free := replace(request, version=f"{first}.{second}")).run_folder.exists():
        second += 1
    return f"Use --report-version {free.version}, or move the older report away."


def is_current(places: Places, key: str) -> bool:
    """Tell whether the report stands there, made from these inputs, and as it was made."""
    record = read_record(places.folder)
    return record.get("report_key") == key and not changed_files(places.folder)


def has_bundle(places: Places) -> bool:
    """Tell whether the bundle stands there as it was made."""
    if not places.bundle.is_file():
        return False
    return read_digest(places.bundle_hash) == hash_file(places.bundle)


def read_record(folder: Path) -> dict[str, object]:
    """Return a report's `run.json`; empty when there is none that can be read."""
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _name(files: list[str]) -> str:
    more = f" and {len(files) - SHOWN} more" if files[SHOWN:] else ""
    return ", ".join(files[:SHOWN]) + more

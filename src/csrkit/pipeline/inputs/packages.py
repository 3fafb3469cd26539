"""The packages that a run uses: installed, and as the lock file has them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

LOCK = "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")
OURS = "csrkit"


@dataclass(frozen=True)
class Packages:
    """Versions of packages, by normalised name.

    Attributes
    ----------
    lock_text
        Content of the lock file; where there is none, what is installed in that form.
    used
        Installed version of each package of the lock file that is installed; where there is no
        lock file, of this library's requirements and theirs.
    departures
        Package → version locked and version installed ("not installed"), where they differ.
    """

    lock_text: str
    used: dict[str, str]
    departures: dict[str, tuple[str, str]]

    def say(self) -> str:
        """Return the departures in words; empty without any."""
        return ", ".join(
            f"{name} {installed} ({locked} locked)"
            for name, (locked, installed) in self.departures.items()
        )


def find_lock(root: Path) -> Path | None:
    """Return the lock file of a study's folder, or of the nearest folder above that has one."""
    for folder in (root, *root.parents):
        if (folder / LOCK).is_file():
            return folder / LOCK
    return None


def used_packages(lock: Path | None) -> Packages:
    """Return what is installed, held against a lock file."""
    installed = installed_packages()
    if lock is None:
        used = required_packages(installed)
        text = "".join(f"{name}=={version}\n" for name, version in used.items())
        return Packages(text, used, {})
    text = lock.read_text(encoding="utf-8")
    locked = read_lock(text)
    departures = {
        name: (version, installed.get(name, "not installed"))
        for name, version in locked.items()
        if installed.get(name) != version
    }
    used = {name: installed[name] for name in locked if name in installed}
    return Packages(text, used, departures)


def read_lock(text: str) -> dict[str, str]:
    """Return package → version of a lock file, those for other systems left out."""
    found = {}
    for line in text.splitlines():
        if pinned := PINNED.match(line):
            name, version, marker = pinned.groups()
            if marker is None or _holds_here(marker.strip()):
                found[normalised(name)] = version
    return dict(sorted(found.items()))


def installed_packages() -> dict[str, str]:
    """Return package → version of all that this interpreter finds; this library left out.

    Names and versions are read off the metadata folders, which is all that their names say.
    """
    found: dict[str, str] = {}
    for entry in sys.path:
        for folder in sorted(Path(entry).glob("*.dist-info")) if Path(entry).is_dir() else ():
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            found.setdefault(normalised(name), version)  # the first one found is the one imported
    found.pop(OURS, None)
    return dict(sorted(found.items()))


def required_packages(installed: Mapping[str, str]) -> dict[str, str]:
    """Return, of what is installed, what this library requires and what that requires in turn.

    All of it where this library itself isn't installed, but used from a folder.
    """
    try:
        waiting = _requirements(OURS)
    except metadata.PackageNotFoundError:
        return dict(installed)
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in installed and name not in found:
            found[name] = installed[name]
            waiting += _requirements(name)
    return dict(sorted(found.items()))


def _requirements(name: str) -> list[str]:
    from packaging.requirements import Requirement

    found = [Requirement(text) for text in metadata.distribution(name).requires or ()]
    return [
        normalised(one.name)
        for one in found
        if one.marker is None or one.marker.evaluate({"extra": ""})
    ]


def normalised(name: str) -> str:
    """Return a package's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _holds_here(marker: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate()


def all_packages() -> dict[str, str]:
    """Return name → version of every installed package, as they name themselves."""
    found = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))

"""What a run reads, hashed before it begins, and held to be the same until it ends."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import csrkit
from csrkit.errors import CsrError, RunError
from csrkit.pipeline.inputs.hashes import files_below, hash_file, hash_files, hash_value
from csrkit.pipeline.inputs.packages import LOCK, Packages, find_lock, used_packages
from csrkit.pipeline.inputs.signature import Signature, signature_of
from csrkit.sdtm.dataset_files import find_dataset_files
from csrkit.study import Study

Named = list[tuple[str, Path]]


def sources_of(study: Study, data: Path) -> dict[str, Named]:
    """Return the files of a run by kind, each with the name that it has in all records.

    Names are relative to the study's folder (data: to its own), so that they are the same wherever
    the study stands. Of the data these are the datasets; of the rest, what the settings name.
    """
    datasets = [one.path for one in find_dataset_files(data, None)]
    return {"data": [(file.name, file) for file in datasets], **settings_files(study)}


def settings_files(study: Study) -> dict[str, Named]:
    """Return the files of a study's settings, checks and texts by kind, each with its name."""
    report = study.path("report").parent
    index, values = study.path("index"), study.path("values")
    notebooks = [study.path("notebooks") / f"{name}.ipynb" for name in study.notebooks]
    texts = [file for file in files_below(report) if file not in (index, values)]
    return {
        "study": _named([study.file.resolve()], study.root),
        "index": _named([index], study.root),
        "values": _named([values], study.root),
        "validation": _named(files_below(study.path("validation")), study.root),
        "notebooks": _named(notebooks, study.root),
        "report": _named([*texts, *sorted(report.parent.glob("_quarto*.yml"))], study.root),
    }


def _named(files: Iterable[Path], root: Path) -> Named:
    root = root.resolve()
    return [
        (file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name, file)
        for file in files
        if file.is_file()
    ]


def library_files() -> Named:
    """Return the source files of this library."""
    root = Path(csrkit.__file__).parent
    files = [file for file in files_below(root) if file.suffix != ".pyc"]
    return [(file.relative_to(root).as_posix(), file) for file in files]


@dataclass(frozen=True)
class Sources:
    """What one run is made from, as it was when the run began.

    Attributes
    ----------
    study, data
        The study, and the folder of its raw SDTM.
    files
        Kind → names and files, as `sources_of` gives them.
    hashes
        Kind → name → SHA-256.
    library
        One hash of all source files of this library.
    packages
        The packages in use, and the lock file.
    python
        Version of Python without its last part (`3.11`).
    """

    study: Study
    data: Path
    files: dict[str, Named]
    hashes: dict[str, dict[str, str]]
    library: str
    packages: Packages
    python: str
    _seen: Mapping[Path, tuple[Signature | None, str]]

    @property
    def input_hash(self) -> str:
        """One hash of all files but the library's."""
        return hash_value(self.hashes)

    def require_unchanged(self) -> None:
        """Make sure that nothing was written to since the run began.

        A file whose status alone has changed (its mode, say) is hashed again.

        Raises
        ------
        RunError
            Naming the files that were changed, replaced, added or removed.
        """
        changed = [file for file in self._seen if self._is_changed(file)]
        changed += sorted(self._added() - set(changed))
        if changed:
            more = f" and {len(changed) - 5} more" if changed[5:] else ""
            raise RunError(
                "A file that this run reads was changed while it ran; nothing of it is kept",
                where=", ".join(str(file) for file in changed[:5]) + more,
                remedy="Run again when nothing is being written there.",
            )

    def _added(self) -> set[Path]:
        """Return the files that are read now and weren't there when the run began."""
        try:
            now = sources_of(self.study, self.data)
        except CsrError:  # what is missing is told as changed
            return set()
        before = {file for named in self.files.values() for _, file in named}
        return {file for named in now.values() for _, file in named} - before

    def _is_changed(self, file: Path) -> bool:
        before, digest = self._seen[file]
        now = signature_of(file)
        if now == before:
            return False
        same = now is not None and before is not None and now[:3] == before[:3]
        return not same or hash_file(file) != digest


def read_sources(
    study: Study, data: Path, begun: Mapping[Path, Signature | None] | None = None
) -> Sources:
    """Hash what a run reads.

    Parameters
    ----------
    study, data
        The study, and the folder of its raw SDTM.
    begun
        Signatures of files that were read before this, as they were then.

    Raises
    ------
    DataError
        When the data folder is missing, or holds what is no dataset.
    """
    lock = find_lock(study.root.resolve())
    files = sources_of(study, data)
    watched = {**files, "lock": [(lock.name, lock)] if lock else [], "library": library_files()}
    signatures = {file: signature_of(file) for named in watched.values() for _, file in named}
    signatures |= begun or {}
    hashes = {kind: hash_files(named) for kind, named in watched.items()}
    seen = {
        file: (signatures[file], hashes[kind][name])
        for kind, named in watched.items()
        for name, file in named
    }
    library = hash_value(hashes.pop("library"))
    packages = used_packages(lock)
    hashes["lock"] = {LOCK: hashlib.sha256(packages.lock_text.encode()).hexdigest()}
    python = ".".join(platform.python_version_tuple()[:2])
    return Sources(study, data, files, hashes, library, packages, python, seen)

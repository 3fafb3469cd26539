"""What the stages of a data cut made, each with the key and the hashes that it was made with."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csrkit.files.folders import move_into_place, write_whole
from csrkit.pipeline.inputs.hashes import hash_file, hash_value


@dataclass(frozen=True)
class Kept:
    """The record of what a stage made.

    Attributes
    ----------
    key
        The key of the inputs that it was made from.
    files
        Path below the data cut's folder → SHA-256.
    """

    key: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def digest(self, folders: Collection[Path]) -> str:
        """Return one hash of what stands below some folders."""
        below = tuple(f"{folder.as_posix()}/" for folder in folders)
        return hash_value({name: one for name, one in self.files.items() if name.startswith(below)})


class StageStore:
    """Results of the stages of one data cut.

    Parameters
    ----------
    folder
        The data cut's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _record(self, stage: str) -> Path:
        return self.folder / "stages" / f"{stage}.json"

    def kept(self, stage: str) -> Kept:
        """Return the record of a stage; an empty one when there is none that can be read."""
        try:
            found = json.loads(self._record(stage).read_text(encoding="utf-8"))
            return Kept(str(found["key"]), {str(k): str(v) for k, v in found["files"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Kept()

    def damaged(self, stage: str, produces: Sequence[Path]) -> list[str]:
        """Return the files of a stage that aren't as it made them: changed, missing or added."""
        made = self.kept(stage).files
        found = self._hashes(self.folder, stage, produces)
        return sorted(n for n in made.keys() | found.keys() if made.get(n) != found.get(n))

    def notebook(self, stage: str) -> Path:
        """Return where the executed notebook of a stage is kept."""
        return self.folder / _notebook(stage)

    def publish(self, stage: str, made: Path, key: str, produces: Sequence[Path]) -> None:
        """Move what a stage made into place; the record goes first and comes back last."""
        for path in produces:
            (made / path).mkdir(parents=True, exist_ok=True)
        hashes = self._hashes(made, stage, produces)
        record = self._record(stage)
        record.unlink(missing_ok=True)
        for path in (*produces, _notebook(stage)):
            move_into_place(made / path, self.folder / path)
        text = json.dumps({"stage": stage, "key": key, "files": hashes}, indent=1)
        record.parent.mkdir(parents=True, exist_ok=True)
        write_whole(record, text + "\n")

    def _hashes(self, root: Path, stage: str, produces: Sequence[Path]) -> dict[str, str]:
        """Return the hashes of all files that a stage produces, below a root."""
        files = [file for path in produces for file in (root / path).rglob("*") if file.is_file()]
        files += [root / _notebook(stage)] if (root / _notebook(stage)).is_file() else []
        return {file.relative_to(root).as_posix(): hash_file(file) for file in sorted(files)}


def _notebook(stage: str) -> Path:
    return Path("notebooks") / f"{stage}.ipynb"

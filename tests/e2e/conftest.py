"""A whole report, made once, in a copy of the repository's own sources."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from csrkit.sdtm import read
from csrkit.sdtm.write import write_xpt

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("study.yml", "report", "notebooks", "validation", "data_raw", "requirements.lock")


@dataclass
class Delivery:
    """A copy of the raw data, to damage."""

    folder: Path

    def rewrite(self, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        frame = change(read(self.folder, domains=[name])[name])
        attrs = frame.attrs
        file = self.folder / f"{name.lower()}.xpt"
        write_xpt(frame, file, name, attrs.get("label", name), attrs.get("labels", {}))


@dataclass
class Place:
    """A folder with a copy of the sources, to run `csr` in."""

    folder: Path
    temporary: Path | None = None

    def csr(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "csrkit", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PATH": without_quarto(os.environ["PATH"]),
                **({"TMPDIR": str(self.temporary)} if self.temporary else {}),
            },
        )

    def run(self, *arguments: str) -> Path:
        done = self.csr("run", *arguments)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    def deliver(self, folder: Path) -> Delivery:
        shutil.copytree(self.folder / "data_raw" / "sdtm", folder)
        return Delivery(folder)

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"


def without_quarto(path: str) -> str:
    """Return a search path on which no quarto is found: these tests are of the embedded engine."""
    return os.pathsep.join(
        folder for folder in path.split(os.pathsep) if not (Path(folder) / "quarto").exists()
    )


def place(folder: Path) -> Place:
    folder.mkdir()
    for name in (*SOURCES, *(path.name for path in ROOT.glob("_quarto*.yml"))):
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns(".ipynb_checkpoints")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    return Place(folder)


@pytest.fixture(scope="session")
def here(tmp_path_factory):
    return place(tmp_path_factory.mktemp("e2e") / "here")


@pytest.fixture(scope="session")
def there(tmp_path_factory):
    """A place where kernels can't be forked: its folder's name is too long for a socket's."""
    there = place(tmp_path_factory.mktemp("another") / "there")
    there.temporary = there.folder.parent / ("t" * 100)
    there.temporary.mkdir()
    return there


@pytest.fixture(scope="session")
def report(here):
    """The interim report."""
    return here.run()

"""A whole report, made once, in a copy of the repository's own sources."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

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

    def csr(self, *arguments: object) -> subprocess.CompletedProcess:
        return self.python("-m", "csrkit", *arguments)

    def python(
        self, *arguments: object, before: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess:
        """Run this Python in the folder, below another program (`before`) and its environment."""
        return subprocess.run(
            [*before, sys.executable, *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": without_quarto(os.environ["PATH"]), **environment},
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
def place_at():
    """Return the place of a folder that has its sources already."""
    return Place


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id):
    """A folder that the processes of a test run share, and its lock: what is dear is made once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "e2e"
    folder.mkdir(exist_ok=True)
    return folder, FileLock(folder / "lock")


@pytest.fixture(scope="session")
def here(shared):
    folder, lock = shared
    with lock:
        return Place(folder / "here") if (folder / "here").exists() else place(folder / "here")


@pytest.fixture(scope="session")
def report(here, shared):
    """The interim report."""
    with shared[1]:
        return here.run()


@pytest.fixture(scope="session")
def faulty(here, shared):
    """Arguments for an earlier cut of data in which an adverse event ends before it starts."""
    folder, lock = shared
    with lock:
        if not (folder / "faulty").exists():
            here.deliver(folder / "faulty").rewrite("AE", _swap)
    return "--data", str(folder / "faulty"), "--data-cut", "2025-12-31"


def _swap(ae: pd.DataFrame) -> pd.DataFrame:
    first = ae.index[ae["AESTDTC"].str.len().eq(10) & ae["AEENDTC"].notna()][0]
    return ae.assign(AEENDTC=ae["AEENDTC"].where(ae.index != first, "2025-06-01"))


@pytest.fixture(scope="session")
def both(here, faulty, shared):
    """An earlier cut and the final one, made at the same time into one folder of reports."""
    asked = (*faulty, "--accept-findings"), ("--report", "final")
    with shared[1], ThreadPoolExecutor() as pool:
        return list(pool.map(lambda options: here.run(*options), asked))


@pytest.fixture(scope="session")
def earlier(both):
    return both[0]


@pytest.fixture(scope="session")
def final(both):
    return both[1]

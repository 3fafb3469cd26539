"""`csr run` as a process of its own, on notebooks of a few lines."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
STAGES = ("10_validate", "20_derive", "30_population", "40_safety", "50_efficacy", "60_pk")


@dataclass
class Place:
    """A copy of the sources, where data are validated, cut and derived already."""

    folder: Path

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def cut(self) -> Path:
        return self.folder / "data_derived" / "2026-03-31"

    def failed(self, stage: str) -> Path:
        return self.cut / "failed" / f"{stage}.ipynb"

    def write(self, stage: str, *cells: str, tags: tuple[str, ...] = ()) -> None:
        """Have a notebook run some cells before its own."""
        file = self.folder / "notebooks" / f"{stage}.ipynb"
        book = json.loads((ROOT / "notebooks" / file.name).read_text(encoding="utf-8"))
        first = [code(f"own-{n}", text, tags) for n, text in enumerate(cells)]
        place = 1 + [cell["id"] for cell in book["cells"]].index("parameters")
        book["cells"][place:place] = first
        file.write_text(json.dumps(book), encoding="utf-8")

    def start(self, *arguments: str, before=None, **environment: str) -> subprocess.Popen:
        def prepare():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            if before:
                before()

        return subprocess.Popen(
            [sys.executable, "-m", "csrkit", *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(self.temporary), **environment},
            start_new_session=True,
            preexec_fn=prepare,
        )

    def run(self, *arguments: str, seconds=90, before=None, **environment: str):
        """Run `csr run` to its end; it must come to one."""
        process = self.start("run", *arguments, before=before, **environment)
        try:
            out, said = process.communicate(timeout=seconds)
        finally:
            end(process)
        return subprocess.CompletedProcess(process.args, process.returncode, out, said)

    def left(self) -> list[str]:
        """Return temporary folders and half-written files that are still there."""
        below = [self.temporary, self.cut, self.folder / "data_derived", self.folder / "outputs"]
        found = (path for folder in below if folder.is_dir() for path in folder.iterdir())
        kept = (".lock",)
        odd = [p for p in found if p.parent == self.temporary or p.name.startswith(".")]
        return [str(p.relative_to(self.folder)) for p in odd if p.name not in kept]

    def orphans(self, seconds: float = 3) -> list[str]:
        """Return processes of a run here that are still alive; one that is ending may take long."""
        until = time.monotonic() + seconds
        while (found := self._processes()) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def _processes(self) -> list[str]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                ours = process.environ().get("TMPDIR") == str(self.temporary)
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
        return found


def code(name: str, text: str, tags: tuple[str, ...] = ()) -> dict:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "execution_count": None,
        "outputs": [],
        "source": text,
    }


def end(process: subprocess.Popen) -> None:
    """End a process of a test that went wrong, and what it started."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    if process.poll() is None:
        process.kill()
    process.wait()


def wait_for(path: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A place whose first two stages are done: a run there begins with the displays."""
    return make_place(tmp_path_factory.mktemp("process") / "p")


def make_place(folder: Path) -> Place:
    folder.mkdir()
    for name in ("study.yml", "report", "validation", "requirements.lock"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    for file in ROOT.glob("_quarto*.yml"):
        shutil.copy(file, folder / file.name)
    (folder / "data_raw").mkdir()
    (folder / "data_raw" / "sdtm").symlink_to(ROOT / "data_raw" / "sdtm")
    (folder / "notebooks").mkdir()
    (folder / "tmp").mkdir()
    place = Place(folder)
    for stage in STAGES:
        place.write(stage)
    place.write("30_population", "raise RuntimeError('far enough')")
    done = place.run("--jobs", "1", seconds=400)
    assert "far enough" in done.stderr, done.stderr
    assert "20_derive    done" in done.stderr
    return place


@pytest.fixture
def place(base):
    for stage in STAGES:
        base.write(stage)
    for name in ("failed", "analysis"):
        shutil.rmtree(base.cut / name, ignore_errors=True)
    shutil.rmtree(base.folder / "outputs", ignore_errors=True)
    shutil.rmtree(base.temporary)
    base.temporary.mkdir()
    return base

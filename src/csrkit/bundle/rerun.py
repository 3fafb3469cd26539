"""Make this report again, and compare.

Needs Python alone: `python3 rerun.py`. It makes an environment from requirements.lock (the packages
are downloaded), runs the programs in `rerun` on the data there, with the arguments of the report in
`report`, and compares every file that comes out with it. Exit 0: all are equal; 1: some differ.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORT, RERUN = HERE / "report", HERE / "rerun"
ENVIRONMENT = RERUN / "environment"


def main() -> int:
    """Run the report again and say what differs."""
    parser = argparse.ArgumentParser(description="Make this report again, and compare.")
    parser.add_argument(
        "--here",
        action="store_true",
        help="use the packages of the Python that runs this; none are downloaded",
    )
    chosen = parser.parse_args()
    record = json.loads((REPORT / "run.json").read_text(encoding="utf-8"))
    found = ".".join(str(part) for part in sys.version_info[:2])
    if found != record["python"]:
        print(f"note: the report was made with Python {record['python']}; this is {found}")
    python = sys.executable if chosen.here else _make_environment()
    made = _run(python, record)
    return _compare(made)


def _make_environment() -> str:
    """Install the locked packages in an environment of their own; return its Python."""
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    python = str(ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    lock = RERUN / "requirements.lock"
    hashed = ["--require-hashes"] if "--hash=" in lock.read_text(encoding="utf-8") else []
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*install, *hashed, "-r", str(lock)], check=True)
    return python


def _run(python: str, record: dict[str, object]) -> Path:
    """Run the programs of the bundle; return the folder of the report that they make."""
    for name in ("outputs", "derived"):
        shutil.rmtree(RERUN / name, ignore_errors=True)
    library = str(RERUN / "library")
    subprocess.run(
        [python, "-m", "csrkit", *arguments(record)],
        cwd=RERUN,
        env={**os.environ, "PYTHONPATH": library, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    return RERUN / "outputs" / str(record["report_id"])


def arguments(record: dict[str, object]) -> list[str]:
    """Return the arguments of `csr` that make the report of a `run.json` in the folder `rerun`."""
    formats = record["formats"]
    assert isinstance(formats, list)
    given = {
        "study": f"study/{record['study_file']}",
        "data": "data",
        "data-cut": record["data_cut"],
        "report": record["report"],
        "report-version": record["report_version"],
        "engine": record["engine"],
        "formats": ",".join(formats),
        "out": "outputs",
        "derived": "derived",
    }
    options = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    return ["run", *options, *(["--accept-findings"] if record["accept_findings"] else [])]


def _compare(made: Path) -> int:
    """Say which files of two reports differ; return the exit code."""
    first, second = _read(REPORT / "manifest.sha256"), _read(made / "manifest.sha256")
    differing = sorted(n for n in first.keys() | second.keys() if first.get(n) != second.get(n))
    for name in differing:
        print(f"differs: {name}")
    print(f"{len(first)} files compared with the report made again, {len(differing)} different")
    return 1 if differing else 0


def _read(manifest: Path) -> dict[str, str]:
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


if __name__ == "__main__":
    sys.exit(main())

"""Put faults into a copy of the library, one at a time, and see the fitting tests fail.

    python tests/faults/run.py                 # all of faults.yml; make faults
    python tests/faults/run.py curve trace     # those whose name holds one of the words

A fault is a text of a file replaced by another. It is caught when its tests fail with it; without
it they must pass. Exits with 1 when a fault goes unnoticed, or a text isn't there just once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
FAULTS = Path(__file__).with_name("faults.yml")
FAILED = 1
"""Exit code of pytest when tests ran and some failed."""


class Fault(NamedTuple):
    """A fault: its name, the file below src/csrkit, the text and what stands for it, test files."""

    name: str
    file: str
    old: str
    new: str
    tests: str


def load_faults(words: list[str]) -> list[Fault]:
    """Return the faults whose name holds one of some words; all without a word."""
    found = [Fault(**one) for one in yaml.safe_load(FAULTS.read_text(encoding="utf-8"))]
    return [one for one in found if not words or any(word in one.name for word in words)]


def try_fault(fault: Fault, source: Path) -> str:
    """Return "caught", or what is wrong: the tests pass with the fault, or it can't be put in."""
    file = source / "csrkit" / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        return f"stands {text.count(fault.old)} times in {fault.file}: {fault.old!r}"
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    try:
        code = run_tests(fault.tests.split(), source)
    finally:
        file.write_text(text, encoding="utf-8")
    return "caught" if code == FAILED else f"not caught by {fault.tests} (pytest exits with {code})"


def run_tests(tests: list[str], source: Path) -> int:
    """Run tests against a copy of the library; return the exit code of pytest."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    return done.returncode


def main() -> int:
    """Try the faults asked for."""
    faults = load_faults(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        if run_tests(sorted({test for fault in faults for test in fault.tests.split()}), source):
            print("The tests fail without any fault: correct them first.")
            return 1
        unnoticed = 0
        for fault in faults:
            said = try_fault(fault, source)
            unnoticed += said != "caught"
            print(f"{fault.name:60} {said}", flush=True)
    print(f"{len(faults) - unnoticed} of {len(faults)} faults are caught")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Meet every fault of met.yml: run the tests that do it, and say which of them isn't told.

python tests/faults/run_met.py        # make faults-run
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MET = Path(__file__).with_name("met.yml")


def load_met() -> list[dict[str, Any]]:
    """Return the kinds of faults, each with what is met of it."""
    found: list[dict[str, Any]] = yaml.safe_load(MET.read_text(encoding="utf-8"))
    return found


def tests_of(kinds: list[dict[str, Any]]) -> list[str]:
    """Return the tests that meet some faults, each once."""
    named = [test for kind in kinds for fault in kind["met"] for test in fault["tests"].split()]
    return list(dict.fromkeys(named))


def main() -> int:
    """Run the tests; return the exit code of pytest."""
    kinds = load_met()
    tests = tests_of(kinds)
    counted = sum(len(kind["met"]) for kind in kinds)
    print(f"{counted} faults, met by {len(tests)} tests")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *tests]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

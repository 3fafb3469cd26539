"""The truth test on whole runs: every set asked again in SQL of the run's own XPT files."""

import json
import shutil

import pandas as pd
import pytest

from csrkit.results.ard import ARD_COLUMNS
from csrkit.results.store import read_results

RUNS = ("report", "final", "other_cut")
FLAT = (
    "ANALYSIS", "METHOD", "CONF_LEVEL", "DATASET", "WHERE_TEXT", "WHERE_SQL", "N_RECORDS",
    "N_SUBJECTS",
)  # fmt: skip


@pytest.fixture(scope="session")
def traced(here):
    """Trace a run; return the exit code and what was printed."""

    def trace(run_dir):
        done = here.csr("trace", str(run_dir), "--json")
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)

    return trace


@pytest.mark.parametrize("run", RUNS)
def test_every_set_of_a_run_gives_its_records_and_subjects(run, traced, request):
    code, found = traced(request.getfixturevalue(run))
    assert found["departures"] == []
    assert code == 0
    assert found["sets"] > 5_000
    assert found["results"] > 15_000


@pytest.mark.parametrize("run", RUNS)
def test_every_number_of_every_display_has_its_analysis_method_and_set(run, request, here):
    folder = request.getfixturevalue(run)
    results = read_results(folder / "results")
    ard = results.ard
    assert tuple(ard.columns) == ARD_COLUMNS
    assert set(FLAT) <= set(ard.columns)
    shown = {file.stem.split("_", 1)[1] for kind in ("tables", "listings", "figures")
             for file in (folder / kind).iterdir()}  # fmt: skip
    assert set(ard["OUTPUT"]) == shown
    assert ard["SET_ID"].isin(results.sets["SET_ID"]).all()
    assert ard["ANALYSIS"].isin(results.analyses["ANALYSIS"]).all()
    assert ard["METHOD"].ne("").all()
    limits = ard[ard["STAT"].str.startswith("conf.") & ard["VALUE"].notna()]
    assert limits["CONF_LEVEL"].between(0.5, 1, inclusive="neither").all()
    named = results.subjects.groupby("SET_ID").size().reindex(results.sets["SET_ID"], fill_value=0)
    assert named.tolist() == results.sets["N_SUBJECTS"].tolist()


def test_a_set_changed_by_hand_is_named(report, traced, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(report, changed)
    file = changed / "results" / "sets.parquet"
    sets = pd.read_parquet(file)
    place = sets.index[sets["N_SUBJECTS"].between(2, 5)][0]
    sets.loc[place, "WHERE_SQL"] += " AND \"USUBJID\" <> 'nobody' AND FALSE"
    sets.to_parquet(file)
    code, found = traced(changed)
    assert code == 1
    assert [sets.loc[place, "SET_ID"] in one["where"] for one in found["departures"]] == [True]
    assert found["departures"][0]["outputs"]


def test_the_results_made_without_drawing_are_those_of_the_run(here, report, tmp_path):
    done = here.csr("analyse", str(report), "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for name in ("ard.parquet", "ard.csv", "sets.parquet", "set_subjects.parquet", "analyses.parquet"):
        assert (tmp_path / name).read_bytes() == (report / "results" / name).read_bytes(), name

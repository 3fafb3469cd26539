"""`csr trace` and `csr analyse`, as called from a shell."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from csrkit.cli.app import app
from csrkit.conditions import equal
from csrkit.errors import DataError
from csrkit.index import IndexEntry
from csrkit.results.ard import ARD_COLUMNS
from csrkit.results.bench import Bench
from csrkit.results.store import read_results, write_results
from csrkit.results.verbs.counts import count_subjects
from csrkit.sdtm.write import write_xpt
from csrkit.study.base import Section

ADSL = pd.DataFrame(
    {"USUBJID": ["S1", "S2", "S3"], "SAFFL": ["Y", "Y", "N"], "TRT01AN": [20.0, 30.0, None]}
)
ADAE = pd.DataFrame(
    {"USUBJID": ["S1", "S1", "S3"], "AESEQ": [1.0, 2.0, 1.0], "AESER": ["Y", "", "Y"]}
)


@pytest.fixture
def csr():
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def run(study, tmp_path):
    """A finished run of one display: serious events in the safety set."""
    entry = IndexEntry(
        key="serious", kind="table", pattern="counts", number="14.3", title="Serious",
        population="SAF", datasets=("ADSL", "ADAE"), columns=("all",), settings=Section(),
    )  # fmt: skip
    bench = Bench(entry, study, {"ADSL": ADSL, "ADAE": ADAE})
    declared = bench.declare("any", dataset="ADAE", where=equal("AESER", "Y"))
    count_subjects(bench, declared, "any", events=True)
    write_results(bench.finish(), tmp_path / "results")
    folder = tmp_path / "datasets" / "adam"
    folder.mkdir(parents=True)
    for name, frame in (("ADSL", ADSL), ("ADAE", ADAE)):
        write_xpt(frame, folder / f"{name.lower()}.xpt", name, name, {})
    return tmp_path


def change(file, name, value):
    frame = pq.read_table(file).to_pandas()
    frame.loc[frame.index[0], name] = value
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)


def test_a_run_that_traces_exits_with_0_and_says_how_much_was_checked(csr, run):
    done = csr("trace", run)
    assert done.exit_code == 0, done.output
    assert done.output == "2 sets and 4 results checked, 0 different\n"


def test_a_set_changed_by_hand_exits_with_1_and_is_named_with_its_display(csr, run):
    change(run / "results" / "sets.parquet", "N_RECORDS", 7)
    done = csr("trace", run)
    assert done.exit_code == 1
    key = read_results(run / "results").sets["SET_ID"].iloc[0]
    assert f"set {key}: " in done.output
    assert "(in serious)" in done.output
    assert "results say  7 records" in done.output
    assert done.output.splitlines()[-1] == "2 sets and 4 results checked, 1 different"


def test_a_dataset_changed_by_hand_exits_with_1(csr, run):
    other = ADAE.assign(AESER=["Y", "Y", "Y"])
    write_xpt(other, run / "datasets" / "adam" / "adae.xpt", "ADAE", "ADAE", {})
    done = csr("trace", run)
    assert done.exit_code == 1
    assert "datasets say 2 records of 1 subjects (S1)" in done.output


def test_a_number_changed_by_hand_exits_with_1(csr, run):
    change(run / "results" / "ard.parquet", "VALUE", 2.0)
    done = csr("trace", run)
    assert done.exit_code == 1
    assert "display serious, row any, column all: 1" in done.output


def test_for_programs_all_departures_are_given(csr, run):
    change(run / "results" / "sets.parquet", "N_RECORDS", 7)
    done = csr("trace", run, "--json")
    found = json.loads(done.output)
    assert done.exit_code == 1
    assert (found["sets"], found["results"], len(found["departures"])) == (2, 4, 1)
    assert found["departures"][0]["outputs"] == ["serious"]


def test_a_folder_that_is_no_run_is_told(csr, tmp_path):
    done = csr("trace", tmp_path)
    assert isinstance(done.exception, DataError)
    assert "no XPT" in done.exception.found


@pytest.fixture
def small(root, tmp_path):
    """A study file whose index has one display."""
    text = (root / "study.yml").read_text(encoding="utf-8")
    (tmp_path / "study.yml").write_text(
        text.replace("index: report/tlf.yml", "index: tlf.yml"), encoding="utf-8"
    )
    (tmp_path / "tlf.yml").write_text(
        "displays:\n  serious: {pattern: counts, number: '14.3', title: Serious, population: SAF, "
        "datasets: [ADSL, ADAE], columns: [all], settings: {dataset: ADAE, "
        "rows: [{row: any, label: Any, where: AESER == 'Y'}]}}\n",
        encoding="utf-8",
    )
    return tmp_path / "study.yml"


def test_results_are_made_from_a_run_without_drawing_and_trace_again(csr, run, small):
    done = csr("analyse", run, "--study", small, "--out", run / "results")
    assert done.exit_code == 0, done.exception
    names = {line.rpartition("/")[2] for line in done.output.split()}
    assert names == {
        "ard.csv", "ard.parquet", "sets.parquet", "set_subjects.parquet", "analyses.parquet",
    }  # fmt: skip
    ard = pd.read_csv(run / "results" / "ard.csv")
    assert tuple(ard.columns) == ARD_COLUMNS
    assert ard.loc[ard["ROW"] == "any"].set_index("STAT")["VALUE"].to_dict() == {
        "n": 1, "N": 2, "p": 0.5,
    }  # fmt: skip
    assert csr("trace", run).exit_code == 0


def test_a_folder_without_datasets_is_told(csr, small, tmp_path):
    done = csr("analyse", tmp_path / "nothing", "--study", small, "--out", tmp_path / "ard")
    assert isinstance(done.exception, DataError)
    assert str(tmp_path / "nothing") in done.exception.where

"""`csr validate`, `cut` and `simulate`, as called from a shell."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from csrkit.cli.app import app
from csrkit.cli.options import FORMATS
from csrkit.errors import DataError, UsageError
from csrkit.sdtm import read, write
from csrkit.sdtm.cut import apply_cut
from csrkit.sdtm.cut.files import read_cut
from csrkit.sdtm.write import write_domains

CUT = "2025-12-31"


@pytest.fixture
def csr(root):
    def call(command, *arguments):
        arguments = ["--study", root / "study.yml", *arguments]
        return CliRunner().invoke(app, [command, *map(str, arguments)])

    return call


@pytest.fixture(scope="module")
def raw(study):
    return read(study.path("data"), reading=study.reading)


@pytest.fixture(scope="module")
def cut(study, raw):
    return apply_cut(raw, study.covering("interim", pd.Timestamp(CUT).date()))


def test_the_formats_of_the_command_line_are_those_that_can_be_written():
    assert set(FORMATS) == set(write.FORMATS)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_cut_is_written_in_any_format_and_read_again(csr, study, cut, tmp_path, fmt):
    done = csr(
        "cut", "--data", study.path("data"), "--data-cut", CUT, "--out", tmp_path, "--format", fmt
    )
    assert done.exit_code == 0, done.exception
    names = {f"{name.lower()}.{fmt}" for name in cut.domains}
    names |= {f"cut_log.{fmt}"} | ({"types.yml"} if fmt == "csv" else set())
    assert {file.name for file in tmp_path.iterdir()} == names
    assert [*map(str, sorted(tmp_path.iterdir()))] == done.stdout.split()
    for name, frame in read(tmp_path).items():
        pd.testing.assert_frame_equal(frame, cut.domains[name])


def test_a_cut_is_parquet_with_its_log_unless_asked_otherwise(csr, study, cut, tmp_path):
    csr("cut", "--data", study.path("data"), "--data-cut", CUT, "--out", tmp_path)
    back = read_cut(tmp_path)
    assert set(back.domains) == set(cut.domains)
    pd.testing.assert_frame_equal(back.log, cut.log)


def test_a_cut_in_another_format_replaces_the_earlier_one(csr, study, tmp_path):
    given = ("--data", study.path("data"), "--data-cut", CUT, "--out", tmp_path)
    csr("cut", *given)
    (tmp_path / "notes.txt").write_text("kept")
    csr("cut", *given, "--format", "csv")
    assert {file.suffix for file in tmp_path.iterdir()} == {".csv", ".yml", ".txt"}


def test_a_cut_over_its_own_data_is_refused(csr, raw, study, tmp_path):
    write_domains(raw, tmp_path, "parquet", study)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    done = csr("cut", "--data", tmp_path, "--data-cut", CUT, "--out", tmp_path / ".")
    assert isinstance(done.exception, UsageError)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_cut_that_fails_half_way_leaves_the_earlier_one(csr, raw, study, tmp_path):
    data, out = tmp_path / "sdtm", tmp_path / "cut"
    write_domains(raw, data, "parquet", study)
    csr("cut", "--data", data, "--data-cut", CUT, "--out", out)
    before = {file: file.read_bytes() for file in out.iterdir()}
    (data / "vs.parquet").write_bytes(b"PAR1 and no more")
    done = csr("cut", "--data", data, "--data-cut", "2025-10-31", "--out", out)
    assert isinstance(done.exception, DataError)
    assert "vs.parquet" in str(done.exception)
    assert {file: file.read_bytes() for file in out.iterdir()} == before


def test_a_missing_domain_is_among_the_findings(csr, raw, study, tmp_path):
    data, out = tmp_path / "sdtm", tmp_path / "findings"
    write_domains({name: frame for name, frame in raw.items() if name != "RS"}, data, "xpt", study)
    done = csr("validate", "--data", data, "--out", out, "--json")
    assert done.exit_code == 1
    found = {finding["ID"]: finding for finding in json.loads(done.stdout)}
    assert (found["RS-T-DOMAIN"]["SEVERITY"], found["RS-T-DOMAIN"]["KIND"]) == ("critical", "table")
    assert json.loads((out / "findings.json").read_text())["counts"]["critical"] >= 1


def test_data_without_a_critical_finding_exits_with_0(csr, study):
    done = csr("validate", "--data", study.path("data"))
    assert done.exit_code == 0, done.exception
    assert "0 critical" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("fmt", ["ndjson", "parquet"])
def test_a_study_is_simulated_in_the_format_asked_for(csr, tmp_path, fmt):
    done = csr("simulate", "--subjects", 10, "--out", tmp_path, "--format", fmt)
    assert done.exit_code == 0, done.exception
    assert {file.suffix for file in tmp_path.iterdir()} == {f".{fmt}"}
    assert len(read(tmp_path)["DM"]) >= 10


def test_a_subject_that_is_twice_in_dm_stops_before_anything_is_derived(csr, raw, study, tmp_path):
    data, out = tmp_path / "sdtm", tmp_path / "adam"
    twice = raw["DM"].iloc[[*range(len(raw["DM"])), 3]].reset_index(drop=True)
    subject = twice["USUBJID"].iloc[3]
    write_domains({**raw, "DM": twice}, data, "parquet", study)
    done = csr("derive", "--data", data, "--out", out)
    assert isinstance(done.exception, DataError)
    assert f"DM more than once: {subject}" in str(done.exception)
    assert not out.exists()

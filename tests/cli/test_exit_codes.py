"""What every command exits with and says, from a process of its own as a shell starts it."""

import os
import re
import subprocess
import sys

import pytest

from csrkit.cli.app import app
from csrkit.sdtm import read
from csrkit.sdtm.write import write_domains

COMMANDS = sorted(app.commands)
DATA = ("--data", "DATA")
CUT = ("--data-cut", "2026-03-31")


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """A folder to stand in: a file, an empty folder, a damaged run, and the data by a link."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "file").write_text("x")
    (folder / "empty").mkdir()
    (folder / "run").mkdir()
    (folder / "run" / "run.json").write_text("{")
    (folder / "bad.yml").write_text("study: [")
    return folder


@pytest.fixture
def csr(root, folder):
    def call(*arguments, shell=""):
        words = [one.replace("DATA", str(root / "data_raw" / "sdtm")) for one in arguments]
        command = [sys.executable, "-m", "csrkit", *words]
        if shell:
            command = ["bash", "-c", shell.replace("CSR", " ".join(command))]
        environment = {**os.environ, "NO_COLOR": "1"}
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment, timeout=300
        )

    return call


# Arguments, exit code, a word that is said. STUDY stands for the option that names this study.
TABLE = {
    "no command": ((), 2, "Usage"),
    "help": (("--help",), 0, "130"),
    "version": (("--version",), 0, "csr, version"),
    "an unknown command": (("rnu",), 2, "No such command"),
    "an unknown option": (("run", "--dat", "x"), 2, "No such option"),
    "an option without its value": (("run", "--data"), 2, "requires an argument"),
    "a needed option left out": (("cut", "STUDY", *CUT, "--out", "o"), 2, "--data"),
    "a superfluous argument": (("run", "now"), 2, "unexpected extra argument"),
    "no date": (("run", "STUDY", "--data-cut", "yesterday"), 2, "not a date"),
    "no number": (("run", "STUDY", "--jobs", "0"), 2, "--jobs"),
    "no such report": (("run", "STUDY", "--report", "midterm"), 2, "interim"),
    "no such format": (("run", "STUDY", "--formats", "odt"), 2, "html, pdf"),
    "no such version": (("run", "STUDY", "--report-version", "one"), 2, "X.Y"),
    "no study anywhere": (("versions",), 2, "--study"),
    "a study that isn't there": (("versions", "--study", "none.yml"), 1, "none.yml"),
    "a folder as study": (("run", "--study", "empty"), 1, "empty"),
    "a study that is no YAML": (("run", "--study", "bad.yml"), 1, "bad.yml"),
    "data that isn't there": (("validate", "STUDY", "--data", "none"), 1, "none"),
    "a file as data": (("validate", "STUDY", "--data", "file"), 1, "file"),
    "an empty folder as data": (("derive", "STUDY", "--data", "empty", "--out", "o"), 1, "empty"),
    "a cut before the study": (
        ("cut", "STUDY", *DATA, "--data-cut", "1990-01-01", "--out", "o"),
        1,
        "remedy:",
    ),
    "a file as folder of a cut": (("cut", "STUDY", *DATA, *CUT, "--out", "file"), 1, "file"),
    "a file as folder of ADaM": (("derive", "STUDY", *DATA, "--out", "file"), 1, "file"),
    "a file as folder of SDTM": (("simulate", "STUDY", "--out", "file"), 1, "file"),
    "a file as folder of findings": (("validate", "STUDY", "--out", "file/o"), 1, "file"),
    "a file as folder of reports": (("run", "STUDY", "--out", "file"), 1, "--out"),
    "a file as folder of datasets": (("run", "STUDY", "--derived", "file"), 1, "--derived"),
    "a cut into its data": (("cut", "STUDY", *DATA, *CUT, "--out", "DATA"), 2, "--out"),
    "ADaM into the data": (("derive", "STUDY", *DATA, "--out", "DATA/adam"), 2, "--out"),
    "findings into the data": (("validate", "STUDY", "--out", "DATA/f"), 2, "--out"),
    "reports into the data": (("run", "STUDY", "--out", "DATA/o"), 2, "--out"),
    "datasets into the data": (("run", "STUDY", "--derived", "DATA/o"), 2, "--derived"),
    "a trace of no run": (("trace", "empty"), 1, "empty"),
    "a trace of a file": (("trace", "file"), 1, "file"),
    "a rendering of no run": (("render", "empty", "STUDY"), 1, "empty"),
    "a rendering of a damaged run": (("render", "run", "STUDY"), 1, "run"),
    "an analysis of nothing": (("analyse", "empty", "STUDY", "--out", "o"), 1, "empty"),
    "an analysis of a file": (("analyse", "file", "STUDY", "--out", "o"), 1, "file"),
    "too few subjects": (("simulate", "STUDY", "--out", "o", "--subjects", "1"), 2, "--subjects"),
    "a seed below zero": (("simulate", "STUDY", "--out", "o", "--seed", "-1"), 2, "--seed"),
    "versions": (("versions", "STUDY", "--out", "empty"), 0, ""),
    "versions where there is no folder": (("versions", "STUDY", "--out", "none"), 0, ""),
    "doctor": (("doctor",), 0, "csrkit"),
    "simulate": (("simulate", "STUDY", "--out", "made", "--subjects", "10"), 0, "dm.xpt"),
    "cut": (("cut", "STUDY", *DATA, *CUT, "--out", "cut"), 0, "cut_log.parquet"),
    "critical findings": (("validate", "STUDY", "--data", "orphans"), 1, "critical"),
    "no critical findings": (("validate", "STUDY"), 0, "0 critical"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), TABLE.values(), ids=TABLE)
def test_a_command_exits_with_its_code_and_says_why(
    csr, root, folder, orphans, arguments, code, said
):
    before = sorted(path.name for path in folder.iterdir())
    study = ("--study", str(root / "study.yml"))
    words = [w for one in arguments for w in (study if one == "STUDY" else (one,))]
    done = csr(*words)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if code == 1 and "findings" not in str(said) and said != "critical":
        assert "remedy:" in done.stderr
    if code:
        assert sorted(path.name for path in folder.iterdir()) in (before, sorted([*before, "o"]))
        assert said == "critical" or done.stdout == ""
    assert list((root / "data_raw" / "sdtm").glob("[!a-z]*")) == []


@pytest.fixture(scope="module")
def orphans(root, study, folder):
    """Data with a record of a subject that isn't in DM."""
    domains = read(root / "data_raw" / "sdtm")
    ex = domains["EX"]
    lost = ex.assign(USUBJID=ex["USUBJID"].where(ex.index > 0, "NOBODY"))
    lost.attrs = ex.attrs
    write_domains({**domains, "EX": lost}, folder / "orphans", "parquet", study)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_stands_alone_and_shows_an_example(csr, command):
    done = csr(command, "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Example" in done.stdout
    assert re.search(rf"csr {command}\b", done.stdout)
    for option in app.commands[command].params:
        if option.opts[0].startswith("--"):
            assert option.opts[0] in done.stdout


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("set -o pipefail; CSR doctor | (exec <&-; sleep 3); exit ${PIPESTATUS[0]}", 141),
        ("CSR doctor >&-", 0),
        ("CSR doctor >&- 2>&-", 0),
        ("CSR doctor </dev/null 2>&-", 0),
        ("CSR rnu 2>&-", 2),
        ("CSR rnu 2>/dev/full", 2),
        ("CSR doctor >/dev/full", 1),
        ("CSR trace empty 2>/dev/full", 1),
        ("CSR trace empty >&- 2>&-", 1),
    ],
)
def test_a_command_keeps_its_code_whatever_becomes_of_its_words(csr, shell, code):
    done = csr(shell=shell)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr

"""A stage that fails ends the run at once, and its notebook is kept as far as it came."""

import json
import time

import nbformat
import pytest

SLEEP = "import pathlib, time\npathlib.Path('../tmp/asleep').touch()\ntime.sleep(300)"
FAIL = """
import pathlib, sys, time
until = time.monotonic() + 60
while not pathlib.Path("../tmp/asleep").exists() and time.monotonic() < until:
    time.sleep(0.05)
print("warned", file=sys.stderr)
raise ValueError("no response in " + stage_dir)
"""


def test_a_failing_stage_ends_the_others_and_is_kept(place):
    place.write("30_population", SLEEP)
    place.write("40_safety", "shown = 1\nshown", FAIL)
    for waiting in ("50_efficacy", "60_pk"):
        place.write(waiting, "import pathlib\npathlib.Path('../begun').touch()")
    began = time.monotonic()
    done = place.run("--jobs", "2")
    assert time.monotonic() - began < 80
    assert done.returncode == 3
    assert done.stdout == ""
    assert "A stage stopped: ValueError: no response" in done.stderr
    assert "notebooks/40_safety.ipynb, cell 4" in done.stderr
    assert "kept: data_derived/2026-03-31/failed/40_safety.ipynb" in done.stderr
    assert "40_safety    failed" in done.stderr
    assert "30_population stopped" in done.stderr
    assert "Task was destroyed" not in done.stderr
    assert not (place.folder / "begun").exists()
    assert place.left() == ["tmp/asleep"]
    assert place.orphans() == []

    file = place.failed("40_safety")
    assert [one.name for one in file.parent.iterdir()] == ["40_safety.ipynb"]
    book = nbformat.read(file, as_version=4)
    nbformat.validate(book)
    cells = {cell.id: cell for cell in book.cells}
    assert cells["own-0"].outputs[0].data == {"text/plain": "1"}
    warned, error = cells["own-1"].outputs
    assert warned.text == "warned\n"
    assert error.ename == "ValueError"
    assert error.evalue == "no response in <stage_dir>"
    assert "raise" in "".join(error.traceback)
    assert cells["open"].execution_count is None
    text = file.read_text(encoding="utf-8")
    assert ".40_safety-" not in text
    assert str(place.temporary) not in text
    injected = cells["injected-parameters"].source
    study = injected.split('study_file = "')[1].split('"')[0]
    assert (file.parent / study).resolve() == place.folder / "study.yml"


def test_the_kept_notebook_goes_when_its_stage_is_whole(place):
    place.write("60_pk", "raise ValueError('not yet')")
    assert place.run("--jobs", "2", seconds=300).returncode == 3
    assert place.failed("60_pk").is_file()
    place.write("60_pk")
    place.write(
        "40_safety",
        "import pathlib, time\nfile = pathlib.Path('../data_derived')\n"
        "while not (file / '2026-03-31/notebooks/60_pk.ipynb').exists(): time.sleep(0.1)\n"
        "raise ValueError('far enough')",
    )
    done = place.run("--jobs", "4", seconds=300)
    assert "far enough" in done.stderr
    assert [one.name for one in place.failed("60_pk").parent.iterdir()] == ["40_safety.ipynb"]


def test_a_cell_whose_error_is_allowed_fails_its_stage_all_the_same(place):
    place.write("30_population", "1 / 0", tags=("raises-exception",))
    file = place.folder / "notebooks" / "30_population.ipynb"
    book = json.loads(file.read_text())
    book["metadata"]["allow_errors"] = True
    for cell in book["cells"]:
        cell["metadata"]["allow_errors"] = True
    file.write_text(json.dumps(book))
    done = place.run("--jobs", "1")
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stderr
    assert place.failed("30_population").is_file()


def test_what_a_cell_started_ends_with_it(place):
    place.write(
        "30_population", "import os, subprocess\nsubprocess.Popen(['sleep', '300'])\nos._exit(0)"
    )
    done = place.run("--jobs", "1")
    assert "process ended before its work was done" in done.stderr
    assert "exit code 0" in done.stderr
    assert place.orphans() == []


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("import os\nos.kill(os.getpid(), 9)", ("SIGKILL", "memory", "--jobs 1", "kept")),
        ("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)", ("forked from is gone",)),
    ],
    ids=["killed, as for want of memory", "the fork server killed"],
)
def test_a_process_that_is_taken_away_is_told_with_a_remedy(place, cell, named):
    place.write("30_population", cell)
    done = place.run("--jobs", "1")
    assert done.returncode == 1
    for word in (*named, "remedy:", "30_population.ipynb"):
        assert word in done.stderr
    book = nbformat.read(place.failed("30_population"), as_version=4)
    (ended,) = next(cell for cell in book.cells if cell.id == "own-0").outputs
    assert ended.ename == "KernelEnded"
    assert place.left() == []
    assert place.orphans() == []

"""A notebook that is left before its end has failed, whatever its kernel says."""

import json
from dataclasses import replace

import pytest

from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.failures import StageFailed

NEXT = "import pathlib\npathlib.Path('went_on').touch()"


@pytest.mark.parametrize("started", ["forked", "plain"])
@pytest.mark.parametrize(
    ("cell", "said", "code"),
    [
        ("import sys\nsys.exit()", "left its notebook", 1),
        ("import sys\nsys.exit(0)", "left its notebook", 1),
        ("import sys\nsys.exit('words')", "words", 1),
        ("exit()", "left its notebook", 1),
        ("quit()", "left its notebook", 1),
        ("exit", "left its notebook", 1),
        ("get_ipython().ask_exit()", "left its notebook", 1),
        ("raise SystemExit(0)", "left its notebook", 1),
        ("raise KeyboardInterrupt", "A stage stopped: KeyboardInterrupt", 3),
        ("raise GeneratorExit", "GeneratorExit", 3),
        ("import os\nos._exit(0)", "exit code 0", 3),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV", 3),
        ("import os\nos.abort()", "SIGABRT", 3),
        ("this is no Python", "SyntaxError", 3),
    ],
)
def test_a_cell_that_leaves_fails_its_stage(request, started, cell, said, code):
    if started == "plain" and said not in ("left its notebook", "exit code 0"):
        pytest.skip("as a forked one")
    job = request.getfixturevalue(started)(cell, NEXT)
    job = replace(job, failed=job.source.parent / "failed" / "40_safety.ipynb")
    with pytest.raises(StageFailed) as caught:
        execute(job)
    assert said in str(caught.value)
    assert "notebooks/40_safety.ipynb, cell 2" in str(caught.value)
    assert str(job.failed) in str(caught.value)
    assert caught.value.exit_code == code
    assert not job.target.exists()
    assert not (job.source.parent / "went_on").exists()
    cells = json.loads(job.failed.read_text(encoding="utf-8"))["cells"]
    (shown,) = [one["outputs"] for one in cells if one["outputs"]]
    assert "error" in [output["output_type"] for output in shown]

"""A forked kernel is to its notebook what a kernel of its own would be, and fresh each time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from csrkit.pipeline.kernels.environment import KERNEL_ENVIRONMENT
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.failures import StageFailed

SURROUNDINGS = """
import gc, os, signal, sys, time
print(sorted((k, v) for k, v in os.environ.items() if "CONNECTION" not in k))
print(os.path.basename(os.getcwd()), sys.path, sys.argv[:2], sys.executable, time.tzname)
print(hash("csr"), gc.isenabled(), __name__, sys.modules["__main__"].__dict__ is globals())
print([signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)])
print(os.getsid(0) == os.getpgrp() == os.getpid())
print(sys.flags)
"""
SHOWN = (
    "import pandas as pd\npd.DataFrame({f'column_{n}': range(80) for n in range(30)})",
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2, 3]);",
    "import matplotlib\nmatplotlib.get_backend(), sorted(matplotlib.rcParams.items())",
)


def test_a_forked_notebook_has_the_bytes_of_a_plain_one(forked, plain):
    one = execute(forked(SURROUNDINGS, *SHOWN, name="same")).read_text(encoding="utf-8")
    other = execute(plain(SURROUNDINGS, *SHOWN, name="same")).read_text(encoding="utf-8")
    assert one.splitlines() == other.splitlines()
    assert "image/png" in one


def test_a_forked_kernel_has_the_environment_that_all_kernels_have(forked, printed):
    said = printed(forked("import os\nprint(dict(os.environ))"))
    for name, value in KERNEL_ENVIRONMENT.items():
        assert f"'{name}': '{value}'" in said


def test_heavy_modules_are_there_before_the_notebook_asks(forked, printed):
    names = "pandas", "great_expectations"
    said = printed(forked(f"import sys\nprint([n in sys.modules for n in {names}])"))
    assert said == "[True, True]\n"


def test_two_notebooks_at_once_see_nothing_of_each_other(forked, printed, tmp_path):
    """Each leaves a mark in a module, and looks for the other's when both surely stand."""
    look = """
import math, os, pathlib, time
here = pathlib.Path({folder!r})
math.mark_{mine} = True
(here / "{mine}").touch()
until = time.monotonic() + 30
while not (here / "{other}").exists() and time.monotonic() < until:
    time.sleep(0.02)
print((here / "{other}").exists(), [n for n in dir(math) if n.startswith("mark")])
print(os.getppid())
"""
    jobs = [
        forked(look.format(folder=str(tmp_path), mine=mine, other=other), name=mine)
        for mine, other in (("a", "b"), ("b", "a"))
    ]
    with ThreadPoolExecutor(2) as pool:
        said = [text.splitlines() for text in pool.map(printed, jobs)]
    assert [lines[0] for lines in said] == ["True ['mark_a']", "True ['mark_b']"]
    assert said[0][1] == said[1][1]


def test_a_later_notebook_starts_as_fresh_as_the_first(forked, printed):
    assert printed(forked("import math\nmath.mark = 1\nkept = 1\nprint('set')")) == "set\n"
    said = printed(forked("import math\nprint(hasattr(math, 'mark'), 'kept' in globals())"))
    assert said == "False False\n"


def test_the_server_forks_without_a_thread_beside_it(forked, printed):
    look = "import os\nprint(os.listdir(f'/proc/{os.getppid()}/task') == [str(os.getppid())])"
    assert printed(forked(look)) == "True\n"


def test_a_kernel_that_dies_fails_its_stage_and_leaves_nothing(forked, printed):
    doomed = forked("import os\nos._exit(7)")
    with pytest.raises(StageFailed, match="process ended") as caught:
        execute(doomed)
    assert caught.value.exit_code == 3
    assert "notebooks/40_safety.ipynb" in str(caught.value)
    assert not doomed.target.exists()
    assert printed(forked("print('the server goes on')")) == "the server goes on\n"


def test_an_error_in_a_forked_cell_names_the_cell(forked):
    with pytest.raises(StageFailed, match="ZeroDivisionError") as caught:
        execute(forked("1 / 0"))
    assert "cell 2" in str(caught.value)

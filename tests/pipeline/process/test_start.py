"""A kernel that doesn't start is told in time, and never waited for in vain."""

from pathlib import Path

import pytest

import csrkit

SITE = """
import os, signal, sys, time
line = " ".join(sys.orig_argv)
if "kernels.server" in line or "ipykernel_launcher" in line:
    what = os.environ["AT_START"]
    if what == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if what in ("hang", "stubborn"):
        time.sleep(1000)
    if what == "end" or (what == "no server" and "kernels.server" in line):
        print("no licence", file=sys.stderr)
        os._exit(5)
"""


@pytest.fixture
def site(place):
    folder = place.folder / "site"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(SITE)
    return f"{Path(csrkit.__file__).parent.parent}:{folder}"


@pytest.mark.parametrize("what", ["hang", "stubborn"])
@pytest.mark.parametrize("forked", [True, False], ids=["forked", "by itself"])
def test_a_kernel_that_never_answers_is_given_up(place, site, what, forked):
    long = place.folder / ("t" * 100)
    long.mkdir(exist_ok=True)
    elsewhere = {} if forked else {"TMPDIR": str(long)}
    done = place.run(
        "--jobs", "1", PYTHONPATH=site, AT_START=what, CSR_KERNEL_START="3", **elsewhere
    )
    assert done.returncode == 1
    for word in ("kernel didn't start", "30_population.ipynb", "3 s", "CSR_KERNEL_START"):
        assert word in done.stderr
    assert place.left() == []
    assert list(long.iterdir()) == []
    assert place.orphans(1) == []


def test_a_kernel_that_ends_while_it_starts_is_told(place, site):
    done = place.run("--jobs", "1", PYTHONPATH=site, AT_START="end")
    assert done.returncode == 1
    for word in ("no licence", "kernel didn't start", "died", "csr doctor"):
        assert word in done.stderr
    assert place.orphans(1) == []


def test_without_its_server_a_kernel_starts_by_itself(place, site):
    place.write("30_population", "raise ValueError('it ran')")
    done = place.run("--jobs", "1", PYTHONPATH=site, AT_START="no server")
    assert "it ran" in done.stderr
    assert place.orphans(1) == []

"""What the machine refuses is told with folder or limit and remedy; nothing hangs or is left."""

import os
import resource
import subprocess
from pathlib import Path

import pytest

MOUNTED = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/proc/mounts").exists(), reason="only root can mount a disk"
)


def limit(which, number):
    return lambda: resource.setrlimit(which, (number, number))


@pytest.fixture
def disk(tmp_path):
    """Mount a small disk, of some size or read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no disk can be mounted here")
        return folder

    yield mount
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def told(place, done, *words):
    assert done.returncode == 1, done.stderr
    message = done.stderr[done.stderr.rindex("error: ") :]
    for word in (*words, "remedy:"):
        assert word in message
    assert "Traceback" not in message
    assert place.left() == []
    assert place.orphans(1) == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("open('/dev/full', 'w').write('x' * 10**7)", ("no space left", "data_derived")),
        ("open('/proc/sys/kernel/ostype', 'w').write('x')", ("/proc/sys/kernel/ostype",)),
        ("import numpy\nnumpy.ones(10**15)", ("enough memory", "--jobs 1")),
        ("files = [open('/dev/null') for _ in range(10**6)]", ("Too many files", "ulimit -n")),
        ("import os\nraise BlockingIOError(11, os.strerror(11))", ("process or thread",)),
        (
            # A stream, since a file that couldn't be written is removed by its name.
            "import pyarrow as pa, pyarrow.parquet as pq\n"
            "pq.write_table(pa.table({'x': range(10**6)}), pa.OSFile('/dev/full', 'wb'))",
            ("no space left",),
        ),
    ],
    ids=["disk full", "not allowed", "memory", "files", "processes", "disk full, told by Arrow"],
)
def test_what_a_cell_is_refused_is_told_with_its_stage(place, cell, words):
    place.write("30_population", cell)
    done = place.run("--jobs", "1")
    told(place, done, *words, "30_population.ipynb, cell 3", "kept:")


@MOUNTED
@pytest.mark.parametrize(
    ("options", "command", "words"),
    [
        ("size=100k", ("simulate", "--out", "DISK/o"), ("no space left", "DISK/o")),
        (
            "size=60k",
            ("cut", "--data", "data_raw/sdtm", "--data-cut", "2026-03-31", "--out", "DISK/o"),
            ("no space left", "DISK/o"),
        ),
        ("ro", ("run", "--out", "DISK/o"), ("Read-only", "DISK/o", "--out")),
        ("ro", ("run", "--derived", "DISK/o"), ("Read-only", "DISK/o", "--derived")),
        ("ro", ("simulate", "--out", "DISK/o"), ("Read-only", "DISK/o")),
        ("ro", ("derive", "--data", "data_raw/sdtm", "--out", "DISK/o"), ("ead-only", "DISK/o")),
        ("ro", ("validate", "--out", "DISK/o"), ("ead-only", "DISK/o")),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else None,
)
def test_a_disk_that_is_full_or_read_only_is_named(place, disk, options, command, words):
    folder = disk(options)
    here = [word.replace("DISK", str(folder)) for word in command]
    process = place.start(*here)
    out, said = process.communicate(timeout=120)
    done = subprocess.CompletedProcess(here, process.returncode, out, said)
    told(place, done, *(word.replace("DISK", str(folder)) for word in words))
    assert [path.name for path in folder.rglob("*") if path.is_file() or path.name[0] == "."] == []


@MOUNTED
def test_a_full_disk_for_temporary_files_is_named(place, disk):
    folder = disk("size=4k")
    done = place.run("--jobs", "1", TMPDIR=str(folder))
    told(place, done, "no space left", str(folder))


@pytest.mark.parametrize("number", [8, 12, 20, 28, 40, 64])
def test_too_few_open_files_are_told_before_anything_is_begun(place, number):
    done = place.run("--jobs", "1", before=limit(resource.RLIMIT_NOFILE, number), seconds=60)
    told(place, done, "Too many files", "ulimit -n")
    assert "30_population" not in done.stderr.replace("30_population.ipynb", "")


def test_a_low_limit_of_open_files_that_may_be_raised_is_raised(place):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    place.write("30_population", "raise ValueError('it ran')")
    done = place.run(
        "--jobs", "1", before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))
    )
    assert "it ran" in done.stderr


@pytest.mark.parametrize("megabytes", [100, 150, 200, 300])
def test_too_little_memory_is_told(place, megabytes):
    """In our words, or in those of a library that ends the process itself (OpenBLAS)."""
    done = place.run("--jobs", "1", before=limit(resource.RLIMIT_AS, megabytes << 20), seconds=120)
    assert done.returncode == 1, done.stderr
    message = done.stderr[done.stderr.rindex("error: ") :]
    assert "memory" in message.lower()
    assert "Traceback" not in message
    assert place.left() == []
    assert place.orphans(1) == []


def test_a_limit_of_file_sizes_is_told(place):
    done = place.run("--jobs", "1", before=limit(resource.RLIMIT_FSIZE, 100))
    told(place, done, "larger than the system allows", "ulimit -f")


@pytest.mark.parametrize("folder", ["/nonexistent/x", "/proc"])
def test_a_folder_for_temporary_files_that_cant_be_used_is_done_without(place, folder):
    place.write("30_population", "raise ValueError('it ran')")
    done = place.run("--jobs", "1", TMPDIR=folder)
    assert "it ran" in done.stderr

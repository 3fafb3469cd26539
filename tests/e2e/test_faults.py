"""What goes wrong is told with file and remedy, and leaves earlier results alone."""

import pytest


@pytest.fixture
def delivery(here, tmp_path):
    return here.deliver(tmp_path / "delivery")


def drop_column(delivery):
    delivery.rewrite("AE", lambda ae: ae.rename(columns={"AESTDTC": "AESTDT"}))


def empty_domain(delivery):
    delivery.rewrite("RS", lambda rs: rs.iloc[:0])


def remove_domain(delivery):
    (delivery.folder / "ex.xpt").unlink()


def truncate(delivery):
    file = delivery.folder / "lb.xpt"
    file.write_bytes(file.read_bytes()[:5000])


def orphan(delivery):
    delivery.rewrite(
        "EX", lambda ex: ex.assign(USUBJID=ex["USUBJID"].where(ex.index > 0, "NOBODY"))
    )


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (drop_column, ("AESTDTC", "ae.xpt", "AESTDT")),
        (empty_domain, ("RS", "rs.xpt")),
        (remove_domain, ("EX", "ex.xpt")),
        (truncate, ("lb.xpt",)),
        (orphan, ("EX", "NOBODY")),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_damaged_data_stops_the_run_with_what_where_and_remedy(here, delivery, damage, named):
    damage(delivery)
    derived, out = delivery.folder.parent / "derived", delivery.folder.parent / "out"
    done = here.csr("run", "--data", delivery.folder, "--derived", derived, "--out", out)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    for word in (*named, "remedy:"):
        assert word in done.stderr
    # A kernel that is shut down in mid-message may log that before; the message itself is ours.
    assert "Traceback" not in done.stderr[done.stderr.index("error: ") :]
    assert list(out.iterdir()) == []


def test_a_cut_before_the_first_consent_names_that_date(here, tmp_path):
    derived = str(tmp_path / "derived")
    done = here.csr("run", "--data-cut", "2020-01-01", "--derived", derived)
    assert done.returncode == 1
    assert "2025-06-09" in done.stderr
    assert "remedy:" in done.stderr


def test_an_unknown_report_is_wrong_usage(here):
    done = here.csr("run", "--report", "midterm")
    assert done.returncode == 2
    assert "'interim', 'final'" in done.stderr


@pytest.mark.parametrize("blocked", ["file in the way", "read-only file system"])
def test_an_output_folder_that_cannot_be_written_is_told_before_any_work(here, tmp_path, blocked):
    folder = "/sys/csrkit"
    if blocked == "file in the way":
        (tmp_path / "file").write_text("x")
        folder = str(tmp_path / "file")
    done = here.csr("run", "--out", folder)
    assert done.returncode == 1
    assert folder in done.stderr
    assert "--out" in done.stderr
    assert "10_validate" not in done.stderr


def test_a_data_folder_that_is_not_there_is_named(here, tmp_path):
    done = here.csr("run", "--data", str(tmp_path / "none"), "--derived", str(tmp_path / "derived"))
    assert done.returncode == 1
    assert str(tmp_path / "none") in done.stderr

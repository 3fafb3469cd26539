"""What goes wrong is told with file and remedy, and leaves earlier results alone."""

import shutil
import subprocess

import pytest

from csrkit.sdtm import read
from csrkit.sdtm.write import write_xpt


@pytest.fixture
def delivery(here, tmp_path):
    folder = tmp_path / "delivery"
    shutil.copytree(here.folder / "data_raw" / "sdtm", folder)
    return folder


def rewrite(folder, name, change):
    frame = change(read(folder, domains=[name])[name])
    attrs = frame.attrs
    file = folder / f"{name.lower()}.xpt"
    write_xpt(frame, file, name, attrs.get("label", name), attrs.get("labels", {}))


def drop_column(folder):
    rewrite(folder, "AE", lambda ae: ae.rename(columns={"AESTDTC": "AESTDT"}))


def empty_domain(folder):
    rewrite(folder, "RS", lambda rs: rs.iloc[:0])


def remove_domain(folder):
    (folder / "ex.xpt").unlink()


def truncate(folder):
    file = folder / "lb.xpt"
    file.write_bytes(file.read_bytes()[:5000])


def orphan(folder):
    rewrite(folder, "EX", lambda ex: ex.assign(USUBJID=ex["USUBJID"].where(ex.index > 0, "NOBODY")))


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
    before = sorted(path.name for path in here.outputs.iterdir()) if here.outputs.exists() else []
    damage(delivery)
    done = here.csr("run", "--data", str(delivery), "--derived", str(delivery.parent / "derived"))
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    for word in (*named, "remedy:"):
        assert word in done.stderr
    # A kernel that is shut down in mid-message may log that before; the message itself is ours.
    assert "Traceback" not in done.stderr[done.stderr.index("error: ") :]
    after = sorted(path.name for path in here.outputs.iterdir()) if here.outputs.exists() else []
    assert [name for name in after if name.startswith(".")] == []
    assert set(before) <= set(after)


def end_before_start(folder):
    def swap(ae):
        first = ae.index[ae["AESTDTC"].str.len().eq(10) & ae["AEENDTC"].notna()][0]
        return ae.assign(AEENDTC=ae["AEENDTC"].where(ae.index != first, "2025-06-01"))

    rewrite(folder, "AE", swap)


def test_an_interim_report_with_accepted_findings_says_so_on_every_page(here, delivery):
    end_before_start(delivery)
    places = ("--data", str(delivery), "--derived", str(delivery.parent / "derived"))
    places += ("--out", str(delivery.parent / "outputs"))
    refused = here.csr("run", *places)
    assert refused.returncode == 1
    assert "--accept-findings" in refused.stderr
    final = here.csr("run", *places, "--report", "final", "--accept-findings")
    assert final.returncode == 1
    assert "final" in final.stderr
    report = here.run(*places, "--accept-findings")
    text = subprocess.run(
        ["pdftotext", "-layout", report / "report.pdf", "-"], capture_output=True, text=True
    ).stdout
    pages = text.split("\f")[:-1]
    assert pages
    assert all("OPEN FINDINGS" in page.upper() for page in pages)
    assert "Open findings" in (report / "report.html").read_text(encoding="utf-8")
    again = here.csr("render", str(report), "--formats", "html", "--out", str(report.parent / "r"))
    assert again.returncode == 0, again.stderr
    assert (report.parent / "r" / "report.html").read_bytes() == (
        report / "report.html"
    ).read_bytes()


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

"""The bundle: what a report was made from, and one command that makes exactly that one again."""

import shutil
import zipfile

import pytest

from csrkit.bundle.manifest import differences, is_whole, read_manifest

INTERIM = "SKNK01_interim_2026-03-31_v1.0"


def test_the_bundle_holds_the_report_and_all_it_takes_to_make_it_again(here, report):
    names = zipfile.ZipFile(here.outputs / f"{INTERIM}.bundle.zip").namelist()
    for name in (
        "README.md",
        "rerun.py",
        "report/report.pdf",
        "report/manifest.sha256",
        "rerun/study/study.yml",
        "rerun/study/_quarto.yml",
        "rerun/study/notebooks/40_safety.ipynb",
        "rerun/data/dm.xpt",
        "rerun/library/csrkit/cli/app.py",
        "rerun/library/LICENSE",
        "rerun/requirements.lock",
    ):
        assert f"{INTERIM}/{name}" in names
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def unpacked(here, earlier, tmp_path_factory):
    """The bundle of the earlier cut, as someone else unpacks it."""
    folder = tmp_path_factory.mktemp("else where")
    with zipfile.ZipFile(here.outputs / f"{earlier.name}.bundle.zip") as archive:
        archive.extractall(folder)
    return folder / earlier.name


@pytest.fixture(scope="module")
def remade(unpacked, place_at, tmp_path_factory):
    """What the one command of the bundle says, under another name, language and time zone.

    Kernels can't be forked there: the name of the temporary folder is too long for a socket's.
    """
    temporary = tmp_path_factory.mktemp("t" * 100)
    elsewhere = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "USER": "someone", "TMPDIR": str(temporary)}
    return place_at(unpacked).python("rerun.py", "--here", **elsewhere)


def test_the_bundle_makes_exactly_its_own_report_again(unpacked, remade, earlier):
    """Another cut, data from elsewhere, findings accepted; not the study's default report."""
    assert remade.returncode == 0, remade.stderr
    made = unpacked / "rerun" / "outputs" / earlier.name
    assert f"{len(read_manifest(earlier))} files compared" in remade.stdout
    assert differences(read_manifest(earlier), read_manifest(made)) == []
    assert is_whole(made)
    again = made.with_name(f"{made.name}.bundle.zip").read_bytes()
    assert again == earlier.with_name(f"{earlier.name}.bundle.zip").read_bytes()


def test_the_bundle_names_the_file_that_comes_out_differently(unpacked, remade, place_at, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(unpacked, changed, ignore=shutil.ignore_patterns("datasets", "derived"))
    (changed / "report" / "manifest.sha256").write_text(
        (unpacked / "report" / "manifest.sha256").read_text().replace("  report.pdf", "  other.pdf")
    )
    code = "import rerun, sys; sys.exit(rerun._compare(rerun.RERUN / 'outputs' / sys.argv[1]))"
    done = place_at(changed).python("-c", code, unpacked.name)
    assert done.returncode == 1
    assert "differs: other.pdf\ndiffers: report.pdf\n" in done.stdout


def test_a_version_is_never_overwritten_with_other_content(unpacked, remade, earlier, place_at):
    place = place_at(unpacked / "rerun" / "study")
    asked = (
        "run", "--data", "../data", "--data-cut", "2025-12-31", "--accept-findings",
        "--out", "../outputs", "--derived", "../derived",
    )  # fmt: skip
    standing = unpacked / "rerun" / "outputs" / earlier.name
    before = read_manifest(standing)
    section = place.folder / "report" / "sections" / "02_synopsis.qmd"
    section.write_text(section.read_text(encoding="utf-8") + "\nA late remark.\n", encoding="utf-8")
    done = place.csr(*asked)
    assert done.returncode == 1
    assert "02_synopsis.qmd" in done.stderr
    assert "--report-version 1.1" in done.stderr
    assert "10_validate" not in done.stderr
    assert read_manifest(standing) == before
    assert is_whole(standing)
    done = place.csr(*asked, "--report-version", "1.1")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("unchanged, skipped") == 6
    assert done.stdout.strip().endswith("_v1.1")
    hidden = {path.name for path in standing.parent.iterdir() if path.name.startswith(".")}
    assert hidden == {".lock"}

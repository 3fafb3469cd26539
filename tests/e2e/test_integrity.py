"""Nothing stale, damaged or changed is published: what was kept is checked, what stands is kept."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from csrkit.bundle.manifest import differences, is_whole, read_manifest
from csrkit.pipeline.report.versions import list_versions

CUT = "2026-03-31"
# Without these rights root, too, can write only where the owner of a file can.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")


@pytest.fixture
def kept(here, report, tmp_path):
    """A copy of what the stages of the interim report made."""
    shutil.copytree(here.folder / "data_derived" / CUT, tmp_path / "derived" / CUT)
    return tmp_path / "derived" / CUT


def edit_age(kept):
    file = kept / "adam" / "adsl.parquet"
    frame = pd.read_parquet(file)
    frame.assign(AGE=frame["AGE"] + 10).to_parquet(file)


def delete_dataset(kept):
    (kept / "adam" / "adcm.parquet").unlink()


def empty_findings(kept):
    file = kept / "validation" / "findings.json"
    assert json.loads(file.read_text())["findings"]
    file.write_text("[]")


def edit_executed_notebook(kept):
    file = kept / "notebooks" / "60_pk.ipynb"
    text = file.read_text(encoding="utf-8")
    assert "<td" in text
    file.write_text(text.replace("<td", "<td title='0'", 1), encoding="utf-8")


def test_damaged_results_are_made_again_and_told_and_a_study_that_can_only_be_read_can_be_run(
    here, report, kept, tmp_path
):
    """Four faults at once; the report of a later version has what that of the first had."""
    for damage in (edit_age, delete_dataset, empty_findings, edit_executed_notebook):
        damage(kept)
    sources = here.folder.parent / f"read_only_{os.getpid()}"
    shutil.copytree(here.folder, sources, ignore=shutil.ignore_patterns("data_derived", "outputs"))
    everything = [sources, *sources.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        done = type(here)(sources).python(
            "-m", "csrkit", "run", "--report-version", "1.1", "--derived", kept.parent,
            "--out", tmp_path / "out",
            before=UNPRIVILEGED if os.geteuid() == 0 else (), HOME=str(tmp_path / "none"),
        )  # fmt: skip
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)
        shutil.rmtree(sources)
    assert done.returncode == 0, done.stderr
    for told in (
        "10_validate: made again, not as it was made: validation/findings.json",
        "20_derive: made again, not as it was made: adam/adcm.parquet, adam/adsl.parquet",
        "60_pk: made again, not as it was made: notebooks/60_pk.ipynb",
    ):
        assert f"note: {told}" in done.stderr
    made = tmp_path / "out" / "SKNK01_interim_2026-03-31_v1.1"
    other = differences(read_manifest(report), read_manifest(made))
    assert other == ["report.html", "report.pdf", "run.json"]
    log = json.loads(made.with_name(f"{made.name}.log.json").read_text(encoding="utf-8"))
    assert log["stages_reused"] == ["30_population", "40_safety", "50_efficacy"]


def test_a_finished_report_changed_by_hand_stops_the_run_at_once(here, report, kept, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(report, out / report.name)
    with (out / report.name / "report.html").open("a") as stream:
        stream.write("<!-- edited -->")
    (out / report.name / "note.txt").write_text("hello")
    done = here.csr("run", "--out", out, "--derived", kept.parent)
    assert done.returncode == 1
    assert "note.txt, report.html" in done.stderr
    assert "10_validate" not in done.stderr
    assert (out / report.name / "report.html").read_text().endswith("<!-- edited -->")
    assert (out / report.name / "note.txt").exists()
    rendered = here.csr("render", out / report.name, "--out", tmp_path / "rendered")
    assert rendered.returncode == 1
    assert "note.txt, report.html" in rendered.stderr


@pytest.mark.parametrize("damage", ["a byte flipped", "emptied", "removed"])
def test_a_damaged_bundle_is_made_again(here, report, kept, tmp_path, damage):
    out = tmp_path / "out"
    name = f"{report.name}.bundle.zip"
    shutil.copytree(report, out / report.name)
    for file in (name, f"{name}.sha256"):
        shutil.copy(report.with_name(file), out)
    before = (out / name).read_bytes()
    if damage == "removed":
        (out / name).unlink()
    else:
        half = len(before) // 2
        flipped = before[:half] + bytes([before[half] ^ 1]) + before[half + 1 :]
        (out / name).write_bytes(flipped if damage == "a byte flipped" else b"")
    done = here.csr("run", "--out", out, "--derived", kept.parent)
    assert done.returncode == 0, done.stderr
    assert "bundle made again" in done.stderr
    assert (out / name).read_bytes() == before


def test_two_runs_into_one_folder_make_one_report_and_whoever_reads_meanwhile_sees_it_whole(
    here, report, kept, tmp_path
):
    out = tmp_path / "out"
    others = tmp_path / "others"
    shutil.copytree(kept.parent, others)
    asked = [("--derived", kept.parent), ("--derived", others)]
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(here.csr, "run", "--out", out, *options) for options in asked]
        states = []
        while not all(one.done() for one in runs):
            states += [one["state"] for one in list_versions(out)]
    done = [one.result() for one in runs]
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert set(states) <= {"whole"}
    made = out / report.name
    assert is_whole(made)
    assert read_manifest(made) == read_manifest(report)
    name = f"{report.name}.bundle.zip"
    assert (out / name).read_bytes() == report.with_name(name).read_bytes()
    names = {
        f"{report.name}{end}" for end in ("", ".bundle.zip", ".bundle.zip.sha256", ".log.json")
    }
    assert {path.name for path in out.iterdir()} == {".lock", *names}


def test_a_second_run_on_the_same_results_is_refused(here, report, kept):
    from csrkit.pipeline.workspace.locks import lock_cut

    with lock_cut(kept):
        done = here.csr("run", "--derived", kept.parent)
    assert done.returncode == 1
    assert "Another run is at work" in done.stderr


def test_settings_changed_since_a_run_are_not_rendered_with_its_numbers(
    here, report, place_at, tmp_path
):
    shutil.copytree(
        here.folder, tmp_path / "study", ignore=shutil.ignore_patterns("data_derived", "outputs")
    )
    index = tmp_path / "study" / "report" / "tlf.yml"
    index.write_text(index.read_text(encoding="utf-8").replace("Overview of", "Survey of"))
    done = place_at(tmp_path / "study").csr("render", report, "--out", tmp_path / "rendered")
    assert done.returncode == 1
    assert "report/tlf.yml" in done.stderr
    assert "csr run" in done.stderr
    assert not list((tmp_path / "rendered").glob("*"))

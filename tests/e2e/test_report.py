"""`csr run`, from raw SDTM to a report that a reader can open and a regulator can check."""

import json
import shutil
import subprocess

import pandas as pd
import pyreadstat
import pytest

from csrkit.bundle.manifest import is_whole
from csrkit.index import load_index
from csrkit.pipeline.inputs.hashes import hash_file
from csrkit.results.ard import ARD_COLUMNS
from csrkit.results.store import read_results

INTERIM = "SKNK01_interim_2026-03-31_v1.0"
RUNS = ("report", "earlier", "final")
FLAT = (
    "ANALYSIS", "METHOD", "CONF_LEVEL", "DATASET", "WHERE_TEXT", "WHERE_SQL", "N_RECORDS",
    "N_SUBJECTS",
)  # fmt: skip


def text_of(pdf):
    assert shutil.which("pdftotext"), "pdftotext is missing: install the package poppler-utils"
    return subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout


def test_a_run_names_its_folder_which_holds_the_whole_report(here, report):
    assert report == here.outputs / INTERIM
    for name in ("report.html", "report.pdf", "run.json", "manifest.sha256"):
        assert (report / name).stat().st_size > 0
    assert (here.outputs / f"{INTERIM}.bundle.zip").is_file()
    assert is_whole(report)


def test_every_display_of_the_index_is_there_in_all_its_forms(report, root):
    for entry in load_index(root / "report" / "tlf.yml").values():
        endings = ("svg", "png") if entry.kind == "figure" else ("html", "csv", "rtf")
        for ending in endings:
            file = report / entry.folder / f"{entry.file_stem}.{ending}"
            assert file.stat().st_size > 0, file


def test_every_number_of_a_table_is_a_result(report):
    """Each `data-ard` number in the HTML names rows of the ARD whose text stands in that cell."""
    import re

    ard = pd.read_parquet(report / "results" / "ard.parquet")
    for file in (report / "tables").glob("*.html"):
        key = file.stem.split("_", 1)[1]
        texts = ard[ard["OUTPUT"] == key].set_index("NUMBER")["FORMATTED"]
        cells = re.findall(r'data-ard="([\d ]+)">([^<]*)<', file.read_text(encoding="utf-8"))
        assert cells, file
        for numbers, shown in cells:
            for number in numbers.split():
                assert texts[int(number)] in shown, (file.name, shown)


def test_adam_datasets_read_back_from_transport_files_as_they_were_derived(report, here):
    derived = here.folder / "data_derived" / "2026-03-31" / "adam"
    names = sorted(file.stem for file in derived.glob("*.parquet"))
    assert sorted(file.stem for file in (report / "datasets" / "adam").glob("*.xpt")) == names
    for name in names:
        frame = pd.read_parquet(derived / f"{name}.parquet")
        read, meta = pyreadstat.read_xport(report / "datasets" / "adam" / f"{name}.xpt")
        assert list(read.columns) == list(frame.columns)
        assert len(read) == len(frame)
        assert all(meta.column_labels)
        for column in frame.select_dtypes("number"):
            pd.testing.assert_series_equal(
                read[column], frame[column], check_dtype=False, rtol=1e-12
            )


def test_the_executed_notebooks_ran_without_error_and_name_no_place(report, here):
    files = sorted((report / "notebooks").glob("*.ipynb"))
    assert len(files) == 6
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert str(here.folder) not in text
        assert "/tmp/" not in text
        for cell in json.loads(text)["cells"]:
            kinds = {output["output_type"] for output in cell.get("outputs", [])}
            assert "error" not in kinds


def test_every_raw_record_is_accounted_for(report, here):
    fates = pd.read_csv(report / "accounting.csv")["FATE"].value_counts()
    raw = [pyreadstat.read_xport(f)[0] for f in (here.folder / "data_raw" / "sdtm").glob("*.xpt")]
    assert fates.sum() == sum(len(frame) for frame in raw)
    assert set(fates.index) == {"cut", "used", "not used"}


def test_the_record_of_the_run_says_what_it_was_made_from(report):
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert record["data_cut"] == "2026-03-31"
    assert record["engine"] == "embedded"
    assert record["packages"]["lifelines"]
    assert "dm.xpt" in record["input_sha256"]["data"]
    log = json.loads(report.with_name(f"{INTERIM}.log.json").read_text(encoding="utf-8"))
    assert set(log["seconds"]) >= {"10_validate", "60_pk"}
    assert log["manifest_sha256"] == hash_file(report / "manifest.sha256")


def test_an_interim_report_is_a_draft_of_synthetic_data_on_every_page(report):
    pages = text_of(report / "report.pdf").split("\f")[:-1]
    assert len(pages) > 20
    for page in pages:
        assert "DRAFT" in page.upper()
        assert "SYNTHETIC DATA" in page.upper()


def test_the_html_names_no_address_and_the_numbers_of_the_prose_are_in_it(report):
    html = (report / "report.html").read_text(encoding="utf-8")
    assert 'src="http' not in html
    assert "{{<" not in html
    ard = pd.read_parquet(report / "results" / "ard.parquet")
    orr = ard[(ard["OUTPUT"] == "best_response") & (ard["ROW"] == "orr") & (ard["COLUMN"] == "all")]
    shown = orr.set_index("STAT")["FORMATTED"]
    assert f"{shown['n']} of {shown['N']} ({shown['p']}%; 95% CI" in html


def test_an_unchanged_rerun_does_nothing_and_says_so(here, report):
    before = {file: file.stat().st_mtime_ns for file in report.rglob("*")}
    done = here.csr("run")
    assert done.returncode == 0
    assert done.stderr.count("unchanged, skipped") == 7
    assert {file: file.stat().st_mtime_ns for file in report.rglob("*")} == before


def test_critical_findings_stop_an_interim_report_unless_accepted_and_a_final_one_always(
    here, faulty
):
    refused = here.csr("run", *faulty)
    assert refused.returncode == 1
    assert "--accept-findings" in refused.stderr
    final = here.csr("run", *faulty, "--report", "final", "--accept-findings")
    assert final.returncode == 1
    assert "final" in final.stderr


def test_an_interim_report_with_accepted_findings_says_so_on_every_page(here, earlier, tmp_path):
    pages = text_of(earlier / "report.pdf").split("\f")[:-1]
    assert pages
    assert all("OPEN FINDINGS" in page.upper() for page in pages)
    html = (earlier / "report.html").read_bytes()
    assert b"Open findings" in html
    again = here.csr("render", str(earlier), "--formats", "html", "--out", str(tmp_path))
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "report.html").read_bytes() == html


def test_another_data_cut_lives_beside_the_first_and_holds_fewer_events(here, report, earlier):
    assert earlier.name == "SKNK01_interim_2025-12-31_v1.0"
    assert is_whole(report)

    def events(folder):
        ard = pd.read_parquet(folder / "results" / "ard.parquet")
        chosen = ard[(ard["OUTPUT"] == "teae_overview") & (ard["ROW"] == "any")]
        return chosen.set_index(["COLUMN", "STAT"])["VALUE"]["all", "n_events"]

    assert 0 < events(earlier) < events(report)
    assert len(json.loads(here.csr("versions", "--json").stdout)) >= 2


def test_the_final_report_uses_the_lock_date_and_drops_the_draft_mark(final):
    assert final.name == "SKNK01_final_2026-10-30_v1.0"
    text = text_of(final / "report.pdf").upper()
    assert "SYNTHETIC DATA" in text
    assert "DRAFT" not in text
    assert "mark mark-draft" not in (final / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def traced(here):
    """Trace a run; return the exit code and what was printed."""

    def trace(run_dir):
        done = here.csr("trace", str(run_dir), "--json")
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)

    return trace


@pytest.mark.parametrize("run", RUNS)
def test_every_set_of_a_run_gives_its_records_and_subjects(run, traced, request):
    code, found = traced(request.getfixturevalue(run))
    assert found["departures"] == []
    assert code == 0
    assert found["sets"] > 5_000
    assert found["results"] > 15_000


@pytest.mark.parametrize("run", RUNS)
def test_every_number_of_every_display_has_its_analysis_method_and_set(run, request, here):
    folder = request.getfixturevalue(run)
    results = read_results(folder / "results")
    ard = results.ard
    assert tuple(ard.columns) == ARD_COLUMNS
    assert set(FLAT) <= set(ard.columns)
    shown = {file.stem.split("_", 1)[1] for kind in ("tables", "listings", "figures")
             for file in (folder / kind).iterdir()}  # fmt: skip
    assert set(ard["OUTPUT"]) == shown
    assert ard["SET_ID"].isin(results.sets["SET_ID"]).all()
    assert ard["ANALYSIS"].isin(results.analyses["ANALYSIS"]).all()
    assert ard["METHOD"].ne("").all()
    limits = ard[ard["STAT"].str.startswith("conf.") & ard["VALUE"].notna()]
    assert limits["CONF_LEVEL"].between(0.5, 1, inclusive="neither").all()
    named = results.subjects.groupby("SET_ID").size().reindex(results.sets["SET_ID"], fill_value=0)
    assert named.tolist() == results.sets["N_SUBJECTS"].tolist()


def test_a_set_changed_by_hand_is_named(report, traced, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(report, changed)
    file = changed / "results" / "sets.parquet"
    sets = pd.read_parquet(file)
    place = sets.index[sets["N_SUBJECTS"].between(2, 5)][0]
    sets.loc[place, "WHERE_SQL"] = f"({sets.loc[place, 'WHERE_SQL']}) AND FALSE"
    sets.to_parquet(file)
    code, found = traced(changed)
    assert code == 1
    assert [sets.loc[place, "SET_ID"] in one["where"] for one in found["departures"]] == [True]
    assert found["departures"][0]["outputs"]


def test_the_results_made_without_drawing_are_those_of_the_run(here, report, tmp_path):
    done = here.csr("analyse", str(report), "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for name in (
        "ard.parquet",
        "ard.csv",
        "sets.parquet",
        "set_subjects.parquet",
        "analyses.parquet",
    ):
        assert (tmp_path / name).read_bytes() == (report / "results" / name).read_bytes(), name

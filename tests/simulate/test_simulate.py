"""The simulation as a whole: the same bytes every time, any size, any format."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from csrkit.sdtm import read
from csrkit.simulate import simulate
from csrkit.simulate.settings.design import load_design
from csrkit.study import Study


@pytest.fixture(scope="module")
def small(study: Study, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    out = tmp_path_factory.mktemp("small")
    simulate(study, out, subjects=120)
    return read(out)


def test_the_committed_files_are_what_the_simulation_makes(
    study: Study, raw: Path, tmp_path: Path
) -> None:
    made = simulate(study, tmp_path)
    assert {file.name for file in made} == {file.name for file in raw.glob("*.xpt")}
    for file in made:
        assert file.read_bytes() == (raw / file.name).read_bytes(), file.name


@pytest.mark.parametrize("fmt", ["xpt", "json", "parquet", "csv"])
def test_two_simulations_give_the_same_bytes(study: Study, tmp_path: Path, fmt: str) -> None:
    one = simulate(study, tmp_path / "one", subjects=8, fmt=fmt)
    two = simulate(study, tmp_path / "two", subjects=8, fmt=fmt)
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_another_seed_gives_other_data(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path / "one", subjects=8)
    simulate(study, tmp_path / "two", subjects=8, seed=1)
    assert (tmp_path / "one" / "lb.xpt").read_bytes() != (tmp_path / "two" / "lb.xpt").read_bytes()


def test_the_size_of_the_blocks_changes_no_record(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(study, tmp_path / "whole", subjects=20)
    design = load_design().model_copy(update={"subjects_per_block": 7})
    monkeypatch.setattr("csrkit.simulate.assemble.load_design", lambda: design)
    simulate(study, tmp_path / "blocks", subjects=20)
    for file in (tmp_path / "whole").iterdir():
        assert file.read_bytes() == (tmp_path / "blocks" / file.name).read_bytes(), file.name


def test_a_larger_study_keeps_the_proportions(small: dict[str, pd.DataFrame]) -> None:
    arms = small["DM"]["ARMCD"].fillna("SCREEN FAILURE").value_counts().to_dict()
    assert arms == {"P1D20": 15, "P1D30": 15, "P2RP2D": 75, "SCREEN FAILURE": 15}
    assert small["DM"]["USUBJID"].is_unique


@pytest.mark.parametrize("subjects", [1, 2, 5, 30])
def test_a_small_study_can_be_made(study: Study, tmp_path: Path, subjects: int) -> None:
    simulate(study, tmp_path, subjects=subjects)
    assert len(read(tmp_path)["DM"]) == subjects


def test_results_are_plausible(study: Study, tmp_path: Path) -> None:
    """Response and survival of a larger study lie where the design wants them."""
    simulate(study, tmp_path, subjects=800, fmt="parquet")
    dm = pd.read_parquet(tmp_path / "dm.parquet")
    rs = pd.read_parquet(tmp_path / "rs.parquet")
    treated = dm[dm["ACTARMCD"].notna()]
    overall = rs[rs["RSTESTCD"] == "OVRLRESP"]
    responders = overall.loc[overall["RSSTRESC"].isin(["CR", "PR"]), "USUBJID"].nunique()
    assert 0.15 < responders / len(treated) < 0.40
    progressed = overall[overall["RSSTRESC"] == "PD"].groupby("USUBJID")["RSDY"].min()
    assert 60 < progressed.median() < 150
    died = treated["DTHFL"].eq("Y").mean()
    assert 0.25 < died < 0.65


def test_parquet_holds_a_row_group_a_block_and_the_labels(study: Study, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    simulate(study, tmp_path, subjects=600, fmt="parquet")
    file = pq.ParquetFile(tmp_path / "lb.parquet")
    assert file.num_row_groups == 3
    assert file.schema_arrow.field("LBTESTCD").metadata[b"label"] == (
        b"Lab Test or Examination Short Name"
    )
    assert file.schema_arrow.metadata[b"label"] == b"Laboratory Test Results"


def test_the_formats_hold_the_same_records(study: Study, tmp_path: Path) -> None:
    for fmt in ("xpt", "json", "parquet", "csv"):
        simulate(study, tmp_path, subjects=8, fmt=fmt)
    for domain in ("dm", "lb", "suppae", "ts"):
        xpt, _ = pyreadstat.read_xport(str(tmp_path / f"{domain}.xpt"))
        content = json.loads((tmp_path / f"{domain}.json").read_text(encoding="utf-8"))
        names = [column["name"] for column in content["columns"]]
        text = {n: str for n in names if xpt[n].dtype == object}
        frames = [
            pd.DataFrame(content["rows"], columns=names),
            pd.read_parquet(tmp_path / f"{domain}.parquet"),
            pd.read_csv(tmp_path / f"{domain}.csv", dtype=text),
        ]
        assert content["records"] == len(xpt)
        for frame in frames:
            for name in names:
                own = frame[name].fillna("") if name in text else frame[name].astype(float)
                if name in text:
                    assert own.tolist() == xpt[name].tolist(), (domain, name)
                else:
                    assert np.array_equal(own, xpt[name], equal_nan=True), (domain, name)


def test_dataset_json_has_the_attributes_of_version_1_1(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path, subjects=4, fmt="json")
    content = json.loads((tmp_path / "ae.json").read_text(encoding="utf-8"))
    required = {"datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records"}
    assert required | {"name", "label", "columns", "rows"} <= set(content)
    assert content["datasetJSONVersion"] == "1.1.0"
    for column in content["columns"]:
        assert {"itemOID", "name", "label", "dataType"} <= set(column)
    assert all(len(row) == len(content["columns"]) for row in content["rows"])


def test_xpt_labels_are_those_of_the_implementation_guide(raw: Path) -> None:
    _, meta = pyreadstat.read_xport(str(raw / "lb.xpt"), metadataonly=True)
    assert meta.column_names_to_labels["LBSTRESN"] == "Numeric Result/Finding in Standard Units"
    assert meta.file_label == "Laboratory Test Results"
    for file in raw.glob("*.xpt"):
        _, meta = pyreadstat.read_xport(str(file), metadataonly=True)
        assert all(meta.column_names_to_labels.values()), file.name


def test_the_committed_data_is_small(raw: Path) -> None:
    assert sum(file.stat().st_size for file in raw.glob("*.xpt")) < 8e6

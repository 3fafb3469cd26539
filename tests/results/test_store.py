from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from csrkit.errors import RunError
from csrkit.results.model import Results
from csrkit.results.store import combine_results, read_results, write_results

FILES = ("ard.parquet", "ard.csv", "sets.parquet", "set_subjects.parquet", "analyses.parquet")


def assert_same(one: Results, other: Results) -> None:
    for name in ("ard", "sets", "subjects", "analyses"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_results_come_back_whole(women, tmp_path):
    write_results(women, tmp_path)
    assert_same(read_results(tmp_path), women)
    assert len(pd.read_csv(tmp_path / "ard.csv")) == len(women.ard)


def test_the_same_results_give_the_same_bytes(women, tmp_path):
    write_results(women, tmp_path / "a")
    write_results(replace(women, ard=women.ard.sample(frac=1, random_state=1)), tmp_path / "b")
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_results_of_several_displays_are_one_with_every_set_once(women):
    other = replace(women, ard=women.ard.assign(OUTPUT="other"))
    both = combine_results([women, other])
    assert len(both.ard) == 2 * len(women.ard)
    pd.testing.assert_frame_equal(both.sets, women.sets)
    pd.testing.assert_frame_equal(both.subjects, women.subjects)


def test_no_results_are_written_and_read_as_none(bench, tmp_path):
    nothing = combine_results([bench().finish()])
    write_results(nothing, tmp_path)
    assert [len(frame) for frame in vars(read_results(tmp_path)).values() if frame is not None] == [
        0, 0, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("damaged", [None, b"PAR1 and no more"])
def test_a_missing_or_damaged_file_is_named(women, tmp_path, damaged):
    write_results(women, tmp_path)
    (tmp_path / "sets.parquet").unlink()
    if damaged:
        (tmp_path / "sets.parquet").write_bytes(damaged)
    with pytest.raises(RunError, match="results of a run are missing or damaged") as fault:
        read_results(tmp_path)
    assert "sets.parquet" in fault.value.where

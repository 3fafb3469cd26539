"""Files of queries: the three kinds give the same, and a mistake is told with file and row."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from csrkit.errors import StudyError
from csrkit.study.query_files import read_queries

ROWS = [
    {"PREFIX": "SMQ02", "GRPNAME": "Hypothyroidism", "GRPID": 20000160, "SCOPE": "BROAD",
     "SCOPEN": 1, "SRCVAR": "AEDECOD", "TERMCHAR": "BIOPSY, ABNORMAL"},
    {"PREFIX": "SMQ02", "GRPNAME": "Hypothyroidism", "GRPID": 20000160, "SCOPE": "NARROW",
     "SCOPEN": 2, "SRCVAR": "AEDECOD", "TERMCHAR": "NA"},
    {"PREFIX": "CQ06", "GRPNAME": "Colitis", "SRCVAR": "AELLTCD", "TERMNUM": 1},
]  # fmt: skip


def written(folder, suffix, rows=ROWS):
    file = folder / f"queries.{suffix}"
    if suffix == "csv":
        pd.DataFrame(rows).convert_dtypes().to_csv(file, index=False)
    elif suffix == "parquet":
        pd.DataFrame(rows).to_parquet(file)
    else:
        file.write_text(yaml.safe_dump(rows), encoding="utf-8")
    return file


@pytest.mark.parametrize("suffix", ["csv", "parquet", "yml"])
def test_every_kind_of_file_gives_the_same_queries(tmp_path, suffix):
    smq, colitis = read_queries(written(tmp_path, suffix))
    assert (smq.prefix, smq.name, smq.number) == ("SMQ02", "Hypothyroidism", 20000160)
    assert [(one.TERMCHAR, one.SCOPE, one.SCOPEN) for one in smq.terms] == [
        ("BIOPSY, ABNORMAL", "BROAD", 1),
        ("NA", "NARROW", 2),
    ]
    assert (colitis.number, colitis.terms[0].TERMNUM, colitis.terms[0].TERMCHAR) == (None, 1, None)
    assert not colitis.has("SCOPE")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"PREFIX": "30"}, r"row 2\.PREFIX"),
        ({"PREFIX": "AA"}, r"row 2\.PREFIX"),
        ({"GRPNAME": None}, r"row 2\.GRPNAME"),
        ({"GRPNAME": "Other"}, "GRPNAME"),
        ({"GRPID": 1}, "GRPID"),
        ({"SCOPE": "WIDE"}, r"row 2\.SCOPE"),
        ({"SCOPEN": 3}, r"row 2\.SCOPEN"),
        ({"SCOPEN": 1}, "SCOPE"),
        ({"TERMCHAR": None}, "TERMCHAR or TERMNUM"),
        ({"TERM": "x"}, "TERM"),
        (ROWS[0], "stands twice"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "yml"])
def test_a_mistake_is_told_with_its_file(tmp_path, changes, said, suffix):
    rows = [ROWS[0], {**ROWS[1], **changes}, ROWS[2]]
    with pytest.raises(StudyError, match=rf"queries\.{suffix}[\s\S]*{said}|{said}[\s\S]*queries"):
        read_queries(written(tmp_path, suffix, rows))


def test_a_missing_file_and_one_of_another_kind_are_errors(tmp_path):
    with pytest.raises(StudyError, match="missing"):
        read_queries(tmp_path / "queries.csv")
    with pytest.raises(StudyError, match=r"\.xlsx"):
        read_queries(tmp_path / "queries.xlsx")

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.sdtm import read
from csrkit.sdtm.cut import CutDomain
from csrkit.sdtm.cut.cut_log import combine
from csrkit.sdtm.cut.files import write_cut
from csrkit.sdtm.formats.content import SubjectRange
from csrkit.sdtm.formats.parquet.rows import rows_of
from csrkit.sdtm.subject_batches import read_batches
from csrkit.sdtm.write import BLOCK

DM = pd.DataFrame({"USUBJID": ["C", "A", "D", "B"], "AGE": [3.0, 1.0, 4.0, 2.0]})
# In no order of subjects, one record of nobody.
LB = pd.DataFrame(
    {"USUBJID": ["B", "A", None, "A", "D", "A"], "LBSEQ": [1.0, 1.0, 9.0, 2.0, 1.0, 3.0]}
)
TA = pd.DataFrame({"ARMCD": ["X", "Y"]})


def stored(folder, **domains):
    cut = [CutDomain(name, frame, combine([])) for name, frame in domains.items()]
    write_cut(cut, folder)
    return folder


@pytest.mark.parametrize("records", [1, 2, 3, 4, 7, 1000])
def test_parts_put_together_are_the_whole(tmp_path, records):
    folder = stored(tmp_path, DM=DM, LB=LB, TA=TA)
    parts = list(read_batches(folder, records))
    whole = read(folder, domains=["DM", "LB", "TA"])
    for name, key in (("DM", ["USUBJID"]), ("LB", ["USUBJID", "LBSEQ"])):
        joined = pd.concat([part[name].dropna(subset="USUBJID") for part in parts])
        expected = whole[name].dropna(subset="USUBJID").sort_values(key, ignore_index=True)
        found = joined.sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(found, expected, check_like=False)


def test_a_part_is_of_about_as_many_records_as_asked(tmp_path):
    folder = stored(tmp_path, DM=DM, LB=LB, TA=TA)
    found = [list(part["DM"]["USUBJID"].sort_values()) for part in read_batches(folder, records=4)]
    # A has 4 records, B, C and D have 2, 1 and 2.
    assert found == [["A"], ["B", "C"], ["D"]]


def test_records_of_nobody_are_in_every_part(tmp_path):
    folder = stored(tmp_path, DM=DM, LB=LB, TA=TA)
    parts = list(read_batches(folder, records=1))
    assert len(parts) == 4
    assert all(len(part["TA"]) == 2 for part in parts)
    assert all(part["LB"]["LBSEQ"].isin([9.0]).sum() == 1 for part in parts)


def test_a_subject_outside_dm_is_in_one_part(tmp_path):
    folder = stored(tmp_path, DM=DM[DM["USUBJID"] != "D"], LB=LB)
    found = pd.concat([part["LB"]["USUBJID"].dropna() for part in read_batches(folder, records=1)])
    assert found.tolist() == ["A", "A", "A", "B", "D"]


def test_a_study_without_subjects_is_one_part(tmp_path):
    folder = stored(tmp_path, DM=DM.head(0), TA=TA)
    (part,) = read_batches(folder)
    assert part["DM"].empty
    assert len(part["TA"]) == 2


def test_a_part_has_the_types_and_labels_of_the_whole(tmp_path):
    sparse = LB.assign(LBREASND=[None, None, None, None, "LOST", None])
    sparse.attrs = {"label": "Laboratory Test Results", "labels": {"LBSEQ": "Sequence Number"}}
    folder = stored(tmp_path, LB=sparse)
    whole = read(folder, domains=["LB"])["LB"]
    for part in read_batches(folder, records=1):
        assert part["LB"].dtypes.equals(whole.dtypes)
        assert part["LB"].attrs["labels"] == whole.attrs["labels"]
        assert part["LB"].attrs["label"] == "Laboratory Test Results"


def test_only_row_groups_that_may_hold_the_subjects_are_read(tmp_path):
    import pyarrow.parquet as pq

    sorted_by_subject = pd.DataFrame({"USUBJID": ["A"] * BLOCK + ["B"] * BLOCK + ["C"]})
    folder = stored(tmp_path, LB=sorted_by_subject)
    with pq.ParquetFile(folder / "lb.parquet") as source:
        assert source.num_row_groups == 3
        assert rows_of(source, SubjectRange("A", "B")).groups == [1]
        assert rows_of(source, SubjectRange("A", None)).groups == [1, 2]
        assert rows_of(source, None).groups == [0, 1, 2]

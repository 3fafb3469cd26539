import datetime as dt

import pandas as pd
import pytest

from csrkit.errors import DataError
from csrkit.sdtm.cut import CutSettings, apply_cut
from csrkit.sdtm.cut.files import read_cut, write_cut
from csrkit.study.design import CutRules


@pytest.fixture
def result():
    dm = pd.DataFrame(
        {"USUBJID": ["S1"], "RFICDTC": ["2025-06-09"], "DTHDTC": [None], "AGE": [61.0]}
    )
    ae = pd.DataFrame(
        {"USUBJID": ["S1", "S1"], "AESEQ": [1.0, None], "AESTDTC": ["2026-01", "2026-05-01"]}
    )
    ae.attrs = {"label": "Adverse Events", "labels": {"AESEQ": "Sequence Number"}}
    empty = pd.DataFrame({"USUBJID": pd.Series(dtype=object), "CMSEQ": pd.Series(dtype=float)})
    rules = CutRules.model_validate({"subject_entry": {"domain": "DM", "variable": "RFICDTC"}})
    return apply_cut({"DM": dm, "AE": ae, "CM": empty}, CutSettings(dt.date(2026, 3, 31), rules))


def test_cut_domains_and_log_come_back_as_they_were(result, tmp_path):
    files = write_cut(result.by_domain(), tmp_path / "sdtm")
    assert [file.name for file in files] == [
        "ae.parquet",
        "cm.parquet",
        "cut_log.parquet",
        "dm.parquet",
    ]
    back = read_cut(tmp_path / "sdtm")
    assert set(back.domains) == {"AE", "CM", "DM"}
    for name, frame in result.domains.items():
        pd.testing.assert_frame_equal(back.domains[name], frame)
    pd.testing.assert_frame_equal(back.log, result.log)
    told = back.domains["AE"].attrs
    assert (told["label"], told["labels"]["AESEQ"]) == ("Adverse Events", "Sequence Number")


def test_the_same_data_gives_the_same_bytes(result, tmp_path):
    first, second = (write_cut(result.by_domain(), tmp_path / name) for name in ("one", "two"))
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_a_folder_without_cut_domains_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no cut domains"):
        read_cut(tmp_path)


def test_a_damaged_file_is_an_error_that_names_it(result, tmp_path):
    write_cut([], tmp_path)
    (tmp_path / "ae.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError) as error:
        read_cut(tmp_path)
    assert error.value.where == str(tmp_path / "ae.parquet")

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from csrkit.errors import DataError
from csrkit.pipeline.results import TRANSPORT, _datasets


def test_a_missing_text_of_a_transport_file_is_none_and_not_empty(tmp_path):
    (tmp_path / TRANSPORT).mkdir(parents=True)
    frame = pd.DataFrame({"USUBJID": ["S1", "S2"], "SEX": ["F", ""], "AGE": [60.0, None]})
    pyreadstat.write_xport(frame, tmp_path / TRANSPORT / "adsl.xpt")
    read = _datasets(tmp_path)
    assert list(read) == ["ADSL"]
    assert read["ADSL"]["SEX"].tolist() == ["F", None]
    assert read["ADSL"]["AGE"].isna().tolist() == [False, True]


def test_a_folder_without_datasets_is_named(tmp_path):
    with pytest.raises(DataError) as fault:
        _datasets(tmp_path)
    assert fault.value.where == str(tmp_path)

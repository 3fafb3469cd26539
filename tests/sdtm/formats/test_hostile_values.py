"""Values and blanks that no variable holds, in SAS's formats and in all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.sdtm import read
from csrkit.sdtm.write import write_domains, write_xpt
from csrkit.study.reading import Reading

TYPES = "AE: {variables: {DOMAIN: text, USUBJID: text, AETERM: text, AESEQ: integer, AEX: number}}"


@pytest.mark.parametrize("fmt", ["xpt", "json", "csv", "parquet", "sas7bdat"])
def test_more_values_than_the_study_allows_are_refused_in_every_format(
    tmp_path, refuse, fmt, write_sas7bdat, study, events
):
    many = pd.concat([events] * 50, ignore_index=True)
    if fmt == "xpt":
        write_xpt(many, tmp_path / "ae.xpt", "AE", "", {})
    elif fmt == "parquet":
        many.to_parquet(tmp_path / "ae.parquet")
    elif fmt == "sas7bdat":
        write_sas7bdat(many, tmp_path / "ae.sas7bdat")
    elif fmt == "csv":
        many.to_csv(tmp_path / "ae.csv", index=False)
        (tmp_path / "types.yml").write_text(TYPES)
    else:
        write_domains({"AE": many}, tmp_path, "json", study)
    assert refuse(Reading(most_values=399)).what == "A file holds more than may be read"
    assert len(read(tmp_path, reading=Reading(most_values=1_000))["AE"]) == 100


def test_an_infinity_of_a_sas_dataset_is_told(tmp_path, refuse, write_sas7bdat, events):
    write_sas7bdat(events.assign(AESEQ=[1.0, np.inf]), tmp_path / "ae.sas7bdat")
    fault = refuse()
    assert fault.what == "A number is infinite, or larger than can be kept"
    assert fault.where.endswith("ae.sas7bdat, variable AESEQ, record 2")


def test_a_date_kept_as_a_number_is_told(tmp_path, refuse, events):
    write_xpt(events.rename(columns={"AESEQ": "AESTDTC"}), tmp_path / "ae.xpt", "AE", "", {})
    fault = refuse()
    assert fault.what == "A date of SDTM is delivered as numbers"
    assert fault.where.endswith("ae.xpt, variable AESTDTC")


@pytest.mark.parametrize("width", [8, 40, 80, 100, 200])
@pytest.mark.parametrize("records", [1, 48])
@pytest.mark.parametrize("more", [0, 80, 160, 8_000])
def test_blanks_at_the_end_of_a_transport_file_are_no_record(tmp_path, width, records, more):
    texts = [f"T{number}" for number in range(records - 1)] + ["x" * width]
    frame = pd.DataFrame({"AETERM": texts})
    file = write_xpt(frame, tmp_path / "ae.xpt", "AE", "", {})
    file.write_bytes(file.read_bytes() + b" " * more)
    ae = read(tmp_path)["AE"]
    assert len(ae) == records
    assert ae["AETERM"].tolist() == texts
    noted = [note.id for note in ae.attrs["notes"]]
    blanks = -records * width % 80 + more
    assert noted == (["READ-RECORDS"] if blanks >= max(width, 80) else [])


def test_a_blank_record_before_others_is_one(tmp_path):
    frame = pd.DataFrame({"AETERM": ["a" * 8, None, "b"]})
    write_xpt(frame, tmp_path / "ae.xpt", "AE", "", {})
    assert read(tmp_path)["AE"]["AETERM"].tolist() == ["a" * 8, None, "b"]


def test_a_transport_file_of_blanks_alone_holds_no_record(tmp_path, events):
    file = write_xpt(events.iloc[:0], tmp_path / "ae.xpt", "AE", "", {})
    file.write_bytes(file.read_bytes() + b" " * 800)
    assert read(tmp_path)["AE"].empty


def test_a_name_that_stands_twice_in_a_transport_file_is_told(tmp_path, refuse, xpt):
    xpt.write_bytes(xpt.read_bytes().replace(b"AESEQ   ", b"AETERM  ", 1))
    assert refuse().what == "A variable stands twice in a dataset"

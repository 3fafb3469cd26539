"""ADQS, derived a second time."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

FINDINGS = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("findings.py"))))


def test_every_variable_of_adqs(data, people, study_day, same):
    records = []
    for subject, own in data["QS"].groupby("USUBJID"):
        person = people[subject]
        rows = own[own["QSTESTCD"] == "ECOG101"].to_dict("records")
        rows = [FINDINGS.collected(row, "QS", study_day, person) for row in rows]
        rows = FINDINGS.one_parameter(rows, person, numeric=False)
        for row in rows + FINDINGS.summed_up(rows, numeric=False):
            row["PARAM"], row["AVALU"] = "ECOG Performance Status", None
            row["BASETYPE"] = "LAST"
            records.append(row)
    order = ["PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "QSSEQ", "DTYPE"]
    same("ADQS", FINDINGS.numbered(records, order), ["USUBJID", "PARAMCD", "SRCSEQ", "DTYPE"])

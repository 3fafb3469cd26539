"""Rules that every study has, without a suite of its own for the domain."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.validation import validate


def found(study, tables):
    """Findings of these rules, by id: the records named."""
    names = [name for name in tables if name not in ("DM", "AE")]
    findings = validate({name: pd.DataFrame(frame) for name, frame in tables.items()}, study, names)
    wanted = [each for each in findings.findings if each.id in BUILT_IN]
    return {each.id: [str(record) for record in each.records] for each in wanted}


BUILT_IN = {"SUPPVS-LINK", "CO-LINK", "CM-CMENRTPT", "CM-CMSTRF", "CM-CMENTPT"}
DM = {"USUBJID": ["S1"], "RFSTDTC": ["2025-07-01"], "RFENDTC": ["2025-08-05"]}
AE = {"USUBJID": ["S1"], "AESEQ": [1.0], "AESPID": ["E1"]}


def test_a_supplement_without_a_suite_points_to_a_record_that_exists(study):
    vs = {"USUBJID": ["S1"], "VSSEQ": [1.0], "VSGRPID": ["G"]}
    supp = {
        "USUBJID": ["S1"] * 5,
        "RDOMAIN": ["VS"] * 5,
        "IDVAR": ["VSSEQ", "VSSEQ", "VSGRPID", "VSGRPID", "VSSPID"],
        "IDVARVAL": ["1.0", "2", "G", "H", "1"],
        "QNAM": list("ABCDE"),
    }
    named = found(study, {"DM": DM, "VS": vs, "SUPPVS": supp})["SUPPVS-LINK"]
    assert [record.split()[-2] for record in named] == ["B", "D", "E"]


def test_a_comment_may_belong_to_a_record_a_subject_or_nothing(study):
    comments = {
        "USUBJID": ["S1", "S1", "S1", "S1"],
        "COSEQ": [1.0, 2.0, 3.0, 4.0],
        "RDOMAIN": ["AE", "DM", None, "AE"],
        "IDVAR": ["AESPID", None, None, "AESPID"],
        "IDVARVAL": ["E1", None, None, "E2"],
    }
    named = found(study, {"DM": DM, "AE": AE, "CO": comments})["CO-LINK"]
    assert named == ["USUBJID=S1 AE AESPID=E2 4 RDOMAIN=AE"]


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ({"CMENRTPT": "BEFORE", "CMENTPT": "2025-07-01", "CMENDTC": "2025-07-20"}, {"CM-CMENRTPT"}),
        ({"CMENRTPT": "BEFORE", "CMENTPT": "2025-07-01", "CMENDTC": "2025-06-30"}, set()),
        ({"CMENRTPT": "BEFORE", "CMENTPT": "2025-07-01", "CMENDTC": "2025"}, set()),
        ({"CMENRTPT": "BEFORE", "CMENTPT": "2025-07-01", "CMENDTC": None}, set()),
        ({"CMENRTPT": "BEFORE", "CMENTPT": "NOWHERE", "CMENDTC": "2025"}, {"CM-CMENTPT"}),
        ({"CMSTRF": "BEFORE", "CMSTDTC": "2025-07-01"}, {"CM-CMSTRF"}),
        ({"CMSTRF": "DURING", "CMSTDTC": "2025-08-06"}, {"CM-CMSTRF"}),
        ({"CMSTRF": "DURING", "CMSTDTC": "2025-08"}, set()),
    ],
)
def test_a_date_that_contradicts_its_relative_timing_is_found(study, told, broken):
    medication = {"USUBJID": ["S1"], "CMSEQ": [1.0]} | {k: [v] for k, v in told.items()}
    assert set(found(study, {"DM": DM, "CM": medication})) == broken

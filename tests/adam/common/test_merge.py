from __future__ import annotations

from csrkit.adam.common.merge import merge_adsl


def test_records_carry_the_subject_level_and_others_leave(subjects, frame):
    records = frame("USUBJID SITEID AESEQ", "S2|wrong|1", "S9|01|1", "S1|01|2")
    adsl = subjects(S1={"TRT01AN": 20.0}, S2={"TRT01AN": 30.0})
    out = merge_adsl(records, adsl, extra=["TRTSDT"])
    assert out[["USUBJID", "SITEID", "AESEQ", "TRT01AN"]].values.tolist() == [
        ["S2", "01", 1.0, 30.0],
        ["S1", "01", 2.0, 20.0],
    ]
    assert {"PHASE", "SAFFL", "PKFL", "TRTSDT"} <= set(out)

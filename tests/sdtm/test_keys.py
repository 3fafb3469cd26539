import pandas as pd

from csrkit.sdtm.keys import as_text, record_keys


def test_whole_numbers_are_written_without_a_point():
    assert as_text(pd.Series([1.0, 1.5, None])).tolist() == ["1", "1.5", None]
    assert as_text(pd.Series(["a", None], dtype=object)).tolist() == ["a", None]


def test_a_record_is_called_by_its_sequence_number():
    frame = pd.DataFrame({"USUBJID": ["S1", "S1"], "AESEQ": [12.0, None]})
    assert record_keys("AE", frame).tolist() == ["AESEQ=12", "record 2"]


def test_a_domain_without_sequence_numbers_has_a_natural_key():
    frame = pd.DataFrame({"USUBJID": ["S1"], "VISITNUM": [10.0], "SVSTDTC": ["2025-06-23"]})
    assert record_keys("SV", frame).tolist() == ["VISITNUM=10 SVSTDTC=2025-06-23"]


def test_a_domain_without_any_key_calls_records_by_their_place():
    assert record_keys("XX", pd.DataFrame({"USUBJID": ["S1", "S2"]})).tolist() == [
        "record 1",
        "record 2",
    ]


def test_a_linked_record_names_its_parent():
    frame = pd.DataFrame(
        {
            "RDOMAIN": ["AE", "DM", None],
            "IDVAR": ["AESEQ", None, None],
            "IDVARVAL": ["3", None, None],
            "QNAM": ["AEDLT", "PRVSUBJ", None],
        }
    )
    assert record_keys("SUPPAE", frame).tolist() == ["AE AESEQ=3 AEDLT", "DM PRVSUBJ", "record 3"]

"""CSV, and what says its types, that no one would write: told with file and place."""

from __future__ import annotations

import pytest

from csrkit.sdtm import read

TYPES = "AE: {variables: {USUBJID: text, AETERM: text, AESEQ: integer, AEX: number}}"


CSV_FAULTS = {
    "a name twice": ("AESEQ,USUBJID,AESEQ\n1,S1,1\n", "'AESEQ', 'AESEQ'"),
    "a name in two cases": ("AESEQ,USUBJID,aeseq\n1,S1,1\n", "'AESEQ', 'aeseq'"),
    "a name with blanks": ("AESEQ,USUBJID, AESEQ \n1,S1,1\n", "'AESEQ', ' AESEQ '"),
    "two names that are none": ("USUBJID,,\nS1,,\n", "'', ''"),
    "a number too large": ("USUBJID,AEX\nS1,1\nS2,1e999\n", "inf, in 1 records"),
    "a fraction": ("USUBJID,AESEQ\nS1,1\nS2,1.5\n", "1.5, in 1 records"),
    "a zero byte": ("USUBJID,AETERM\nS1,Fe\0ver\n", r"'Fe\x00ver', and 0 more records"),
    "a zero byte in a number": ("USUBJID,AESEQ\nS1,1\nS2,1\0\n", r"'1\x00'"),
    "a quotation mark without its second": (
        'USUBJID,AETERM\nS1,"Fever\nS2,Cough\n',
        "an odd number",
    ),
    "a name longer than a record": (
        f"USUBJID,{'x' * 2_000_000}\nS1,1\n",
        "larger than field limit",
    ),
    "digits without end": (f"USUBJID,AESEQ\nS1,{'1' * 100_000}x\n", "'1111"),
    "a record with more fields": ("USUBJID,AETERM\nS1,Fever,mild\n", "Expected 2 columns, got 3"),
}


@pytest.mark.parametrize("kind", CSV_FAULTS)
def test_csv_that_says_one_thing_twice_or_what_no_one_writes_is_told(tmp_path, refuse, kind):
    content, found = CSV_FAULTS[kind]
    (tmp_path / "ae.csv").write_text(content, newline="")
    (tmp_path / "types.yml").write_text(TYPES)
    assert found in refuse().found


def test_a_text_longer_than_any_sas_dataset_holds_is_a_critical_finding(tmp_path):
    swallowed = 'S1,"Fever\n' + "S2,Cough\n" * 4_000 + 'S3,"Rash\n'
    (tmp_path / "ae.csv").write_text("USUBJID,AETERM\n" + swallowed, newline="")
    (tmp_path / "types.yml").write_text(TYPES)
    notes = read(tmp_path)["AE"].attrs["notes"]
    assert ("READ-LENGTH", "critical", "AETERM") in [note[:3] for note in notes]


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "define",
    [
        f"<!DOCTYPE ODM [{LAUGHS}]><ODM>&a9;</ODM>",
        '<!DOCTYPE ODM [<!ENTITY a SYSTEM "file:///etc/passwd">]><ODM>&a;</ODM>',
        '<?xml version="1.0" encoding="none"?><ODM/>',
        '<?xml version="1.0" encoding="shift_jis"?><ODM/>',
        "<ODM>" * 100_000,
        "<ODM>" * 100_000 + "</ODM>" * 100_000,
        '<!DOCTYPE ODM SYSTEM "http://localhost/odm.dtd"><ODM/>',
        "<ODM>\0</ODM>",
        "",
    ],
    ids=[
        "billion laughs",
        "another file",
        "no encoding",
        "encoding",
        "deep",
        "closed",
        "type",
        "zero byte",
        "empty",
    ],
)
def test_a_hostile_define_xml_is_told(tmp_path, refuse, define):
    (tmp_path / "ae.csv").write_text("USUBJID\nS1\n")
    (tmp_path / "define.xml").write_text(define)
    assert refuse().what == "A define.xml can't be used"


def test_a_hostile_types_yml_is_told(tmp_path, refuse):
    (tmp_path / "ae.csv").write_text("USUBJID\nS1\n")
    (tmp_path / "types.yml").write_text("AE: " + "[" * 100_000)
    assert "levels within each other" in refuse().found

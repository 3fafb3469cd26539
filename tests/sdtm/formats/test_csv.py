"""CSV with its types from define.xml or types.yml; nothing about a value is guessed."""

from __future__ import annotations

import pytest

from csrkit.errors import DataError
from csrkit.sdtm import read

TYPES = """
AE:
  label: Adverse Events
  variables:
    SUBJID: text
    AESEQ: {type: number, label: Sequence Number, format: '8.'}
    AETERM: {type: text, label: Reported Term}
"""
DEFINE = """<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1">
 <Study OID="S"><MetaDataVersion OID="M" Name="M">
  <ItemGroupDef OID="IG.AE" Name="AE" Domain="AE">
   <Description><TranslatedText xml:lang="en">Adverse Events</TranslatedText></Description>
   <ItemRef ItemOID="IT.SUBJID"/><ItemRef ItemOID="IT.AE.AESEQ"/><ItemRef ItemOID="IT.AE.AETERM"/>
  </ItemGroupDef>
  <ItemDef OID="IT.SUBJID" Name="SUBJID" DataType="text"/>
  <ItemDef OID="IT.AE.AESEQ" Name="AESEQ" DataType="integer" def:DisplayFormat="8.">
   <Description><TranslatedText>Sequence Number</TranslatedText></Description>
  </ItemDef>
  <ItemDef OID="IT.AE.AETERM" Name="AETERM" DataType="text">
   <Description><TranslatedText>Reported Term</TranslatedText></Description>
   <CodeListRef CodeListOID="CL"/>
  </ItemDef>
 </MetaDataVersion></Study>
</ODM>
"""
CSV = 'SUBJID,AESEQ,AETERM\n001,1,"Fever, ""high"""\n002,,NA\n003,2.5e1,"two\nlines"\n'


@pytest.fixture
def deliver(tmp_path):
    def write(csv=CSV, **beside):
        (tmp_path / "ae.csv").write_text(csv, encoding="utf-8", newline="")
        for name, text in beside.items():
            (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return read(tmp_path)["AE"]

    return write


@pytest.mark.parametrize(
    "beside", [{"types_yml": TYPES}, {"define_xml": DEFINE}, {"DEFINE_XML": DEFINE}]
)
def test_types_labels_and_formats_come_from_beside_the_file(deliver, beside):
    ae = deliver(**beside)
    assert ae["SUBJID"].tolist() == ["001", "002", "003"]
    assert ae["AETERM"].tolist() == ['Fever, "high"', "NA", "two\nlines"]
    assert ae["AESEQ"].fillna(-1).tolist() == [1.0, -1.0, 25.0]
    assert ae.attrs["label"] == "Adverse Events"
    assert ae.attrs["labels"] == {
        "SUBJID": "",
        "AESEQ": "Sequence Number",
        "AETERM": "Reported Term",
    }
    assert ae.attrs["formats"] == {"AESEQ": "8."}


def test_types_yml_goes_before_define_xml(deliver):
    ae = deliver(
        types_yml=TYPES.replace("AESEQ: {type: number", "AESEQ: {type: text"), define_xml=DEFINE
    )
    assert ae["AESEQ"].tolist() == ["1", None, "2.5e1"]


def test_a_part_of_a_domain_takes_the_types_of_its_domain(tmp_path):
    (tmp_path / "types.yml").write_text("LB: {variables: {LBSEQ: number}}")
    (tmp_path / "lbch.csv").write_text("LBSEQ\n1\n")
    assert read(tmp_path)["LB"]["LBSEQ"].tolist() == [1.0]


def test_without_types_the_error_says_what_to_put_beside_the_file(deliver):
    with pytest.raises(DataError, match="Nothing says the types") as error:
        deliver()
    assert "types.yml" in error.value.remedy


def test_a_variable_without_a_type_is_an_error_that_names_it(deliver):
    with pytest.raises(DataError, match="Nothing says the type of") as error:
        deliver(CSV.replace("AETERM", "AEOTHER"), types_yml=TYPES)
    assert error.value.found == "AEOTHER"


def test_other_separators_than_commas_are_told_by_the_header(deliver):
    with pytest.raises(DataError, match="Nothing says the type of") as error:
        deliver(CSV.replace(",", ";"), types_yml=TYPES)
    assert "separated by commas" in error.value.remedy


@pytest.mark.parametrize("value", ["1;5", "<5", "nan", "inf", "1 000", "0x10", "１"])
def test_a_number_that_is_none_is_an_error_that_names_the_record(deliver, value):
    with pytest.raises(DataError, match="not of the type") as error:
        deliver(CSV.replace("2.5e1", value), types_yml=TYPES)
    assert error.value.where.endswith("variable AESEQ, record 3")
    assert value in error.value.found


@pytest.mark.parametrize("csv", ["SUBJID,AESEQ\n1,2,3\n", "SUBJID,AESEQ\n1\n", 'SUBJID\n"1'])
def test_a_record_with_other_fields_than_the_header_is_an_error(deliver, csv):
    with pytest.raises(DataError, match="damaged or cut short"):
        deliver(csv, types_yml=TYPES)


def test_fewer_records_than_stated_are_an_error(deliver):
    stated = TYPES.replace("label: Adverse", "records: 4\n  label: Adverse")
    with pytest.raises(DataError, match="damaged or cut short") as error:
        deliver(types_yml=stated)
    assert "states 4 records, it holds 3" in error.value.found


def test_a_last_line_without_an_end_is_noted(deliver):
    ae = deliver("SUBJID\n1\n2", types_yml=TYPES)
    assert [note.id for note in ae.attrs["notes"]] == ["READ-RECORDS"]


@pytest.mark.parametrize(
    ("types", "key"),
    [
        ("AE: {variables: {AESEQ: {type: number, format: 8.2}}}", "AE.variables.AESEQ.format"),
        ("AE: {variables: {AESEQ: date}}", "AE.variables.AESEQ.type"),
        ("AE: {}", "AE.variables"),
        ("AE: {variables: {AESEQ: {type: text, lenght: 3}}}", "AE.variables.AESEQ.lenght"),
    ],
)
def test_a_mistake_in_types_yml_is_told_with_its_key(deliver, types, key):
    with pytest.raises(DataError, match="can't be used") as error:
        deliver(types_yml=types)
    assert error.value.where.endswith(f"types.yml, key {key}")


@pytest.mark.parametrize(
    ("define", "found"),
    [
        ("<ODM>", "no XML"),
        ("<ODM/>", "no ItemGroupDef"),
        (DEFINE.replace('Def OID="IT.SUBJID"', 'Def OID="X"'), "IT.SUBJID"),
    ],
)
def test_a_define_xml_that_cannot_be_used_is_an_error(deliver, define, found):
    with pytest.raises(DataError, match=r"define\.xml can't be used") as error:
        deliver(define_xml=define)
    assert found in error.value.found

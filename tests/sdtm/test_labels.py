"""Labels of the standard, for datasets that come without any."""

import pandas as pd
import pytest

from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.sdtm.labels import (
    add_standard_labels,
    label_of_dataset,
    label_of_variable,
    load_standard_labels,
)
from csrkit.validation import validate


@pytest.mark.parametrize(
    ("domain", "variable", "label"),
    [
        ("AE", "STUDYID", "Study Identifier"),
        ("AE", "AESEQ", "Sequence Number"),
        ("AE", "AETERM", "Reported Term for the Adverse Event"),
        ("AE", "AESTDTC", "Start Date/Time of Adverse Event"),
        ("AE", "AEENRTPT", "End Relative to Reference Time Point"),
        # Not among the variables of AE in the guide, but of the standard.
        ("AE", "AESTRF", "Start Relative to Reference Period"),
        ("CM", "CMSTDTC", "Start Date/Time of Medication"),
        ("LB", "VISITNUM", "Visit Number"),
        ("SUPPAE", "QVAL", "Data Value"),
        ("SUPPLB", "RDOMAIN", "Related Domain Abbreviation"),
        ("RELREC", "RELID", "Relationship Identifier"),
        ("CO", "COVAL", "Comment"),
        ("AE", "AEOWN", ""),
        ("XX", "XXSEQ", ""),
        ("ADAE", "STUDYID", ""),
    ],
)
def test_a_variable_has_the_label_of_the_standard(domain, variable, label):
    assert label_of_variable(domain, variable) == label


def test_a_dataset_has_the_label_of_the_standard():
    assert label_of_dataset("AE") == "Adverse Events"
    assert label_of_dataset("SUPPAE") == "Supplemental Qualifiers for AE"
    assert label_of_dataset("ADSL") == ""


def test_every_label_fits_into_a_transport_file():
    labels = load_standard_labels()
    every = [*labels.datasets.values(), *labels.variables.values()]
    every += [label for own in labels.domains.values() for label in own.values()]
    assert max(map(len, every)) <= 40


def test_a_label_that_the_file_gives_stays():
    attrs = {"label": "Ours", "labels": {"AETERM": "Our term", "AESEQ": ""}, "files": ["ae.csv"]}
    assert add_standard_labels("AE", attrs, ["AETERM", "AESEQ", "AEOWN"]) == {
        "label": "Ours",
        "labels": {"AETERM": "Our term", "AESEQ": "Sequence Number"},
        "files": ["ae.csv"],
    }


def test_datasets_without_labels_get_them_at_the_cut_and_a_note_says_so(tmp_path, study):
    dm = pd.DataFrame({"USUBJID": ["S1"], "DOMAIN": ["DM"], "RFICDTC": ["2025-06-09"]})
    ae = pd.DataFrame({"USUBJID": ["S1"], "DOMAIN": ["AE"], "AETERM": ["Fever"], "AEOWN": ["x"]})
    for name, frame in {"dm": dm, "ae": ae}.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    domains = read(tmp_path)
    cut = apply_cut(domains, study).domains["AE"].attrs
    assert cut["label"] == "Adverse Events"
    assert cut["labels"] == {
        "USUBJID": "Unique Subject Identifier",
        "DOMAIN": "Domain Abbreviation",
        "AETERM": "Reported Term for the Adverse Event",
        "AEOWN": "",
    }
    notes = [each for each in validate(domains, study).findings if each.id == "READ-STDLABEL"]
    assert [each.domain for each in notes] == ["AE", "DM"]
    assert "4: the dataset, USUBJID, DOMAIN, AETERM" in str(notes[0].records[0])

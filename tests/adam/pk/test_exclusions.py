"""Samples that people exclude: kept in ADPC, marked, and left out as they say."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.checks import check_datasets
from csrkit.adam.pk.exclusions import find_unmatched_exclusions
from csrkit.study.pk_exclusions import PkExclusion

CASES = runpy.run_path(str(Path(__file__).with_name("concentrations.py")))
samples, column, deriving = CASES["samples"], CASES["column"], CASES["deriving"]
LINES = ("0|2025-07-01T09:30|BLQ", "1|2025-07-01T11:00|80", "4|2025-07-01T14:00|50")


def exclusion(scope="sample", **named):
    named = named or {"infusion": 1, "time": 4}
    return PkExclusion(
        **{"subject": "A"} | named, scope=scope, reason="Haemolysed.", by="A. Person"
    )


@pytest.fixture
def derive(study, subjects):
    def run(*exclusions, pc=None):
        own = study.model_copy(update={"pk_exclusions": exclusions})
        return deriving(own, subjects)(samples(*LINES) if pc is None else pc)

    return run


@pytest.mark.parametrize("named", [{"infusion": 1, "time": 4}, {"pcseq": 3}])
def test_a_sample_excluded_is_in_no_analysis_and_says_why(derive, named):
    found = derive(exclusion(**named))
    assert column(found, "NCAXFL") == column(found, "PKSUMXF") == [None, None, "Y"]
    assert column(found, "AVALNCA") == column(found, "AVALSUM") == [0, 80, None]
    assert column(found, "AVAL") == [None, 80, 50]
    assert column(found, "EXCLREAS") == [None, None, "Excluded by A. Person: Haemolysed."]


def test_a_sample_excluded_from_the_terminal_phase_is_used_by_all_else(derive):
    found = derive(exclusion("lambda_z"))
    assert column(found, "LAMZXFL") == column(found, "EXCLFL") == [None, None, "Y"]
    assert column(found, "NCAXFL") == column(found, "PKSUMXF") == [None] * 3
    assert column(found, "AVALNCA") == column(found, "AVALSUM") == [0, 80, 50]
    said = "No point for lambda z, by A. Person: Haemolysed."
    assert column(found, "EXCLREAS") == [None, None, said]


def test_an_exclusion_without_a_time_is_of_the_whole_profile(derive):
    pc = pd.concat([
        samples(*LINES), samples("1|2025-07-08T11:00|70", infusion="INFUSION 2").assign(PCSEQ=9.0),
        samples(*LINES, subject="B"),
    ])  # fmt: skip
    found = derive(exclusion(infusion=1), pc=pc)
    by_people = found["EXCLREAS"].str.startswith("Excluded by").eq(True)
    assert found.loc[by_people, ["USUBJID", "INFNUM"]].drop_duplicates().to_numpy().tolist() == [
        ["A", 1]
    ]
    assert by_people.sum() == 3


def test_an_exclusion_of_another_analyte_leaves_this_one(derive):
    assert column(derive(exclusion(analyte="OTHER", pcseq=3)), "NCAXFL") == [None] * 3
    assert column(derive(exclusion(analyte="NKDNA", pcseq=3)), "NCAXFL") == [None, None, "Y"]


def test_a_repeated_sample_takes_the_place_of_the_one_that_is_excluded(derive):
    pc = samples("1|2025-07-01T11:00|80", "1|2025-07-01T11:05|60", "4|2025-07-01T14:00|50")
    assert column(derive(pc=pc), "AVALSUM") == [80, None, 50]
    assert column(derive(exclusion(pcseq=1), pc=pc), "AVALSUM") == [None, 60, 50]


def test_a_result_below_quantification_is_placed_among_the_samples_that_are_used(derive):
    pc = samples("1|2025-07-01T11:00|80", "4|2025-07-01T14:00|BLQ", "8|2025-07-01T18:00|50")
    assert column(derive(exclusion(pcseq=3), pc=pc), "AVALSUM") == [80, 5, None]
    assert column(derive(exclusion(pcseq=1), pc=pc), "AVALSUM") == [None, 0, 50]


def test_an_entry_that_names_no_sample_is_told(derive, study):
    lost, good = exclusion(infusion=1, time=5), exclusion(pcseq=3)
    adpc = derive(lost, good)
    assert find_unmatched_exclusions(adpc, (lost, good)) == [lost]
    own = study.model_copy(update={"pk_exclusions": (lost, good)})
    found = check_datasets({}, {"ADPC": adpc}, own).findings
    (finding,) = [each for each in found if each.id == "ADPC-EXCLUSIONS"]
    assert finding.severity == "warning"
    assert finding.first_records() == (
        "pk_exclusions.yml: subject A, infusion 1, time 5.0, scope sample"
    )


def test_without_a_lost_entry_nothing_is_told(derive, study):
    own = study.model_copy(update={"pk_exclusions": (exclusion(pcseq=3),)})
    found = check_datasets({}, {"ADPC": derive()}, own)
    assert not [each for each in found.findings if each.id == "ADPC-EXCLUSIONS"]
    assert {r.outcome for r in found.rules if r.id == "ADPC-EXCLUSIONS"} == {"passed"}

"""Potential Hy's law cases of ADLB, at the limits and the days that the rule turns on."""

import pytest

from csrkit.adam.findings.adlb import derive_adlb

HEAD = "USUBJID LBSEQ LBTESTCD LBCAT VISITNUM VISIT LBDTC LBSTRESN LBSTRESC LBTPT LBTPTNUM LBTPTREF"


@pytest.mark.parametrize(
    ("alt", "alp", "bilirubin", "case"),
    [
        (3.0, 1.9, ("2025-07-08", 2.0), "Y"),
        (3.0, 1.9, ("2025-08-07", 2.0), "Y"),
        (3.0, 1.9, ("2025-08-08", 2.0), "N"),
        (3.0, 1.9, ("2025-07-05", 2.0), "N"),
        (2.9, 1.9, ("2025-07-08", 2.0), "N"),
        (3.0, 2.0, ("2025-07-08", 2.0), "N"),
        (3.0, 1.9, ("2025-07-08", 1.9), "N"),
    ],
)
def test_hys_law_needs_both_within_the_days_and_no_cholestasis(
    study, subjects, frame, alt, alp, bilirubin, case
):
    lb = frame(
        HEAD,
        f"A|1|ALT|C|20|INFUSION 2|2025-07-08|{40 * alt}|x|.|.|.",
        f"A|2|ALP|C|20|INFUSION 2|2025-07-08|{100 * alp}|x|.|.|.",
        f"A|3|BILI|C|20|INFUSION 2|{bilirubin[0]}|{20 * bilirubin[1]}|x|.|.|.",
        "B|1|ALT|C|20|INFUSION 2|2025-07-08|400|x|.|.|.",
    ).assign(LBTEST="Test", LBSTRESU="U/L", LBSTNRHI=40.0)
    lb.loc[lb["LBTESTCD"] == "ALP", "LBSTNRHI"] = 100.0
    lb.loc[lb["LBTESTCD"] == "BILI", ["LBSTNRHI", "LBSTRESU"]] = [20.0, "umol/L"]
    adlb = derive_adlb({"LB": lb}, {"ADSL": subjects(A={}, B={})}, study)
    found = adlb[adlb["PARAMCD"] == "HYLAW"]
    assert found[["USUBJID", "AVALC"]].to_numpy().tolist() == [["A", case]]
    assert found["ADT"].notna().tolist() == [case == "Y"]


def test_a_value_at_its_multiple_of_a_decimal_limit_counts_for_hys_law(study, subjects, frame):
    lb = frame(
        HEAD,
        "A|1|ALT|C|20|INFUSION 2|2025-07-08|41.4|x|.|.|.",
        "A|2|ALP|C|20|INFUSION 2|2025-07-08|50|x|.|.|.",
        "A|3|BILI|C|20|INFUSION 2|2025-07-08|60|x|.|.|.",
    ).assign(LBTEST="Test", LBSTRESU=["U/L", "U/L", "umol/L"], LBSTNRHI=[13.8, 100.0, 20.0])
    adlb = derive_adlb({"LB": lb}, {"ADSL": subjects(A={})}, study)
    assert 41.4 / 13.8 < 3
    assert adlb.loc[adlb["PARAMCD"] == "HYLAW", "AVALC"].tolist() == ["Y"]
    assert adlb.loc[adlb["PARAMCD"] == "ALT", "R2ANRHI"].eq(3).all()

"""Replicates: an ECG taken three times counts as its mean."""

from __future__ import annotations

import numpy as np
import pytest

from csrkit.adam.findings.adeg import derive_adeg

HEAD = "USUBJID EGSEQ EGTESTCD EGTEST VISITNUM VISIT EGDTC EGSTRESN EGSTRESU EGSTRESC"
DAY_1 = [
    "A|1|QT|QT|10|INFUSION 1|2025-07-01T08:00|400|msec|400",
    "A|2|QT|QT|10|INFUSION 1|2025-07-01T08:02|410|msec|410",
    "A|3|QT|QT|10|INFUSION 1|2025-07-01T08:04|420|msec|420",
    "A|4|INTP|Interpretation|10|INFUSION 1|2025-07-01T08:04|.|.|NORMAL",
]
DAY_8 = [
    "A|5|QT|QT|20|INFUSION 2|2025-07-08T08:00|430|msec|430",
    "A|6|QT|QT|20|INFUSION 2|2025-07-08T08:02|440|msec|440",
    "A|7|QT|QT|20|INFUSION 2|2025-07-08T08:04|.|.|.",
]


@pytest.fixture
def derive(study, subjects, frame):
    def make(*lines, within=("VISIT", "ADT"), categorised=()):
        update = {"average_within": within, "categorised": categorised}
        adeg = study.derivations.adeg.model_copy(update=update)
        derivations = study.derivations.model_copy(update={"adeg": adeg})
        averaging = study.model_copy(update={"derivations": derivations})
        return derive_adeg({"EG": frame(HEAD, *lines)}, {"ADSL": subjects(A={})}, averaging)

    return make


def means(adeg):
    return adeg[adeg["DTYPE"].eq("AVERAGE")].reset_index(drop=True)


def test_the_mean_of_replicates_is_the_baseline_and_the_value_of_a_visit(derive):
    adeg = derive(*DAY_1, *DAY_8)
    found = means(adeg)
    assert found["PARAMCD"].unique().tolist() == ["QT"]
    assert found["AVAL"].tolist() == [410, 435]
    assert found["ABLFL"].tolist() == ["Y", None]
    assert found["ANL01FL"].tolist() == ["Y", "Y"]
    assert found["AVISIT"].tolist() == ["Baseline", "Infusion 2"]
    assert found["EGSEQ"].isna().all()
    np.testing.assert_allclose(found["CHG"], [np.nan, 25])


def test_a_replicate_is_kept_with_its_change_from_the_mean_but_counts_for_nothing(derive):
    adeg = derive(*DAY_1, *DAY_8)
    single = adeg[adeg["EGSEQ"].notna() & adeg["PARAMCD"].eq("QT") & adeg["DTYPE"].isna()]
    assert len(single) == 6
    assert single[["ABLFL", "ANL01FL", "ANL02FL"]].isna().all(axis=None)
    assert single["BASE"].tolist() == [410] * 6
    assert single["AVISIT"].tolist() == ["Baseline"] * 3 + ["Infusion 2"] * 3
    np.testing.assert_allclose(single["CHG"].dropna(), [20, 30])


def test_extremes_on_treatment_are_of_the_means(derive):
    adeg = derive(*DAY_1, *DAY_8)
    extremes = adeg[adeg["DTYPE"].isin(["MINIMUM", "MAXIMUM", "LOV"]) & adeg["PARAMCD"].eq("QT")]
    assert extremes["AVAL"].tolist() == [435, 435, 435]


def test_a_change_of_exactly_a_limit_is_not_above_it(derive):
    # Means of 469 1/3 and 529 1/3: their difference as doubles is 60.00000000000006.
    line = "A|{n}|QT|QT|{visit}|{value}|msec|."
    days = {"10|INFUSION 1|2025-07-01T08:00": 469, "20|INFUSION 2|2025-07-08T08:00": 529}
    lines = [
        line.format(n=n, visit=visit, value=low + (n % 3 == 0))
        for place, (visit, low) in enumerate(days.items())
        for n in range(3 * place + 1, 3 * place + 4)
    ]
    found = means(derive(*lines, categorised=("QT",)))
    assert found["CHGCAT1"].tolist() == [None, "> 30 to 60 msec"]


def test_results_in_words_have_no_mean_and_count_as_they_stand(derive):
    words = derive(*DAY_1)
    words = words[words["PARAMCD"].eq("INTP")]
    assert words["ABLFL"].tolist() == ["Y"]


def test_replicates_are_those_of_one_visit_and_day(derive):
    other_day = "A|8|QT|QT|20|INFUSION 2|2025-07-09|500|msec|500"
    assert means(derive(*DAY_8, other_day))["AVAL"].tolist() == [435, 500]
    assert means(derive(*DAY_8, other_day, within=("VISIT",)))["AVAL"].tolist() == pytest.approx(
        [1370 / 3]
    )


def test_the_order_of_the_records_does_not_matter(derive):
    expected = derive(*DAY_1, *DAY_8)
    assert derive(*reversed([*DAY_1, *DAY_8])).equals(expected)


def test_a_moment_that_is_not_the_same_in_all_replicates_is_not_said_of_the_mean(
    study, subjects, frame
):
    lines = [f"{line}|{place}" for line, place in zip(DAY_1[:3], "XXY", strict=True)]
    lines += [f"{line}|Z" for line in DAY_8[:2]]
    adeg = study.derivations.adeg.model_copy(update={"average_within": ("VISIT", "ADT")})
    derivations = study.derivations.model_copy(update={"adeg": adeg})
    found = derive_adeg(
        {"EG": frame(f"{HEAD} EGTPT", *lines)},
        {"ADSL": subjects(A={})},
        study.model_copy(update={"derivations": derivations}),
    )
    assert means(found)["ATPT"].tolist() == [None, "Z"]


def test_without_the_setting_there_are_no_means(derive):
    adeg = derive(*DAY_1, *DAY_8, within=())
    assert means(adeg).empty
    assert adeg.loc[adeg["ABLFL"].eq("Y") & adeg["PARAMCD"].eq("QT"), "AVAL"].tolist() == [420]

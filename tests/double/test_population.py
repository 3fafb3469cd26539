"""Disposition and analysis sets, counted from DM, DS, EX, TU, RS and PC."""

from __future__ import annotations

import pytest

SETS = ["ENR", "SAF", "FAS", "DLT", "EFF", "PK"]


@pytest.fixture(scope="module")
def ends(data):
    """Reason of the end of treatment (EOT) and of the study (EOS), by subject."""
    ds = data["DS"][data["DS"]["DSDECOD"] != "SCREEN FAILURE"].set_index("USUBJID")
    return {
        name: ds.loc[ds["DSSCAT"] == category, "DSDECOD"]
        for name, category in (("EOT", "END OF TREATMENT"), ("EOS", "END OF STUDY"))
    }


def test_who_was_screened_enrolled_and_treated(subjects, data, columns, reported, agree):
    ds = data["DS"]
    failed = ds.loc[ds["DSDECOD"] == "SCREEN FAILURE", ["USUBJID", "DSTERM"]]
    expected = {
        ("consented", "all", "n"): len(subjects),
        ("screen_failure", "all", "n"): failed["USUBJID"].nunique(),
        ("in_screening", "all", "n"): len(subjects) - len(failed) - subjects["ENR"].sum(),
    }
    for reason, number in failed["DSTERM"].value_counts().items():
        expected[f"screen_failure.SCRFREAS.{reason}", "all", "n"] = number
    for column, enrolled in columns("ENR").items():
        expected["enrolled", column, "n"] = len(enrolled)
        expected["treated", column, "n"] = enrolled["SAF"].sum()
        expected["not_treated", column, "n"] = (~enrolled["SAF"]).sum()
    agree(reported("disposition"), expected)


def test_how_treatment_and_study_ended(ends, columns, reported, agree):
    expected = {}
    for column, enrolled in columns("ENR").items():
        for name, of in (("EOT", enrolled[enrolled["SAF"]]), ("EOS", enrolled)):
            reason = ends[name].reindex(of.index)
            variable = {"EOT": "DCTREAS", "EOS": "DCSREAS"}[name]
            expected[f"{name}STT.ONGOING", column, "n"] = reason.isna().sum()
            expected[f"{name}STT.COMPLETED", column, "n"] = reason.eq("COMPLETED").sum()
            stopped = reason.notna() & reason.ne("COMPLETED")
            expected[f"{name}STT.DISCONTINUED", column, "n"] = stopped.sum()
            for one in set(ends[name][ends[name].index.isin(columns("ENR")["all"].index)]):
                if one != "COMPLETED":
                    row = f"{name}STT.{variable}.{one}"
                    expected[row, column, "n"] = reason.eq(one).sum()
    agree(reported("disposition"), expected)


def test_the_size_of_each_analysis_set(columns, reported, agree):
    expected = {
        (name, column, stat): value
        for column, enrolled in columns("ENR").items()
        for name in SETS
        for stat, value in (
            ("n", enrolled[name].sum()),
            ("N", len(enrolled)),
            ("p", enrolled[name].mean()),
        )
    }
    agree(reported("analysis_sets"), expected)

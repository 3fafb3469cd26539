"""Queries: which term of which scope finds an event, and what comes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.occurrences.queries import add_queries, derive_aesi_category, find_terms
from csrkit.adam.occurrences.query_checks import check_queries
from csrkit.adam.spec import load_spec, spec_of
from csrkit.errors import StudyError
from csrkit.study.assumptions import AesiCategory, Assumption
from csrkit.study.queries import Query, QueryTerm


def query(prefix, *terms, name="Some query", number=None):
    """A query from (variable, term, scope) triples; a number is a code."""
    rows = []
    for variable, term, scope in terms:
        column = "TERMNUM" if isinstance(term, int) else "TERMCHAR"
        given = {"SCOPE": scope, "SCOPEN": {"BROAD": 1, "NARROW": 2, None: None}[scope]}
        rows.append(
            QueryTerm(
                PREFIX=prefix,
                GRPNAME=name,
                GRPID=number,
                SRCVAR=variable,
                **{column: term},
                **given,
            )
        )
    return Query(prefix=prefix, name=name, number=number, terms=tuple(rows))


def events(**columns):
    size = len(next(iter(columns.values())))
    empty = {"AEDECOD": [None] * size, "AELLT": [None] * size, "AELLTCD": [np.nan] * size}
    return pd.DataFrame({**empty, **columns})


def test_the_example_of_the_r_package_comes_out_the_same():
    """First example of the tests of `derive_vars_query` of admiral."""
    found = add_queries(
        events(
            AEDECOD=[
                "ALANINE aminotransferase abnormal", "Basedow's disease", "Some query",
                "Alveolar proteinosis",
            ],
            AELLT=[None, None, "Some term", None],
        ),
        (
            query("CQ01", ("AEDECOD", "Alanine AMINOTRANSFERASE ABNORMAL", "NARROW"),
                  ("AEDECOD", "AMMONIA ABNORMALL", "NARROW"), name="Hepatitis", number=20000008),
            query("SMQ03", ("AEDECOD", "BASEDOW'S DISEASE", "NARROW"), name="Hypothyroidism",
                  number=20000161),
            query("SMQ05", ("AEDECOD", "ALVEOLAR PROTEINOSIS", "NARROW"), name="Pneumonitis"),
            query("CQ06", ("AELLT", "SOME TERM", None), number=11111),
        ),
    )  # fmt: skip
    added = [name for name in found if name not in ("AEDECOD", "AELLT", "AELLTCD")]
    assert added == [
        "CQ01NAM", "CQ01CD", "CQ01SC", "CQ01SCN", "SMQ03NAM", "SMQ03CD", "SMQ03SC", "SMQ03SCN",
        "SMQ05NAM", "SMQ05SC", "SMQ05SCN", "CQ06NAM", "CQ06CD",
    ]  # fmt: skip
    names = found[["CQ01NAM", "SMQ03NAM", "CQ06NAM", "SMQ05NAM"]]
    own = ["Hepatitis", "Hypothyroidism", "Some query", "Pneumonitis"]
    for row, column in ((row, column) for row in range(4) for column in range(4)):
        assert names.iloc[row, column] == (own[row] if row == column else None)
    assert found["CQ01CD"].tolist()[0] == 20000008
    assert found["CQ01CD"].isna().tolist() == [False, True, True, True]
    assert found["SMQ03SC"].tolist() == [None, "NARROW", None, None]
    assert found["SMQ05SCN"].fillna(0).tolist() == [0, 0, 0, 2]


def test_a_term_or_a_code_finds_an_event_and_an_event_may_be_of_several_queries():
    found = add_queries(
        events(AEDECOD=["PTSI", "x", "PTSI", None], AELLT=["o", "llTSI ", "LLTSI", None],
               AELLTCD=[np.nan, np.nan, np.nan, 7.0]),
        (query("CQ40", ("AEDECOD", "PTSI", None)), query("CQ42", ("AELLT", "LLTSI", None)),
         query("CQ43", ("AELLTCD", 7, None))),
    )  # fmt: skip
    marks = found[["CQ40NAM", "CQ42NAM", "CQ43NAM"]].notna().astype(int).to_numpy().tolist()
    assert marks == [[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert [name for name in found if name.endswith(("CD", "SC", "SCN"))] == ["AELLTCD"]


@pytest.mark.parametrize(
    ("decod", "llt", "expected"),
    [
        ("N", "B", "NARROW"),
        ("B", "N2", "NARROW"),
        ("B", "o", "BROAD"),
        ("o", "o", None),
        # One term in both scopes is narrow, whatever comes first in the table.
        ("BOTH", "o", "NARROW"),
    ],
)
def test_a_narrow_term_counts_before_a_broad_one(decod, llt, expected):
    smq = query(
        "SMQ01", ("AEDECOD", "B", "BROAD"), ("AEDECOD", "BOTH", "BROAD"), ("AELLT", "B", "BROAD"),
        ("AEDECOD", "N", "NARROW"), ("AELLT", "N2", "NARROW"), ("AEDECOD", "BOTH", "NARROW"),
    )  # fmt: skip
    found = add_queries(events(AEDECOD=[decod], AELLT=[llt]), (smq,))
    assert found["SMQ01SC"].tolist() == [expected]
    assert found["SMQ01NAM"].notna().tolist() == [expected is not None]


def test_of_terms_of_one_scope_the_first_in_the_table_counts():
    one = query("CQ01", ("AELLT", "SECOND", None), ("AEDECOD", "FIRST", None))
    assert find_terms(events(AEDECOD=["FIRST"], AELLT=["SECOND"]), one).tolist() == [0]


def with_queries(study, *queries, aesi=()):
    made = study.assumptions.model_copy(
        update={"aesi": Assumption(value=tuple(aesi), meaning="Events of special interest.")}
    )
    return study.model_copy(update={"queries": {"ADAE": queries}, "assumptions": made})


HYPO = query("SMQ02", ("AEDECOD", "A", "BROAD"), ("AEDECOD", "B", "NARROW"), number=7)


def test_a_category_of_special_interest_is_what_the_data_say_else_what_its_query_finds(study):
    ae = pd.DataFrame({"AEDECOD": ["A", "B", "B", "C"], "AESICAT": [None, None, "ICANS", None]})
    ae = add_queries(ae.assign(AELLT=None), (HYPO,))
    broad = AesiCategory(name="Hypothyroidism", query="SMQ02")
    own = with_queries(study, HYPO, aesi=[AesiCategory(name="ICANS"), broad])
    assert derive_aesi_category(ae, own).tolist() == [
        "Hypothyroidism", "Hypothyroidism", "ICANS", None,
    ]  # fmt: skip
    narrow = with_queries(
        study, HYPO, aesi=[AesiCategory(name="Narrow", query="SMQ02", scope="NARROW"), broad]
    )
    assert derive_aesi_category(ae, narrow).tolist()[:2] == ["Hypothyroidism", "Narrow"]


def test_the_variables_of_the_queries_are_described_as_occds_names_them(study):
    own = with_queries(study, HYPO, query("CQ01", ("AELLT", "X", None), name="Ä" * 3))
    spec = spec_of("ADAE", own)
    added = spec.variables[len(load_spec("ADAE", study.terms).variables) :]
    assert [(one.name, one.label, one.type) for one in added] == [
        ("SMQ02NAM", "SMQ 02 Name", "text"),
        ("SMQ02CD", "SMQ 02 Code", "integer"),
        ("SMQ02SC", "SMQ 02 Scope", "text"),
        ("SMQ02SCN", "SMQ 02 Scope (N)", "integer"),
        ("CQ01NAM", "Customized Query 01 Name", "text"),
    ]
    assert added[-1].length == 6
    assert spec_of("ADCM", own) == load_spec("ADCM", study.terms)


def test_a_query_that_cannot_be_asked_is_an_error_that_names_it(study):
    check_queries(with_queries(study, HYPO, aesi=[AesiCategory(name="H", query="SMQ02")]))
    for wrong, said in (
        (query("CQ01", ("AEPT", "X", None)), "AEPT"),
        (query("CQ01", ("AEDECOD", 12, None)), "12"),
        (query("CQ01", ("AELLTCD", "X", None)), "AELLTCD"),
    ):
        with pytest.raises(StudyError, match=rf"CQ01[\s\S]*{said}"):
            check_queries(with_queries(study, wrong))
    with pytest.raises(StudyError, match="SMQ09"):
        check_queries(with_queries(study, HYPO, aesi=[AesiCategory(name="H", query="SMQ09")]))
    bare = query("CQ01", ("AEDECOD", "X", None))
    narrow = AesiCategory(name="H", query="CQ01", scope="NARROW")
    with pytest.raises(StudyError, match="no scopes"):
        check_queries(with_queries(study, bare, aesi=[narrow]))

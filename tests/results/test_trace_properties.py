"""Whatever the data and the settings, every result is found again in the datasets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.index import IndexEntry
from csrkit.index.settings.counts import Counts
from csrkit.index.settings.findings import Direction, Shift
from csrkit.index.settings.occurrences import Grades, Hierarchy
from csrkit.results.analyse import analyse_display
from csrkit.results.trace import trace_results
from csrkit.study import load_study

STUDY = load_study(Path(__file__).parents[2] / "study.yml").covering("interim")
SUBJECTS = ["A'1", "B", "C", "D", "E"]
SOCS, TERMS = ["Gut", "O'Skin", None], ["Nausea", "Rash", "Fever", None]
GRADES = ["0", "1", "2"]
CONDITIONS = [
    "",
    "TRTEMFL == 'Y'",
    "TRTEMFL != 'Y'",
    "TRTEMFL is missing or ATOXGRN >= 2",
    "not (ATOXGRN > 1)",
    "ATOXGRN in [1, 3] and SEX == 'F'",
    "AEDECOD not in ['Rash', 'Fever']",
    "AEBODSYS is not missing and not (TRTEMFL == 'Y' and SEX != 'M')",
]
FEW = settings(deadline=None, max_examples=25, report_multiple_bugs=False)
flag = st.sampled_from(["Y", "N", None])


@st.composite
def adsl_frames(draw):
    size = len(SUBJECTS)
    frame = pd.DataFrame(
        {
            "USUBJID": SUBJECTS,
            "SAFFL": draw(st.lists(flag, min_size=size, max_size=size)),
            "ENRLFL": "Y",
            "PHASE": draw(
                st.lists(st.sampled_from(["I", "II", None]), min_size=size, max_size=size)
            ),
            "TRT01AN": draw(
                st.lists(st.sampled_from([20.0, 30.0, None]), min_size=size, max_size=size)
            ),
            "SEX": draw(st.lists(st.sampled_from(["F", "M", None]), min_size=size, max_size=size)),
        }
    ).astype({"TRT01AN": "float64", "SAFFL": object, "PHASE": object, "SEX": object})
    return frame.assign(TRT01PN=frame["TRT01AN"])


@st.composite
def adae_frames(draw):
    row = st.tuples(
        st.sampled_from(SUBJECTS),
        st.sampled_from(SOCS),
        st.sampled_from(TERMS),
        st.sampled_from([1.0, 2.0, 3.0, None]),
        flag,
    )
    names = ["USUBJID", "AEBODSYS", "AEDECOD", "ATOXGRN", "TRTEMFL"]
    rows = draw(st.lists(row, max_size=12))
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    return frame.astype({"ATOXGRN": "float64"})


@st.composite
def adlb_frames(draw):
    """One value at baseline a subject, on all of its records; at most one record is flagged."""
    rows = []
    for subject in SUBJECTS:
        base = draw(st.sampled_from([*GRADES, None]))
        values = draw(st.lists(st.sampled_from([*GRADES, None]), max_size=3))
        known = [place for place, value in enumerate(values) if value is not None]
        worst = draw(st.sampled_from([*known, None])) if known else None
        rows += [
            (subject, value, base, "Y" if place == worst else None, draw(flag))
            for place, value in enumerate(values)
        ]
    names = ["USUBJID", "ATOXGRL", "BTOXGRL", "WGRLFL", "ONTRTFL"]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    return frame.assign(PARAMCD="NEUT", PARAM="Neutrophils", PARCAT1="H")


condition = st.sampled_from(CONDITIONS)
population = st.sampled_from(["SAF", ""])
columns = st.lists(
    st.sampled_from(["ph1_20", "ph1_30", "ph1", "rp2d", "all"]), min_size=1, max_size=3, unique=True
).map(tuple)


@st.composite
def counts(draw):
    rows = [
        {
            "row": f"r{place}",
            "label": "x",
            "where": draw(condition),
            "percent": draw(st.booleans()),
            "levels": draw(
                st.sampled_from(
                    [None, {"variable": "AEDECOD"}, {"variable": "SEX", "order": "frequency"}]
                )
            ),
        }
        for place in range(draw(st.integers(1, 3)))
    ]
    return Counts(dataset="ADAE", where=draw(condition), rows=rows, events=draw(st.booleans()))


@st.composite
def hierarchies(draw):
    by = draw(st.permutations(["AEBODSYS", "AEDECOD", "SEX"]))[: draw(st.integers(1, 3))]
    return Hierarchy(
        dataset="ADAE", where=draw(condition), by=by, any="Any", stub="",
        order=draw(st.sampled_from(["frequency", "name"])),
        min_percent=draw(st.sampled_from([None, 30, 100])),
    )  # fmt: skip


def analysed(pattern, chosen, population, columns, **datasets):
    entry = IndexEntry(
        key="one", kind="table", pattern=pattern, number="1", title="One", population=population,
        datasets=tuple(datasets), columns=columns, settings=chosen,
    )  # fmt: skip
    return analyse_display(entry, STUDY, datasets)


def assert_traced(results, datasets):
    found = trace_results(datasets, results.ard, results.sets, results.subjects)
    assert found.departures == ()
    assert found.sets > 0


@FEW
@given(adsl_frames(), adae_frames(), counts(), population, columns)
def test_counts_are_found_again(adsl, adae, chosen, population, columns):
    results = analysed("counts", chosen, population, columns, ADSL=adsl, ADAE=adae)
    assert_traced(results, {"ADSL": adsl, "ADAE": adae})


@FEW
@given(adsl_frames(), adae_frames(), hierarchies(), population, columns)
def test_hierarchies_are_found_again(adsl, adae, chosen, population, columns):
    results = analysed("hierarchy", chosen, population, columns, ADSL=adsl, ADAE=adae)
    assert_traced(results, {"ADSL": adsl, "ADAE": adae})


@FEW
@given(adsl_frames(), adae_frames(), population, columns)
def test_grades_are_found_again_and_add_up_to_their_level(adsl, adae, population, columns):
    """The flags mark the record of the worst grade of each subject, at each depth."""
    ranked = adae.sort_values("ATOXGRN", ascending=False, na_position="last", kind="stable")
    flags = {}
    for name, keys in (("AOCCIFL", []), ("AOCCPIFL", ["AEDECOD"])):
        first = ~ranked.duplicated(["USUBJID", *keys])
        flags[name] = first.map({True: "Y", False: None}).astype(object)
    flagged = ranked.assign(**flags).sort_index()
    chosen = Hierarchy(
        dataset="ADAE", by=("AEDECOD",), any="Any", stub="",
        grades=Grades(variable="ATOXGRN", flags=("AOCCIFL", "AOCCPIFL"), labels={}),
    )  # fmt: skip
    results = analysed("hierarchy", chosen, population, columns, ADSL=adsl, ADAE=flagged)
    assert_traced(results, {"ADSL": adsl, "ADAE": flagged})
    counted = results.ard[results.ard["STAT"] == "n"]
    cells = list(counted[["ROW", "COLUMN", "VALUE"]].itertuples(index=False, name=None))
    for row, column, value in cells:
        if " | " not in row:
            below = [n for one, at, n in cells if (one.partition(" | ")[0], at) == (row, column)]
            assert sum(below) - value == value, row


@FEW
@given(
    adsl_frames(),
    adlb_frames(),
    st.sampled_from(["", "ONTRTFL == 'Y'", "ONTRTFL is missing or SEX == 'F'"]),
    population,
    columns,
)
def test_shifts_are_found_again_and_each_block_adds_up_to_its_column(
    adsl, adlb, where, population, columns
):
    chosen = Shift(
        dataset="ADLB", where=where, levels=dict.fromkeys(GRADES, "x"), stub="",
        directions=(Direction(name="low", value="ATOXGRL", baseline="BTOXGRL", flag="WGRLFL"),),
    )  # fmt: skip
    results = analysed("shift", chosen, population, columns, ADSL=adsl, ADLB=adlb)
    assert_traced(results, {"ADSL": adsl, "ADLB": adlb})
    ard = results.ard
    heads = ard[ard["ROW"] == "columns"].set_index("COLUMN")["VALUE"]
    cells = ard[ard["ROW"] != "columns"]
    if len(cells):
        sums = cells["VALUE"].groupby(cells["COLUMN"].str.partition(".")[0]).sum()
        assert sums.to_dict() == heads.to_dict()

"""What is written in a format and read again is what it was, whatever the records are."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.sdtm import read
from csrkit.sdtm.write import FORMATS, write_domains
from csrkit.study import load_study

STUDY = load_study(Path(__file__).parents[2] / "study.yml")

# What is text in SDTM: no control characters, and no blanks at the end (SAS can't hold them).
LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
TEXTS = st.text(LETTERS, max_size=30).map(lambda text: text.rstrip(" "))
LONG = st.integers(201, 400).flatmap(lambda size: st.sampled_from(["x" * size, "发" * (size // 3)]))
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e60, max_value=1e60).filter(
        lambda number: number == 0 or abs(number) > 1e-60
    ),
    st.integers(-(2**53), 2**53).map(float),
)
SAS_FORMATS = ["", "8.2", "BEST12.", "DATE9."]


@st.composite
def domains(draw: st.DrawFn) -> pd.DataFrame:
    count = draw(st.integers(0, 6))
    # Version 5 can't tell a record of blanks from what fills a file up; SDTM has none.
    columns = {"DOMAIN": pd.Series(["AE"] * count, dtype=object)}
    labels = {"DOMAIN": "Domain Abbreviation"}
    formats: dict[str, str] = {}
    names = st.from_regex(r"AE[A-Z0-9]{1,12}", fullmatch=True).filter(
        lambda name: not name.endswith("DTC")
    )
    for name in draw(st.lists(names, min_size=1, max_size=5, unique=True)):
        labels[name] = draw(TEXTS)[:70].strip()
        if draw(st.booleans()):
            texts = st.one_of(st.none(), TEXTS.map(lambda text: text or None), LONG)
            values = draw(st.lists(texts, min_size=count, max_size=count))
            columns[name] = pd.Series(values, dtype=object)
        elif fmt := draw(st.sampled_from(SAS_FORMATS)):
            days = st.one_of(st.just(np.nan), st.integers(-90000, 90000).map(float))
            numbers = NUMBERS if fmt != "DATE9." else days
            values = draw(
                st.lists(st.one_of(st.just(np.nan), numbers), min_size=count, max_size=count)
            )
            columns[name] = pd.Series(values, dtype="float64")
            formats[name] = fmt
        else:
            values = draw(
                st.lists(st.one_of(st.just(np.nan), NUMBERS), min_size=count, max_size=count)
            )
            columns[name] = pd.Series(values, dtype="float64")
    frame = pd.DataFrame(columns, index=pd.RangeIndex(count))
    frame.attrs = {"label": draw(TEXTS)[:13].strip(), "labels": labels, "formats": formats}
    return frame


@pytest.mark.parametrize("fmt", FORMATS)
@settings(max_examples=60, deadline=None)
@given(frame=domains())
def test_every_format_gives_back_values_types_labels_and_formats(fmt, frame):
    with tempfile.TemporaryDirectory() as folder:
        write_domains({"AE": frame}, folder, fmt, STUDY)
        back = read(folder)["AE"]
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    for kept in ("label", "labels", "formats"):
        assert back.attrs[kept] == frame.attrs[kept]


@pytest.mark.parametrize("fmt", FORMATS)
@settings(max_examples=10, deadline=None)
@given(frame=domains())
def test_every_format_has_the_same_bytes_for_the_same_records(fmt, frame):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        files = [write_domains({"AE": frame}, folder, fmt, STUDY) for folder in (one, two)]
        assert [f.read_bytes() for f in files[0]] == [f.read_bytes() for f in files[1]]

"""Encodings that a study may set."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from csrkit.study.reading import Reading


@pytest.mark.parametrize(
    ("name", "standard"),
    [("UTF8", "utf-8"), ("latin-1", "iso8859-1"), ("windows-1252", "cp1252"), ("GBK", "gbk")],
)
def test_an_encoding_goes_by_any_of_its_names(name, standard):
    assert Reading(encoding=name).encoding == standard


@pytest.mark.parametrize("name", ["utf-16", "cp037", "base64", "nonsense", ""])
def test_an_encoding_that_xpt_and_csv_cannot_have_is_refused(name):
    with pytest.raises(ValidationError, match="is not a text encoding"):
        Reading(encoding=name)


def test_a_dataset_goes_before_its_domain():
    reading = Reading(encodings={"lb": "gb18030", "LBCH": "latin-1"})
    assert reading.given("LBCH", "LB") == "iso8859-1"
    assert reading.given("LBHE", "LB") == "gb18030"
    assert reading.given("AE", "AE") is None

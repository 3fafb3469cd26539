"""docs/for-reviewers.md is up to date where that is told without a long comparison.

The table of the ADaM agreement is compared where it is computed: `test_adam_agreement.py`.
"""

import re
import runpy

import pytest

ELSEWHERE = {"statistics", "agreement"}


@pytest.fixture(scope="module")
def reviewers(root):
    return runpy.run_path(str(root / "docs" / "for_reviewers.py"))


def test_the_document_has_every_table(reviewers):
    assert set(reviewers["written"]()) == set(reviewers["TABLES"])


def test_the_tables_are_those_made_now(reviewers):
    written = reviewers["written"]()
    for name, table in reviewers["TABLES"].items():
        if name not in ELSEWHERE:
            assert written[name] == table().strip("\n"), f"make reviewers: {name}"


def test_the_statistics_are_those_compared_now(reviewers):
    """All but the differences themselves, whose last digits are the machine's."""

    def compared(table):
        cells = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
        return [[*row[:4], *row[5:]] for row in cells if len(row) > 5]

    assert compared(reviewers["written"]()["statistics"]) == compared(reviewers["statistics"]())


def test_the_prose_holds_no_number_of_a_result(reviewers):
    prose = reviewers["MARKED"].sub("", reviewers["FILE"].read_text(encoding="utf-8"))
    assert re.findall(r"\d{2,}|\d\.\d|\d ?%", prose.replace("sha256", "")) == []


def test_a_text_with_a_bar_does_not_break_a_table(reviewers):
    assert reviewers["markdown"](["a"], [["x | y"]]) == "| a |\n| --- |\n| x \\| y |\n"

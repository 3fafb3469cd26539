"""What the texts name wrongly is told before anything runs."""

from __future__ import annotations

import pytest
import yaml

from csrkit.errors import RunError
from csrkit.index import load_index
from csrkit.render.texts import check_texts
from csrkit.results.values import read_values


@pytest.fixture
def check(root, tmp_path):
    index = load_index(root / "report" / "tlf.yml")

    def check(text, output="best_response", **files):
        source = {"output": output, "row": "orr", "column": "all", "stat": "p"}
        (tmp_path / "values.yml").write_text(yaml.safe_dump({"orr": {"all": source}}))
        (tmp_path / "csr.qmd").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.qmd").write_text(content, encoding="utf-8")
        check_texts(tmp_path / "csr.qmd", index, read_values(tmp_path / "values.yml"))

    return check


def test_the_texts_of_the_report_name_what_is_there(root):
    index = load_index(root / "report" / "tlf.yml")
    check_texts(root / "report" / "csr.qmd", index, read_values(root / "report" / "values.yml"))


@pytest.mark.parametrize(
    "text",
    [
        "{{< var orr.all >}} (@tlf-best_response), [@tlf-best_response; -@tlf-os_km]",
        "someone@tlf-none.org, \\@tlf-none, {{{< var none >}}}",
        "{{< include _stage/displays/14.1.md >}}",
        "{{< include below.qmd >}}",
    ],
)
def test_what_is_there_may_be_named(check, text):
    check(text, below="{{< var orr.all >}}")


@pytest.mark.parametrize(
    ("text", "found", "allowed"),
    [
        ("A\n\n{{< var orr.al >}}", "orr.al", "orr.all"),
        ("A\n\n{{< var orr >}}", "orr", "orr.all"),
        ("A\n\nin @tlf-best_respons.", "@tlf-best_respons", "best_response"),
        ("A\n\n{{< include none.qmd >}}", "none.qmd", ""),
    ],
)
def test_what_is_not_there_is_told_with_file_and_line(check, text, found, allowed):
    with pytest.raises(RunError) as fault:
        check(text)
    assert fault.value.where == "csr.qmd, line 3"
    assert fault.value.found == found
    assert allowed in fault.value.allowed


def test_an_included_file_is_checked_with_its_own_lines(check):
    with pytest.raises(RunError) as fault:
        check(
            "{{< include below.qmd >}}", below="A\n{{< include deeper.qmd >}}", deeper="@tlf-none"
        )
    assert fault.value.where == "deeper.qmd, line 1"


def test_files_that_include_each_other_end(check):
    check("{{< include one.qmd >}}", one="{{< include csr.qmd >}}")


def test_a_value_of_a_display_that_is_not_there_is_told(check):
    with pytest.raises(RunError, match="of a display") as fault:
        check("", output="best_respons")
    assert fault.value.where == "value orr.all"
    assert "best_response" in fault.value.allowed

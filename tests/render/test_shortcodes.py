from pathlib import Path

import pytest

from csrkit.errors import RunError
from csrkit.render.shortcodes import Context, expand
from csrkit.render.source import Line, read_lines, split_front_matter


def lines(*texts):
    return [Line(text, Path("csr.qmd"), number) for number, text in enumerate(texts, start=1)]


def texts(expanded):
    return [line.text for line in expanded if line.text]


@pytest.fixture
def context(tmp_path):
    (tmp_path / "report").mkdir()
    return Context(
        tmp_path / "report", {"csr": {"version": "1.0", "draft": True}}, {"orr": {"p": "40.0"}}
    )


def test_an_include_is_replaced_by_the_file_and_keeps_its_place(context):
    (context.folder / "part.qmd").write_text("First\n\nSecond\n", encoding="utf-8")
    expanded = expand(lines("{{< include part.qmd >}}", "Last"), context)
    assert texts(expanded) == ["First", "Second", "Last"]
    assert [line.place for line in expanded if line.text == "Second"] == ["part.qmd, line 3"]


def test_included_paths_are_relative_to_the_main_document(context):
    (context.folder / "sections").mkdir()
    (context.folder / "sections" / "a.qmd").write_text("{{< include b.md >}}\n", encoding="utf-8")
    (context.folder / "b.md").write_text("From b\n", encoding="utf-8")
    assert texts(expand(lines("{{< include sections/a.qmd >}}"), context)) == ["From b"]


def test_a_missing_include_stops_with_file_and_line(context):
    with pytest.raises(RunError) as stopped:
        expand(lines("", "{{< include gone.qmd >}}"), context)
    assert (stopped.value.where, stopped.value.found) == ("csr.qmd, line 2", "gone.qmd")


def test_a_file_that_includes_itself_stops(context):
    (context.folder / "a.qmd").write_text("{{< include a.qmd >}}\n", encoding="utf-8")
    with pytest.raises(RunError, match="includes itself"):
        expand(lines("{{< include a.qmd >}}"), context)


@pytest.mark.parametrize("name", ["teae-overview", "teae_overview", "a-tag"])
def test_an_embed_finds_a_cell_by_id_label_or_tag(context, name, cell, notebook):
    tagged = cell("teae_overview", "Shown") | {"metadata": {"tags": ["a-tag"]}}
    notebook(context.folder.parent / "notebooks" / "40_safety.ipynb", [tagged])
    embed = f"{{{{< embed ../notebooks/40_safety.ipynb#{name} >}}}}"
    assert texts(expand(lines(embed), context)) == ["Shown"]


def test_an_id_goes_before_a_label_of_the_same_name(context, cell, notebook):
    by_label = cell("same", "By label") | {"id": "other"}
    by_id = cell("else", "By id") | {"id": "same"}
    notebook(context.folder.parent / "n.ipynb", [by_label, by_id])
    assert texts(expand(lines("{{< embed ../n.ipynb#same >}}"), context)) == ["By id"]


def test_an_embed_of_a_missing_cell_names_what_there_is(context, cell, notebook):
    notebook(context.folder.parent / "n.ipynb", [cell("dlt", "x")])
    with pytest.raises(RunError) as stopped:
        expand(lines("{{< embed ../n.ipynb#dtl >}}"), context)
    assert stopped.value.found == "dtl"
    assert stopped.value.allowed == "dlt"
    assert "csr.qmd, line 1" in stopped.value.where


def test_an_embed_of_a_missing_notebook_stops(context):
    with pytest.raises(RunError, match="notebook that the report embeds is missing"):
        expand(lines("{{< embed ../notebooks/gone.ipynb#dlt >}}"), context)


def test_an_embed_of_a_cell_that_was_not_run_stops(context, cell, notebook):
    notebook(context.folder.parent / "n.ipynb", [cell("dlt", "x") | {"outputs": []}])
    with pytest.raises(RunError, match="shows nothing"):
        expand(lines("{{< embed ../n.ipynb#dlt >}}"), context)


def test_meta_and_var_find_nested_keys(context):
    expanded = expand(
        lines("V{{< meta csr.version >}}: {{< var orr.p >}}% {{< meta csr.draft >}}"), context
    )
    assert texts(expanded) == ["V1.0: 40.0% true"]


@pytest.mark.parametrize("code", ["{{< meta csr.gone >}}", "{{< var orr.q >}}", "{{< var orr >}}"])
def test_a_missing_or_nested_value_stops_with_file_and_line(context, code):
    with pytest.raises(RunError) as stopped:
        expand(lines("", "", f"Text {code}"), context)
    assert stopped.value.where == "csr.qmd, line 3"


def test_an_unknown_shortcode_stops(context):
    with pytest.raises(RunError, match="no such shortcode"):
        expand(lines("{{< video x.mp4 >}}"), context)


def test_an_escaped_shortcode_is_shown(context):
    assert texts(expand(lines("Write {{{< var orr.p >}}}."), context)) == [
        "Write {{< var orr.p >}}."
    ]


def test_an_include_within_a_line_stops(context):
    with pytest.raises(RunError, match="line of its own"):
        expand(lines("Text {{< include a.qmd >}}"), context)


def test_front_matter_is_split_off_and_lines_keep_their_numbers(tmp_path):
    file = tmp_path / "csr.qmd"
    file.write_text("---\ntitle: A\n---\nText\n", encoding="utf-8")
    front, below = split_front_matter(read_lines(file))
    assert front == {"title": "A"}
    assert [(line.text, line.number) for line in below] == [("Text", 4)]

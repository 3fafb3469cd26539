"""Names of files that every system takes, and paths that stay in their folder."""

from __future__ import annotations

import pytest

from csrkit.files.names import find_way_out, require_portable, require_word


@pytest.mark.parametrize("name", ["SKNK01", "H2Q-MC-LZZT", "a.b", "30_population", "CONSENT", "9"])
def test_a_word_is_taken_as_it_is(name):
    assert require_word(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "/etc", "a\\b", ".hidden", "-rf", "a b", "a\n", "a\0"),
        *(
            "con",
            "AUX",
            "nul.x",
            "COM1",
            "lpt9.ipynb",
            "a.",
            "é",
            "ﬁ",
            "a:b",
            "a*",
            "a|b",
            "~",
            "$HOME",
        ),
    ],
    ids=ascii,
)
def test_what_is_no_word_or_no_file_of_some_system_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        require_word(name)


@pytest.mark.parametrize("name", ["Données 2", "..", ".", ".hidden", "console"])
def test_other_names_of_files_may_hold_what_every_system_takes(name):
    require_portable(name)


def test_a_path_stays_in_its_folder_or_is_told_where_it_leads(tmp_path):
    root = tmp_path / "study"
    (root / "report").mkdir(parents=True)
    (root / "within").symlink_to(root / "report")
    (root / "without").symlink_to(tmp_path)
    (root / "circle").symlink_to(root / "circle")
    inside = ("report", "report/../report/tlf.yml", "within/tlf.yml", "none", ".", "circle")
    assert [find_way_out(root, root.relative_to(root) / path) for path in inside] == [""] * 6
    outside = {"..": tmp_path, "report/../../x": tmp_path / "x", "without/x": tmp_path / "x"}
    for path, place in outside.items():
        assert find_way_out(root, root.relative_to(root) / path) == f"it leads to {place}"
    assert find_way_out(root, root / "report") == "an absolute path"
    assert find_way_out(root, root.relative_to(root) / ".." / "study2") != ""

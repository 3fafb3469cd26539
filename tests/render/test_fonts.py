"""Which characters the PDF can show."""

import pytest

from csrkit.errors import RunError
from csrkit.render.fonts import copy_fonts, further_fonts, settable_characters


def settable(further=()):
    ranges = (line.split() for line in settable_characters(further).splitlines())
    return {code for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1)}


def test_the_pdf_shows_what_a_font_of_the_report_has_a_sign_for():
    known = settable()
    assert {ord(sign) for sign in "aé×⁸≥λЖحש\t\n"} <= known
    assert not {ord(sign) for sign in "发🤒"} & known


def test_the_pdf_shows_no_character_that_hides_or_rearranges_what_is_read():
    assert not {0x07, 0x1B, 0x202E, 0x2066, 0xFEFF} & settable()


def test_the_fonts_come_with_their_licences(tmp_path):
    copy_fonts(tmp_path)
    names = {file.name for file in tmp_path.iterdir()}
    assert {"SourceSansPro-Regular.otf", "LICENSE.txt", "DejaVuSans.ttf", "LICENSE_DEJAVU"} <= names


def test_a_font_that_the_study_adds_sets_its_own_characters(tmp_path, make_font):
    make_font(tmp_path / "fonts" / "Square.ttf", "发热")
    (tmp_path / "fonts" / "LICENSE").write_text("free")
    further = further_fonts(tmp_path)
    assert [file.name for file in further] == ["Square.ttf"]
    assert {ord(sign) for sign in "发热a"} <= settable(further)
    assert ord("烧") not in settable(further)
    copy_fonts(tmp_path / "stage", further)
    assert (tmp_path / "stage" / "Square.ttf").is_file()


def test_a_hidden_character_stays_told_by_its_code_whatever_a_font_has(tmp_path, make_font):
    make_font(tmp_path / "fonts" / "Square.ttf", "发\u202e")
    assert 0x202E not in settable(further_fonts(tmp_path))


def test_without_a_folder_of_fonts_there_are_none(tmp_path):
    assert further_fonts(tmp_path) == ()


def test_a_file_that_is_no_font_stops_with_its_name(tmp_path):
    file = tmp_path / "fonts" / "Broken.otf"
    file.parent.mkdir()
    file.write_bytes(b"no font")
    with pytest.raises(RunError, match=r"can't be used[\s\S]*Broken\.otf"):
        settable_characters(further_fonts(tmp_path))

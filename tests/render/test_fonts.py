"""Which characters the PDF can show."""

from csrkit.render.fonts import copy_fonts, settable_characters


def settable():
    ranges = (line.split() for line in settable_characters().splitlines())
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

"""How wide the columns of a display are on paper, by what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csrkit.displays.model import Display

EM = 1 / 72  # inches a point
PADDING = 0.2  # inches beside the text of a cell
MOST = 2.6
"""Width in inches beyond which the text of a cell is wrapped."""
STUB_MOST = 3.2
SHORT = 1.25
"""Width in inches up to which a column isn't wrapped when another can be."""
BOLD = 1.12

# Widths of characters in a sans-serif face, in ems; rough, for what needs no font file.
NARROW, LOWER, UPPER = 0.29, 0.556, 0.7
_NARROW = frozenset(" iljtfrI.,;:'|!()[]/-")


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is, in inches, at a font size in points."""
    ems = sum(
        NARROW if char in _NARROW else UPPER if char.isupper() or char in "mw%@" else LOWER
        for char in text
    )
    return ems * size * EM


def column_widths(display: Display, total: float, size: float) -> list[float]:
    """Return the widths of the columns in inches, row labels first; they add up to `total`.

    A column is as wide as its longest text, up to a limit. When that is more than the page has, the
    wide columns give way before the short ones, but none below its longest word.
    """
    texts = [
        (column.label, [row.cells[place].text for row in display.rows if row.cells], MOST)
        for place, column in enumerate(display.columns)
    ]
    if display.stub is not None:
        labels = ["xx" * row.indent + row.label for row in display.rows]
        texts.insert(0, (display.stub, labels, STUB_MOST))
    least = [_longest(_words([label]), _words(below), size) for label, below, _ in texts]
    wished = [
        max(word, min(most, _longest([label], below, size)))
        for word, (label, below, most) in zip(least, texts, strict=True)
    ]
    return _fit(least, wished, total)


def _words(texts: list[str]) -> list[str]:
    """Return the parts of texts that a line isn't broken within."""
    return " ".join(texts).replace("/", "/ ").split()


def _longest(header: list[str], texts: list[str], size: float) -> float:
    widths = [BOLD * text_width(text, size) for text in header]
    widths += [text_width(text, size) for text in dict.fromkeys(texts)]
    return max(widths, default=0.0) + PADDING


def _fit(least: list[float], wished: list[float], total: float) -> list[float]:
    """Stretch or shrink the widths so that they fill the page.

    Short columns (numbers, codes, dates) get what they wish first, so that they aren't wrapped; the
    long ones share what is left.
    """
    spare = total - sum(wished)
    if spare >= 0:
        widths = [width + spare / len(wished) for width in wished]
    elif sum(least) >= total:
        widths = [width * total / sum(least) for width in least]
    else:
        widths = _short_first(least, wished, total)
    return [round(width, 4) for width in widths]


def _short_first(least: list[float], wished: list[float], total: float) -> list[float]:
    widths, spare = list(least), total - sum(least)
    for place in sorted(range(len(wished)), key=lambda place: wished[place]):
        more = wished[place] - least[place]
        if wished[place] <= SHORT and more <= spare:
            widths[place], spare = wished[place], spare - more
    lacking = [most - width for most, width in zip(wished, widths, strict=True)]
    return [
        width + spare * lack / sum(lacking) for width, lack in zip(widths, lacking, strict=True)
    ]

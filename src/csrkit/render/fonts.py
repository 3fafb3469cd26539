"""The report's typeface, from its package: as files for the PDF, embedded in the HTML."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from csrkit.errors import RunError
from csrkit.text import HIDDEN

# File → weight and style of Source Sans Pro that the report uses.
FACES = {
    "SourceSansPro-Regular.otf": (400, "normal"),
    "SourceSansPro-It.otf": (400, "italic"),
    "SourceSansPro-Semibold.otf": (600, "normal"),
    "SourceSansPro-SemiboldIt.otf": (600, "italic"),
}
# Sets what the report's typeface has no sign for: Arabic, Hebrew, Armenian and further signs.
FALLBACK = "DejaVuSans.ttf"
FALLBACK_LICENCE = "LICENSE_DEJAVU"
# Of the report's sources: the folder for fonts that the study adds, and what a font file is called.
FURTHER, SUFFIXES = "fonts", (".ttf", ".otf", ".ttc")
# Latin, Greek, punctuation, super- and subscripts, arrows, mathematical signs, marks.
CHARACTERS = [
    *range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x20D0), *range(0x2190, 0x2200),
    *range(0x2200, 0x2300), *range(0x25A0, 0x2600),
]  # fmt: skip


def _folder() -> Path:
    return Path(str(files("font_source_sans_pro") / "files"))


def _fallback_folder() -> Path:
    return Path(str(files("matplotlib") / "mpl-data" / "fonts" / "ttf"))


def further_fonts(report: Path) -> tuple[Path, ...]:
    """Return the fonts that the study adds for the PDF, for scripts that the others lack.

    Parameters
    ----------
    report
        Folder of the report's sources; the fonts stand in its folder `fonts`.
    """
    folder = report / FURTHER
    return tuple(sorted(file for file in folder.glob("*") if file.suffix.lower() in SUFFIXES))


def copy_fonts(folder: Path, further: Sequence[Path] = ()) -> None:
    """Copy the font files that the PDF is set in, and the licences of the report's own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*FACES, "LICENSE.txt"):
        shutil.copyfile(_folder() / name, folder / name)
    for name in (FALLBACK, FALLBACK_LICENCE):
        shutil.copyfile(_fallback_folder() / name, folder / name)
    for file in further:
        shutil.copyfile(file, folder / file.name)


def settable_characters(further: Sequence[Path] = ()) -> str:
    """Return the characters that the PDF can show: `first last`, in hexadecimal, a line a range.

    Hidden characters (`csrkit.text`) aren't among them.

    Parameters
    ----------
    further
        Fonts beside the report's own.

    Raises
    ------
    RunError
        When one of them isn't a font.
    """
    codes = _own_characters().union(*(_characters(file) for file in further))
    shown = sorted({0x09, 0x0A, *(code for code in codes if not HIDDEN.match(chr(code)))})
    ranges = groupby(enumerate(shown), key=lambda placed: placed[1] - placed[0])
    lines = []
    for _, placed in ranges:
        run = [code for _, code in placed]
        lines.append(f"{run[0]:04X} {run[-1]:04X}\n")
    return "".join(lines)


@cache
def _own_characters() -> frozenset[int]:
    faces = [_characters(_folder() / name) for name in FACES]
    return frozenset.intersection(*faces) | _characters(_fallback_folder() / FALLBACK)


def _characters(file: Path) -> frozenset[int]:
    """Return the characters that a font has a sign for."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        # Of a collection (.ttc) every face has the same characters, as a rule.
        return frozenset(TTFont(file, fontNumber=0).getBestCmap() or ())
    except (TTLibError, OSError) as fault:
        raise RunError(
            "A font of the report can't be used",
            where=str(file),
            found=" ".join(str(fault).split())[:200],
            allowed=f"a font file ({', '.join(SUFFIXES)})",
            remedy="Put the font there again, or remove the file.",
        ) from None


def font_face_css() -> str:
    """Return `@font-face` rules that hold the faces themselves, cut to the characters in use."""
    return "".join(
        '@font-face { font-family: "Report Sans"; '
        f"font-weight: {weight}; font-style: {style}; font-display: swap; "
        f'src: url("data:font/woff;base64,{_woff(name)}") format("woff"); }}\n'
        for name, (weight, style) in FACES.items()
        if (weight, style) != (600, "italic")
    )


def _woff(name: str) -> str:
    from fontTools import subset

    options: Any = subset.Options(
        flavor="woff", hinting=False, layout_features=["kern", "liga", "mark", "ccmp", "locl"]
    )
    font = subset.load_font(str(_folder() / name), options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=CHARACTERS)
    chosen.subset(font)
    font["head"].modified = font["head"].created  # the clock stays out of the report
    written = io.BytesIO()
    subset.save_font(font, written, options)
    return base64.b64encode(written.getvalue()).decode()

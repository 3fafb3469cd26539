"""The report's typeface, from its package: as files for the PDF, embedded in the HTML."""

from __future__ import annotations

import base64
import io
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

# File → weight and style of Source Sans Pro that the report uses.
FACES = {
    "SourceSansPro-Regular.otf": (400, "normal"),
    "SourceSansPro-It.otf": (400, "italic"),
    "SourceSansPro-Semibold.otf": (600, "normal"),
    "SourceSansPro-SemiboldIt.otf": (600, "italic"),
}
# Latin, Greek, punctuation, super- and subscripts, arrows, mathematical signs, marks.
CHARACTERS = [
    *range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x20D0), *range(0x2190, 0x2200),
    *range(0x2200, 0x2300), *range(0x25A0, 0x2600),
]  # fmt: skip


def _folder() -> Path:
    return Path(str(files("font_source_sans_pro") / "files"))


def copy_fonts(folder: Path) -> None:
    """Copy the font files that the PDF is set in, and their licence."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*FACES, "LICENSE.txt"):
        shutil.copyfile(_folder() / name, folder / name)


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

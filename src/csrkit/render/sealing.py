"""The last touch to the HTML: nothing from the network, and a policy that says so."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from csrkit.errors import RunError

STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
INLINE_STYLE = re.compile(r"<\w[^<>]*\sstyle=[^<>]*>")
CHARSET = '<meta charset="utf-8">'
# What a browser would load by itself: sources, style sheets, url() and @import in styles.
LOADED = re.compile(
    r"""<(?:img|script|iframe|source|video|audio|embed|object|input)\b[^>]*?\s(?:src|data|srcset)\s*=\s*["']?(?!data:|["'])([^"'\s>]+)"""
    r"""|<link\b[^>]*?\shref\s*=\s*["']?(?!data:)([^"'\s>]+)""",
    re.IGNORECASE,
)
LOADED_BY_STYLE = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)|@import\s+["']?([^"';]+)""")


def seal(file: Path) -> None:
    """Give the report its Content-Security-Policy: only what stands in the file itself runs.

    Raises
    ------
    RunError
        When the report would load something from outside the file, or holds an inline style.
    """
    text = file.read_text(encoding="utf-8")
    outside = find_outside_resources(text)
    if outside:
        raise RunError(
            "The HTML report would load something from outside its file",
            where=file.name,
            found=", ".join(outside[:5]),
            remedy="Figures, styles and scripts must stand in the stage and be embedded.",
        )
    styled = INLINE_STYLE.search(text)
    if styled:
        raise RunError(
            "The HTML report holds an inline style, which its policy would drop",
            where=file.name,
            found=styled[0][:200],
            remedy="Use a class of the report's style sheet.",
        )
    policy = (
        f"default-src 'none'; img-src data:; font-src data:; style-src {_hashes(STYLE, text)}; "
        f"script-src {_hashes(SCRIPT, text)}; base-uri 'none'; form-action 'none'"
    )
    meta = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    if text.count(CHARSET) != 1:
        raise RunError("The HTML report has no head of ours", where=file.name, found=text[:200])
    file.write_text(text.replace(CHARSET, meta, 1), encoding="utf-8", newline="\n")


def find_outside_resources(text: str) -> list[str]:
    """Return what a browser would load from elsewhere when it opens this HTML."""
    found = [a or b for a, b in LOADED.findall(text)]
    for style in STYLE.findall(text):
        found += [a or b for a, b in LOADED_BY_STYLE.findall(style)]
    return found


def _hashes(pattern: re.Pattern[str], text: str) -> str:
    digests = [hashlib.sha256(content.encode()).digest() for content in pattern.findall(text)]
    return " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests) or "'none'"

"""Displays as semantic HTML: header scopes, a body a block, notes in the foot, no inline style."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from csrkit.displays.words import EMPTY
from csrkit.text import show_hidden

if TYPE_CHECKING:
    from csrkit.displays.model import Column, Display, Row

_STYLE = """
body { font-family: "Source Sans 3", "Source Sans Pro", Arial, sans-serif; margin: 2em; }
h1 { font-size: 1.1em; } p { font-size: 0.9em; }
table { border-collapse: collapse; font-size: 0.9em; }
thead { border-top: 2px solid; border-bottom: 1px solid; }
tbody:last-of-type { border-bottom: 2px solid; }
th, td { padding: 0.15em 0.8em; text-align: center; vertical-align: top; font-weight: normal; }
thead th { font-weight: 600; vertical-align: bottom; }
th[scope=colgroup] { border-bottom: 1px solid; }
tbody th, td.left, thead th:first-child { text-align: left; } td.right { text-align: right; }
tr.group th { font-weight: 600; }
tr.indent1 th { padding-left: 2em; } tr.indent2 th { padding-left: 3.2em; }
tr.indent3 th { padding-left: 4.4em; } tr.indent4 th { padding-left: 5.6em; }
tfoot td { text-align: left; font-size: 0.9em; } tfoot .source { color: #555; }
"""


def table(display: Display) -> str:
    """Return the `<table>` of a display; all text is escaped."""
    kind = "tlf-table" if display.entry.kind == "table" else "tlf-table tlf-listing"
    return (
        f'<table class="{kind}" data-key="{display.entry.key}">\n'
        f"{_head(display)}\n{_bodies(display)}\n{_foot(display)}\n</table>"
    )


def page(display: Display) -> str:
    """Return a display as one HTML page that stands alone."""
    caption = text(display.entry.caption)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{caption}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<p>{text(display.head)}</p>\n<h1>{caption}</h1>\n<p>{text(display.population)}</p>\n{table(display)}\n</body>\n</html>\n"
    )


def text(content: str) -> str:
    """Return text as HTML; a backtick can't close the fence that the table stands in."""
    return escape(show_hidden(" ".join(content.split()))).replace("`", "&#96;")


def _head(display: Display) -> str:
    spanned = any(column.spanner for column in display.columns)
    rows = []
    stub = ""
    if display.stub is not None:
        span = ' rowspan="2"' if spanned else ""
        stub = f'<th scope="col"{span}>{text(display.stub)}</th>'
    if spanned:
        rows.append(f"<tr>{stub}{''.join(_spanners(display.columns))}</tr>")
        below = [column for column in display.columns if column.spanner]
        rows.append(f"<tr>{''.join(_header(column) for column in below)}</tr>")
    else:
        rows.append(f"<tr>{stub}{''.join(_header(column) for column in display.columns)}</tr>")
    return f"<thead>{''.join(rows)}</thead>"


def _spanners(columns: tuple[Column, ...]) -> list[str]:
    cells = []
    for spanner, group in groupby(columns, key=lambda column: column.spanner):
        below = list(group)
        if spanner:
            cells.append(f'<th scope="colgroup" colspan="{len(below)}">{text(spanner)}</th>')
        else:
            cells += [_header(column, ' rowspan="2"') for column in below]
    return cells


def _header(column: Column, span: str = "") -> str:
    count = "" if column.n is None else f"<br>(N={column.n})"
    return f'<th scope="col"{_align(column)}{span}>{text(column.label)}{count}</th>'


def _align(column: Column) -> str:
    return "" if column.align == "centre" else f' class="{column.align}"'


def _bodies(display: Display) -> str:
    if not display.rows:
        return f'<tbody class="empty"><tr><td colspan="{display.width}">{EMPTY}</td></tr></tbody>'
    bodies: list[list[str]] = []
    for row in display.rows:
        if not bodies or (row.kind == "group" and row.indent == 0):
            bodies.append([])
        bodies[-1].append(_row(row, display))
    return "\n".join(f"<tbody>\n{chr(10).join(rows)}\n</tbody>" for rows in bodies)


def _row(row: Row, display: Display) -> str:
    names = [*(["group"] if row.kind == "group" else []), *_indent(row)]
    opening = f'<tr class="{" ".join(names)}">' if names else "<tr>"
    if not row.cells:
        label = f'<th scope="rowgroup" colspan="{display.width}">{text(row.label)}</th>'
        return f"{opening}{label}</tr>"
    label = "" if display.stub is None else f'<th scope="row">{text(row.label)}</th>'
    cells = "".join(
        f"<td{_align(column)}{_refers(cell.ard)}>{text(cell.text)}</td>"
        for cell, column in zip(row.cells, display.columns, strict=True)
    )
    return f"{opening}{label}{cells}</tr>"


def _indent(row: Row) -> list[str]:
    return [f"indent{row.indent}"] if row.indent else []


def _refers(numbers: tuple[int, ...]) -> str:
    return f' data-ard="{" ".join(map(str, numbers))}"' if numbers else ""


def _foot(display: Display) -> str:
    notes = [
        f'<tr><td colspan="{display.width}">{text(note)}</td></tr>' for note in display.footnotes
    ]
    source = f'<tr class="source"><td colspan="{display.width}">{text(display.source)}</td></tr>'
    return f"<tfoot>{''.join([*notes, source])}</tfoot>"

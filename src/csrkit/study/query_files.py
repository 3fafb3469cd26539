"""Read the queries of a study: a CSV, Parquet or YAML file of terms."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from csrkit.errors import StudyError
from csrkit.files.opening import decode_settings, read_settings_bytes
from csrkit.files.yaml import read_yaml
from csrkit.study.loader import validate_content
from csrkit.study.queries import Query, QueryTerm

WHAT = "A row of the queries can't be used"
REMEDY = "Correct the row, or take it out."
SUFFIXES = (".csv", ".parquet", ".yml", ".yaml")


def read_queries(file: Path) -> tuple[Query, ...]:
    """Return the queries of a file, in the order of their prefixes' first rows.

    Raises
    ------
    StudyError
        When the file is missing, of no such kind or none that settings can be (`csrkit.files`); a
        row lacks its prefix, name, variable or term, or has a scope that there isn't; a prefix has
        two names or numbers; a scope has two numbers; or a row stands twice.
    """
    rows = [_read_row(number, row, file) for number, row in _list_rows(file)]
    _require_single(rows, "PREFIX", "GRPNAME", file)
    _require_single(rows, "PREFIX", "GRPID", file)
    _require_single([one for one in rows if one.SCOPE], "SCOPE", "SCOPEN", file)
    _require_single([one for one in rows if one.SCOPEN], "SCOPEN", "SCOPE", file)
    twice = [one for one, count in Counter(rows).items() if count > 1]
    if twice:
        raise StudyError(
            "A term of a query stands twice",
            where=str(file),
            found=f"{twice[0].PREFIX}, {twice[0].SRCVAR} {twice[0].TERMCHAR or twice[0].TERMNUM}",
            remedy="Take one of the rows out.",
        )
    found: dict[str, list[QueryTerm]] = {}
    for one in rows:
        found.setdefault(one.PREFIX, []).append(one)
    return tuple(
        Query(prefix=prefix, name=terms[0].GRPNAME, number=terms[0].GRPID, terms=tuple(terms))
        for prefix, terms in found.items()
    )


def _list_rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of a file with their numbers, from 1."""
    if file.suffix not in SUFFIXES:
        raise StudyError(
            "Queries can't be read from a file of this kind",
            where=str(file),
            found=file.suffix or "no ending",
            allowed=SUFFIXES,
            remedy="Give the queries as one of these.",
        )
    if not file.exists():
        raise StudyError(
            "The file of the queries is missing",
            where=str(file),
            remedy="Put it into the folder paths.validation, or correct its name in study.yml.",
        )
    yield from enumerate(_load(file), start=1)


def _load(file: Path) -> Iterable[Mapping[str, Any]]:
    if file.suffix in (".yml", ".yaml"):
        content = read_yaml(file)
        return content if isinstance(content, list) else [content]
    import pandas as pd

    written = read_settings_bytes(file)
    try:
        if file.suffix == ".parquet":
            frame = pd.read_parquet(io.BytesIO(written))
        else:
            text = io.StringIO(decode_settings(written, file))
            frame = pd.read_csv(text, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as fault:
        raise StudyError(
            "The file of the queries can't be read",
            where=str(file),
            found=" ".join(str(fault).split())[:200],
            remedy="Write it again, with a header line of the columns.",
        ) from None
    whole = frame.astype(object).where(frame.notna() & (frame != ""), None)
    return [{str(key): value for key, value in row.items()} for row in whole.to_dict("records")]


def _read_row(number: int, row: Mapping[str, Any], file: Path) -> QueryTerm:
    return validate_content(QueryTerm, row, file, WHAT, f"row {number}")


def _require_single(rows: Iterable[QueryTerm], of: str, column: str, file: Path) -> None:
    """Stop at a value of one column that has two of another."""
    known: dict[Any, Any] = {}
    for one in rows:
        key, value = getattr(one, of), getattr(one, column)
        if known.setdefault(key, value) != value:
            raise StudyError(
                f"A {of} of the queries has two values of {column}",
                where=str(file),
                found=f"{key}: {known[key]}, {value}",
                allowed="one",
                remedy=REMEDY,
            )

"""Put the parts of a domain together: LBCH and LBHE are LB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from csrkit.errors import DataError


def join_split_datasets(domain: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return one frame of the parts, in their order; a label is that of the first part with one.

    Raises
    ------
    DataError
        When a variable is text in one part and numbers in another, or the domain was delivered
        both whole and in parts.
    """
    if len(parts) == 1:
        return parts[0]
    attrs = [{str(key): value for key, value in part.attrs.items()} for part in parts]
    files = [file for own in attrs for file in own["files"]]
    numbered = [part.copy(deep=False) for part in parts]
    for part in numbered:
        part.attrs = {}
    texts = _text_variables(domain, numbered, files)
    typed = [_convert_texts(part, texts) for part in numbered]
    _require_different_records(domain, typed, files)
    whole = pd.concat([part for part in typed if len(part)] or typed[:1], ignore_index=True)
    whole = whole.reindex(columns=list(dict.fromkeys(name for part in numbered for name in part)))
    for name in whole.columns.intersection(sorted(texts)):
        values = whole[name].astype(object)
        whole[name] = values.where(values.notna(), None)
    whole.attrs = {
        "label": next((own["label"] for own in attrs if own["label"]), ""),
        "labels": dict.fromkeys(whole.columns, "") | _first(attrs, "labels"),
        "formats": _first(attrs, "formats"),
        "files": files,
        "notes": tuple(note for own in attrs for note in own["notes"]),
    }
    return whole


def _first(attrs: list[dict[str, Any]], key: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for own in reversed(attrs):
        merged |= {name: text for name, text in own[key].items() if text}
    return merged


def _text_variables(domain: str, parts: list[pd.DataFrame], files: list[str]) -> set[str]:
    """Return the variables that are text; one without a value in a part has no type there."""
    held: dict[str, dict[bool, str]] = {}
    empty: set[str] = set()
    for part, file in zip(parts, files, strict=True):
        for name, values in part.items():
            kinds = held.setdefault(str(name), {})
            if values.notna().any():
                kinds.setdefault(values.dtype == object, Path(file).name)
            elif values.dtype == object:
                empty.add(str(name))
    for name, kinds in held.items():
        if len(kinds) > 1:
            raise DataError(
                "A variable is text in one part of a domain and numbers in another",
                where=f"{domain}, variable {name}",
                found=f"text in {kinds[True]}, numbers in {kinds[False]}",
                allowed="one type in all parts",
                remedy=f"Export the parts again with {name} of one type.",
            )
    return {name for name, kinds in held.items() if True in kinds or (not kinds and name in empty)}


def _convert_texts(part: pd.DataFrame, texts: set[str]) -> pd.DataFrame:
    """Return the part with variables that have no value there typed as in the other parts."""
    wrong = {
        str(name): values.astype(object) if name in texts else values.astype("float64")
        for name, values in part.items()
        if (values.dtype == object) != (name in texts)
    }
    return part.assign(**wrong)


def _require_different_records(domain: str, parts: list[pd.DataFrame], files: list[str]) -> None:
    """A domain delivered whole must not come in parts as well."""
    names = [Path(file).stem.upper() for file in files]
    keys = {"USUBJID", f"{domain}SEQ"}
    shared = list(set.intersection(*(set(part.columns) for part in parts)))
    if domain not in names or not keys <= set(shared):
        return
    whole = parts[names.index(domain)]
    for name, part in zip(names, parts, strict=True):
        if name == domain:
            continue
        same = part[shared].merge(whole[shared].drop_duplicates(), on=shared)
        if len(same):
            raise DataError(
                f"Domain {domain} was delivered whole and in parts",
                where=", ".join(files),
                found=f"{len(same)} records of {name} are in {domain} too",
                allowed="each record once",
                remedy=f"Remove either {domain} or its parts.",
            )

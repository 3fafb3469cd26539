"""Read a folder of SDTM datasets, in whatever formats they come, into one DataFrame a domain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from pathlib import Path

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.dataset_files import DatasetFile, find_dataset_files
from csrkit.sdtm.formats.content import Content, Request
from csrkit.sdtm.split_datasets import join_split_datasets
from csrkit.sdtm.standardise import standardise
from csrkit.study.reading import Reading

# Where the reader of a format is; imported when a file of that format is met.
READERS = {
    "XPT": ("xpt.read", "read_xpt"),
    "Dataset-JSON": ("json.read", "read_json"),
    "SAS7BDAT": ("sas7bdat", "read_sas7bdat"),
    "Parquet": ("parquet.read", "read_parquet"),
    "CSV": ("csv.read", "read_csv"),
}


def read(
    folder: str | Path,
    *,
    domains: Collection[str] | None = None,
    columns: Mapping[str, Collection[str]] | None = None,
    reading: Reading | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the SDTM datasets of a folder, keyed by upper-case domain name.

    Read are XPT (versions 5 and 8), Dataset-JSON 1.1 (JSON and NDJSON), SAS7BDAT, Parquet and CSV
    (with a `define.xml` or `types.yml`), side by side in one folder. What a file is, its content
    says; a suffix that says otherwise is noted. A domain delivered in parts (LBCH, LBHE;
    SUPPLBCH) is put together under its DOMAIN (LB; SUPPLB), parts in the order of their names.
    Variable names come upper-case, text without trailing blanks, empty text as None, numbers as
    float64.

    In `attrs` ride `label` and `labels`, SAS `formats`, `files`, and `notes`: a tuple of
    `csrkit.sdtm.formats.content.Note` for validation to tell.

    Parameters
    ----------
    folder
        Folder of the datasets. Files whose suffix is in `delivery.IGNORED`, hidden files and
        folders are passed over; any other file that isn't a dataset is an error.
    domains
        Domains to read; others are left unread. None for all.
    columns
        Domain → variables to read (DOMAIN, or RDOMAIN of a SUPP--, comes along); nothing else of
        the file is read. Variables that a file lacks are passed over; `csrkit.sdtm.required`
        says which must be there.
    reading
        The study's settings for files that don't declare their encoding; None for UTF-8.

    Raises
    ------
    DataError
        When the folder is missing or holds no dataset, a file can't be read or holds more than
        `reading.most_values`, two files hold the same dataset or records, or a file's records
        belong to another domain than its name says.
    """
    settings = reading or Reading()
    wanted = None if domains is None else frozenset(name.upper() for name in domains)
    choice = {name.upper(): _upper(names) for name, names in (columns or {}).items()}
    parts: dict[str, list[pd.DataFrame]] = {}
    for file in find_dataset_files(Path(folder), wanted):
        frame = _read_file(file, choice.get(file.domain), settings)
        _require_own_domain(file, frame)
        parts.setdefault(file.domain, []).append(frame)
    return {name: join_split_datasets(name, frames) for name, frames in sorted(parts.items())}


def _upper(names: Collection[str]) -> frozenset[str]:
    return frozenset(name.upper() for name in names) | {"DOMAIN", "RDOMAIN"}


def _read_file(
    file: DatasetFile, columns: frozenset[str] | None, settings: Reading
) -> pd.DataFrame:
    override = settings.given(file.dataset, file.domain)
    request = Request(
        file.path,
        file.dataset,
        file.domain,
        columns,
        settings.encoding,
        override,
        most_values=settings.most_values,
    )
    module, function = READERS[file.format]
    reader: Callable[[Request], Content] = getattr(
        import_module(f"csrkit.sdtm.formats.{module}"), function
    )
    return standardise(reader(request), request, file.notes)


def _require_own_domain(file: DatasetFile, frame: pd.DataFrame) -> None:
    """A dataset's records must say the domain that its file name says."""
    variable = "RDOMAIN" if file.domain.startswith("SUPP") else "DOMAIN"
    expected = file.domain.removeprefix("SUPP")
    if variable not in frame:
        return
    found = sorted({str(value) for value in frame[variable].dropna().unique()} - {expected})
    if found:
        raise DataError(
            "A file holds records of another domain than its name says",
            where=f"{file.path}, variable {variable}",
            found=", ".join(found[:5]),
            allowed=expected,
            remedy="Rename the file, or export the right domain into it.",
        )

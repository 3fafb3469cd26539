"""The dataset files of a delivery: which there are, and of which format, told by their content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from csrkit.errors import DataError
from csrkit.files.opening import require_regular
from csrkit.sdtm.formats.content import Note

# The format of a file, by its suffix.
SUFFIXES = {
    ".xpt": "XPT",
    ".xport": "XPT",
    ".json": "Dataset-JSON",
    ".ndjson": "Dataset-JSON",
    ".sas7bdat": "SAS7BDAT",
    ".parquet": "Parquet",
    ".csv": "CSV",
}

# The format of a file, by how it begins; CSV begins with anything.
BEGINNINGS = (
    (b"HEADER RECORD*******LIB", "XPT"),
    (b"**COMPRESSED**", "XPT"),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", "SAS7BDAT"),
    (b"PAR1", "Parquet"),
    (b"{", "Dataset-JSON"),
    (b"PK\x03\x04", "an Excel workbook or ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"<?xml", "an XML document"),
    *((start, "an HTML page") for start in (b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML")),
)
MARK = b"\xef\xbb\xbf"

# What may lie beside the datasets: notes, define.xml and its style sheet, types.yml, formats.
IGNORED = frozenset({".md", ".txt", ".yml", ".yaml", ".xml", ".xsl", ".html", ".pdf", ".sas7bcat"})

# What a cut leaves beside the datasets: the log of what left them.
CUT_LOG = "cut_log"

# AE, FAAE (a part of FA), SUPPAE, SUPPFAAE, RELREC.
DATASET_NAME = re.compile(r"[A-Z][A-Z0-9]{1,3}|SUPP[A-Z0-9]{2,4}|REL(?:REC|SPEC|SUB)")

REMEDY = "Give the folder that holds the datasets with --data, or as paths.data."


@dataclass(frozen=True)
class DatasetFile:
    """A file of a delivery: dataset name (LBCH), its domain (LB), and its true format."""

    path: Path
    dataset: str
    domain: str
    format: str
    notes: tuple[Note, ...] = ()


def find_dataset_files(folder: Path, domains: frozenset[str] | None) -> list[DatasetFile]:
    """Return the files of the datasets wanted, in the order of their names.

    Raises
    ------
    DataError
        When the folder is missing or holds no dataset, what has a dataset's name is no file, a
        file's kind or name can't be used, or a dataset was delivered twice.
    """
    files: dict[str, Path] = {}
    for file in _list_folder(folder):
        name = file.stem.upper()
        _require_dataset_file(file, name)
        if name in files:
            raise DataError(
                f"Dataset {name} was delivered twice",
                where=str(folder),
                found=f"{files[name].name} and {file.name}",
                remedy="Remove the one that is out of date.",
            )
        files[name] = file
    if not files:
        raise DataError(
            "The folder holds no dataset",
            where=str(folder),
            allowed=[f"*{suffix}" for suffix in SUFFIXES],
            remedy=REMEDY,
        )
    return [
        _describe_file(file, name, domain_of(name))
        for name, file in files.items()
        if domains is None or domain_of(name) in domains
    ]


def _list_folder(folder: Path) -> list[Path]:
    """Return what lies in the folder, without what is passed over."""
    if not folder.is_dir():
        raise DataError(
            "The folder of the SDTM data is missing",
            where=str(folder),
            found="a file" if folder.exists() else "nothing",
            remedy=REMEDY,
        )
    try:
        found = sorted(folder.iterdir())
    except OSError as fault:
        raise DataError(
            "The folder of the SDTM data can't be looked into",
            where=str(folder),
            found=fault.strerror or str(fault),
            remedy="Let it be readable, or give another folder with --data.",
        ) from None
    return [file for file in found if not _is_passed_over(file)]


def _is_passed_over(file: Path) -> bool:
    """Whether it is hidden, ours, ignored, or a folder not named like a dataset's file."""
    suffix = file.suffix.lower()
    if file.name.startswith(".") or file.stem == CUT_LOG or suffix in IGNORED:
        return True
    return suffix not in SUFFIXES and file.is_dir()


def domain_of(dataset: str) -> str:
    """Return the domain of which a dataset is the whole or a part (SUPPLBCH → SUPPLB)."""
    if dataset.startswith("SUPP"):
        return dataset[:6]
    return dataset if dataset.startswith("REL") else dataset[:2]


def _require_dataset_file(file: Path, name: str) -> None:
    if file.suffix.lower() not in SUFFIXES:
        raise DataError(
            "A file in the data folder is of a kind that can't be read",
            where=str(file),
            allowed=[*SUFFIXES, *(f"{suffix} (ignored)" for suffix in sorted(IGNORED))],
            remedy="Move the file elsewhere, or deliver it in an allowed format.",
        )
    if not (file.stem.isascii() and DATASET_NAME.fullmatch(name)):
        raise DataError(
            "A file's name is not that of an SDTM dataset",
            where=str(file),
            found=name if name.isprintable() else repr(name),
            allowed="a domain (AE), a part of one (LBCH), SUPP-- (SUPPAE), RELREC",
            remedy="Rename the file, or move it elsewhere.",
        )


def _describe_file(file: Path, dataset: str, domain: str) -> DatasetFile:
    """Return the file with the format that its content shows; its suffix may say another."""
    require_regular(file, DataError)
    with file.open("rb") as stream:
        begin = stream.read(200)
    if not begin:
        raise DataError(
            "A file is empty (0 bytes)",
            where=str(file),
            remedy="Deliver the file again; the copy was interrupted.",
        )
    named = SUFFIXES[file.suffix.lower()]
    begin = begin.removeprefix(MARK).lstrip(b" \t\r\n") if begin[:1] != b"\0" else begin
    found = next((kind for start, kind in BEGINNINGS if begin.startswith(start)), named)
    if found not in SUFFIXES.values():
        raise DataError(
            "A file is not what its name says",
            where=str(file),
            found=found,
            allowed=named,
            remedy="Deliver the dataset itself, in an allowed format.",
        )
    notes: tuple[Note, ...] = ()
    if found != named:
        what = f"The file is named as {named}, but is {found}; it was read as {found}"
        notes = (Note("READ-SUFFIX", "warning", "", what, file.name),)
    return DatasetFile(file, dataset, domain, found, notes)

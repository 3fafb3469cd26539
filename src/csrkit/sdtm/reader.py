"""Read a folder of SDTM datasets into one DataFrame a domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.xpt import read_xpt

Reader = Callable[[Path, Collection[str] | None], pd.DataFrame]

# How a file is read, by its suffix.
READERS: dict[str, Reader] = {".xpt": read_xpt}

# What may lie beside the datasets: notes, define.xml and its style sheet, annotated forms.
IGNORED = frozenset({".md", ".txt", ".yml", ".yaml", ".xml", ".xsl", ".html", ".pdf"})

# AE, FAAE (a part of FA), SUPPAE, SUPPFAAE, RELREC.
DATASET_NAME = re.compile(r"^(?:[A-Z][A-Z0-9]{1,3}|SUPP[A-Z0-9]{2,4}|REL(?:REC|SPEC|SUB))$")


def read(
    folder: str | Path,
    *,
    domains: Collection[str] | None = None,
    columns: Mapping[str, Collection[str]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the SDTM datasets of a folder, keyed by upper-case domain name.

    A domain delivered in parts (LBCH, LBHE; SUPPLBCH) is put together under its DOMAIN (LB;
    SUPPLB), parts in the order of their names. Variable names come upper-case, empty text as
    None, numbers as float64. Dataset label, variable labels and file names ride in `attrs` under
    `label`, `labels` and `files`.

    Parameters
    ----------
    folder
        Folder of the datasets. Files whose suffix is in `IGNORED`, hidden files and folders are
        passed over; any other file that isn't a dataset is an error.
    domains
        Domains to read; others are left unread. None for all.
    columns
        Domain → variables to read (DOMAIN, or RDOMAIN of a SUPP--, comes along). Variables that
        a file lacks are passed over; `csrkit.sdtm.required` says which must be there.

    Raises
    ------
    DataError
        When the folder is missing or holds no dataset, a file can't be read, two files hold the
        same dataset, or a file's records belong to another domain than its name says.
    """
    files = _dataset_files(Path(folder))
    wanted = None if domains is None else {name.upper() for name in domains}
    choice = {name.upper(): _upper(names) for name, names in (columns or {}).items()}
    parts: dict[str, list[pd.DataFrame]] = {}
    for name, file in files.items():
        base = _base_name(name)
        if wanted is None or base in wanted:
            frame = _read_file(file, choice.get(base))
            _require_own_domain(base, frame, file)
            parts.setdefault(base, []).append(frame)
    return {name: _together(frames) for name, frames in sorted(parts.items())}


def _upper(names: Collection[str]) -> frozenset[str]:
    return frozenset(name.upper() for name in names) | {"DOMAIN", "RDOMAIN"}


def _dataset_files(folder: Path) -> dict[str, Path]:
    """Return dataset name → file, in the order of the names."""
    if not folder.is_dir():
        raise DataError(
            "The folder of the SDTM data is missing",
            where=str(folder),
            found="a file" if folder.exists() else "nothing",
            remedy="Give the folder that holds the datasets with --data, or as paths.data.",
        )
    files: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        if file.is_dir() or file.name.startswith(".") or file.suffix.lower() in IGNORED:
            continue
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
            allowed=[f"*{suffix}" for suffix in READERS],
            remedy="Give the folder that holds the datasets with --data, or as paths.data.",
        )
    return files


def _require_dataset_file(file: Path, name: str) -> None:
    if file.suffix.lower() not in READERS:
        raise DataError(
            "A file in the data folder is of a kind that can't be read",
            where=str(file),
            allowed=[*READERS, *(f"{suffix} (ignored)" for suffix in sorted(IGNORED))],
            remedy="Move the file elsewhere, or deliver it in an allowed format.",
        )
    if not DATASET_NAME.match(name):
        raise DataError(
            "A file's name is not that of an SDTM dataset",
            where=str(file),
            found=name,
            allowed="a domain (AE), a part of one (LBCH), SUPP-- (SUPPAE), RELREC",
            remedy="Rename the file, or move it elsewhere.",
        )
    if file.stat().st_size == 0:
        raise DataError(
            "A file is empty (0 bytes)",
            where=str(file),
            remedy="Deliver the file again; the copy was interrupted.",
        )


def _base_name(name: str) -> str:
    """Return the domain of which a dataset is the whole or a part (SUPPLBCH → SUPPLB)."""
    if name.startswith("SUPP"):
        return name[:6]
    return name if name.startswith("REL") else name[:2]


def _read_file(file: Path, columns: Collection[str] | None) -> pd.DataFrame:
    frame = READERS[file.suffix.lower()](file, columns)
    attrs = dict(frame.attrs)
    frame.attrs = {}
    frame = _conform(frame, file)
    labels = {name.upper(): label or "" for name, label in attrs.get("labels", {}).items()}
    frame.attrs = {"label": attrs.get("label", ""), "labels": labels, "files": [str(file)]}
    return frame


def _conform(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    """Bring names and types to the contract: upper case, None for empty text, float64."""
    frame = frame.rename(columns=str.upper)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(
            "Two variables of a dataset differ only in case",
            where=str(file),
            found=", ".join(sorted(set(twice))),
            remedy="Keep one of them.",
        )
    typed = {
        name: values.astype("float64")
        if pd.api.types.is_numeric_dtype(values)
        else values.astype(object).where(values.notna() & (values != ""), None)
        for name, values in frame.items()
    }
    return pd.DataFrame(typed, index=frame.index, columns=frame.columns)


def _require_own_domain(base: str, frame: pd.DataFrame, file: Path) -> None:
    """A dataset's records must say the domain that its file name says."""
    variable = "RDOMAIN" if base.startswith("SUPP") else "DOMAIN"
    expected = base.removeprefix("SUPP")
    if variable not in frame:
        return
    found = sorted(set(frame[variable].dropna()) - {expected})
    if found:
        raise DataError(
            "A file holds records of another domain than its name says",
            where=f"{file}, variable {variable}",
            found=", ".join(str(value) for value in found[:5]),
            allowed=expected,
            remedy="Rename the file, or export the right domain into it.",
        )


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the parts of a domain together; labels are those of the first part that has one."""
    if len(frames) == 1:
        return frames[0]
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    whole = pd.concat(filled, ignore_index=True)
    texts = whole.select_dtypes(object).columns
    whole = whole.assign(**{name: whole[name].where(whole[name].notna(), None) for name in texts})
    labels: dict[str, str] = {}
    for frame in reversed(frames):
        labels |= frame.attrs["labels"]
    files = [file for frame in frames for file in frame.attrs["files"]]
    whole.attrs = {"label": frames[0].attrs["label"], "labels": labels, "files": files}
    return whole

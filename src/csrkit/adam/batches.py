"""Derive the ADaM datasets of a study larger than memory: some subjects at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from csrkit.adam.common.files import write_datasets
from csrkit.adam.registry import derive_each
from csrkit.errors import DerivationError
from csrkit.files.folders import temporary_folder
from csrkit.sdtm.cut import cut_domains
from csrkit.sdtm.cut.files import write_cut
from csrkit.sdtm.subject_batches import RECORDS, read_batches
from csrkit.study import Study

PARAMETER = ["PARAMCD", "PARAM"]


def derive_delivery(
    delivery: Mapping[str, pd.DataFrame], study: Study, folder: Path, records: int = RECORDS
) -> list[Path]:
    """Cut the SDTM, derive every dataset that the study has, and write them; return the files.

    The datasets are those of `derive_all` on the whole study. In memory are one domain while it is
    cut, then the records of one part and the datasets that come of it.

    Parameters
    ----------
    delivery
        Domains as delivered; a `csrkit.sdtm.lazy_domains.LazyDomains` reads them one by one.
    study
        Settings, with the scope of the run.
    folder
        For `<dataset>.parquet`; nothing is put there before everything is derived.
    records
        About how many SDTM records a part has.

    Raises
    ------
    DataError
        As `cut_domains` does.
    DerivationError
        As the derivations do, and when a parameter is another one in another part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_folder(folder, "cut") as place:
        write_cut(cut_domains(delivery, study), place)
        return write_datasets(derive_batches(read_batches(place, records), study), folder)


def derive_batches(
    parts: Iterable[Mapping[str, pd.DataFrame]],
    study: Study,
    only: Collection[str] | None = None,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Derive the datasets of parts that hold all records of different subjects, part by part.

    Parameters
    ----------
    parts
        Cut SDTM domains, from `csrkit.sdtm.subject_batches`.
    study, only
        As `derive_all` takes them.

    Yields
    ------
    tuple of str and DataFrame
        Name and records of a dataset, each dataset once a part.

    Raises
    ------
    DerivationError
        When a parameter has one PARAM in a part and another one elsewhere: its name or unit was
        taken from the data, and the data differ.
    """
    known: dict[tuple[str, str], str] = {}
    for part in parts:
        for name, frame in derive_each(part, study, only):
            _require_same_parameters(name, frame, known)
            yield name, frame
            del frame


def _require_same_parameters(
    name: str, frame: pd.DataFrame, known: dict[tuple[str, str], str]
) -> None:
    """Add the parameters of a dataset to those known; stop at one that was another before."""
    if not set(PARAMETER) <= set(frame):
        return
    for code, text in frame[PARAMETER].drop_duplicates().itertuples(index=False):
        before = known.setdefault((name, code), text)
        if before != text:
            raise DerivationError(
                "A parameter has several names or units, and none is set",
                where=f"{name}, PARAMCD={code}",
                found=f"{before}; {text}",
                allowed="one PARAM for each PARAMCD",
                remedy=f"Describe the test under derivations.{name.lower()}.tests in study.yml.",
            )

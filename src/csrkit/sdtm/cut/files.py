"""Cut domains on disk: `<domain>.parquet` (lower case) and `cut_log.parquet`, or another format.

The same data gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.errors import DataError
from csrkit.files.folders import temporary_folder
from csrkit.sdtm.cut import CutDomain, CutResult, cut_log
from csrkit.sdtm.dataset_files import CUT_LOG, DATASET_NAME, SUFFIXES
from csrkit.sdtm.formats.content import Request
from csrkit.sdtm.formats.head import Head, Origin, head_of
from csrkit.sdtm.formats.parquet.read import read_parquet
from csrkit.sdtm.reader import read
from csrkit.sdtm.standardise import standardise
from csrkit.sdtm.write import Dataset, Format, make_dataset, write_datasets

DESCRIPTION = ("label", "labels", "formats")


def write_cut(
    cut: Iterable[CutDomain],
    folder: str | Path,
    fmt: Format = "parquet",
    origin: Origin | None = None,
) -> tuple[Path, ...]:
    """Write cut domains as they come, and the cut log; return the files in order of their names.

    Nothing is put into the folder before everything is written; an earlier cut there is replaced.

    Parameters
    ----------
    cut
        What `csrkit.sdtm.cut.cut_domains` gives, or `CutResult.by_domain`.
    folder
        Made when it isn't there.
    fmt
        One of `csrkit.sdtm.write.FORMATS`.
    origin
        What the files say of where they come from.

    Raises
    ------
    DataError
        When the format can't hold what a domain holds.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_folder(folder, "cut") as place:
        made, log = place / "made", _Log(place, origin or Origin())
        files = sorted(write_datasets(_datasets(cut, log), made, fmt))
        _clear(folder)
        # A folder without the log holds no cut, so the log goes last.
        for file in sorted(files, key=lambda file: file.stem == CUT_LOG):
            file.replace(folder / file.name)
    return tuple(folder / file.name for file in files)


def read_cut(folder: str | Path) -> CutResult:
    """Return the cut domains and cut log that `write_cut` left in a folder as Parquet.

    Raises
    ------
    DataError
        When the folder holds no cut domains, or a file can't be read.
    """
    folder = Path(folder)
    file = folder / f"{CUT_LOG}.parquet"
    if not file.exists():
        raise DataError(
            "The folder holds no cut domains",
            where=str(folder),
            found=f"no {file.name}",
            remedy="Give a folder made by csr cut or csr run.",
        )
    request = Request(file, CUT_LOG, CUT_LOG)
    log = standardise(read_parquet(request), request)
    domains = read(folder)
    for frame in (*domains.values(), log):
        frame.attrs = {name: frame.attrs[name] for name in DESCRIPTION if frame.attrs[name]}
    return CutResult(domains, log)


class _Log:
    """The cut log on its way to disk: parts wait in a folder until all are there."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        self._folder = folder
        self.origin = origin
        self._heads: dict[str, Head] = {}

    def add(self, name: str, log: pd.DataFrame) -> None:
        """Set a domain's part aside."""
        head, table = head_of(log, CUT_LOG, cut_log.LABEL, cut_log.LABELS, None, self.origin)
        pq.write_table(table, self._folder / f"{name}.part")
        self._heads[name] = head

    def whole(self) -> Dataset:
        """Return the log, by domain."""
        none = head_of(cut_log.combine([]), CUT_LOG, cut_log.LABEL, cut_log.LABELS, None)[0]
        heads = [none, *self._heads.values()]
        each = zip(*(head.variables for head in heads), strict=True)
        widest = [max(variable, key=lambda one: one.length) for variable in each]
        records = sum(head.records for head in heads)
        head = Head(CUT_LOG, cut_log.LABEL, tuple(widest), records, self.origin)
        return head, self._blocks()

    def _blocks(self) -> Iterator[pa.Table]:
        for name in sorted(self._heads):
            yield pq.read_table(self._folder / f"{name}.part")


def _datasets(cut: Iterable[CutDomain], log: _Log) -> Iterator[Dataset]:
    for domain in cut:
        yield _dataset(domain, log)
        # Not held while the next domain is read.
        del domain
    yield log.whole()


def _dataset(domain: CutDomain, log: _Log) -> Dataset:
    log.add(domain.name, domain.log)
    return make_dataset(domain.name, domain.frame, log.origin)


def _clear(folder: Path) -> None:
    """Remove the files of an earlier cut."""
    if not any(folder.glob(f"{CUT_LOG}.*")):
        return
    for file in folder.iterdir():
        known = file.stem == CUT_LOG or DATASET_NAME.match(file.stem.upper())
        if known and file.suffix.lower() in SUFFIXES:
            file.unlink()

"""The results of a run by themselves: made without drawing, and held against its datasets."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from csrkit.errors import DataError
from csrkit.pipeline.places import keep_apart, written_whole
from csrkit.pipeline.workspace.locks import hold_still
from csrkit.study import Study, load_study
from csrkit.study.data_cut import parse_data_cut

if TYPE_CHECKING:
    import pandas as pd

    from csrkit.results.trace import Trace

TRANSPORT = Path("datasets") / "adam"
"""Where a finished run keeps its ADaM datasets."""
RESULTS = "results"


def analyse_folder(folder: Path, study_file: Path, out: Path) -> list[Path]:
    """Make the results of all displays of the index, drawing nothing.

    Parameters
    ----------
    folder
        Folder of a finished run (its XPT files are read), of a data cut, or of ADaM datasets as
        `csr derive` writes them.
    study_file
        The study's settings.
    out
        Folder for the results.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        When the folder holds no ADaM datasets.
    StudyError
        When a display or one of its conditions doesn't fit the data.
    """
    from csrkit.index import check_index, load_index
    from csrkit.results.analyse import analyse_display
    from csrkit.results.store import combine_results, write_results

    study = _study_of(folder, study_file)
    if is_finished(folder):
        keep_apart(folder, {"--out": out})
    datasets = _datasets(folder)
    file = study.path("index")
    index = load_index(file, study.terms)
    check_index(index, study, file)
    made = combine_results(analyse_display(entry, study, datasets) for entry in index.values())
    with written_whole(out) as place:
        write_results(made, place)
    return sorted(out.glob("*.parquet")) + sorted(out.glob("*.csv"))


def is_finished(folder: Path) -> bool:
    """Tell whether a folder is that of a finished run, to which nothing is added."""
    return (folder / "run.json").is_file()


def trace_run(run_dir: Path) -> Trace:
    """Ask every set of a finished run again in SQL of the run's own XPT files.

    Raises
    ------
    DataError
        When the folder isn't that of a finished run.
    """
    from csrkit.results.store import read_results
    from csrkit.results.trace import trace_results

    if not (run_dir / TRANSPORT).is_dir():
        raise _no_datasets(run_dir / TRANSPORT)
    found = read_results(run_dir / RESULTS)
    datasets = _read_transport(run_dir / TRANSPORT, {"ADSL", *found.sets["DATASET"]})
    return trace_results(datasets, found.ard, found.sets, found.subjects)


def _study_of(folder: Path, study_file: Path) -> Study:
    """Return the study in the scope that the folder tells: of a run, or of a data cut."""
    study = load_study(study_file)
    record = folder / "run.json"
    if record.is_file():
        found = json.loads(record.read_text(encoding="utf-8"))
        return study.covering(found["report"], parse_data_cut(found["data_cut"]))
    for name in (folder.resolve().name, folder.resolve().parent.name):
        try:
            return study.covering("interim", parse_data_cut(name))
        except ValueError:
            continue
    return study.covering("interim")


def _datasets(folder: Path) -> dict[str, pd.DataFrame]:
    from csrkit.adam.common.files import read_datasets

    if (folder / TRANSPORT).is_dir():
        read = _read_transport(folder / TRANSPORT)
        return {name: _with_missing_text(frame) for name, frame in read.items()}
    with hold_still(folder):
        for place in (folder / "adam", folder):
            if list(place.glob("ad*.parquet")):
                return dict(read_datasets(place))
    raise _no_datasets(folder)


def _read_transport(folder: Path, wanted: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """Return datasets (all without `wanted`) as a program that isn't ours reads them.

    Missing text is empty.
    """
    import pyreadstat

    files = sorted(folder.glob("*.xpt"))
    if not files:
        raise _no_datasets(folder)
    names = {file.stem.upper(): file for file in files}
    return {
        name: pyreadstat.read_xport(file)[0]
        for name, file in names.items()
        if not wanted or name in wanted
    }


def _with_missing_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return records whose missing text is None, as the derivations have it."""
    texts = frame.select_dtypes("object").columns
    return frame.assign(**{name: frame[name].where(frame[name] != "", None) for name in texts})


def _no_datasets(folder: Path) -> DataError:
    return DataError(
        "There are no ADaM datasets in this folder",
        where=str(folder),
        found="no XPT or Parquet file of a dataset",
        allowed="the folder of a finished run, of a data cut, or of csr derive",
        remedy="Name a folder below outputs/ or data_derived/.",
    )

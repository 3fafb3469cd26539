"""Read a SAS transport file (XPT), version 5 or 8.

`pyreadstat` takes a truncated file for a shorter one, so its layout is checked first.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.xpt_layout import damaged, read_layout


def read_xpt(file: Path, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Return the one dataset of a transport file, names and values as written there.

    Parameters
    ----------
    file
        The file.
    columns
        Upper-case names of the variables to read; those the file lacks are passed over.

    Raises
    ------
    DataError
        When the file is damaged, cut short, holds several datasets, or its text isn't UTF-8.
    """
    import pyreadstat

    layout = read_layout(file)
    names = [variable.name for variable in layout.variables]
    if columns is not None:
        names = [name for name in names if name.upper() in columns]
    try:
        frame, meta = pyreadstat.read_xport(
            str(file), usecols=names, disable_datetime_conversion=True
        )
    except UnicodeDecodeError as fault:
        raise _not_utf8(file, fault) from None
    except pyreadstat.ReadstatError as fault:
        raise damaged(file, f"the reader says: {fault}") from None
    if len(frame) != layout.records:
        raise damaged(file, f"{len(frame)} records where its length gives {layout.records}")
    labels = {name: label or "" for name, label in meta.column_names_to_labels.items()}
    frame.attrs = {"label": meta.file_label or "", "labels": labels}
    return frame


def _not_utf8(file: Path, fault: UnicodeDecodeError) -> DataError:
    return DataError(
        "Text in a file is not UTF-8",
        where=str(file),
        found=f"the bytes {fault.object[:40]!r}",
        allowed="UTF-8 (of which ASCII is a part)",
        remedy="Export the domain again in UTF-8 (in SAS: encoding='utf-8').",
    )

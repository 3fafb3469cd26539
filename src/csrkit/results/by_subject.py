"""Values of single subjects, for figures that show every one of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.results.ard import Analysis, Result, Statistic, ard

NOT_KNOWN = "Not known for this subject"


def subject_values(
    analysis: Analysis, records: pd.DataFrame, formats: Mapping[str, str], *, level: str = ""
) -> pd.DataFrame:
    """Return values of one record a subject as results.

    Parameters
    ----------
    analysis
        Output, dataset, columns and filter. A subject of several columns stands in the first.
    records
        One row a subject, with USUBJID.
    formats
        Variable → name of the format it is written in.
    level
        Variable whose value becomes LEVEL (a best response); none when empty.

    Returns
    -------
    pandas.DataFrame
        ARD rows with ROW = USUBJID, STAT = the variable in lower case.
    """
    expanded = analysis.records(records).drop_duplicates("USUBJID")
    names = list(formats)
    levels = expanded[level].astype(object) if level else [""] * len(expanded)
    results = [
        Result(
            str(subject),
            str(column),
            [
                Statistic(name.lower(), _number(value), formats[name], NOT_KNOWN)
                for name, value in zip(names, values, strict=True)
            ],
            variable=", ".join(names),
            level=str(shown),
            records=1,
            subjects=[str(subject)],
        )
        for subject, column, shown, *values in zip(
            expanded["USUBJID"],
            expanded["COLUMN"],
            levels,
            *(expanded[name] for name in names),
            strict=True,
        )
    ]
    return ard(analysis, results)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]

"""Values of single subjects, for figures that show every one of them."""

from __future__ import annotations

from csrkit.conditions import equal
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import COLUMN, Bench, Declared
from csrkit.results.spread import Tally
from csrkit.results.verbs.counts import level_name

NOT_KNOWN = "Not known for this subject"


def pick_values(
    bench: Bench,
    declared: Declared,
    stat: str,
    variable: str,
    *,
    written: str = "text",
    divisor: float = 1.0,
    number: str = "",
) -> None:
    """Add the value of a variable on each record: ROW = USUBJID, STAT = `stat`.

    A subject of several columns stands in the first.

    Parameters
    ----------
    written
        Name of the format of a number; `text` for a word.
    divisor
        What a number is divided by (days a month).
    number
        Variable that tells several records of a subject apart, and becomes VARLEVEL; without one
        a subject may have one record only.

    Raises
    ------
    ValueError
        When a subject has several records that nothing tells apart.
    """
    scope = declared.scope
    spread = bench.spread(scope)
    placed: set[str] = set()
    for key, records in spread.frames().items():
        own = records[~records["USUBJID"].isin(placed)]
        placed |= set(own["USUBJID"])
        keys = own[["USUBJID", number]] if number else own[["USUBJID"]]
        if keys.duplicated().any():
            double = keys[keys.duplicated()].iloc[0].tolist()
            raise ValueError(f"{declared.analysis.id}: more than one record of {double}")
        told = own[number] if number else [""] * len(own)
        for subject, value, level in zip(own["USUBJID"], own[variable], told, strict=True):
            one = Statistic(stat, None, written, NOT_KNOWN)
            if value is not None and value == value:  # neither None nor NaN
                text = written == "text"
                one = (
                    Statistic.text(stat, str(value))
                    if text
                    else Statistic(stat, float(value) / divisor, written)
                )
            more = [equal("USUBJID", str(subject))]
            more += [equal(number, level)] if number else []
            bench.add(
                declared,
                Result(
                    row=str(subject),
                    column=key,
                    statistics=[one],
                    levels={COLUMN: key},
                    set_id=bench.set_of(scope, key, Tally(1, (str(subject),)), *more),
                    variable=variable,
                    level=level_name(level) if number else "",
                ),
            )

"""Rules about single variables and pairs of them, wherever a dataset has these.

| id                 | holds                                                                |
|--------------------|----------------------------------------------------------------------|
| `ADLB-PARAM`       | every record has PARAM, and a PARAMCD that can name a variable       |
| `ADLB-PAIRS`       | a variable and its number or code go with one another one to one     |
| `ADLB-ASEQ`        | ASEQ numbers the records of a subject                                |
| `ADAE-DAYS`        | study days but ADY have their sign, and are never 0                  |
| `ADAE-IMPUTED`     | what says that a date or time was imputed stands beside one          |
| `ADAE-DURATION`    | a duration has its unit                                              |
| `ADLB-EXTREMES`    | minimum, maximum and last value are those of the records summed up   |

Most are conformance rules that CDISC publishes for ADaM; `validation/adam_conformance.yml` answers
each of those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from csrkit.conditions import both, equal, missing
from csrkit.validation.adam.expectation import differs, expectation, never
from csrkit.validation.adam.pairs import NOT_ONE_TO_ONE
from csrkit.validation.rules.facts import Fact

CODE = "[A-Z][A-Z0-9_]{0,7}"
SUMMED_UP = {
    "": both(missing("DTYPE"), equal("ONTRTFL", "Y")),
    "_MEAN": both(equal("DTYPE", "AVERAGE"), equal("ONTRTFL", "Y")),
}
"""What MINIMUM, MAXIMUM and LOV are of: the values, or their means where there are any."""
TAKEN = {"LEAST": "min", "GREATEST": "max"}


def structure_rules(
    dataset: str, own: Sequence[str], named: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Return the expectations for the variables that a dataset has.

    Parameters
    ----------
    dataset
        Its name.
    own
        Its variables that aren't carried from ADSL, where those have their rules already.
    named
        All its variables.
    """
    if {"PARAM", "PARAMCD"} <= set(own):
        yield never(
            f"{dataset}-PARAM",
            "Every record has PARAM, and a PARAMCD that can name a variable",
            f"PARAM.isna() or ~PARAMCD.fillna('').str.fullmatch('{CODE}')",
        )
    if "ASEQ" in own:
        yield expectation(
            f"{dataset}-ASEQ",
            "ASEQ numbers the records of a subject",
            "compound_columns_to_be_unique",
            column_list=["USUBJID", "ASEQ"],
            ignore_row_if="never",
        )
    yield from _pairs(dataset, own)
    yield from _days(dataset, own, named)
    yield from _imputation_rules(dataset, own)
    if {"ADURN", "ADURU"} <= set(own):
        yield never(
            f"{dataset}-DURATION",
            "ADURU is given where ADURN is, and only there",
            "ADURN.isna() != ADURU.isna()",
        )
    if _sums_up(named):
        yield _extremes(dataset)


def structure_facts(dataset: str, named: Collection[str]) -> dict[str, Fact]:
    """Return the facts that these rules ask: least and greatest value that DTYPE sums up."""
    if not _sums_up(named):
        return {}
    by = {name: name for name in baseline_key(named)}
    return {
        f"{dataset}_{name}{ending}": Fact(
            domain=dataset, where=where, by=by, variable="AVAL", take=take
        )
        for name, take in TAKEN.items()
        for ending, where in SUMMED_UP.items()
    }


def baseline_key(named: Collection[str]) -> tuple[str, ...]:
    """Return the variables within which a dataset has one baseline."""
    return tuple(name for name in ("USUBJID", "PARAMCD", "BASETYPE") if name in named)


def find_pairs(own: Sequence[str]) -> list[tuple[str, str]]:
    """Return the variables that stand beside their code or number (ADaMIG 1.3, section 3.1.1).

    >>> find_pairs(["PARAM", "PARAMCD", "AVISIT", "AVISITN", "AVALCAT1", "AVALCA1N"])
    [('PARAM', 'PARAMCD'), ('AVISIT', 'AVISITN'), ('AVALCAT1', 'AVALCA1N')]
    """
    partners = {name: (f"{name}N", f"{name.replace('CAT', 'CA')}N") for name in own}
    partners["PARAM"] = ("PARAMCD", "PARAMN")
    return [
        (name, other) for name in own for other in dict.fromkeys(partners[name]) if other in own
    ]


def _pairs(dataset: str, own: Sequence[str]) -> Iterator[dict[str, Any]]:
    pairs = find_pairs(own)
    broken = [
        f"{one}{NOT_ONE_TO_ONE}{other} or {one}.isna() != {other}.isna()" for one, other in pairs
    ]
    if {"AVAL", "AVALC"} <= set(own):
        # One of them may stand alone: the value is then a number only, or text only.
        pairs.append(("AVAL", "AVALC"))
        broken.append(f"AVAL{NOT_ONE_TO_ONE}AVALC")
    if pairs:
        listed = ", ".join(f"{one} and {other}" for one, other in pairs)
        yield never(f"{dataset}-PAIRS", f"One to one: {listed}", " or ".join(broken))


def _days(dataset: str, own: Sequence[str], named: Collection[str]) -> Iterator[dict[str, Any]]:
    dates = {
        day: date
        for day in own
        for date in (f"{day[:-1]}T", f"{day[:-3]}DT")
        if day.endswith("DY") and day != "ADY" and date in own
    }
    if dates and "TRTSDT" in named:
        yield never(
            f"{dataset}-DAYS",
            f"{', '.join(dates)} have the sign of the date - TRTSDT, and are never 0",
            " or ".join(
                f"{day} == 0 or ({day} > 0 and {date} < TRTSDT) or ({day} < 0 and {date} >= TRTSDT)"
                for day, date in dates.items()
            ),
        )


def _imputation_rules(dataset: str, own: Sequence[str]) -> Iterator[dict[str, Any]]:
    flags = {name: name[:-1] for name in own if name.endswith("DTF")}
    flags |= {name: f"{name[:-3]}DTM" for name in own if name.endswith("TMF")}
    if flags:
        yield never(
            f"{dataset}-IMPUTED",
            f"{', '.join(flags)}: nothing is imputed where there is no date",
            " or ".join(f"({flag}.notna() and {date}.isna())" for flag, date in flags.items()),
        )


def _sums_up(named: Collection[str]) -> bool:
    return {"DTYPE", "ONTRTFL", "AVAL"} <= set(named)


def _extremes(dataset: str) -> dict[str, Any]:
    least, greatest = (f"{dataset}_{name}_MEAN.fillna({dataset}_{name})" for name in TAKEN)
    return never(
        f"{dataset}-EXTREMES",
        "MINIMUM, MAXIMUM and LOV are of the values on treatment, or of their means",
        f"(DTYPE in ['MINIMUM', 'MAXIMUM', 'LOV'] and AVAL.notna() and {least}.isna())"
        f" or (DTYPE == 'MINIMUM' and ({differs('AVAL', least)}))"
        f" or (DTYPE == 'MAXIMUM' and ({differs('AVAL', greatest)}))"
        f" or (DTYPE == 'LOV' and (AVAL < {least} or AVAL > {greatest}))",
    )

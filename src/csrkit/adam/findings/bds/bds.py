"""From dated, valued records to a BDS dataset: baseline, visits, summaries, sequence.

The common way of ADLB, ADVS, ADEG and ADQS, after each has added its own parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.adam.common.dates import study_day
from csrkit.adam.common.merge import with_adsl
from csrkit.adam.common.ordering import ranks, sorted_places
from csrkit.adam.common.stack import stack
from csrkit.adam.common.variables import add_variables
from csrkit.adam.findings.bds.average import with_averages
from csrkit.adam.findings.bds.baseline import with_baseline
from csrkit.adam.findings.bds.summary import extreme_records
from csrkit.adam.findings.bds.visits import with_visits
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study
from csrkit.study.derivations.findings import Findings

ORDER = ["USUBJID", "PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "ORDER", "DTYPE"]


def analysed(
    records: pd.DataFrame, adsl: pd.DataFrame, study: Study, settings: Findings
) -> pd.DataFrame:
    """Return the records and their means with range, baseline, change, visit and time point.

    They come in order of time.

    Parameters
    ----------
    records
        From `findings.dated_findings`, with the parameters added.
    settings
        The dataset's section of `derivations`.
    """
    window = settings.on_treatment_days
    days = study.assumptions.teae_window_days.value if window is None else window
    records = with_averages(records, settings.average_within)
    ranged = add_variables(records, _ranges(records, settings))
    ranged = add_variables(ranged, {"ANRIND": range_indicator(ranged)})
    return with_visits(with_baseline(ranged, adsl, days), settings)


def finished(
    records: pd.DataFrame, adsl: pd.DataFrame, name: str, added: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Return the dataset: records, their summaries on treatment, ADSL's variables, sequence.

    Parameters
    ----------
    records
        From `analysed`, with the dataset's own variables.
    name
        The dataset, for example `"ADVS"`.
    added
        Records of parameters that sum up others.

    Raises
    ------
    DerivationError
        When the records depart from the specification.
    """
    spec = load_spec(name)
    whole = stack([records, extreme_records(records), *added])
    out = with_adsl(whole, adsl, blocks=["treatment_dates"])
    columns = {"ADY": study_day(out["ADT"], out["TRTSDT"]), "ASEQ": _sequence(out)}
    own = f"{name[2:]}SEQ"
    columns |= {own: out["SEQ"]} if own in spec.names else {}
    out = add_variables(out, columns)
    return conform(out[[column for column in out if column in spec.names]], spec)


def _sequence(records: pd.DataFrame) -> pd.Series:
    """Return the number of each record within its subject, in the order of the dataset."""
    places = sorted_places([ranks(records[name]) for name in ORDER])
    subjects = records["USUBJID"].iloc[places]
    return subjects.groupby(subjects).cumcount().reindex(records.index) + 1.0


def range_indicator(records: pd.DataFrame) -> pd.Series:
    """Return LOW LOW, LOW, NORMAL, HIGH or HIGH HIGH, as admiral's `derive_var_anrind` does.

    Parameters
    ----------
    records
        AVAL ANRLO ANRHI, and A1LO A1HI beyond which a value is LOW LOW or HIGH HIGH.
    """
    value, low, high = records["AVAL"], records["ANRLO"], records["ANRHI"]
    ranged = value.notna() & (low.notna() | high.notna())
    indicator = pd.Series("NORMAL", index=records.index, dtype=object)
    indicator = indicator.mask(value < low, "LOW").mask(value > high, "HIGH")
    indicator = indicator.mask(value < records["A1LO"], "LOW LOW")
    indicator = indicator.mask(value > records["A1HI"], "HIGH HIGH")
    return indicator.where(ranged, None)


def _ranges(records: pd.DataFrame, settings: Findings) -> dict[str, pd.Series]:
    """Return the limits of each record: its own range, else its parameter's by the settings."""
    limits = {"ANRLO": "low", "ANRHI": "high", "A1LO": "marked_low", "A1HI": "marked_high"}
    own = records["ANRLO"].notna() | records["ANRHI"].notna()
    set_by = {
        name: records["PARAMCD"]
        .map({code: getattr(one, key) for code, one in settings.ranges.items()})
        .astype("float64")
        for name, key in limits.items()
    }
    return {
        name: values.mask(own, records[name]) if name in records else values
        for name, values in set_by.items()
    }

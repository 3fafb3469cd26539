"""From dated, valued records to a BDS dataset: baseline, visits, summaries, sequence.

The common way of ADVS, ADEG and ADQS, after each has added its own parameters.
"""

from __future__ import annotations

import pandas as pd

from csrkit.adam.bds_baseline import with_baseline
from csrkit.adam.bds_summary import extreme_records
from csrkit.adam.bds_visits import with_visits
from csrkit.adam.dates import study_day
from csrkit.adam.merge import with_adsl
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.stack import stack
from csrkit.study import Study
from csrkit.study.derivations_findings import Findings

ORDER = ["USUBJID", "PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "ORDER", "DTYPE"]


def analysed(
    records: pd.DataFrame, adsl: pd.DataFrame, study: Study, settings: Findings
) -> pd.DataFrame:
    """Return the records with range, baseline, visit, time point, and summaries on treatment.

    Parameters
    ----------
    records
        From `findings.dated_findings`, with the parameters added.
    settings
        The dataset's section of `derivations`.
    """
    window = settings.on_treatment_days
    days = study.assumptions.teae_window_days.value if window is None else window
    ranged = records.assign(**_ranges(records["PARAMCD"], settings))
    ranged = ranged.assign(ANRIND=range_indicator(ranged))
    out = with_baseline(ranged, adsl, days)
    out = with_visits(out, settings)
    return stack([out, extreme_records(out)])


def finished(records: pd.DataFrame, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the dataset with ADSL's variables, study day and sequence, as its specification says.

    Raises
    ------
    DerivationError
        When the records depart from the specification.
    """
    spec = load_spec(name)
    out = with_adsl(records, adsl, blocks=["treatment_dates"])
    out = out.assign(ADY=study_day(out["ADT"], out["TRTSDT"]))
    out = out.sort_values(ORDER, kind="stable", ignore_index=True)
    out["ASEQ"] = out.groupby("USUBJID").cumcount() + 1.0
    own = f"{name[2:]}SEQ"
    out = out.assign(**{own: out["SEQ"]} if own in spec.names else {})
    return conform(out[[column for column in out if column in spec.names]], spec)


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


def _ranges(codes: pd.Series, settings: Findings) -> dict[str, pd.Series]:
    """Return the limits of each record's parameter by the settings."""
    limits = {"ANRLO": "low", "ANRHI": "high", "A1LO": "marked_low", "A1HI": "marked_high"}
    return {
        name: codes.map({code: getattr(one, key) for code, one in settings.ranges.items()}).astype(
            "float64"
        )
        for name, key in limits.items()
    }

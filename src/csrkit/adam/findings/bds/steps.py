"""The steps from dated, valued records to a BDS dataset, in their order.

ADLB, ADVS, ADEG and ADQS take them after each has added its own parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.ordering import order_places, rank_values
from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.time_points import derive_time_points
from csrkit.adam.common.variables import add_variables
from csrkit.adam.findings.bds.averages import derive_averages
from csrkit.adam.findings.bds.baseline import derive_baseline, derive_change, derive_on_treatment
from csrkit.adam.findings.bds.extremes import derive_extremes
from csrkit.adam.findings.bds.ranges import derive_range_indicator, derive_ranges
from csrkit.adam.findings.bds.visits import (
    derive_analysis_flags,
    derive_change_from_pre_infusion,
    derive_visits,
)
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study
from csrkit.study.derivations.findings import Findings

ORDER = ["USUBJID", "PARAMCD", "BASETYPE", "AVISITN", "ADT", "ADTM", "ORDER", "DTYPE"]


def derive_bds_variables(
    records: pd.DataFrame, adsl: pd.DataFrame, study: Study, settings: Findings
) -> pd.DataFrame:
    """Return the records and their means with range, baseline, change, visit and time point.

    They come in order of time.

    Parameters
    ----------
    records
        From `findings.records.select_findings`, with the derived parameters.
    settings
        The dataset's section of `derivations`.
    """
    records = derive_averages(records, settings.average_within)
    points = derive_time_points(records, settings.time_points)
    records = add_variables(records, dict(points.items()))
    records = derive_ranges(records, settings)
    records = derive_range_indicator(records)
    records = derive_baseline(records, adsl)
    records = derive_change(records)
    records = derive_on_treatment(records, _on_treatment_days(study, settings))
    records = derive_visits(records)
    records = derive_analysis_flags(records, settings)
    return derive_change_from_pre_infusion(records)


def build_bds_dataset(
    records: pd.DataFrame,
    adsl: pd.DataFrame,
    study: Study,
    name: str,
    added: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Return the dataset: records, their extremes on treatment, ADSL's variables, sequence.

    Parameters
    ----------
    records
        From `derive_bds_variables`, with the dataset's own variables.
    name
        The dataset, for example `"ADVS"`.
    added
        Records of parameters that sum up others.

    Raises
    ------
    DerivationError
        When the records depart from the specification.
    """
    spec = load_spec(name, study.terms)
    whole = stack_records([records, derive_extremes(records), *added])
    out = merge_adsl(whole, adsl, blocks=["treatment_dates"])
    columns = {"ADY": derive_study_day(out["ADT"], out["TRTSDT"]), "ASEQ": _sequence(out)}
    own = f"{name[2:]}SEQ"
    columns |= {own: out["SEQ"]} if own in spec.names else {}
    out = add_variables(out, columns)
    return conform(out[[column for column in out if column in spec.names]], spec)


def _on_treatment_days(study: Study, settings: Findings) -> int:
    """Return the days after the last dose that still are on treatment."""
    own = settings.on_treatment_days
    return study.assumptions.teae_window_days.value if own is None else own


def _sequence(records: pd.DataFrame) -> pd.Series:
    """Return the number of each record within its subject, in the order of the dataset."""
    places = order_places([rank_values(records[name]) for name in ORDER])
    subjects = records["USUBJID"].iloc[places]
    return subjects.groupby(subjects).cumcount().reindex(records.index) + 1.0

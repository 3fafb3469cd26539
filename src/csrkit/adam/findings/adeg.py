"""ADEG: electrocardiograms with corrected QT intervals and their categories (BDS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import round_off_noise
from csrkit.adam.findings.bds.steps import build_bds_dataset, derive_bds_variables
from csrkit.adam.findings.records import derive_parameter, select_findings, transpose_parameters
from csrkit.study import Study
from csrkit.study.derivations.findings import Electrocardiogram

CORRECTIONS = {"QTCF": ("QTcF Interval", 1 / 3), "QTCB": ("QTcB Interval", 1 / 2)}
"""PARAMCD → name, and the power of the RR interval (s): Fridericia, Bazett."""


def derive_adeg(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADEG, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: EG.
    adam
        ADSL.
    study
        Settings `derivations.adeg`, and the assumption on the TEAE window (on treatment).

    Raises
    ------
    DerivationError
        When a test that no table of units knows comes in several units.
    """
    settings, adsl = study.derivations.adeg, adam["ADSL"]
    collected = select_findings(sdtm, adsl, "EG", settings)
    records = stack_records([collected, *derive_corrected_intervals(collected, settings)])
    records = derive_bds_variables(records, adsl, study, settings)
    return build_bds_dataset(derive_categories(records, settings), adsl, study, "ADEG")


def derive_corrected_intervals(
    records: pd.DataFrame, settings: Electrocardiogram
) -> list[pd.DataFrame]:
    """Return the corrected QT intervals (msec): QT / (RR / 1000) to the power of the correction.

    RR is as collected; where it wasn't, 60000 / heart rate.
    """
    measured = transpose_parameters(records, ["QT", "RR"]).rename(columns={"RR": "CYCLE"})
    counted = transpose_parameters(records, ["QT", "HR"])
    counted = counted.assign(CYCLE=60000 / counted["HR"].where(counted["HR"] > 0))
    counted = counted[~_same(counted, measured)]
    cycles = stack_records([measured, counted.drop(columns="HR")])
    return [
        derive_parameter(
            cycles, records, cycles["QT"] / (cycles["CYCLE"] / 1000) ** power, code, name, "msec"
        )
        for code, (name, power) in CORRECTIONS.items()
        if code in settings.derived
    ]


def derive_categories(records: pd.DataFrame, settings: Electrocardiogram) -> pd.DataFrame:
    """Return the records with the categories of value and change of the intervals that have any."""
    categorised = records["PARAMCD"].isin(list(settings.categorised))
    value, number = _category(records["AVAL"].where(categorised), settings.value_limits)
    change, place = _category(records["CHG"].where(categorised), settings.change_limits)
    return records.assign(AVALCAT1=value, AVALCA1N=number, CHGCAT1=change, CHGCAT1N=place)


def _category(values: pd.Series, limits: Sequence[float]) -> tuple[pd.Series, pd.Series]:
    """Return the category of each value (msec), each up to its limit, and its place from 1."""
    edges = [f"{limit:g}" for limit in limits]
    labels = [f"<= {edges[0]} msec"]
    labels += [f"> {low} to {high} msec" for low, high in pairwise(edges)]
    labels.append(f"> {edges[-1]} msec")
    # The noise of adding puts no value beyond a limit that it stands on.
    rounded = round_off_noise(values).to_numpy()
    place = pd.Series(np.searchsorted(limits, rounded, side="left") + 1.0, values.index)
    place = place.where(values.notna())
    names = place.map(dict(enumerate(labels, start=1))).astype(object)
    return names.where(names.notna(), None), place


def _same(counted: pd.DataFrame, measured: pd.DataFrame) -> pd.Series:
    """Return where a QT interval stands among others, too."""
    key = ["USUBJID", "ORDER"]
    found = counted[key].merge(measured[key], how="left", indicator=True, validate="1:1")
    return found["_merge"].eq("both").set_axis(counted.index)

"""The records that a dataset declares to read: by settings, and as the derivation picks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csrkit.adam.accounting.keys import Mask, find_carried_keys, mark_keys
from csrkit.adam.common.baseline import select_baseline_candidates
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.adam.exposure.doses import select_dose_records
from csrkit.adam.spec.uses import Use
from csrkit.adam.tumour.lesions import select_target_lesions
from csrkit.adam.tumour.measurements import select_lesion_measurements
from csrkit.conditions import ALL_RECORDS, Condition
from csrkit.errors import DerivationError
from csrkit.sdtm import iso
from csrkit.sdtm.links import find_pairs
from csrkit.study import Study
from csrkit.study.derivations.sources import DateSource, ValueSource


@dataclass(frozen=True)
class Data:
    """What a declaration is held against: domains after the cut, datasets, settings."""

    sdtm: Mapping[str, pd.DataFrame]
    adam: Mapping[str, pd.DataFrame]
    study: Study

    def setting(self, path: str) -> Any:
        """Return what stands under a key below `derivations`; None when the study leaves it out.

        Raises
        ------
        DerivationError
            When a study can have no such key.
        """
        value: Any = self.study.derivations
        for part in path.split("."):
            if value is not None and not hasattr(value, part):
                raise DerivationError(
                    "A specification declares a use by a setting that isn't there",
                    where="uses",
                    found=path,
                    allowed="a key below derivations in study.yml",
                    remedy="Correct the key in the specification.",
                )
            value = getattr(value, part, None)
        return value


@dataclass(frozen=True, kw_only=True)
class Selection:
    """One domain of a declaration: which records, the variable that dates them, its source."""

    domain: str
    purpose: str
    where: Condition = ALL_RECORDS
    date: str | None = None
    source: ValueSource | None = None


def list_selections(use: Use, data: Data) -> list[Selection]:
    """Return the domains in the data that a declaration reads, one for each source it names."""
    if use.when and not data.setting(use.when):
        return []
    value = data.setting(use.setting) if use.setting else ALL_RECORDS
    named = (
        value.items()
        if isinstance(value, dict)
        else ((None, each) for each in _list_sources(value))
    )
    made = [_make_selection(use, source, name) for name, source in named]
    return [selection for selection in made if selection.domain in data.sdtm]


def mark_selected(
    use: Use, selection: Selection, name: str, data: Data, parents: pd.DataFrame | None = None
) -> Mask:
    """Return where the records of a domain are what a declaration reads.

    Parameters
    ----------
    use, selection
        The declaration, and one of its `list_selections`.
    name
        The dataset that declares it.
    data
        Domains, datasets and settings.
    parents
        Of a declaration with a `parent`: the records of that domain that the dataset uses.
    """
    frame = data.sdtm[selection.domain]
    mask = _mark_picked(use, selection, name, data, frame, parents)
    if use.same_day or use.until:
        mask = mask & _mark_dated(use, frame, selection.date, data.adam[name])
    return mask


def _list_sources(value: Any) -> tuple[Any, ...]:
    """Return the sources of a setting; none when the study leaves it out."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _make_selection(use: Use, source: Any, name: str | None) -> Selection:
    purpose = f"{use.purpose} ({name})" if name else use.purpose
    if isinstance(source, DateSource):
        return Selection(
            domain=source.domain,
            purpose=purpose,
            where=source.where,
            date=use.date or source.variable,
        )
    if isinstance(source, ValueSource):
        return Selection(
            domain=source.domain,
            purpose=purpose,
            where=source.where,
            date=use.date or source.date,
            source=source,
        )
    return Selection(domain=str(use.domain), purpose=purpose, where=source, date=use.date)


def _mark_picked(
    use: Use,
    selection: Selection,
    name: str,
    data: Data,
    frame: pd.DataFrame,
    parents: pd.DataFrame | None,
) -> Mask:
    """Return the records of a selection, before any comparison of dates."""
    domain = selection.domain
    if use.records_of:
        other = data.adam.get(use.records_of, pd.DataFrame())
        having = filter_records(other, use.having, "uses.having", f"{name.lower()}.yml")
        return mark_keys(domain, frame, find_carried_keys(having, domain))
    if parents is not None:
        return _mark_qualifiers(use, frame, parents, data)
    if use.pick == "subjects":
        return np.asarray(frame["USUBJID"].isin(data.adam[name]["USUBJID"]), dtype=bool)
    if use.pick == "doses":
        given = select_dose_records(data.sdtm, data.study)
        given = given[given["USUBJID"].isin(data.adam["ADSL"]["USUBJID"])]
        return mark_keys(domain, frame, pd.MultiIndex.from_frame(given[["USUBJID", "EXSEQ"]]))
    if use.pick == "diameters":
        measured = select_lesion_measurements(
            data.sdtm, select_target_lesions(data.sdtm, data.study), data.study
        )
        return mark_keys(domain, frame, pd.MultiIndex.from_frame(measured[["USUBJID", "SEQ"]]))
    if use.pick in ("baseline", "last_baseline") and selection.source is not None:
        records = select_baseline_candidates(
            data.sdtm, selection.source, data.adam["ADSL"], data.study, "uses"
        )
        if use.pick == "last_baseline":
            records = records.drop_duplicates("USUBJID", keep="last")
        return mark_keys(domain, frame, pd.MultiIndex.from_frame(records[["USUBJID", "SEQ"]]))
    chosen = filter_records(frame, selection.where, f"derivations.{use.setting}")
    return np.asarray(frame.index.isin(chosen.index), dtype=bool) & _mark_done(domain, frame)


def _mark_done(domain: str, frame: pd.DataFrame) -> Mask:
    """Return the records that aren't of something not done."""
    status = f"{domain[:2]}STAT"
    if status not in frame:
        return np.ones(len(frame), dtype=bool)
    return np.asarray(frame[status].ne("NOT DONE"), dtype=bool)


def _mark_qualifiers(use: Use, frame: pd.DataFrame, parents: pd.DataFrame, data: Data) -> Mask:
    """Return the supplemental qualifiers of these parents that the settings name."""
    names = [data.setting(path) for path in use.qualifiers]
    # A variable that the parent domain delivers itself is taken from there.
    mask = np.asarray(frame["QNAM"].isin([n for n in names if n not in parents]), dtype=bool)
    pairs = find_pairs(frame[mask], {str(use.parent): parents}, use.parent)
    return np.asarray(frame.index.isin(pairs["CHILD"]), dtype=bool)


def _mark_dated(use: Use, frame: pd.DataFrame, date: str | None, dataset: pd.DataFrame) -> Mask:
    """Compare a record's day with a date of its subject, which limits nothing when missing."""
    if date not in frame:
        return np.zeros(len(frame), dtype=bool)
    subjects = dataset.drop_duplicates("USUBJID").set_index("USUBJID")
    limit = frame["USUBJID"].map(subjects[use.same_day or use.until]).astype("datetime64[ns]")
    dates = drop_time_zone(frame[date])
    # A partial date counts as its earliest day.
    day = iso.earliest(dates).dt.normalize()
    if use.same_day:
        whole = iso.precision(dates).isin(["D", "h", "m", "s"])
        return np.asarray(whole & day.eq(limit), dtype=bool)
    return np.asarray(day.notna() & ~day.gt(limit), dtype=bool)

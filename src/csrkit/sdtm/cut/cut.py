"""The data cut: records after the cut-off are removed and logged.

Rules of the R package datacutr (patient cut, date cut, special DM cut), extended by the blanking
of later dates in records that stay, and by SUPP-- and RELREC following their parents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.attributes import drop_attributes
from csrkit.sdtm.cut import cut_log
from csrkit.sdtm.cut.blank import blank_later_dates
from csrkit.sdtm.cut.linked import Parent, Parents, find_lost_parents, require_parents
from csrkit.sdtm.cut.moments import parse_moments
from csrkit.sdtm.cut.subjects import Subjects, select_entered_subjects
from csrkit.sdtm.keys import is_linked
from csrkit.sdtm.labels import add_standard_labels
from csrkit.study import Study
from csrkit.study.data_cut import moment_of
from csrkit.study.design import CutRules


@dataclass(frozen=True)
class CutSettings:
    """When the data is cut, and how.

    Attributes
    ----------
    cut
        A date, of which the whole day counts, or a date and time (no time zone).
    rules
        How each domain is treated (`cut_rules` of the study).
    """

    cut: dt.date
    rules: CutRules

    @property
    def moment(self) -> pd.Timestamp:
        """The last moment that counts: 23:59:59 of a date without a time."""
        return pd.Timestamp(moment_of(self.cut))


@dataclass(frozen=True)
class CutDomain:
    """What is left of one domain, and the log of what left it (columns `cut_log.COLUMNS`)."""

    name: str
    frame: pd.DataFrame
    log: pd.DataFrame


@dataclass(frozen=True)
class CutResult:
    """What is left of the domains, and the log of what left (columns `cut_log.COLUMNS`)."""

    domains: dict[str, pd.DataFrame]
    log: pd.DataFrame

    def by_domain(self) -> Iterator[CutDomain]:
        """Return the domains one by one, each with its part of the log."""
        for name, frame in self.domains.items():
            log = self.log[self.log["DOMAIN"] == name]
            yield CutDomain(name, frame, log.reset_index(drop=True))


def cut_settings(study: Study) -> CutSettings:
    """Return the cut of a study that has a scope."""
    return CutSettings(cut=study.data_cut, rules=study.cut_rules)


def apply_cut(domains: Mapping[str, pd.DataFrame], settings: Study | CutSettings) -> CutResult:
    """Cut all domains at the data cut-off.

    A subject whose entry is after the cut-off is removed from every domain. Records after the
    cut-off are removed and logged; a partial date counts as its earliest moment, a missing one
    keeps the record.
    Of records that stay, later dates are blanked. SUPP--, RELREC and CO follow their parents; a
    record that points to none in the data stays with its subject.

    Parameters
    ----------
    domains
        Domain → records, as `csrkit.sdtm.read` gives them; unchanged.
    settings
        The study with its scope, or a cut of one's own.

    Raises
    ------
    DataError
        When a date is impossible, a record would stay without its parent (a dataset of
        `not_cut`), a variable that the rules name is missing, or no subject is left.
    """
    kept, log = {}, []
    for cut in cut_domains(domains, settings):
        kept[cut.name] = cut.frame
        log.append(cut.log)
    return CutResult({name: kept[name] for name in domains}, cut_log.combine(log))


def cut_domains(
    domains: Mapping[str, pd.DataFrame], settings: Study | CutSettings
) -> Iterator[CutDomain]:
    """Cut the domains one by one, as `apply_cut` does; linked ones come after their parents.

    Of a `csrkit.sdtm.lazy_domains.LazyDomains`, one domain at a time is in memory, with the
    variables by which others point to it.
    """
    if isinstance(settings, Study):
        settings = cut_settings(settings)
    subjects = select_entered_subjects(domains, settings.rules.subject_entry, settings.moment)
    parents = Parents(domains)
    for name in parents.order:
        yield _cut(name, domains[name], settings, subjects, parents)


def _cut(
    name: str, frame: pd.DataFrame, settings: CutSettings, subjects: Subjects, parents: Parents
) -> CutDomain:
    cutter = _Cutter(name, drop_attributes(frame), settings)
    links, attrs = parents.links(name, cutter.frame), dict(frame.attrs)
    del frame
    if name not in settings.rules.not_cut:
        cutter.cut_subjects(subjects)
        cutter.cut_records()
        cutter.follow_parents(parents)
        cutter.blank_values()
    elif is_linked(cutter.frame):
        require_parents(name, cutter.frame, parents)
    kept = drop_attributes(cutter.frame)
    parents[name] = Parent(links, cutter.dates_of_removed())
    kept.attrs = add_standard_labels(name, attrs, map(str, kept))
    return CutDomain(name, kept, cut_log.combine(cutter.log))


class _Cutter:
    """One domain on its way through the cut; `frame` holds what is left of it."""

    def __init__(self, name: str, frame: pd.DataFrame, settings: CutSettings) -> None:
        self.name = name
        self.frame = frame
        self.settings = settings
        self.log: list[pd.DataFrame] = []
        self.removed: list[pd.Series] = []

    def cut_subjects(self, subjects: Subjects) -> None:
        """Remove the records of subjects who hadn't entered by the cut."""
        if "USUBJID" not in self.frame:
            return
        subject = self.frame["USUBJID"]
        # A relation between whole datasets (RELREC) belongs to no subject.
        whole = subject.isna() & is_linked(self.frame)
        dates = subject.map(subjects.dates).astype(object)
        self._remove(
            ~subject.isin(subjects.kept) & ~whole,
            rule=dates.notna().map({True: cut_log.SUBJECT_LATER, False: cut_log.SUBJECT_UNDATED}),
            variable=subjects.variable,
            dates=dates,
        )

    def cut_records(self) -> None:
        """Remove the records dated after the cut."""
        variable = self._date_variable()
        if variable is None:
            return
        later = parse_moments(self.name, self.frame, variable) > self.settings.moment
        dates = self.frame[variable]
        self._remove(later, rule=cut_log.RECORD_LATER, variable=variable, dates=dates)

    def follow_parents(self, parents: Parents) -> None:
        """Remove the records whose parents are gone, in datasets that have parents."""
        if not is_linked(self.frame):
            return
        lost = find_lost_parents(self.frame, parents)
        self._remove(
            self.frame.index.isin(lost.index),
            rule=cut_log.PARENT_REMOVED,
            variable=self.frame["IDVAR"],
            dates=lost.reindex(self.frame.index),
        )

    def blank_values(self) -> None:
        """Blank later dates, and what tells of the same events."""
        self.frame = blank_later_dates(
            self.name, self.frame, self.settings.rules, self.settings.moment, self.log
        )

    def dates_of_removed(self) -> pd.Series:
        """Return the dates for which records were removed, by place in the data as delivered."""
        return pd.concat(self.removed) if self.removed else pd.Series(dtype=object)

    def _date_variable(self) -> str | None:
        overrides = self.settings.rules.date_variables
        if self.name in overrides:
            chosen = overrides[self.name]
            if chosen is not None and chosen not in self.frame:
                raise DataError(
                    f"The variable that dates the records of {self.name} is missing",
                    where=f"cut_rules.date_variables.{self.name}",
                    found=chosen,
                    allowed=[name for name in map(str, self.frame) if name.endswith("DTC")],
                    remedy="Name a date variable of the domain, or null to follow the subject.",
                )
            return chosen
        # DM is dated by its subject: a later collection date (DMDTC) doesn't unmake a subject.
        usual = () if self.name == "DM" else (f"{self.name[:2]}STDTC", f"{self.name[:2]}DTC")
        return next((name for name in usual if name in self.frame), None)

    def _remove(
        self,
        gone: pd.Series | npt.NDArray[np.bool_],
        *,
        rule: str | pd.Series,
        variable: str | pd.Series,
        dates: pd.Series,
    ) -> None:
        if not gone.any():
            return
        removed = self.frame[gone]
        self.log.append(
            cut_log.log_records(
                self.name,
                removed,
                rule=rule if isinstance(rule, str) else rule[gone],
                variable=variable if isinstance(variable, str) else variable[gone],
                dates=dates[gone],
                cut=self.settings.moment,
                action=cut_log.REMOVED,
            )
        )
        self.removed.append(dates[gone].astype(object))
        self.frame = self.frame[~gone]

"""Every ADaM dataset: the function that derives it and the datasets that it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from csrkit.adam.occurrences.query_checks import check_queries
from csrkit.adam.spec import spec_of
from csrkit.adam.time_to_event.declared import check_sources
from csrkit.errors import StudyError, UsageError
from csrkit.study import Study

if TYPE_CHECKING:
    import pandas as pd


class Derive(Protocol):
    """A derivation: cut SDTM domains, earlier ADaM datasets and settings in, a dataset out."""

    def __call__(
        self, sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study, /
    ) -> pd.DataFrame:
        """Return the dataset, conforming to its specification."""
        ...


@dataclass(frozen=True)
class Dataset:
    """An ADaM dataset.

    Attributes
    ----------
    name
        Upper-case name (`ADSL`).
    derive
        `module:function`, imported when it is first needed.
    needs
        ADaM datasets that must be derived before.
    sources
        Whether the settings of the dataset name further ones (`datasets`), as sources.
    """

    name: str
    derive: str
    needs: tuple[str, ...] = ()
    sources: bool = False

    def function(self) -> Derive:
        """Return the function that derives it."""
        module, _, name = self.derive.partition(":")
        return cast(Derive, getattr(import_module(module), name))

    def needs_in(self, study: Study) -> tuple[str, ...]:
        """Return the datasets that must be derived before in a study, in the order of derivation.

        What its settings name besides are datasets that come before it (`list_before`).
        """
        if not (self.sources and study.derivations.has(self.name)):
            return self.needs
        named = getattr(study.derivations, self.name.lower()).datasets
        before = list_before(self.name)
        return tuple(name for name in before if name in named or name in self.needs)


DATASETS = (
    Dataset("ADSL", "csrkit.adam.adsl.adsl:derive_adsl"),
    Dataset("ADEX", "csrkit.adam.exposure.adex:derive_adex", ("ADSL",)),
    Dataset("ADAE", "csrkit.adam.occurrences.adae:derive_adae", ("ADSL", "ADEX")),
    Dataset("ADCM", "csrkit.adam.occurrences.adcm:derive_adcm", ("ADSL",)),
    Dataset("ADMH", "csrkit.adam.occurrences.admh:derive_admh", ("ADSL",)),
    Dataset("ADDV", "csrkit.adam.occurrences.addv:derive_addv", ("ADSL",)),
    Dataset("ADLB", "csrkit.adam.findings.adlb:derive_adlb", ("ADSL", "ADEX")),
    Dataset("ADVS", "csrkit.adam.findings.advs:derive_advs", ("ADSL",)),
    Dataset("ADEG", "csrkit.adam.findings.adeg:derive_adeg", ("ADSL",)),
    Dataset("ADQS", "csrkit.adam.findings.adqs:derive_adqs", ("ADSL",)),
    Dataset("ADTR", "csrkit.adam.tumour.adtr:derive_adtr", ("ADSL",)),
    Dataset("ADRS", "csrkit.adam.tumour.adrs:derive_adrs", ("ADSL",)),
    Dataset("ADTTE", "csrkit.adam.time_to_event.adtte:derive_adtte", ("ADSL",), sources=True),
    Dataset("ADPC", "csrkit.adam.pk.adpc:derive_adpc", ("ADSL", "ADEX")),
    Dataset("ADPP", "csrkit.adam.pk.adpp:derive_adpp", ("ADSL", "ADEX", "ADPC")),
)


def list_before(name: str) -> tuple[str, ...]:
    """Return the names of the datasets that come before one in the order of derivation."""
    names = [dataset.name for dataset in DATASETS]
    return tuple(names[: names.index(name)])


def derive_all(
    sdtm: Mapping[str, pd.DataFrame], study: Study, only: Collection[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Derive the ADaM datasets, each after those that it needs.

    Parameters
    ----------
    sdtm
        Cut SDTM domains by upper-case name.
    study
        Settings, with the scope of the run.
    only
        Names of the datasets wanted; those they need are derived and returned, too. All that the
        study has when None.

    Returns
    -------
    dict[str, DataFrame]
        The datasets by name, in the order of derivation.

    Raises
    ------
    UsageError
        When a name isn't a dataset of `DATASETS`.
    StudyError
        When the study has no settings for a dataset that is needed.
    DataError
        When a domain lacks a variable that the derivations read.
    """
    return dict(derive_each(sdtm, study, only))


def derive_each(
    sdtm: Mapping[str, pd.DataFrame], study: Study, only: Collection[str] | None = None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Derive what `derive_all` does, one dataset after the other.

    Only those that later ones need are kept, so a caller that lets go of each has the largest in
    memory, not all.
    """
    # With pandas, which names alone don't need.
    from csrkit.adam.needs import require_variables
    from csrkit.sdtm.attributes import drop_attributes

    chosen = _choose_datasets(study, only)
    for dataset in chosen:  # What can't be stops before any work is done.
        spec_of(dataset.name, study)
        if dataset.sources:
            own = [name for name in list_before(dataset.name) if study.derivations.has(name)]
            check_sources(study, own)
    check_queries(study)
    require_variables(sdtm, study)
    sdtm = {name: drop_attributes(frame) for name, frame in sdtm.items()}
    kept: dict[str, pd.DataFrame] = {}
    for place, dataset in enumerate(chosen):
        needs = {name: kept[name] for name in dataset.needs_in(study)}
        frame = dataset.function()(sdtm, needs, study)
        later = {name for other in chosen[place + 1 :] for name in other.needs_in(study)}
        kept = {name: each for name, each in kept.items() if name in later}
        if dataset.name in later:
            kept[dataset.name] = drop_attributes(frame)
        yield dataset.name, frame
        del frame


def _choose_datasets(study: Study, only: Collection[str] | None) -> tuple[Dataset, ...]:
    """Return the datasets wanted and those that they need, in the order of derivation."""
    own = [dataset.name for dataset in DATASETS if study.derivations.has(dataset.name)]
    wanted = add_needs(own if only is None else only, study)
    lacking = sorted(wanted - set(own))
    if lacking:
        raise StudyError(
            "The study has no settings for a dataset that is needed",
            where=f"{study.file}, key derivations",
            found=f"no section {', '.join(name.lower() for name in lacking)}",
            allowed=own,
            remedy="Add the section, or leave out the datasets that need it.",
        )
    return tuple(dataset for dataset in DATASETS if dataset.name in wanted)


def add_needs(names: Collection[str], study: Study) -> set[str]:
    """Return the names and those of the datasets that they need, directly or not, in a study."""
    known = {dataset.name: dataset for dataset in DATASETS}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise UsageError(
            "There is no such ADaM dataset",
            where="only",
            found=", ".join(unknown),
            allowed=tuple(known),
            remedy="Use names of this list.",
        )
    wanted: set[str] = set(names)
    for dataset in reversed(DATASETS):
        if dataset.name in wanted:
            wanted.update(dataset.needs_in(study))
    return wanted

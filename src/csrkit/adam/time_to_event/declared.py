"""What the declared times to an event name of the ADaM datasets; to check it needs no data."""

from __future__ import annotations

from collections.abc import Sequence

from csrkit.adam.spec import spec_of
from csrkit.errors import StudyError
from csrkit.study import Study

SETTINGS = "derivations.adtte"


def sequence_of(dataset: str, study: Study) -> str | None:
    """Return the variable of a dataset that numbers its records; None of ADSL."""
    spec = spec_of(dataset, study)
    return next((name for name in reversed(spec.keys) if name.endswith("SEQ")), None)


def check_sources(study: Study, datasets: Sequence[str]) -> None:
    """Check what the sources of ADTTE name of ADaM datasets, before anything is derived.

    Parameters
    ----------
    study
        Settings.
    datasets
        The datasets that are derived before ADTTE.

    Raises
    ------
    StudyError
        When a source names a dataset that isn't there, or a variable of one that isn't its date.
    """
    for key, source in study.derivations.adtte.list_sources():
        if source.of_sdtm:
            continue
        where = f"{study.file}, key {SETTINGS}.{key}"
        if source.dataset not in datasets:
            raise StudyError(
                "A time to an event names a dataset that isn't derived before it",
                where=f"{where}.dataset",
                found=source.dataset,
                allowed=tuple(datasets),
                remedy="Use one of these, or a domain of the SDTM; a dataset needs its section in "
                "derivations.",
            )
        spec = spec_of(source.dataset, study)
        dates = [one.name for one in spec.variables if one.type in ("date", "datetime")]
        if source.date not in dates:
            raise StudyError(
                "A time to an event is dated by a variable that is no date of its dataset",
                where=f"{where}.date",
                found=source.date,
                allowed=dates,
                remedy=f"Use a date of {source.dataset}.",
            )

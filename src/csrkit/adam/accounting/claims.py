"""Which records of the SDTM each ADaM dataset uses: those it carries, and those it says it reads.

A claim that a dataset could make without truth would be worth nothing. Carried records are read
off the keys in the dataset. Declared ones (`uses` in a specification) are selected by the settings,
and by the functions, that the derivation itself selects by; a test derives every dataset again from
nothing but the records it claims, and it must come out the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csrkit.adam.accounting.keys import Mask, find_carried_keys, mark_keys
from csrkit.adam.accounting.selections import Data, list_selections, mark_selected
from csrkit.adam.registry import DATASETS
from csrkit.adam.spec import load_spec
from csrkit.errors import DerivationError
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study

CARRIED = "record"
"""Purpose of the records that a dataset carries the keys of."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Records of a domain that a dataset uses: `mask` is true for them, in the domain's order."""

    domain: str
    dataset: str
    purpose: str
    mask: Mask


def list_claims(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> list[Claim]:
    """Return what the ADaM datasets use of the domains after the cut, dataset by dataset.

    Parameters
    ----------
    sdtm
        Domains after the data cut, index 0…n-1.
    adam
        The datasets derived from them.
    study
        The settings that they were derived with.

    Raises
    ------
    DerivationError
        When a dataset carries the key of a record that isn't in the data, or declares a use by a
        setting that isn't there.
    """
    data = Data(sdtm, adam, study)
    found: list[Claim] = []
    for name in (dataset.name for dataset in DATASETS if dataset.name in adam):
        mine = _claim_carried(name, data)
        for use in load_spec(name).uses:
            for selection in list_selections(use, data):
                used = _select_claimed(use.parent, mine, data) if use.parent else None
                mask = mark_selected(use, selection, name, data, used)
                purpose = selection.purpose
                mine.append(
                    Claim(domain=selection.domain, dataset=name, purpose=purpose, mask=mask)
                )
        found += mine
    return found


def _claim_carried(name: str, data: Data) -> list[Claim]:
    """Return the records of each domain that a dataset carries the keys of."""
    carried = []
    for domain, frame in data.sdtm.items():
        keys = find_carried_keys(data.adam[name], domain)
        if len(keys):
            mask = mark_keys(domain, frame, keys)
            _require_known(name, domain, len(keys), int(mask.sum()))
            carried.append(Claim(domain=domain, dataset=name, purpose=CARRIED, mask=mask))
    return carried


def _select_claimed(domain: str, mine: list[Claim], data: Data) -> pd.DataFrame:
    """Return the records of a domain that a dataset has claimed so far."""
    frame = data.sdtm.get(domain, pd.DataFrame())
    masks = [claim.mask for claim in mine if claim.domain == domain]
    return frame[np.logical_or.reduce(masks)] if masks else frame.iloc[:0]


def _require_known(name: str, domain: str, carried: int, found: int) -> None:
    if found < carried:
        raise DerivationError(
            "A dataset carries keys of records that aren't in the data",
            where=name,
            found=f"{carried} different records of {domain}, of which the data has {found}",
            allowed=f"USUBJID and {sequence_variable(domain)} of records after the data cut",
            remedy=f"Correct the derivation of {name}.",
        )

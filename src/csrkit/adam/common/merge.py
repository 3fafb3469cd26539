"""Carry variables from the subject level to a dataset's records."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.api.extensions import ExtensionArray

from csrkit.adam.common.ordering import Places
from csrkit.adam.spec import block

CARRIED_BLOCKS = ("identifiers", "treatment", "populations")


def merge_adsl(
    frame: pd.DataFrame, adsl: pd.DataFrame, blocks: Sequence[str] = (), extra: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the records of subjects in ADSL with ADSL's variables beside them.

    Parameters
    ----------
    frame
        Records with USUBJID.
    adsl
        ADSL, one record a subject.
    blocks
        Blocks of `spec/common.yml` besides identifiers, treatment and populations.
    extra
        Further ADSL variables.

    Returns
    -------
    DataFrame
        Records in their order, index 0…n-1. A column of `frame` that ADSL gives is replaced by
        ADSL's, text as categories; records of subjects outside ADSL leave.
    """
    wanted = [v["name"] for name in (*CARRIED_BLOCKS, *blocks) for v in block(name)]
    carried = list(dict.fromkeys([*wanted, *extra]))
    subject = pd.Index(adsl["USUBJID"]).get_indexer(pd.Index(frame["USUBJID"]))
    known = subject >= 0
    chosen = slice(None) if known.all() else known
    own = [name for name in frame if name == "USUBJID" or name not in carried]
    mine = {name: frame[name].array[chosen] for name in own}
    theirs = {name: _taken(adsl[name], subject[known]) for name in carried if name not in own}
    return pd.DataFrame({**mine, **theirs}, copy=False)


def _taken(values: pd.Series, places: Places) -> ExtensionArray:
    """Return the values at some places; the few texts of the subjects are kept once."""
    if values.dtype != object:
        taken: ExtensionArray = values.array.take(places)
        return taken
    codes, distinct = pd.factorize(values)
    return pd.Categorical.from_codes(codes[places], categories=distinct)

"""The accounting: every record as delivered is cut, used, or set aside for a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from csrkit.adam.accounting.claims import Claim, list_claims
from csrkit.adam.accounting.set_aside import find_reasons
from csrkit.errors import DerivationError
from csrkit.sdtm.cut import CutResult, cut_log
from csrkit.sdtm.keys import record_keys
from csrkit.study import Study

Texts = npt.NDArray[np.object_]

CUT, USED, NOT_USED = "cut", "used", "not used"
FATES = (CUT, USED, NOT_USED)
COLUMNS = ("DOMAIN", "USUBJID", "KEY", "FATE", "REASON", "DATASETS")
SEPARATOR = "\x1f"
COUNTS = {CUT: "REMOVED_BY_CUT", USED: "USED", NOT_USED: "NOT_USED"}


@dataclass(frozen=True)
class Accounting:
    """What became of every record.

    Attributes
    ----------
    records
        One row a record as delivered, by domain in the order of the data: DOMAIN USUBJID KEY, FATE
        (cut, used, not used), REASON, and DATASETS that use it (joined by `; `, else None).
    read
        Records in the data as delivered, by domain.
    removed
        Records that the cut log says were removed, by domain.
    kept
        Records in the data after the cut, by domain.
    """

    records: pd.DataFrame
    read: dict[str, int]
    removed: dict[str, int]
    kept: dict[str, int]

    @property
    def summary(self) -> pd.DataFrame:
        """DOMAIN READ REMOVED_BY_CUT USED NOT_USED, one row a domain, an empty one included."""
        fates = pd.crosstab(self.records["DOMAIN"], self.records["FATE"])
        fates = fates.reindex(index=sorted(self.read), columns=list(FATES), fill_value=0)
        counts = fates.rename(columns=COUNTS).rename_axis(index="DOMAIN", columns=None)
        counts.insert(0, "READ", pd.Series(self.read))
        return counts.reset_index()

    @property
    def reasons(self) -> pd.DataFrame:
        """DOMAIN FATE REASON N, by domain, in the order cut, used, not used."""
        by = ["DOMAIN", "FATE", "REASON"]
        counts = self.records.groupby(by, as_index=False).size().rename(columns={"size": "N"})
        order = counts["FATE"].map({fate: place for place, fate in enumerate(FATES)})
        counts = counts.assign(ORDER=order).sort_values(["DOMAIN", "ORDER", "REASON"])
        return counts.drop(columns="ORDER").reset_index(drop=True)

    def check(self) -> None:
        """Hold the sums: read = removed by the cut + used + not used, in every domain.

        Read is counted in the data as delivered, removed in the cut log, kept in the data after the
        cut, and used and not used in `records`.

        Raises
        ------
        DerivationError
            When they don't add up.
        """
        counted = self.summary.set_index("DOMAIN").to_dict("index")
        for domain, read in self.read.items():
            removed, kept = self.removed[domain], self.kept[domain]
            if removed + kept != read:
                raise _unbalanced_error(domain, f"{read} read, {removed} removed, {kept} kept")
            cut, used, idle = (int(counted[domain][COUNTS[fate]]) for fate in FATES)
            if cut != removed or used + idle != kept:
                found = f"{removed} removed and {kept} kept; accounted for are {cut} as cut"
                raise _unbalanced_error(domain, f"{found}, {used} as used, {idle} as not used")


def account(
    raw: Mapping[str, pd.DataFrame],
    cut: CutResult,
    adam: Mapping[str, pd.DataFrame],
    study: Study,
) -> Accounting:
    """Account for every record of the SDTM.

    Parameters
    ----------
    raw
        Domains as delivered.
    cut
        What the data cut made of them.
    adam
        All ADaM datasets derived from the data after the cut.
    study
        The settings that they were derived with.

    Raises
    ------
    DerivationError
        When the sums don't add up, or a dataset claims a record that isn't there.
    """
    claimed = list_claims(cut.domains, adam, study)
    log = cut.log[cut.log["ACTION"].eq(cut_log.REMOVED)]
    logged = {str(name): part for name, part in log.groupby("DOMAIN")}
    parts = [
        _account_domain(name, raw[name], logged.get(name, log.iloc[:0]), cut.domains, claimed)
        for name in sorted(raw)
    ]
    records = pd.concat(parts, ignore_index=True)
    accounting = Accounting(
        records=records.where(records.notna(), None),
        read={name: len(frame) for name, frame in raw.items()},
        removed={name: len(logged.get(name, ())) for name in raw},
        kept={name: len(cut.domains[name]) for name in raw},
    )
    accounting.check()
    return accounting


def write_accounting(accounting: Accounting, file: Path) -> None:
    """Write `accounting.csv`, one line a record as delivered; equal accounts give equal bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    accounting.records.to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def _account_domain(
    name: str,
    raw: pd.DataFrame,
    log: pd.DataFrame,
    domains: Mapping[str, pd.DataFrame],
    claimed: Sequence[Claim],
) -> pd.DataFrame:
    """Return the records of one domain with their fate; `domains` are those after the cut."""
    kept = domains[name]
    raw = raw.reset_index(drop=True)
    subject = raw.get("USUBJID", pd.Series(None, index=raw.index, dtype=object))
    keys = record_keys(name, raw)
    why = _find_removed(name, raw, subject, keys, log)
    stays = pd.isna(why)
    if stays.sum() != len(kept):
        raise _unbalanced_error(name, f"{len(log)} of {len(raw)} records removed, {len(kept)} kept")
    used, datasets = _find_uses([claim for claim in claimed if claim.domain == name], len(kept))
    idle = pd.isna(used)
    used[idle] = find_reasons(name, kept[idle], domains)
    fate = np.full(len(raw), CUT, dtype=object)
    fate[stays] = np.where(idle, NOT_USED, USED)
    why[stays] = used
    users = np.full(len(raw), None, dtype=object)
    users[stays] = datasets
    frame = {"DOMAIN": name, "USUBJID": subject, "KEY": keys, "FATE": fate, "REASON": why}
    return pd.DataFrame({**frame, "DATASETS": users}, columns=list(COLUMNS))


def _find_removed(
    name: str, raw: pd.DataFrame, subject: pd.Series, keys: pd.Series, log: pd.DataFrame
) -> Texts:
    """Return the rule by which the cut removed each record; None where it didn't.

    The date tells records of one key apart when the cut comes between them.
    """
    why = pd.Series(None, index=raw.index, dtype=object)
    mine = subject.fillna("") + SEPARATOR + keys
    logged = log["USUBJID"].fillna("") + SEPARATOR + log["KEY"]
    for (rule, variable), part in log.groupby(["RULE", "VARIABLE"], dropna=False):
        named, removed = mine, logged.loc[part.index]
        if rule == cut_log.RECORD_LATER:
            named = mine + SEPARATOR + raw[variable].fillna("")
            removed = removed + SEPARATOR + part["DATE"]
        why = why.mask(named.isin(removed), str(rule))
    if int(why.notna().sum()) != len(log):
        raise _unbalanced_error(name, f"{len(log)} removed, {int(why.notna().sum())} of them found")
    return np.array(why, dtype=object)


def _find_uses(mine: Sequence[Claim], size: int) -> tuple[Texts, Texts]:
    """Return what each record is used for, and by which datasets; None where by none."""
    masks = np.column_stack([claim.mask for claim in mine]) if mine else np.zeros((size, 0), bool)
    patterns, place = np.unique(masks, axis=0, return_inverse=True)
    words: list[str | None] = []
    names: list[str | None] = []
    for pattern in patterns:
        purposes: dict[str, dict[str, None]] = {}
        for claim in (claim for claim, holds in zip(mine, pattern, strict=True) if holds):
            purposes.setdefault(claim.dataset, {})[claim.purpose] = None
        text = "; ".join(f"{name}: {', '.join(what)}" for name, what in purposes.items())
        words.append(text or None)
        names.append("; ".join(purposes) or None)
    where = place.reshape(-1)
    return np.array(words, dtype=object)[where], np.array(names, dtype=object)[where]


def _unbalanced_error(domain: str, found: str) -> DerivationError:
    return DerivationError(
        "The records of a domain don't add up",
        where=domain,
        found=found,
        allowed="read = removed by the cut + used + not used",
        remedy="Run again from the data as delivered; if it stays so, this is a fault of csrkit.",
    )

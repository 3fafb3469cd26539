"""Why records of the SDTM are used by no ADaM dataset, by the rules of `set_aside.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from csrkit.adam.accounting.keys import Mask
from csrkit.adam.common.filtering import filter_records
from csrkit.conditions import ALL_RECORDS, ConditionText, variables_of
from csrkit.files.yaml import read_yaml
from csrkit.sdtm.keys import is_linked
from csrkit.sdtm.links import has_parent
from csrkit.study.loader import validate_content

RULES = Path(__file__).with_name("set_aside.yml")
SUPPLEMENTAL = "SUPP"


class Rule(BaseModel):
    """Records that are rightly unused, and the reason.

    Attributes
    ----------
    reason
        In words.
    domains
        Domains whose records it may hold for, `SUPP--` for all supplemental ones; any when empty.
    where
        Condition (`csrkit.conditions`) on the domain; it holds for none in a domain without the
        variables it names.
    not_done
        Whether it holds only for records of something not done (--STAT).
    points_to_none
        Whether it holds only for records whose parent isn't in the data (SUPP--, RELREC, CO).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str
    domains: tuple[str, ...] = ()
    where: ConditionText = ALL_RECORDS
    not_done: bool = False
    points_to_none: bool = False


class Rules(BaseModel):
    """The rules in order, and the reason when none holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...]
    otherwise: str


@cache
def load_rules() -> Rules:
    """Return the rules of `set_aside.yml`.

    Raises
    ------
    StudyError
        When the file can't be used.
    """
    what = "The reasons why records are set aside can't be used"
    return validate_content(Rules, read_yaml(RULES), RULES, what)


def find_reasons(
    domain: str, frame: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame]
) -> npt.NDArray[np.object_]:
    """Return why each of some unused records of a domain is unused.

    Parameters
    ----------
    frame
        The records.
    sdtm
        All domains, in which records may have parents.
    """
    ruleset = load_rules()
    meets = [_mark_met(rule, domain, frame, sdtm) for rule in ruleset.rules]
    words = np.select(meets, [rule.reason for rule in ruleset.rules], ruleset.otherwise)
    return words.astype(object)


def _mark_met(
    rule: Rule, domain: str, frame: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame]
) -> Mask:
    """Return where a rule holds."""
    short = f"{SUPPLEMENTAL}--" if domain.startswith(SUPPLEMENTAL) else domain
    if frame.empty or (rule.domains and short not in rule.domains):
        return np.zeros(len(frame), dtype=bool)
    holds = np.ones(len(frame), dtype=bool)
    if rule.not_done:
        status = f"{domain[:2]}STAT"
        holds &= frame[status].eq("NOT DONE").to_numpy(bool) if status in frame else False
    if rule.points_to_none:
        if not is_linked(frame):
            return np.zeros(len(frame), dtype=bool)
        holds &= frame["RDOMAIN"].notna().to_numpy(bool) & ~has_parent(frame, sdtm).to_numpy(bool)
    if not set(variables_of(rule.where)) <= set(frame.columns):
        return np.zeros(len(frame), dtype=bool)
    chosen = filter_records(frame, rule.where, f"rules.where ({domain})", RULES.name)
    holds &= frame.index.isin(chosen.index)
    return holds

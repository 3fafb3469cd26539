"""Which concentrations an analysis leaves out, and what stands for those below quantification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csrkit.adam.common.variables import clip_texts, flag_where
from csrkit.adam.pk.exclusions import find_excluded
from csrkit.stats.nca import blq
from csrkit.stats.nca.blq import AFTER_LAST, BEFORE_FIRST, Places, blq_places
from csrkit.study.assumptions import BlqRule
from csrkit.study.derivations.pk import Concentrations
from csrkit.study.pk_exclusions import PkExclusion
from csrkit.study.terms import Terms

PROFILE = ["USUBJID", "PARAMCD", "INFNUM"]


@dataclass(frozen=True)
class Exclusion:
    """A rule of exclusion: the records it meets, the reason, and the analyses that leave them out.

    `reason` is one text, or a text for each record.
    """

    meets: pd.Series
    reason: str | pd.Series
    nca: bool = True
    summaries: bool = True


def derive_exclusions(
    frame: pd.DataFrame,
    settings: Concentrations,
    terms: Terms,
    by_people: Sequence[PkExclusion] = (),
) -> pd.DataFrame:
    """Add NCAXFL, LAMZXFL, PKSUMXF, EXCLFL and EXCLREAS.

    Parameters
    ----------
    frame
        Samples with their results and times, and the columns NOTDONE (text or None: why a sample
        was not taken) and NEXTDTM (start of the next infusion).
    settings, terms
        The study's rules, and its words for the reasons.
    by_people
        Samples that people exclude (`csrkit.study.pk_exclusions`).
    """
    said = find_excluded(frame, by_people, "sample")
    rules = [Exclusion(said.notna(), said), *_unusable(frame, settings.unit, terms)]
    rules += _duplicates(frame, settings, left=~_is_excluded(rules, frame.index))
    rules += _off_schedule(frame, settings, terms)
    nca = _is_excluded([rule for rule in rules if rule.nca], frame.index)
    summaries = _is_excluded([rule for rule in rules if rule.summaries], frame.index)
    terminal = find_excluded(frame, by_people, "lambda_z")
    rules.append(Exclusion(terminal.notna(), terminal))
    reasons = pd.Series(None, index=frame.index, dtype=object)
    for rule in reversed(rules):
        reasons = reasons.mask(rule.meets, rule.reason)
    return frame.assign(
        NCAXFL=flag_where(nca),
        LAMZXFL=flag_where(terminal.notna()),
        PKSUMXF=flag_where(summaries),
        EXCLFL=flag_where(_is_excluded(rules, frame.index)),
        EXCLREAS=clip_texts(reasons),
    )


def _unusable(frame: pd.DataFrame, unit: str, terms: Terms) -> list[Exclusion]:
    """Return the rules for samples without a result, and for those that belong to no interval."""
    blq = frame["BLQFL"].notna()
    planned, actual = frame["NRRLT"], frame["ARRLT"]
    one = terms.administration
    return [
        Exclusion(frame["NOTDONE"].notna(), frame["NOTDONE"]),
        Exclusion(frame["AVAL"].lt(0), "Negative result"),
        Exclusion(frame["AVAL"].isna() & ~blq, "Result is not a number"),
        Exclusion(frame["AVALU"].ne(unit) & ~blq, f"Result is not in {unit}"),
        Exclusion(
            frame["INFNUM"].isna(), terms.fill("{Administration} that it belongs to not known")
        ),
        Exclusion(actual.le(0) & planned.gt(0), f"Taken before the {one}"),
        Exclusion(frame["ADTM"].gt(frame["NEXTDTM"]), f"Taken after the start of the next {one}"),
        Exclusion(frame["ADTM"].isna(), "Actual time of the sample not known", summaries=False),
        Exclusion(actual.isna(), f"Start of the {one} not known", summaries=False),
    ]


def _duplicates(frame: pd.DataFrame, settings: Concentrations, left: pd.Series) -> list[Exclusion]:
    """Return the rules for a second sample of one planned time, and of one moment."""
    ordered = frame[left].sort_values(["ADTM", "SRCSEQ"], kind="stable", na_position="last")
    planned = ordered[ordered["NRRLT"].notna()]
    second = planned.duplicated([*PROFILE, "NRRLT"], keep=settings.duplicates)
    again = second.reindex(frame.index, fill_value=False)
    timed = ordered[~again.reindex(ordered.index) & ordered["ADTM"].notna()]
    same = timed.duplicated([*PROFILE, "ADTM"]).reindex(frame.index, fill_value=False)
    kept = settings.duplicates
    return [
        Exclusion(again, f"Repeated sample of one planned time; the {kept} one is used"),
        Exclusion(same, "Taken at the same time as another sample", summaries=False),
    ]


def _off_schedule(frame: pd.DataFrame, settings: Concentrations, terms: Terms) -> list[Exclusion]:
    """Return the rules for samples that summaries by planned time leave out, but not the NCA."""
    planned, actual, deviation = frame["NRRLT"], frame["ARRLT"], frame["TIMEDEV"]
    pre_dose = planned.le(0)
    allowed = np.maximum(settings.tolerance_hours, settings.tolerance_share * planned)
    # Times are whole seconds; without this, 0.25 h may be a little more than itself.
    off = deviation.abs().gt(allowed + 1e-6)
    amount = deviation.abs().map("{:.2f} h ".format).astype(object)
    text: pd.Series = "Taken " + amount + np.where(deviation > 0, "late", "early")
    return [
        Exclusion(planned.isna(), "No planned time", nca=False),
        Exclusion(
            pre_dose & actual.gt(0),
            f"Pre-dose sample taken after the start of the {terms.administration}",
            nca=False,
        ),
        Exclusion(
            pre_dose & actual.lt(-settings.predose_window_hours),
            f"Pre-dose sample taken too long before the {terms.administration}",
            nca=False,
        ),
        Exclusion(~pre_dose & off, text, nca=False),
    ]


def derive_analysis_values(
    frame: pd.DataFrame, for_nca: BlqRule, for_summaries: BlqRule
) -> pd.DataFrame:
    """Add AVALNCA and AVALSUM: results with those below quantification replaced by rule.

    Results that some analysis uses say where those below quantification stand: for the NCA among
    those of the profile, whose area begins with what was in the blood; for summaries a trough is
    the end of the interval before it, whether planned there or before the next dose.
    """
    used = frame["NCAXFL"].isna() | frame["PKSUMXF"].isna()
    quantified = frame["AVAL"].notna() & used
    place = blq_places(
        frame.groupby(PROFILE, dropna=False).ngroup(),
        frame["ARRLT"].fillna(frame["NRRLT"]),
        quantified,
    )
    after_earlier = (place == BEFORE_FIRST) & _follows_a_quantified_profile(frame, quantified)
    over_doses = np.where(after_earlier, AFTER_LAST, place)
    return frame.assign(
        AVALNCA=_replace_blq(frame, place, for_nca).mask(frame["NCAXFL"].notna()),
        AVALSUM=_replace_blq(frame, over_doses, for_summaries).mask(frame["PKSUMXF"].notna()),
    )


def _follows_a_quantified_profile(frame: pd.DataFrame, quantified: pd.Series) -> np.ndarray:
    """Say which samples belong to a later dose than one with a quantifiable result."""
    number = frame["INFNUM"].where(quantified)
    first = number.groupby([frame["USUBJID"], frame["PARAMCD"]]).transform("min")
    return (frame["INFNUM"] > first).to_numpy()


def _replace_blq(frame: pd.DataFrame, place: Places, rule: BlqRule) -> pd.Series:
    """Return AVAL with a BLQ result replaced by what the rule says for its place."""
    stated = blq.BlqRule(**rule.model_dump())
    limits = frame["ALLOQ"].to_numpy(dtype=float)
    return frame["AVAL"].where(frame["BLQFL"].isna(), stated.replacement(place, limits))


def _is_excluded(rules: list[Exclusion], index: pd.Index) -> pd.Series:
    met = pd.Series(False, index=index)
    for rule in rules:
        met |= rule.meets
    return met

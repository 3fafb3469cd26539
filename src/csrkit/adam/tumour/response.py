"""Response over time and best overall response by RECIST 1.1, as pure rules on frames.

The rules are those of the R package admiralonco (`derive_param_bor`, `derive_param_confirmed_bor`,
`derive_param_confirmed_resp`, `filter_pd`), which state RECIST 1.1 (Eisenhauer 2009, best overall
response and its confirmation) for the records of ADRS.
"""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.stack import stack_records
from csrkit.adam.tumour.confirmation import find_confirmed_complete, find_confirmed_partial
from csrkit.adam.tumour.rules import ResponseRules
from csrkit.errors import DerivationError

BEST_FIRST = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING")
"""Best overall responses, best first; the numeric code (AVAL) is the place, from 1."""

CODES = {response: float(place) for place, response in enumerate(BEST_FIRST, start=1)}

WORST_OF_A_DAY = ("NE", "CR", "PR", "SD", "NON-CR/NON-PD", "PD")
"""Responses of one day, the one to use last: the worst, where NE yields to any response."""

NOT_DONE = "ND"

RESPONSE = ("CR", "PR")


def select_usable_responses(
    responses: pd.DataFrame, rules: ResponseRules, *, after_pd: bool = False
) -> pd.DataFrame:
    """Return the records that may decide a response: one a subject and day, in order of time.

    Used are records from the reference date through the first PD, the worst of a day, and, where
    the frame has the variable NACTDT (start of a new anticancer therapy), those before it. A
    record without a response, not done (ND) or without a date isn't used.

    Parameters
    ----------
    responses
        USUBJID, ADT, AVALC, the reference date of `rules`, optionally NACTDT; other columns stay.
    rules
        Names the reference date.
    after_pd
        Whether records after the first PD are kept.

    Raises
    ------
    DerivationError
        When a response isn't one of RECIST 1.1.
    """
    _check_values(responses)
    dated = responses["ADT"].notna() & (responses["ADT"] >= responses[rules.reference])
    if "NACTDT" in responses:
        dated &= responses["NACTDT"].isna() | (responses["ADT"] < responses["NACTDT"])
    used = responses[dated & responses["AVALC"].isin(WORST_OF_A_DAY)]
    badness = used["AVALC"].map({value: n for n, value in enumerate(WORST_OF_A_DAY)})
    used = used.assign(_BADNESS=badness).sort_values(["USUBJID", "ADT", "_BADNESS"], kind="stable")
    used = used.drop_duplicates(["USUBJID", "ADT"], keep="last").drop(columns="_BADNESS")
    if after_pd:
        return used
    first_pd = used["ADT"].where(used["AVALC"] == "PD").groupby(used["USUBJID"]).transform("min")
    return used[first_pd.isna() | (used["ADT"] <= first_pd)]


def best_overall_response(
    responses: pd.DataFrame, settings: ResponseRules, confirmed: bool = True
) -> pd.DataFrame:
    """Return the best overall response of each subject, and its date.

    Best is the order CR, PR, SD, NON-CR/NON-PD, PD, NE, MISSING. Unconfirmed, every CR and PR
    counts. Confirmed, CR needs a CR at least `confirmation_days` later with nothing but CR and at
    most `max_ne_between` NE between; PR needs a CR or PR that much later with at most that many
    NE, no PR after a CR, and nothing worse between. SD is a CR, PR or SD at least `sd_min_days`
    after the reference date (so an unconfirmed response counts as SD), NON-CR/NON-PD likewise;
    earlier ones are NE. MISSING is a subject without a usable record.

    Parameters
    ----------
    responses
        Overall responses: USUBJID, ADT, AVALC, the reference date named in `settings`, optionally
        NACTDT. A subject never assessed stands in it with a row whose AVALC is missing. Which
        records are used, `select_usable_responses` says.
    settings
        The rules, usually `ResponseRules.of(study)`.
    confirmed
        Whether CR and PR need confirmation.

    Returns
    -------
    DataFrame
        One row a subject of `responses`, by USUBJID, with all columns of the record that
        decided, AVALC set to the best overall response and AVAL to its code (1 CR … 7 MISSING).
        ADT is the date of the first record that reached it; MISSING has none.

    Raises
    ------
    DerivationError
        When a response isn't one of RECIST 1.1.

    Notes
    -----
    R package admiralonco, `derive_param_bor` and `derive_param_confirmed_bor`.
    """
    reached = derive_responses_reached(responses, settings, confirmed)
    best = reached.sort_values(["USUBJID", "AVAL", "ADT"], kind="stable")
    best = best.drop_duplicates("USUBJID", keep="first")
    return _every_subject(responses, best, without="MISSING").assign(
        AVAL=lambda frame: frame["AVALC"].map(CODES)
    )


def derive_first_response(
    responses: pd.DataFrame, settings: ResponseRules, confirmed: bool, counts: tuple[str, ...]
) -> pd.DataFrame:
    """Return for each subject whether (AVALC Y or N) and when one of `counts` was first reached.

    `counts` is CR and PR for response, `settings.disease_control` for disease control; the rest is
    as in `best_overall_response`. AVAL is 1 for Y and 0 for N; N has no date.

    Notes
    -----
    R package admiralonco, `derive_param_response`, `derive_param_confirmed_resp`, and the events
    `rsp_y`, `crsp_y_cr`, `crsp_y_pr` and `cb_y`.
    """
    reached = derive_responses_reached(responses, settings, confirmed)
    reached = reached[reached["AVALC"].isin(counts)]
    first = reached.sort_values(["USUBJID", "ADT", "AVAL"], kind="stable")
    first = first.drop_duplicates("USUBJID", keep="first").assign(AVALC="Y")
    return _every_subject(responses, first, without="N").assign(
        AVAL=lambda frame: frame["AVALC"].map({"Y": 1.0, "N": 0.0})
    )


def derive_responses_reached(
    responses: pd.DataFrame, settings: ResponseRules, confirmed: bool
) -> pd.DataFrame:
    """Return every best overall response that each usable record qualifies for (AVALC, AVAL).

    A record can stand in it more than once: a confirmed PR after day 42 is also an SD.
    """
    used = select_usable_responses(responses, settings)
    value = used["AVALC"]
    late = used["ADT"] >= used[settings.reference] + pd.Timedelta(days=settings.sd_min_days)
    qualifies = {
        "CR": find_confirmed_complete(used, settings) if confirmed else value == "CR",
        "PR": find_confirmed_partial(used, settings) if confirmed else value == "PR",
        "SD": value.isin(["CR", "PR", "SD"]) & late,
        "NON-CR/NON-PD": (value == "NON-CR/NON-PD") & late,
        "PD": value == "PD",
        "NE": (value == "NE") | ((value != "PD") & ~late),
    }
    parts = [used[mask].assign(AVALC=name, AVAL=CODES[name]) for name, mask in qualifies.items()]
    return stack_records(parts)


def _check_values(responses: pd.DataFrame) -> None:
    """Stop at a response that RECIST 1.1 doesn't know."""
    known = (*WORST_OF_A_DAY, NOT_DONE)
    odd = responses["AVALC"].notna() & ~responses["AVALC"].isin(known)
    if odd.any():
        first = responses[odd].iloc[0]
        raise DerivationError(
            "An overall response is not one of RECIST 1.1",
            where=f"subject {first['USUBJID']}, {first['ADT']:%Y-%m-%d}",
            found=f"{first['AVALC']!r} ({int(odd.sum())} such records)",
            allowed=known,
            remedy="Correct RSSTRESC, or leave the records out by derivations.adrs in study.yml.",
        )


def _every_subject(responses: pd.DataFrame, found: pd.DataFrame, without: str) -> pd.DataFrame:
    """Return `found` with a row, AVALC `without`, for each subject that has none; by USUBJID."""
    subjects = responses[["USUBJID"]].drop_duplicates().sort_values("USUBJID")
    result = subjects.merge(found, on="USUBJID", how="left", validate="one_to_one")
    result["AVALC"] = result["AVALC"].fillna(without)
    return result[[*responses.columns, *result.columns.difference(responses.columns)]]

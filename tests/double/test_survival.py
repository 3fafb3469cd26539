"""PFS and OS: events, censoring, Kaplan-Meier quartiles and rates, from RS, CM, DM and SS."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import pytest

ADEQUATE = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD"]
MONTH = 30.4375
Z = 1.959963984540054
LAST = "Last adequate tumour assessment"

Steps = list[tuple[float, float, float, float]]


def kaplan_meier(time: Sequence[float], event: Sequence[bool]) -> Steps:
    """Return (time, survival, lower, upper) at each time with an event; limits by log(-log)."""
    steps: Steps = []
    survival, greenwood = 1.0, 0.0
    for now in sorted({t for t, happened in zip(time, event, strict=True) if happened}):
        at_risk = sum(t >= now for t in time)
        died = sum(t == now and happened for t, happened in zip(time, event, strict=True))
        survival *= 1 - died / at_risk
        if at_risk == died:
            steps.append((now, 0.0, math.nan, math.nan))
            break
        greenwood += died / (at_risk * (at_risk - died))
        spread = Z * math.sqrt(greenwood) / abs(math.log(survival))
        steps.append((now, survival, survival ** math.exp(spread), survival ** math.exp(-spread)))
    return steps


def time_at(steps: Steps, place: int, level: float, followed: float) -> float:
    """Return when a curve (place 1, 2, 3) comes to `level`.

    Midway when it stays just there, until the next event or the end of follow-up (as R survfit).
    """
    curve = [(step[0], step[place]) for step in steps if not math.isnan(step[place])]
    exact = [t for t, s in curve if math.isclose(s, level)]
    below = [t for t, s in curve if s < level and not math.isclose(s, level)]
    if exact:
        return (exact[0] + (below[0] if below else followed)) / 2
    return below[0] if below else math.nan


def rate_at(steps: Steps, day: float, followed: float) -> float:
    """Return the survival at a day; NaN when nobody was followed as long and some survive."""
    past = [step[1] for step in steps if step[0] <= day]
    survival = past[-1] if past else 1.0
    return math.nan if day > followed and survival > 0 else survival


@pytest.fixture(scope="module")
def overall(subjects) -> pd.DataFrame:
    treated = subjects[subjects["SAF"]]
    end = treated["DEATH"].fillna(treated["ALIVE"])
    return pd.DataFrame(
        {
            "TIME": (end - treated["START"]).dt.days + 1,
            "EVENT": treated["DEATH"].notna(),
            "WHY": treated["DEATH"].notna().map({True: "Death", False: "Last date known alive"}),
        }
    )


@pytest.fixture(scope="module")
def progression_free(data, subjects, assumed, days, therapy_starts) -> pd.DataFrame:
    rs = data["RS"][(data["RS"]["RSCAT"] == "RECIST 1.1") & (data["RS"]["RSTESTCD"] == "OVRLRESP")]
    rs = rs.assign(DAY=days(rs["RSDTC"]))
    interval = assumed("pfs_censoring")["missed_assessments"] * assumed("tumour_assessment_weeks")
    window = assumed("tumour_assessment_window_days")
    rows = {}
    for subject, row in subjects[subjects["SAF"]].iterrows():
        start = row["START"]
        own = rs[(rs["USUBJID"] == subject) & (rs["DAY"] >= start)]
        progression = own.loc[own["RSSTRESC"] == "PD", "DAY"].min()
        event = min([d for d in (progression, row["DEATH"]) if pd.notna(d)], default=pd.NaT)
        new = therapy_starts.get(subject, pd.NaT)
        seen = own.loc[own["RSSTRESC"].isin(ADEQUATE) & (own["RSSTRESC"] != "PD"), "DAY"]
        if pd.notna(new) and not event < new:
            why, last = f"{LAST} before new anticancer therapy", seen[seen < new].max()
        else:
            why, last = LAST, seen[~(seen > event)].max()
            ways = 2 if pd.notna(last) else 1
            allowed = pd.Timedelta(days=7 * interval + ways * window)
            if pd.notna(event) and event - (last if pd.notna(last) else start) <= allowed:
                why = "Disease progression" if event == progression else "Death"
                rows[subject] = ((event - start).days + 1, True, why)
                continue
            if pd.notna(event):
                why = f"{LAST} before missed assessments"
        if pd.isna(last):
            why, last = "Start of treatment", start
        rows[subject] = ((last - start).days + 1, False, why)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["TIME", "EVENT", "WHY"])


@pytest.mark.parametrize(("key", "endpoint"), [("pfs", "progression_free"), ("os", "overall")])
def test_events_and_reasons_of_censoring(
    key, endpoint, columns, population, reported, agree, request
):
    times = request.getfixturevalue(endpoint)
    members = columns(population(key))
    reasons = times.loc[members["all"].index, ["EVENT", "WHY"]].drop_duplicates()
    expected = {}
    for column, of in members.items():
        own = times.loc[of.index]
        expected["events", column, "n"] = own["EVENT"].sum()
        expected["censored", column, "n"] = (~own["EVENT"]).sum()
        for event, why in reasons.itertuples(index=False):
            row = f"{'event' if event else 'censored'}.{why}"
            expected[row, column, "n"] = (own["WHY"].eq(why) & own["EVENT"].eq(event)).sum()
    agree(reported(key), expected)


@pytest.mark.parametrize(("key", "endpoint"), [("pfs", "progression_free"), ("os", "overall")])
def test_quartiles_with_intervals_rates_and_follow_up(
    key, endpoint, columns, population, reported, agree, request
):
    times = request.getfixturevalue(endpoint)
    expected, rates = {}, {}
    for column, of in columns(population(key)).items():
        own = times.loc[of.index]
        steps = kaplan_meier(own["TIME"].tolist(), own["EVENT"].tolist())
        follow_up = kaplan_meier(own["TIME"].tolist(), (~own["EVENT"]).tolist())
        curves = {f"quantile.{share}": (steps, 1 - share) for share in (0.25, 0.5, 0.75)}
        longest = own["TIME"].max()
        for row, (curve, level) in {**curves, "follow_up": (follow_up, 0.5)}.items():
            for stat, place in (("estimate", 1), ("conf.low", 2), ("conf.high", 3)):
                expected[row, column, stat] = time_at(curve, place, level, longest) / MONTH
        for month in (3, 6, 9, 12):
            rate = rate_at(steps, month * MONTH, longest)
            rates[f"rate.{month}", column, "estimate"] = rate
    agree(reported(key), expected)
    agree(reported(key), rates)


def test_the_second_program_gives_the_leukaemia_example_of_the_textbooks():
    """Placebo arm of Freireich et al. (Blood 1963): median 8 weeks, all relapsed by week 23."""
    weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    steps = kaplan_meier(weeks, [True] * len(weeks))
    assert time_at(steps, 1, 0.5, 23) == 8
    assert rate_at(steps, 10, 23) == pytest.approx(8 / 21)
    assert [time_at(steps, place, 0.5, 23) for place in (2, 3)] == [4, 11]

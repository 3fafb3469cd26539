"""Who is recruited: arms, dates of consent, sites and subject numbers."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

import numpy as np

from csrkit.simulate.settings.design import Design
from csrkit.simulate.settings.sections import Cohort, Site


@dataclass(frozen=True)
class Recruit:
    """A consented person: the nth (from 1) of the arm (None: screen failure).

    `person` is the index of the first time this person consented, `previous` the subject
    identifier it had then, when it was screened before.
    """

    index: int
    arm: str | None
    nth: int
    consent: dt.date
    site: Site
    subjid: str
    person: int
    previous: str | None = None


def stream(seed: int, index: int, topic: str) -> np.random.Generator:
    """Return the random numbers of one subject and topic.

    Each topic has its own stream, so that a change in one domain leaves the others as they were.
    """
    return np.random.default_rng([seed, index, zlib.crc32(topic.encode())])


def recruit(design: Design, seed: int, subjects: int | None = None) -> list[Recruit]:
    """Return every consented person, in the order of their unique subject identifier.

    `subjects` scales the cohorts of the design in proportion; None keeps their own numbers.
    """
    cohorts = design.enrolment.cohorts
    arrivals = [
        (day, number, cohort.arm, nth)
        for number, (cohort, count) in enumerate(
            zip(cohorts, _sizes(cohorts, subjects), strict=True)
        )
        for nth, day in enumerate(_consent_dates(cohort, count), start=1)
    ]
    taken = {site.id: 0 for site in design.enrolment.sites}
    width = max(3, len(str(len(arrivals))))
    recruits: list[Recruit] = []
    for index, (day, _, arm, nth) in enumerate(sorted(arrivals, key=lambda a: (a[0], a[1], a[3]))):
        before = _screened_before(design, recruits, arm, nth)
        site = before.site if before else _site(design, seed, index)
        taken[site.id] += 1
        subjid = f"{site.id}-{taken[site.id]:0{width}d}"
        person, previous = (before.person, before.subjid) if before else (index, None)
        recruits.append(Recruit(index, arm, nth, day, site, subjid, person, previous))
    return sorted(recruits, key=lambda recruit: recruit.subjid)


def _site(design: Design, seed: int, index: int) -> Site:
    sites = design.enrolment.sites
    shares = np.array([site.share for site in sites])
    return sites[int(stream(seed, index, "site").choice(len(sites), p=shares / shares.sum()))]


def _screened_before(
    design: Design, recruits: list[Recruit], arm: str | None, nth: int
) -> Recruit | None:
    """Return the screen failure that a placed subject was before, if it was recruited."""
    places = (p.rescreens for p in design.placements if p.arm == arm and p.nth == nth)
    wanted = next((number for number in places if number is not None), None)
    return next((r for r in recruits if r.arm is None and r.nth == wanted), None)


def on_weekday(day: dt.date) -> dt.date:
    """Return the day itself, or the Monday after a weekend."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _sizes(cohorts: tuple[Cohort, ...], subjects: int | None) -> list[int]:
    """Share out the subjects by largest remainder."""
    wanted = [cohort.subjects for cohort in cohorts]
    if subjects is None:
        return wanted
    exact = [subjects * count / sum(wanted) for count in wanted]
    sizes = [int(share) for share in exact]
    largest_remainder = sorted(range(len(exact)), key=lambda n: sizes[n] - exact[n])
    for number in largest_remainder[: subjects - sum(sizes)]:
        sizes[number] += 1
    return sizes


def _consent_dates(cohort: Cohort, count: int) -> list[dt.date]:
    span = (cohort.last - cohort.first).days
    steps = np.linspace(0, span, count) if count > 1 else np.zeros(count)
    return [on_weekday(cohort.first + dt.timedelta(days=int(step))) for step in steps]

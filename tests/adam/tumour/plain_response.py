"""A second version of the rules of response, written plainly from the words of RECIST 1.1.

Visits are (day after the start, response); a rule's numbers come with `rules`. Nothing of the
library is used here.
"""

from __future__ import annotations


def plain_used(visits):
    """Worst response a day from day 0 through the first PD."""
    worst = ["NE", "CR", "PR", "SD", "NON-CR/NON-PD", "PD"]
    days: dict[int, str] = {}
    for day, value in visits:
        if (
            day >= 0
            and value in worst
            and (day not in days or worst.index(value) > worst.index(days[day]))
        ):
            days[day] = value
    used = []
    for day in sorted(days):
        used.append((day, days[day]))
        if days[day] == "PD":
            break
    return used


def plain_confirmed(used, at, rules):
    day, value = used[at]
    confirming = {"CR": ["CR"], "PR": ["CR", "PR"]}[value]
    between: list[str] = []
    for later_day, later in used[at + 1 :]:
        if later in confirming and later_day >= day + rules.confirmation_days:
            between.append(later)
            if between.count("NE") > rules.max_ne_between:
                return False
            if value == "CR":
                return set(between) <= {"CR", "NE"}
            if not set(between) <= {"CR", "PR", "NE"}:
                return False
            if "CR" in between:
                return "PR" not in between[between.index("CR") :]
            return True
        between.append(later)
    return False


def plain_bor(visits, rules, confirmed):
    used = plain_used(visits)
    if not used:
        return "MISSING", None
    for best in ["CR", "PR"]:
        for at, (day, value) in enumerate(used):
            if value == best and (not confirmed or plain_confirmed(used, at, rules)):
                return best, day
    for day, value in used:
        if value in ("CR", "PR", "SD") and day >= rules.sd_min_days:
            return "SD", day
    for day, value in used:
        if value == "NON-CR/NON-PD" and day >= rules.sd_min_days:
            return "NON-CR/NON-PD", day
    for day, value in used:
        if value == "PD":
            return "PD", day
    return "NE", used[0][0]


def plain_response_day(used, rules):
    """Day of the first confirmed CR or PR; None without one."""
    for at, (day, value) in enumerate(used):
        if value in ("CR", "PR") and plain_confirmed(used, at, rules):
            return day
    return None


def plain_duration(visits, death, rules, *, interval, window, missed):
    """(days, CNSR) of the duration of confirmed response; None for a non-responder.

    The event is the first of PD and death. It doesn't count when it comes more than `missed`
    intervals and twice the window after the last assessment without PD, where the duration ends
    then; without an event it ends there, too.
    """
    used = plain_used(visits)
    start = plain_response_day(used, rules)
    if start is None:
        return None
    ends = [day for day, value in used if value == "PD"] + ([] if death is None else [death])
    event = min(ends) if ends else None
    seen = [
        day
        for day, value in used
        if value in ("CR", "PR", "SD", "NON-CR/NON-PD") and (event is None or day <= event)
    ]
    last = max(seen)
    if event is None:
        return last - start + 1, 1
    if event - last > missed * interval + 2 * window:
        return last - start + 1, 3
    return event - start + 1, 0

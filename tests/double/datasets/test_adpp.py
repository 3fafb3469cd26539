"""ADPP, derived a second time from the concentrations of PC: areas, terminal phase, shares."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd

UNIT = "copies/ug DNA"
PARAMETERS = {
    "CMAX": (f"Maximum Concentration ({UNIT})", UNIT),
    "TMAX": ("Time of Maximum Concentration (h)", "h"),
    "CLST": (f"Last Quantifiable Concentration ({UNIT})", UNIT),
    "TLST": ("Time of Last Quantifiable Concentration (h)", "h"),
    "AUCLST": (f"AUC to Last Quantifiable Concentration (h*{UNIT})", f"h*{UNIT}"),
    "LAMZ": ("Terminal Rate Constant (/h)", "/h"),
    "LAMZLL": ("First Time of Terminal Rate Constant (h)", "h"),
    "LAMZUL": ("Last Time of Terminal Rate Constant (h)", "h"),
    "LAMZSPN": ("Half-Lives Spanned by Terminal Rate Constant", None),
    "LAMZNPT": ("Number of Points for Terminal Rate Constant", None),
    "R2ADJ": ("Adjusted R Squared of Terminal Rate Constant", None),
    "LAMZHL": ("Terminal Half-Life (h)", "h"),
    "AUCIFO": (f"AUC to Infinity, Observed (h*{UNIT})", f"h*{UNIT}"),
    "AUCPEO": ("Extrapolated Share of AUC, Observed (%)", "%"),
    "CMAXDN": (f"Maximum Concentration by Dose ({UNIT}/(10^8 CELLS))", f"{UNIT}/(10^8 CELLS)"),
    "AUCLSTDN": (
        f"AUC to Last Quantifiable Concentration by Dose (h*{UNIT}/(10^8 CELLS))",
        f"h*{UNIT}/(10^8 CELLS)",
    ),
}


def profile(samples, start, first):
    """Return (hours, concentration) in order; 0 before the first quantifiable, then no BLQ."""
    taken = samples[samples["PCSTAT"].isna()]
    taken = taken.assign(VALUE=taken["PCSTRESN"].where(taken["PCSTRESN"] >= taken["PCLLOQ"]))
    times = [(pd.Timestamp(t) - start).total_seconds() / 3600 for t in taken["PCDTC"]]
    points = sorted(zip(times, taken["VALUE"], strict=True))
    seen, kept = False, []
    for time, value in points:
        seen = seen or not math.isnan(value)
        if not seen or not math.isnan(value):
            kept.append((time, 0.0 if math.isnan(value) else value))
    before = [value for time, value in kept if time <= 0]
    after = [(time, value) for time, value in kept if time > 0]
    if before:
        return [(0.0, before[-1]), *after]
    return [(0.0, 0.0), *after] if first else after


def area(points):
    """Trapezoids: linear where the concentration rises, logarithmic where it falls."""
    total = 0.0
    for (t1, c1), (t2, c2) in pairwise(points):
        if 0 < c2 < c1:
            total += (t2 - t1) * (c1 - c2) / math.log(c1 / c2)
        else:
            total += (t2 - t1) * (c1 + c2) / 2
    return total


def terminal(points):
    """Fit log concentration after Cmax: most points whose adjusted R2 is within 0.0001 of the best.

    Returns (rate constant, number of points, adjusted R2), or None.
    """
    fits = []
    for number in range(3, len(points) + 1):
        time, value = np.array(points[-number:]).T
        slope, intercept = np.polyfit(time, np.log(value), 1)
        residual = np.log(value) - intercept - slope * time
        total = np.log(value) - np.log(value).mean()
        r2 = 1 - (residual @ residual) / (total @ total)
        fits.append((-slope, number, 1 - (1 - r2) * (number - 1) / (number - 2)))
    best = max((r2 for rate, _, r2 in fits if rate > 0), default=None)
    close = [fit for fit in fits if fit[0] > 0 and fit[2] >= best - 0.0001]
    return max(close, key=lambda fit: fit[1], default=None)


def parameters(points, dose):
    measured = [(t, c) for t, c in points if c > 0]
    cmax = max(c for _, c in points)
    tmax = next(t for t, c in points if c == cmax)
    tlast, clast = measured[-1]
    upto = [(t, c) for t, c in points if t <= tlast]
    values = {"CMAX": cmax, "TMAX": tmax, "CLST": clast, "TLST": tlast, "CMAXDN": cmax / dose}
    if points[0][0] == 0:
        values |= {"AUCLST": area(upto), "AUCLSTDN": area(upto) / dose}
    fit = terminal([(t, c) for t, c in measured if t > tmax])
    if fit:
        rate, values["LAMZNPT"], values["R2ADJ"] = fit
        values |= {"LAMZ": rate, "LAMZHL": math.log(2) / rate}
        values["LAMZUL"], values["LAMZLL"] = tlast, measured[-values["LAMZNPT"]][0]
        values["LAMZSPN"] = (tlast - values["LAMZLL"]) * rate / math.log(2)
    if fit and "AUCLST" in values:
        values["AUCIFO"] = values["AUCLST"] + clast / rate
        values["AUCPEO"] = 100 * clast / rate / values["AUCIFO"]
    return values


FIT, SPAN, SHARE = (
    "Adjusted R squared at least 0.8",
    "Span at least 2 half-lives",
    "Extrapolated share of AUC at most 20 %",
)
ASKED = {"LAMZ": (FIT, SPAN), "LAMZHL": (FIT, SPAN), "AUCIFO": (FIT, SPAN, SHARE)}
FAILED = {
    FIT: "Adjusted R squared below 0.8",
    SPAN: "Span below 2 half-lives",
    SHARE: "Extrapolated share of AUC above 20 %",
}


def accepted(code, values):
    """Return the criteria of a parameter, whether each holds, and whether its value is used."""
    asked = ASKED.get(code, ())
    out = {f"CRIT{n}{end}": None for n in (1, 2, 3) for end in ("", "FL")}
    out |= {f"CRIT{n}": text for n, text in enumerate(asked, start=1)}
    there = values.get(code) is not None
    failed = []
    if there and asked:
        holds = {
            FIT: values["R2ADJ"] >= 0.8,
            SPAN: values["LAMZSPN"] >= 2,
            SHARE: values.get("AUCPEO", 0) <= 20,
        }
        out |= {f"CRIT{n}FL": "Y" if holds[text] else "N" for n, text in enumerate(asked, 1)}
        failed = [FAILED[text] for text in asked if not holds[text]]
    out["EXCLREAS"] = "; ".join(failed) or None
    out["ANL01FL"] = "Y" if there and not failed else None
    return out


def of_the_peak(points, last, dose):
    """Return maximum and time of a profile cut short, when a later sample lies below it."""
    cmax = max(c for _, c in points)
    tmax = next(t for t, c in points if c == cmax)
    return {"CMAX": cmax, "TMAX": tmax, "CMAXDN": cmax / dose} if tmax < last else {}


def test_every_variable_of_adpp(data, people, same, settings, report):
    cut = pd.Timestamp(f"{settings['cuts'].get(report, report)} 23:59:59")
    records = []
    for (subject, reference), samples in data["PC"].groupby(["USUBJID", "PCTPTREF"]):
        number = int(reference.removeprefix("INFUSION "))
        infusions = people[subject].infusions
        of = infusions[infusions["EXLNKID"] == f"INF{number:02}"].to_dict("records")
        if not of:
            assert samples["PCDTC"].isna().all()
            continue
        [dose] = of
        start = pd.Timestamp(dose["EXSTDTC"])
        # A profile that the cut cuts short would give too small an area and too early a peak.
        complete = start + pd.Timedelta(hours=168) <= cut
        points = profile(samples, start, number == 1)
        if complete:
            values = parameters(points, dose["EXDOSE"])
        else:
            taken = pd.to_datetime(samples.loc[samples["PCSTAT"].isna(), "PCDTC"])
            values = of_the_peak(
                points, (taken.max() - start).total_seconds() / 3600, dose["EXDOSE"]
            )
        for place, (code, (name, unit)) in enumerate(PARAMETERS.items(), start=1):
            records.append(
                {
                    "USUBJID": subject,
                    "PARAMCD": code,
                    "PARAM": name,
                    "PARAMN": place,
                    "PARCAT1": "NKDNA",
                    "AVAL": values.get(code),
                    "AVALU": unit,
                    "PPREASND": None
                    if complete or code in values
                    else "Profile not complete at the data cut-off",
                    "INFNUM": number,
                    "DOSE": dose["EXDOSE"],
                    "ADOSEDUR": (pd.Timestamp(dose["EXENDTC"]) - start).total_seconds() / 3600,
                }
                | accepted(code, values)
            )
    same("ADPP", records, ["USUBJID", "INFNUM", "PARAMCD"])

"""What csrkit says of the cases of stats_reference.R, under the same names.

The data are public datasets, of which some come with lifelines, and small data of our own.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from lifelines.datasets import load_gbsg2, load_larynx, load_leukemia, load_lung

from csrkit.stats.descriptive import percentile, summarise
from csrkit.stats.dose_proportionality import power_model
from csrkit.stats.geometric import geometric_mean
from csrkit.stats.incidence import piecewise_exposure
from csrkit.stats.proportions import clopper_pearson, jeffreys, poisson_rate, wilson
from csrkit.stats.survival.competing import cumulative_incidence
from csrkit.stats.survival.cox import cox
from csrkit.stats.survival.log_rank import log_rank

HERE = Path(__file__).parent
REFERENCE = pd.read_csv(
    HERE / "stats_reference.csv",
    comment="#",
    keep_default_na=False,
    na_values={"value": [""]},
)
TINY = pd.DataFrame(
    {
        "time": [2, 3, 3, 5, 5, 8],
        "event": [1, 1, 0, 1, 1, 0],
        "group": [1, 2, 1, 2, 1, 2],
        "x": [3, 1, 4, 1, 5, 9],
        "y": [0, 1, 1, 0, 1, 0],
        "stratum": [1, 1, 2, 2, 1, 2],
    }
)
COX_STATISTICS = ["coef", "hazard_ratio", "std_error", "z", "p_value", "lower", "upper"]
CUTS = {"tiny": [3, 5]}
OTHER_CUTS = [60, 180, 365]
MANY = {"gbsg2": "stratum", "veteran": "stratum", "lung": "y"}


def survival_cases():
    lung = load_lung().rename(columns={"status": "event", "sex": "group", "age": "x"})
    lung = lung.rename(columns={"ph.ecog": "y", "inst": "stratum"})
    leukemia = load_leukemia().rename(
        columns={"t": "time", "status": "event", "Rx": "group", "logWBC": "x", "sex": "y"}
    )
    larynx = load_larynx().rename(
        columns={"death": "event", "Stage_IV": "group", "age": "x", "Stage_III": "y"}
    )
    gbsg2 = load_gbsg2()
    veteran = pd.read_csv(HERE / "veteran.csv", comment="#")
    ovarian = pd.read_csv(HERE / "ovarian.csv", comment="#")
    cases = {
        "lung": lung,
        "veteran": veteran.rename(
            columns={"status": "event", "trt": "group", "karno": "x", "celltype": "stratum"}
        ).assign(y=veteran["prior"] / 10),
        "ovarian": ovarian.rename(
            columns={
                "futime": "time",
                "fustat": "event",
                "rx": "group",
                "age": "x",
                "resid.ds": "y",
                "ecog.ps": "stratum",
            }
        ),
        "leukemia": leukemia.assign(stratum=leukemia["y"]),
        "larynx": larynx.rename(columns={"Stage_II": "stratum"}),
        "gbsg2": pd.DataFrame(
            {
                "time": gbsg2["time"],
                "event": gbsg2["cens"],
                "group": gbsg2["horTh"].eq("yes").astype(int),
                "x": gbsg2["age"],
                "y": gbsg2["tsize"] / 10,
                "stratum": gbsg2["tgrade"],
            }
        ),
        "tiny": TINY,
    }
    return {name: data[list(TINY)].dropna() for name, data in cases.items()}


SURVIVAL = survival_cases()


def competing_cases():
    lung = SURVIVAL["lung"]
    by_x = {name: SURVIVAL[name] for name in ("gbsg2", "veteran", "ovarian")}
    return {
        "lung": (lung["time"], lung["event"] * (1 + (lung["y"] > 1))),
        **{name: (d["time"], d["event"] * (1 + (d["x"] > 60))) for name, d in by_x.items()},
        "tiny": ([2, 3, 3, 5, 5, 8], [1, 2, 0, 1, 2, 0]),
        "all": ([1, 1, 2, 4, 4], [1, 2, 1, 1, 2]),
    }


COMPETING = competing_cases()


def of_log_rank(case, kind):
    data = SURVIVAL[case]
    many = MANY[case] if kind == "many" else "group"
    stratum = data["stratum"] if kind == "stratified" else None
    test = log_rank(data["time"], data["event"], data[many], stratum)
    rows = test.table.reset_index(drop=True)
    counts = {
        f"{name}.{place + 1}": rows.loc[place, name]
        for place in rows.index
        for name in ("observed", "expected")
    }
    return {"chi_square": test.chi_square.value, "p_value": test.p_value.value} | counts


def of_cox(case, kind):
    data = SURVIVAL[case]
    names = ["group", "x", "y"] if kind == "three" else ["group"]
    stratum = data["stratum"] if kind == "stratified" else None
    fit = cox(data["time"], data["event"], {name: data[name] for name in names}, stratum)
    found = {
        f"{name}.{statistic}": fit.table.loc[name, statistic]
        for name in names
        for statistic in COX_STATISTICS
    }
    return found | {"likelihood_ratio": fit.likelihood_ratio.value}


def of_aalen_johansen(case, time):
    curve = cumulative_incidence(*COMPETING[case])
    return curve.table.set_index("time").loc[float(time)].to_dict()


def of_piecewise(case, piece):
    data = SURVIVAL[case]
    table = piecewise_exposure(data["time"], data["event"], CUTS.get(case, OTHER_CUTS))
    return table.iloc[int(piece) - 1].to_dict()


def of_interval(function):
    def found(_, argument):
        x, n, level = argument.split()
        lower, upper = function(int(x), int(n), float(level))
        return {"lower": lower, "upper": upper}

    return found


def of_garwood(_, argument):
    x, time = argument.split()
    return dict(zip(("rate", "lower", "upper"), poisson_rate(int(x), float(time)), strict=True))


def of_power_model(*_):
    fit = power_model([20, 20, 20, 30, 30, 30, 60], VALUES)
    names = ("slope", "intercept", "lower", "upper")
    return {name: getattr(fit, name).value for name in names}


VALUES = [8.1, 11.9, 9.4, 14.2, 17.8, 12.1, 36.5]


def of_geometric_mean(*_):
    found = geometric_mean(VALUES)
    return {name: getattr(found, name).value for name in ("estimate", "lower", "upper")}


def samples():
    return {
        "power": VALUES,
        "veteran": SURVIVAL["veteran"]["time"],
        "ovarian": SURVIVAL["ovarian"]["x"],
    }


def of_percentile(case, share):
    return {"value": percentile(samples()[case], float(share)).value}


def of_summary(case, _):
    return {name: each.value for name, each in summarise(samples()[case]).items()}


FUNCTIONS = {
    "logrank": of_log_rank,
    "cox": of_cox,
    "aalen-johansen": of_aalen_johansen,
    "piecewise": of_piecewise,
    "clopper-pearson": of_interval(clopper_pearson),
    "wilson": of_interval(wilson),
    "jeffreys": of_interval(jeffreys),
    "garwood": of_garwood,
    "power": of_power_model,
    "geometric mean": of_geometric_mean,
    "percentile": of_percentile,
    "summary": of_summary,
}


def compared():
    """Return the reference with the column `found`, and the relative difference of the two."""
    keys = ["what", "case", "argument"]
    parts = []
    for (what, case, argument), rows in REFERENCE.groupby(keys, sort=False):
        found = FUNCTIONS[what](case, argument)
        parts.append(rows.assign(found=rows["statistic"].map(found).astype(float)))
    frame = pd.concat(parts)
    scale = np.maximum(np.maximum(frame["value"].abs(), frame["found"].abs()), 1e-9)
    return frame.assign(difference=(frame["found"] - frame["value"]).abs() / scale)

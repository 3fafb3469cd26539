"""Print what the statistics of csrkit were compared with, as a table for docs/for-reviewers.md.

Run `python tests/conformance/stats_table.py`. Everything is computed anew; nothing is copied from
an earlier run.
"""

import importlib.util
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from csrkit.stats.dose_finding.boin import boin_boundaries, boin_mtd, boin_table
from csrkit.stats.dose_finding.mtpi2 import mtpi2_table
from csrkit.stats.nca import nca
from csrkit.stats.proportion_difference import miettinen_nurminen, newcombe
from csrkit.stats.proportions import agresti_coull
from csrkit.stats.survival import kaplan_meier, reverse_kaplan_meier

HERE = Path(__file__).parent
STATS = HERE.parent / "stats"
R = (HERE / "stats_reference.csv").read_text(encoding="utf-8").splitlines()[0]
R_VERSIONS = re.fullmatch(r"# (R \S+, survival \S+); .*", R)[1]

# How often a method stands in stats_reference.csv, under which words a reviewer knows it.
OF_R = {
    "logrank": ("Log-rank test, plain and stratified", "`survdiff`"),
    "cox": ("Cox regression, Efron ties, plain and stratified", "`coxph`"),
    "aalen-johansen": ("Cumulative incidence (Aalen-Johansen)", "`survfit`, multi-state"),
    "piecewise": ("Piecewise exposure and rates", "`survSplit`, `poisson.test`"),
    "clopper-pearson": ("Proportion, Clopper-Pearson", "`binom.test`"),
    "wilson": ("Proportion, Wilson", "`prop.test`"),
    "jeffreys": ("Proportion, Jeffreys", "`qbeta`"),
    "garwood": ("Incidence rate, exact", "`poisson.test`"),
    "power": ("Power model, fixed", "`lm`"),
    "percentile": ("Percentiles, SAS definition 5", "`quantile(type = 2)`"),
    "summary": ("Mean, SD, CV and geometric statistics", "`mean`, `sd`"),
    "geometric mean": ("Geometric mean and interval", "`t.test` of logs"),
}

WINNONLIN = "Phoenix WinNonlin 6.3/7.0"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(what, source, expected, found, allowed, absolute=False):
    """Compare two lists of numbers: relatively, or absolutely where the source is rounded."""
    expected, found = np.asarray(expected, dtype=float), np.asarray(found, dtype=float)
    known = ~np.isnan(expected)
    if not (np.isnan(found) == ~known).all():
        raise AssertionError(f"{what}: a value is missing in one of the two only")
    gap = np.abs(found - expected)[known]
    if not absolute:
        gap = gap / np.maximum(np.abs(expected[known]), 1e-9)
    return {
        "what": what,
        "source": source,
        "values": int(expected.size),
        "difference": float(gap.max(initial=0.0)),
        "allowed": allowed,
        "kind": "absolute" if absolute else "relative",
    }


def of_r(compared):
    for name, (what, function) in OF_R.items():
        rows = compared[compared["what"] == name]
        yield row(what, f"{R_VERSIONS}: {function}", rows["value"], rows["found"], 1e-6)


def of_survfit():
    test = load(HERE / "test_survival_against_r.py")
    expected, found = [], []
    for case, data in test.CASES.items():

        @cache
        def curve(ci="log-log", level=0.95, data=data):
            return kaplan_meier(data["time"], data["event"], level, ci)

        for (ci, level, p), rows in test.expected(case, "quantile"):
            expected += rows["value"].tolist()
            found += curve(ci, float(level)).quantile(float(p))
        for (_, _, tau), rows in test.expected(case, "rmst"):
            expected += rows["value"].tolist()
            found += curve().rmst(float(tau))
        for _, rows in test.expected(case, "reverse"):
            expected += rows["value"].tolist()
            found += reverse_kaplan_meier(data["time"], data["event"]).quantile(0.5)
    what = "Kaplan-Meier quantiles (5 types of limits), restricted mean, follow-up"
    yield row(what, f"{R_VERSIONS}: `survfit`", expected, found, 1e-6)
    yield of_steps(test)


def of_steps(test):
    expected, found = [], []
    for case, data in test.CASES.items():
        curves = {}
        for (ci, level, at), rows in test.expected(case, "at"):
            if ci not in curves:
                fit = kaplan_meier(data["time"], data["event"], float(level), ci)
                curves[ci] = fit.table.set_index("time")
            expected += rows["value"].tolist()
            step = curves[ci].loc[float(at)]
            found += [step[test.STEPS[name]] for name in rows["statistic"]]
    what = "Kaplan-Meier rates, numbers at risk, standard errors, 5 types of limits"
    return row(what, f"{R_VERSIONS}: `survfit`", expected, found, 1e-6)


def of_winnonlin():
    data = load(STATS / "nca" / "test_reference.py")
    sets = [
        ("theophylline", "lin-up-log-down", data.THEOPH_LOG_DOWN),
        ("theophylline", "linear", data.THEOPH_LINEAR),
        ("indometacin, infusion", "lin-up-log-down", data.INDOMETH_LOG_DOWN),
        ("indometacin, infusion", "linear", data.INDOMETH_LINEAR),
    ]
    for name, rule, areas in sets:
        theoph = name == "theophylline"
        terminal = data.THEOPH_TERMINAL if theoph else data.INDOMETH_TERMINAL
        expected, found = [], []
        for subject in areas:
            if theoph:
                result = nca(data.THEOPH_TIME[subject], data.THEOPH_CONC[subject], auc=rule)
            else:
                result = nca(
                    data.INDOMETH_TIME,
                    data.INDOMETH_CONC[subject],
                    dose=25,
                    duration=0.25,
                    auc=rule,
                    start_conc=0,
                )
            names = [*data.TERMINAL, *(data.AREAS + data.PREDICTED)[: len(areas[subject])]]
            expected += [*terminal[subject], *areas[subject]]
            found += [result[each].value for each in names]
        yield row(f"NCA of {name}, {rule}", WINNONLIN, expected, found, 1e-7)
    boluses = {"lin-up-log-down": data.BOLUS_LOG_DOWN, "linear": data.BOLUS_LINEAR}
    for rule, values in boluses.items():
        expected = [number for each in values.values() for number in each]
        found = [number for subject in values for number in data.bolus(subject, rule)]
        yield row(f"NCA of indometacin, bolus, {rule}", WINNONLIN, expected, found, 1e-7)


def of_statsmodels():
    pairs = [(x, n) for n in (1, 3, 6, 12, 30, 200) for x in range(0, n + 1, max(n // 6, 1))]
    expected = [e for x, n in pairs for e in proportion_confint(x, n, 0.05, "agresti_coull")]
    expected = np.clip(expected, 0, 1)
    found = [limit for x, n in pairs for limit in agresti_coull(x, n)]
    source = f"statsmodels {version('statsmodels')}"
    yield row("Proportion, Agresti-Coull", source, expected, found, 1e-9)


def of_publications():
    published = load(STATS / "test_proportion_difference.py").PUBLISHED
    for what, function, place in (
        ("Difference of proportions, hybrid score", newcombe, 1),
        ("Difference of proportions, Miettinen-Nurminen", miettinen_nurminen, 2),
    ):
        expected = [limit for each in published for limit in each[place]]
        found = [limit for each in published for limit in function(*each[0])[1:]]
        yield row(what, "Newcombe 1998, Table II", expected, found, 5.1e-5, absolute=True)
    growth = load(STATS / "test_dose_proportionality.py")
    source = "Pinheiro and Bates 2000 (R package nlme)"
    yield row("Power model, mixed", source, growth.OF_NLME, growth.growth(), 1e-6)
    module = load(STATS / "dose_finding" / "test_boin.py")
    mtd, source = boin_mtd(0.3, *module.EXAMPLE), "Yan et al. 2020 (R package BOIN)"
    expected = [module.MTD_LEVEL, *module.RATES, *module.ABOVE]
    found = [mtd.level + 1, *mtd.table["rate"][:4], *mtd.table["prob_above"][:4]]
    yield row("BOIN, isotonic MTD and its rates", source, expected, found, 5.1e-3, absolute=True)
    boin = module.PUBLISHED
    table = boin_table(0.3, boin["n"])
    expected = [number for name in boin for number in boin[name]]
    found = [number for name in boin for number in table[name]]
    yield row("BOIN decision table, target 0.3", source, expected, found, 0.0, absolute=True)
    bounds = boin_boundaries(0.3)
    found = [bounds.escalate, bounds.deescalate]
    source = "Yuan et al. 2016, published boundaries"
    yield row("BOIN boundaries, target 0.3", source, [0.236, 0.358], found, 1e-3, absolute=True)
    mtpi2 = load(STATS / "dose_finding" / "test_mtpi2.py")
    order = list(mtpi2.SHORT.values())
    expected = [order.index(each) for line in mtpi2.PUBLISHED.values() for each in line.split()]
    found = [
        order.index(mtpi2.SHORT[each]) for n in mtpi2.PUBLISHED for each in mtpi2_table([n], 0.3)[n]
    ]
    source = "Guo et al. 2017, published decisions"
    yield row("mTPI-2 decisions, target 0.3", source, expected, found, 0.0, absolute=True)


def table(compared=None):
    """Return every comparison: what, source, values, difference, allowed, kind.

    `compared` is what `compared` of stats_cases.py returns, where it was called before.
    """
    if compared is None:
        compared = load(HERE / "stats_cases.py").compared()
    return pd.DataFrame(
        [*of_survfit(), *of_r(compared), *of_winnonlin(), *of_statsmodels(), *of_publications()]
    )


def markdown(frame):
    lines = [
        "| Statistic | Compared with | Values | Largest difference | Allowed |",
        "|:--|:--|--:|--:|--:|",
    ]
    for each in frame.itertuples():
        gap = f"{each.difference:.1e}" if each.difference else "0"
        allowed = f"{each.allowed:.1e}" if each.allowed else "0"
        lines.append(
            f"| {each.what} | {each.source} | {each.values} | {gap} {each.kind} | {allowed} |"
        )
    return "\n".join(lines)


def main():
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "lifelines"))
    print(markdown(table()))
    print(f"\nComputed with {packages}; made by `python tests/conformance/stats_table.py`.")


if __name__ == "__main__":
    main()

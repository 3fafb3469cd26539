"""A second programming of the key endpoints, from the raw SDTM and the two settings files alone.

Rules are read from the design of the study, not from `csrkit`: nothing here calls it, except
`reported`, which gives the results of csrkit to compare with. Subjects are worked one by one and
records with plain pandas, since clear code is worth more here than speed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

Expected = dict[tuple[str, str, str], float]

ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?)?)?")
FIRST = ("1", "1", "1", "0", "0", "0")
NOT_CUT = {"TA", "TE", "TI", "TS", "TV", "DM", "SUPPDM", "SUPPAE", "RELREC"}
COLUMNS: dict[str, Callable[[pd.Series, pd.Series], pd.Series]] = {
    "ph1_20": lambda phase, dose: phase.eq("I") & dose.eq(20),
    "ph1_30": lambda phase, dose: phase.eq("I") & dose.eq(30),
    "ph1": lambda phase, dose: phase.eq("I"),
    "ph2": lambda phase, dose: phase.eq("II"),
    "rp2d": lambda phase, dose: dose.eq(30),
    "all": lambda phase, dose: phase.notna(),
}


def _moment(text: str) -> pd.Timestamp:
    """Return the earliest moment that an ISO 8601 text can mean."""
    found = ISO.fullmatch(text)
    assert found, text
    parts = zip(found.groups(), FIRST, strict=True)
    return pd.Timestamp(*[int(part or first) for part, first in parts])


@pytest.fixture(scope="session")
def moments() -> Callable[[pd.Series], pd.Series]:
    return lambda texts: pd.to_datetime(texts.map(_moment, na_action="ignore"))


@pytest.fixture(scope="session")
def days(moments) -> Callable[[pd.Series], pd.Series]:
    return lambda texts: moments(texts).dt.normalize()


@pytest.fixture(scope="session")
def therapy_starts(data) -> pd.Series:
    """First day of a new anticancer therapy by USUBJID; one known in part counts from its last."""
    cm = data["CM"][data["CM"]["CMCAT"] == "SUBSEQUENT ANTICANCER THERAPY"]
    periods = cm["CMSTDTC"].dropna().map(lambda text: pd.Period(text[:10]).end_time.normalize())
    return periods.groupby(cm["USUBJID"]).min()


@pytest.fixture(scope="session")
def settings(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def assumed(settings) -> Callable[[str], Any]:
    return lambda name: settings["assumptions"][name]["value"]


@pytest.fixture(scope="session")
def population(root: Path) -> Callable[[str], str]:
    """The analysis set that the output index gives a display."""
    index = yaml.safe_load((root / "report/tlf.yml").read_text(encoding="utf-8"))["displays"]
    return lambda key: index[key]["population"]


@pytest.fixture(scope="session")
def delivered(root: Path, settings) -> dict[str, pd.DataFrame]:
    domains = {}
    for file in sorted((root / settings["paths"]["data"]).glob("*.xpt")):
        frame, _ = pyreadstat.read_xport(file)
        domains[file.stem.upper()] = frame.replace({"": None})
    return domains


# One for all tests below: another of this name in a folder would share what hangs on it.
@pytest.fixture(scope="session", params=["interim", "final", "2025-12-31"])
def report(request) -> str:
    """A report by its own cut, or the date of another one."""
    return request.param


@pytest.fixture(scope="session")
def data(delivered, settings, report, moments) -> dict[str, pd.DataFrame]:
    """The domains with what was known at the data cut-off date."""
    end = pd.Timestamp(f"{settings['cuts'].get(report, report)} 23:59:59")
    consent = delivered["DM"].set_index("USUBJID")["RFICDTC"]
    inside = consent.index[moments(consent) <= end]
    domains = {}
    for name, whole in delivered.items():
        frame = whole.copy()
        if "USUBJID" in frame and name != "RELREC":
            frame = frame[frame["USUBJID"].isin(inside)]
        date = f"{name}STDTC" if f"{name}STDTC" in frame else f"{name}DTC"
        if name not in NOT_CUT and date in frame:
            frame = frame[~(moments(frame[date]) > end)].copy()
        if name not in NOT_CUT and f"{name}ENDTC" in frame:
            later = moments(frame[f"{name}ENDTC"]) > end
            frame.loc[later, [f"{name}ENDTC", *{f"{name}ENDY"} & set(frame)]] = None
            if name == "AE":
                frame.loc[later, "AEOUT"] = None
                frame.loc[later & frame["AESDTH"].eq("Y"), "AESDTH"] = None
                frame.loc[later & frame["AETOXGR"].eq("5"), "AETOXGR"] = None
        if f"{name}ENTPT" in frame:
            frame.loc[moments(frame[f"{name}ENTPT"]) > end, f"{name}ENTPT"] = None
        domains[name] = frame
    dies_later = moments(domains["DM"]["DTHDTC"]) > end
    domains["DM"] = domains["DM"].copy()
    domains["DM"].loc[dies_later, ["DTHDTC", "DTHFL"]] = None
    return domains


@pytest.fixture(scope="session")
def events(data, days) -> pd.DataFrame:
    """Adverse events with their supplemental qualifiers, and ONSET, the earliest day of start."""
    extra = data["SUPPAE"].assign(AESEQ=data["SUPPAE"]["IDVARVAL"].astype(float))
    events = data["AE"]
    for name in ("AEDLT", "AEITOXGR", "AESICAT"):
        own = extra[extra["QNAM"] == name].rename(columns={"QVAL": name})
        own = own[["USUBJID", "AESEQ", name]]
        events = events.merge(own, on=["USUBJID", "AESEQ"], how="left", validate="one_to_one")
    return events.assign(ONSET=days(events["AESTDTC"]))


@pytest.fixture(scope="session")
def infusions(data, moments) -> pd.DataFrame:
    """Infusions really given, with START and END; the records of one number are one infusion."""
    parts = data["EX"][data["EX"]["EXDOSE"] > 0].sort_values(["USUBJID", "EXSTDTC"])
    wholes = []
    for _, own in parts.groupby(["USUBJID", "EXLNKID"], sort=False):
        whole = own.iloc[0].to_dict()
        reasons = [text for text in own["EXADJ"].unique() if text]
        ends = own["EXENDTC"].fillna("")
        whole |= {
            "EXDOSE": own["EXDOSE"].sum(),
            "EXENDTC": ends.max() if ends.iloc[-1] else None,
            "EXADJ": "; ".join(reasons) or None,
            "PARTS": len(own),
            "LASTDTC": max(ends.max(), own["EXSTDTC"].iloc[-1]),
        }
        wholes.append(whole)
    given = pd.DataFrame(wholes)
    given = given.assign(START=moments(given["EXSTDTC"]), END=moments(given["LASTDTC"]))
    return given.sort_values(["USUBJID", "START"])


@pytest.fixture(scope="session")
def subjects(data, settings, assumed, events, infusions, days, moments) -> pd.DataFrame:
    """One row a consented subject: PHASE, doses, dates, DEATH, ALIVE and the analysis sets."""
    arms, ds, dm = settings["arms"], data["DS"], data["DM"].set_index("USUBJID")
    out = pd.DataFrame(index=dm.index)
    out["PHASE"] = dm["ARMCD"].map({code: arm["phase"] for code, arm in arms.items()})
    out["PLANNED"] = dm["ARMCD"].map({code: arm["dose"] for code, arm in arms.items()})
    # What is no dose of an arm was meant as the dose of the subject's own.
    offered = {arm["dose"] for arm in arms.values()}
    meant = infusions["EXDOSE"].where(
        infusions["EXDOSE"].isin(offered), infusions["USUBJID"].map(out["PLANNED"])
    )
    by_subject = infusions.assign(MEANT=meant).groupby("USUBJID")
    out["ACTUAL"] = by_subject["MEANT"].agg(lambda doses: max(doses, key=list(doses).count))
    out["FIRST"] = by_subject["START"].min()
    out["LAST"] = by_subject["END"].max().dt.normalize()
    out["START"] = out["FIRST"].dt.normalize()
    out["DEATH"] = days(dm["DTHDTC"])
    out["ALIVE"] = _last_alive(data, settings, days).where(
        lambda last: ~(last > out["DEATH"]), out["DEATH"]
    )
    enrolled = ds.loc[ds["DSDECOD"] == "ENROLLED", "USUBJID"]
    out["ENR"] = out.index.isin(enrolled) & out["PHASE"].notna()
    out["SAF"] = out["ENR"] & out["START"].notna()
    out["FAS"] = out["SAF"]
    out["DLT"] = out["SAF"] & out["PHASE"].eq("I") & _dlt_evaluable(out, events, infusions, assumed)
    out["EFF"] = out["SAF"] & _efficacy_evaluable(out, data, days)
    pc = data["PC"].merge(out["FIRST"], left_on="USUBJID", right_index=True)
    measured = pc[(pc["PCSTRESN"] > 0) & (moments(pc["PCDTC"]) > pc["FIRST"])]
    out["PK"] = out["SAF"] & out.index.isin(measured["USUBJID"])
    return out


def _last_alive(data, settings, days) -> pd.Series:
    """Return the latest complete date of any evidence of life that `study.yml` names."""
    dates = []
    for source in settings["derivations"]["adsl"]["alive_sources"]:
        frame = data[source["domain"]]
        frame = frame.query(source["where"]) if "where" in source else frame
        complete = frame[frame[source["variable"]].str.len() >= len("2026-01-01")]
        dates.append(days(complete[source["variable"]]).groupby(complete["USUBJID"]).max())
    return pd.concat(dates).groupby(level=0).max()


def _dlt_evaluable(subjects, events, infusions, assumed) -> pd.Series:
    window = assumed("dlt_window_days")
    end = subjects["START"] + pd.Timedelta(days=window - 1)
    planned = len(range(1, window + 1, 7))
    inside = infusions[infusions["START"].dt.normalize() <= infusions["USUBJID"].map(end)]
    received = inside.groupby("USUBJID").size().reindex(subjects.index, fill_value=0)
    dlt = events[events["AEDLT"].eq("Y") & (events["ONSET"] <= events["USUBJID"].map(end))]
    enough = received >= assumed("dlt_min_infusion_share") * planned
    return subjects.index.isin(dlt["USUBJID"]) | (enough & (subjects["ALIVE"] >= end))


def _efficacy_evaluable(subjects, data, days) -> pd.Series:
    lesions = data["TU"][data["TU"]["TUORRES"].isin(["TARGET", "NON-TARGET"])]
    rs = data["RS"].assign(DAY=days(data["RS"]["RSDTC"]))
    assessed = rs["RSTESTCD"].eq("OVRLRESP")
    progressed = rs["RSTESTCD"].eq("SYMPTDTR") & rs["RSSTRESC"].eq("Y")
    later = rs["DAY"] > rs["USUBJID"].map(subjects["START"])
    seen = rs.loc[(assessed | progressed) & later, "USUBJID"]
    return subjects.index.isin(lesions["USUBJID"]) & (
        subjects.index.isin(seen) | subjects["DEATH"].notna()
    )


@pytest.fixture(scope="session")
def columns(subjects, settings) -> Callable[..., dict[str, pd.DataFrame]]:
    """The subjects of each column of an analysis set, by the dose that the set goes by."""

    def split(name: str, keys: tuple[str, ...] = tuple(COLUMNS)) -> dict[str, pd.DataFrame]:
        members = subjects[subjects[name]]
        actual = settings["analysis_sets"][name].get("dose") == "TRT01AN"
        dose = members["ACTUAL" if actual else "PLANNED"]
        return {key: members[COLUMNS[key](members["PHASE"], dose)] for key in keys}

    return split


@pytest.fixture(scope="session")
def scoped(root: Path, report: str) -> Any:
    """The study at the cut, for csrkit."""
    return _scoped(root, report)


@pytest.fixture(scope="session")
def derived(root: Path, report: str) -> dict[str, pd.DataFrame]:
    """The datasets of csrkit."""
    return _derived(root, report)


# Each cut once: pytest goes through the cuts anew in every file.
@cache
def _scoped(root: Path, report: str) -> Any:
    from csrkit.study import load_study

    cut = dt.date.fromisoformat(report) if report[0].isdigit() else None
    return load_study(root / "study.yml").covering("interim" if cut else report, cut)


@cache
def _derived(root: Path, report: str) -> dict[str, pd.DataFrame]:
    from csrkit.adam.registry import derive_all
    from csrkit.sdtm import read
    from csrkit.sdtm.cut import apply_cut

    study = _scoped(root, report)
    return derive_all(apply_cut(read(study.path("data")), study).domains, study)


@pytest.fixture(scope="session")
def reported(scoped, derived) -> Callable[[str], pd.Series]:
    """The values that csrkit reports for a display, by (ROW, COLUMN, STAT)."""
    from csrkit.index import load_index
    from csrkit.results.analyse import analyse_display

    index = load_index(scoped.path("index"))

    @cache
    def values(key: str) -> pd.Series:
        ard = analyse_display(index[key], scoped, derived).ard
        below = ard[ard["ROW"] != "columns"]
        return below.set_index(["ROW", "COLUMN", "STAT"])["VALUE"]

    return values


@pytest.fixture(scope="session")
def records(scoped, derived) -> Callable[[str], pd.DataFrame]:
    """The records that csrkit lists in a listing."""
    from csrkit.index import load_index
    from csrkit.results.analyse import analyse_display

    index = load_index(scoped.path("index"))

    def listed(key: str) -> pd.DataFrame:
        found = analyse_display(index[key], scoped, derived).listed
        assert found is not None
        return found

    return listed


@pytest.fixture(scope="session")
def agree() -> Callable[[pd.Series, Expected], None]:
    return _agree


def _agree(values: pd.Series, expected: Mapping[tuple[str, str, str], float]) -> None:
    """Check the expected values, and that no row of theirs holds a count besides them.

    A count of nobody may be left out of the report.
    """
    reported = values[values.index.get_level_values("STAT").isin({stat for *_, stat in expected})]
    rows = {row for row, *_ in expected}
    reported = reported[reported.index.get_level_values("ROW").isin(rows)].to_dict()
    shown = {key: value for key, value in expected.items() if value != 0 or key in reported}
    assert reported.keys() == shown.keys()
    keys = sorted(shown)
    np.testing.assert_allclose(
        [reported[key] for key in keys], [shown[key] for key in keys], rtol=1e-9, equal_nan=True
    )

"""What always holds between ADSL, ADRS and ADTTE, whatever was collected and whenever the cut."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from csrkit.adam.registry import derive_all
from csrkit.adam.spec import load_spec
from csrkit.sdtm.cut import apply_cut

# Many subjects in few examples: a derivation of sixty takes as long as one of two.
FEW = settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate])
START = pd.Timestamp("2025-06-02")
CUT = pd.Timestamp("2026-03-31")
WANTED = ("ADSL", "ADRS", "ADTTE")

COLUMNS = {
    "DM": "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARMCD ARM RFICDTC DTHFL DTHDTC",
    "EX": "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC EXLNKID EXGRPID",
    "DS": "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC",
    "RS": "USUBJID RSSEQ RSCAT RSTESTCD RSEVAL VISITNUM VISIT RSDTC RSSTRESC",
    "TU": "USUBJID TUSEQ TUTESTCD TUORRES TUEVAL TULNKID TULOC TUDTC",
    "CM": "USUBJID CMSEQ CMCAT CMSTDTC",
    "SS": "USUBJID SSSEQ SSTESTCD SSSTRESC SSDTC",
}

subject = st.fixed_dictionaries(
    {
        "consent": st.integers(0, 320),
        "infusions": st.integers(0, 6),
        "gaps": st.lists(st.integers(1, 130), max_size=6),
        "responses": st.lists(
            st.sampled_from(["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]), min_size=6, max_size=6
        ),
        "death": st.none() | st.integers(45, 500),
        "therapy": st.none() | st.integers(1, 400),
        "seen": st.integers(1, 500),
        "phase": st.sampled_from(["P1D20", "P1D30", "P2RP2D"]),
    }
)
study_population = st.lists(subject, min_size=30, max_size=60)


def collected(population):
    """SDTM of subjects that live in days after their consent; nothing comes after a death."""
    rows = {name: [] for name in COLUMNS}
    for number, one in enumerate(population):
        _add(rows, f"S{number}", one)
    return {
        name: pd.DataFrame(rows[name], columns=columns.split()).astype(
            dict.fromkeys([c for c in columns.split() if c.endswith(("SEQ", "DOSE"))], "float64")
        )
        for name, columns in COLUMNS.items()
    }


def _add(rows, name, one):
    def date(day):
        return f"{START + pd.Timedelta(days=one['consent'] + day):%F}"

    end = one["death"] if one["death"] is not None else 10_000
    dose = 20.0 if one["phase"] == "P1D20" else 30.0
    dead = ("Y", date(end)) if one["death"] is not None else (None, None)
    rows["DM"].append(
        (
            "SKNK01",
            name,
            name,
            "01",
            60.0,
            "YEARS",
            "F",
            "ASIAN",
            one["phase"],
            "Arm",
            date(0),
            *dead,
        )
    )
    rows["DS"].append((name, 1.0, "PROTOCOL MILESTONE", None, "ENROLLED", "ENROLLED", date(5)))
    for n in range(1, one["infusions"] + 1):
        day = date(7 * n)
        rows["EX"].append(
            (name, float(n), "SK-NK", dose, "10^8 CELLS", f"{day}T10:00", f"{day}T11:00",
             f"INF{n:02d}", "1")
        )  # fmt: skip
    rows["TU"].append((name, 1.0, "TUMIDENT", "TARGET", "INVESTIGATOR", "T01", "LIVER", date(1)))
    day = 7
    for n, (gap, response) in enumerate(zip(one["gaps"], one["responses"], strict=False), start=1):
        day += gap
        if day <= end:
            rows["RS"].append(
                (name, float(n), "RECIST 1.1", "OVRLRESP", "INVESTIGATOR", float(n), f"VISIT {n}",
                 date(day), response)
            )  # fmt: skip
    if one["therapy"] is not None and one["therapy"] <= end:
        rows["CM"].append((name, 1.0, "SUBSEQUENT ANTICANCER THERAPY", date(one["therapy"])))
    if one["seen"] <= end:
        rows["SS"].append((name, 1.0, "SURVSTAT", "ALIVE", date(one["seen"])))


@pytest.fixture(scope="module")
def derive(study):
    def run(sdtm):
        return derive_all(apply_cut(sdtm, study).domains, study, only=WANTED)

    return run


def of(sdtm, subjects):
    return {
        name: frame[frame["USUBJID"].isin(subjects)].reset_index(drop=True)
        for name, frame in sdtm.items()
    }


def assert_same(found, expected):
    for name in WANTED:
        pd.testing.assert_frame_equal(found[name], expected[name], obj=name)


@FEW
@given(population=study_population)
def test_whatever_was_collected_adsl_adrs_and_adtte_agree_and_nothing_is_after_the_cut(
    derive, population
):
    sdtm = collected(population)
    before = {name: frame.copy(deep=True) for name, frame in sdtm.items()}
    made = derive(sdtm)
    nothing_is_after_the_cut(made, sdtm)
    times_end_at_death_or_while_known_alive(made)
    responders_and_progressions_are_the_same(made)
    assert_same(derive(sdtm), made)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(sdtm[name], frame)


def nothing_is_after_the_cut(made, sdtm):
    for name, frame in made.items():
        dates = [v.name for v in load_spec(name).variables if v.type in ("date", "datetime")]
        assert not frame[dates].ge(CUT + pd.Timedelta(days=1)).any(axis=None)
    consented = pd.to_datetime(sdtm["DM"]["RFICDTC"]) <= CUT
    assert set(made["ADSL"]["USUBJID"]) == set(sdtm["DM"].loc[consented, "USUBJID"])


def times_end_at_death_or_while_known_alive(made):
    adsl = made["ADSL"].set_index("USUBJID")
    adtte = made["ADTTE"].assign(
        LSTALVDT=lambda frame: frame["USUBJID"].map(adsl["LSTALVDT"]),
        DTHDT=lambda frame: frame["USUBJID"].map(adsl["DTHDT"]),
    )
    assert set(adtte["USUBJID"]) == set(adsl.index[adsl["SAFFL"] == "Y"])
    assert adtte["AVAL"].ge(1).all()
    censored = adtte[adtte["CNSR"] > 0]
    assert (censored["ADT"] <= censored["LSTALVDT"]).all()
    assert not (adtte["ADT"] > adtte["DTHDT"]).any()
    survival = adtte[adtte["PARAMCD"] == "OS"].set_index("USUBJID")
    assert (survival["DTHDT"].notna() == survival["CNSR"].eq(0)).all()
    for name in ("PFS", "PFSEV"):
        shorter = adtte[adtte["PARAMCD"] == name].set_index("USUBJID")
        assert (shorter["AVAL"] <= survival["AVAL"].reindex(shorter.index)).all()


def responders_and_progressions_are_the_same(made):
    values = made["ADRS"][made["ADRS"]["PARAMCD"] != "OVR"]
    of = {code: part.set_index("USUBJID")["AVALC"] for code, part in values.groupby("PARAMCD")}

    def those(code, *answers):
        return set(of[code].index[of[code].isin(answers)]) if code in of else set()

    responders = those("CRSP", "Y")
    times = made["ADTTE"].groupby("PARAMCD")["USUBJID"].agg(set)
    for name in ("DOR", "TTR"):
        assert times.get(name, set()) == responders
    assert responders == those("CBOR", "CR", "PR")
    assert responders <= those("RSP", "Y")
    # PFSEV counts progressions after a new therapy, too.
    adtte = made["ADTTE"][made["ADTTE"]["PARAMCD"] != "PFSEV"]
    progressed = adtte[adtte["EVNTDESC"] == "Disease progression"]
    assert set(progressed["USUBJID"]) <= those("PD", "Y")


@FEW
@given(population=study_population, data=st.data())
def test_subjects_apart_and_records_in_any_order_give_the_same(derive, population, data):
    sdtm = collected(population)
    whole = derive(sdtm)
    everyone = sorted(whole["ADSL"]["USUBJID"])
    some = data.draw(st.sets(st.sampled_from(everyone), min_size=1, max_size=len(everyone) - 1))
    parts = [derive(of(sdtm, names)) for names in (some, set(everyone) - some)]
    joined = {
        name: pd.concat(
            [part[name] for part in parts if len(part[name])] or [whole[name]]
        ).sort_values(list(load_spec(name).keys), kind="stable", ignore_index=True)
        for name in WANTED
    }
    assert_same(joined, whole)
    seed = data.draw(st.integers(0, 99))
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in sdtm.items()}
    assert_same(derive(shuffled), whole)

"""BOR, confirmed BOR and DOR of ADRS and ADTTE against the plainly written second version."""

from __future__ import annotations

import itertools
import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.time_to_event.adtte import derive_adtte
from csrkit.adam.tumour.adrs import derive_adrs
from csrkit.adam.tumour.rules import ResponseRules

PLAIN = runpy.run_path(str(Path(__file__).with_name("plain_response.py")))
START = pd.Timestamp("2025-07-01")
SCHEDULES = ([56, 112, 168, 224], [28, 56, 84, 112], [14, 35, 56, 77], [-3, 20, 48, 49])
RESPONSES = ("CR", "PR", "SD", "PD", "NE")
DEATHS = (None, 250, 300)
SEQUENCES = [
    sequence for length in range(1, 5) for sequence in itertools.product(RESPONSES, repeat=length)
]
NO_DLT = pd.DataFrame(
    {"USUBJID": ["none"], "AESEQ": [1.0], "ASTDT": pd.to_datetime(["2025-07-02"]),
     "DLTFL": [None], "DLTWINFL": [None]}
)  # fmt: skip


def date(day):
    return f"{START + pd.Timedelta(days=day):%F}"


@pytest.mark.parametrize("death", DEATHS, ids=str)
@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_every_sequence_of_up_to_four_responses_has_the_plain_bor_and_duration(
    schedule, death, study, subjects
):
    courses = {
        f"{n:04d}": list(zip(schedule, sequence, strict=False))
        for n, sequence in enumerate(SEQUENCES)
    }
    assert len(courses) == 780
    rs = pd.DataFrame(
        [
            (name, float(n), date(day), value)
            for name, visits in courses.items()
            for n, (day, value) in enumerate(visits, start=1)
        ],
        columns=["USUBJID", "RSSEQ", "RSDTC", "RSSTRESC"],
    ).assign(RSCAT="RECIST 1.1", RSTESTCD="OVRLRESP", RSEVAL="INVESTIGATOR", VISIT="V")
    rs = rs.assign(VISITNUM=rs["RSSEQ"])
    own = {"LSTALVDT": date(death or 400), "DTHDT": death and date(death)}
    adam = {"ADSL": subjects(**dict.fromkeys(courses, own)), "ADAE": NO_DLT}
    adam["ADRS"] = derive_adrs({"RS": rs}, adam, study)
    adtte = derive_adtte({"RS": rs}, adam, study)

    chosen = study.assumptions
    rules = ResponseRules(
        confirmation_days=chosen.confirmation_days.value, sd_min_days=chosen.sd_min_days.value
    )
    best = {
        code: part.set_index("USUBJID")["AVALC"].to_dict()
        for code, part in adam["ADRS"].groupby("PARAMCD")
    }
    for code, confirmed in (("BOR", False), ("CBOR", True)):
        expected = {
            name: PLAIN["plain_bor"](visits, rules, confirmed)[0]
            for name, visits in courses.items()
        }
        assert best[code] == expected
    lasting = {
        name: PLAIN["plain_duration"](
            visits,
            death,
            rules,
            interval=7 * chosen.tumour_assessment_weeks.value,
            window=chosen.tumour_assessment_window_days.value,
            missed=chosen.pfs_censoring.value.missed_assessments,
        )
        for name, visits in courses.items()
    }
    found = adtte[adtte["PARAMCD"] == "DOR"].set_index("USUBJID")
    assert dict(zip(found.index, zip(found["AVAL"], found["CNSR"], strict=True), strict=True)) == {
        name: lasts for name, lasts in lasting.items() if lasts is not None
    }
    assert len(found) > 0

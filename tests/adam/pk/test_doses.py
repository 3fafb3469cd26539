"""ADPC: which dose a sample refers to, and when that dose began."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.conditions import parse

CASES = runpy.run_path(str(Path(__file__).with_name("concentrations.py")))
samples, column = CASES["samples"], CASES["column"]


@pytest.fixture
def derive(study, subjects):
    return CASES["deriving"](study, subjects)


def test_without_a_reference_a_sample_belongs_to_the_infusion_begun_before_it(derive):
    pc = samples(
        "-0.5 | 2025-07-01T09:30 | 11",
        "24 | 2025-07-02T10:00 | 12",
        "168 | 2025-07-08T10:00 | 13",
        "1 | 2025-07-08T10:01 | 14",
        infusion=None,
    )
    adpc = derive(pc).sort_values("SRCSEQ")
    assert column(adpc, "INFNUM") == [1, 1, 1, 2]
    # A sample of the minute in which the next infusion begins still shows the one before.
    assert column(adpc, "ARRLT") == pytest.approx([-0.5, 24, 168, 1 / 60])
    assert column(adpc, "NCAXFL") == [None] * 4


DAILY = pd.DataFrame(
    {
        "USUBJID": ["A", "A", "B"],
        "EXSEQ": [1.0, 2.0, 1.0],
        "EXTRT": "SK-NK",
        "EXDOSE": [20.0, 30.0, 20.0],
        "EXDOSU": "10^8 CELLS",
        "EXDOSFRQ": ["QD", "QD", "ONCE"],
        "EXLNKID": [None, None, "INF01"],
        "EXSTDTC": ["2025-07-01", "2025-07-03", "2025-07-01"],
        "EXENDTC": ["2025-07-02", None, "2025-07-05"],
    }
)
DAILY_SETTINGS = {
    "settings": {"untimed_dose": "midnight", "nominal_from": "first"},
    "exposure": {"each_day": parse("EXDOSFRQ == 'QD'")},
}


def test_a_record_of_daily_doses_is_a_dose_each_day_from_midnight(derive):
    pc = samples(
        "-0.5 | 2025-06-30T23:30 | 1",
        "12 | 2025-07-01T12:00 | 2",
        "24 | 2025-07-02T00:00 | 3",
        "36 | 2025-07-02T12:00 | 4",
        "60 | 2025-07-03T12:00 | 5",
        infusion=None,
    )
    adpc = derive(pc, ex=DAILY, **DAILY_SETTINGS).sort_values("SRCSEQ")
    assert column(adpc, "INFNUM") == [1, 1, 1, 2, 3]
    assert column(adpc, "DOSE") == [20, 20, 20, 20, 30]
    assert column(adpc, "ARRLT") == [-0.5, 12, 24, 12, 12]
    assert column(adpc, "AFRLT") == [-0.5, 12, 24, 36, 60]
    assert column(adpc, "ADOSEDUR") == [None] * 5


def test_planned_times_from_the_first_dose_give_those_from_the_reference_dose(derive):
    pc = samples("2 | 2025-07-01T12:00 | 2", "170 | 2025-07-08T12:00 | 4", infusion=None)
    adpc = derive(pc, settings={"nominal_from": "first"}).sort_values("SRCSEQ")
    assert column(adpc, "NFRLT") == [2, 170]
    assert column(adpc, "NRRLT") == [2, 2]


def test_a_record_that_isnt_daily_stays_one_dose(derive):
    pc = samples("100 | 2025-07-05T04:00 | 2", infusion=None, subject="B")
    adpc = derive(pc, ex=DAILY, **DAILY_SETTINGS)
    assert column(adpc, "INFNUM") == [1]
    assert column(adpc, "ARRLT") == [100]


def test_without_the_setting_a_dose_without_a_time_has_no_start(derive):
    pc = samples("12 | 2025-07-01T12:00 | 2", infusion="INFUSION 1")
    assert column(derive(pc, ex=DAILY.assign(EXLNKID="INF01")), "ARRLT") == [None]

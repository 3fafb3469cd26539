"""Six subjects with a few adverse events, infusions and laboratory values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csrkit.displays.make import make_display
from csrkit.displays.model import Display
from csrkit.index import IndexEntry, load_index
from csrkit.study import Study

NONE, NAN = None, np.nan

SUBJECTS = ["S1", "S2", "S3", "S4", "S5", "S6"]
CARRIED = ["USUBJID", "PHASE", "TRT01PN", "TRT01AN", "ENRLFL", "SAFFL", "DLTEVLFL", "AGE", "SEX"]


@pytest.fixture(scope="session")
def adsl() -> pd.DataFrame:
    """S1, S2 lower dose; S3 higher dose; S4 phase II; S5 enrolled, not treated; S6 failed."""
    return pd.DataFrame(
        {
            "USUBJID": SUBJECTS,
            "PHASE": ["I", "I", "I", "II", "II", NONE],
            "TRT01PN": [20, 20, 30, 30, 30, NAN],
            "TRT01AN": [20, 20, 30, 30, NAN, NAN],
            "SCRFFL": ["N"] * 5 + ["Y"],
            "SCRFREAS": [NONE] * 5 + ["Inclusion 3 not met"],
            "ENRLFL": ["Y"] * 5 + ["N"],
            "ENRLREAS": [NONE] * 5 + ["Screen failure"],
            "SAFFL": ["Y"] * 4 + ["N"] * 2,
            "SAFREAS": [NONE] * 4 + ["Not treated", "Not enrolled"],
            "DLTEVLFL": ["Y"] * 3 + ["N"] * 3,
            "DLTEREAS": [NONE] * 3 + ["Not in phase I", "Not treated", "Not enrolled"],
            "EFFFL": ["Y"] * 4 + ["N"] * 2,
            "EFFREAS": [NONE] * 4 + ["Not treated", "Not enrolled"],
            "PKFL": ["Y"] * 4 + ["N"] * 2,
            "PKREAS": [NONE] * 4 + ["Not treated", "Not enrolled"],
            "EOTSTT": ["COMPLETED", "DISCONTINUED", "ONGOING", "DISCONTINUED", NONE, NONE],
            "DCTREAS": [NONE, "ADVERSE EVENT", NONE, "PROGRESSIVE DISEASE", NONE, NONE],
            "EOSSTT": ["ONGOING", "DISCONTINUED", "ONGOING", "ONGOING", "DISCONTINUED", NONE],
            "DCSREAS": [NONE, "DEATH", NONE, NONE, "WITHDRAWAL BY SUBJECT", NONE],
            "DTHFL": [NONE, NONE, "Y", "Y", NONE, NONE],
            "DTHDT": pd.to_datetime([NONE, NONE, "2025-09-01", "2025-07-20", NONE, NONE]),
            "DTHDTF": [NONE, NONE, "D", NONE, NONE, NONE],
            "DTHADY": [NAN, NAN, 63, 20, NAN, NAN],
            "DTHCAUS": [NONE, NONE, "DISEASE PROGRESSION", "ADVERSE EVENT", NONE, NONE],
            "TRTEDT": pd.to_datetime(["2025-07-15"] * 4 + [NONE, NONE]),
            "LDDTHELD": [NAN, NAN, 48, 5, NAN, NAN],
            "LDDTHGR1": [NONE, NONE, "> 30", "<= 30", NONE, NONE],
            "AGE": [60.0, 71, 55, 80, 66, 50],
            "AGEGR1": ["< 65 years", "65 to 74 years", "< 65 years", "≥ 75 years", NONE, NONE],
            "SEX": ["F", "M", "F", "F", "M", "F"],
            "RACE": ["ASIAN"] * 5 + ["WHITE"],
            "ETHNIC": ["NOT HISPANIC OR LATINO"] * 6,
            "HEIGHTBL": [160, 170, 155, 165, NAN, NAN],
            "WEIGHTBL": [50.5, 70.0, NAN, 60.0, NAN, NAN],
            "BMIBL": [19.7, 24.2, NAN, 22.0, NAN, NAN],
            "ECOGBL": [0, 1, 1, 2, NAN, NAN],
            "TUMTYPE": ["Ovarian cancer", "Gastric cancer", "Ovarian cancer", NONE, NONE, NONE],
            "ASCGRBL": ["GRADE 1", "GRADE 2", "GRADE 3", "GRADE 2", NONE, NONE],
            "PRLINES": [2, 3, 1, 4, NAN, NAN],
        }
    )


@pytest.fixture(scope="session")
def adae(adsl: pd.DataFrame) -> pd.DataFrame:
    """Seven events; the second of S4 isn't treatment-emergent and fatal, that of S2 is a DLT."""
    frame = pd.DataFrame(
        [
            ("S1", "Gut", "Nausea", "nausea <script>alert(1)</script> ```", 1, "N", "RELATED"),
            ("S1", "Gut", "Nausea", "Nausea", 2, "N", "RELATED"),
            ("S1", "Gut", "Vomiting", "Vomiting {x} \\par", 1, "N", "NOT RELATED"),
            ("S2", "General", "Fever", "FEVER", 3, "Y", "RELATED"),
            ("S3", "General", "Chills", "chills", 1, "N", "RELATED"),
            ("S4", "General", "Fever", "fever", 1, "N", "NOT RELATED"),
            ("S4", "Gut", "Ascites", "ascites", 5, "Y", "NOT RELATED"),
        ],
        columns=["USUBJID", "AEBODSYS", "AEDECOD", "AETERM", "ATOXGRN", "AESER", "AREL"],
    ).assign(
        AESEQ=[1.0, 2, 3, 1, 1, 1, 2],
        ATOXGR=["1", "2", "1", "3", "1", "1", "5"],
        TRTEMFL=["Y"] * 6 + [NONE],
        AEACN=["DOSE NOT CHANGED"] * 3 + ["DRUG WITHDRAWN"] + ["DOSE NOT CHANGED"] * 3,
        AEOUT=["RECOVERED/RESOLVED"] * 6 + ["FATAL"],
        AESDTH=["N"] * 6 + ["Y"],
        DLTFL=[NONE] * 3 + ["Y"] + [NONE] * 3,
        DLTWINFL=[NONE] * 3 + ["Y"] + [NONE] * 3,
        AESICAT=[NONE] * 3 + ["Cytokine release syndrome"] + [NONE] * 3,
        ASTCTGRN=[NAN] * 3 + [2.0] + [NAN] * 3,
        ASTDTM=pd.to_datetime([f"2025-07-0{day}" for day in range(1, 8)]),
        AESTDTC=["2025-07-01T10:30"] + [f"2025-07-0{day}" for day in range(2, 8)],
        ASTDY=[1.0, 2, 3, 4, 5, 6, 7],
        AEENDTC=[NONE] + ["2025-08"] * 6,
        AENDY=[NAN] * 7,
        ADURN=[NAN] + [4.0] * 6,
        ADURREAS=["End not known"] + [NONE] * 6,
        INFNUM=[NAN] + [1.0] * 6,
        DAYINF=[NAN] + [2.0] * 6,
        AEREL=["RELATED", NONE, "NOT RELATED", "RELATED", "RELATED", "NOT RELATED", NONE],
    )
    return frame.merge(adsl[CARRIED], on="USUBJID")


@pytest.fixture(scope="session")
def adex(adsl: pd.DataFrame) -> pd.DataFrame:
    """Infusions given: 3, 2, 4, 7; one of S1 and two of S4 delayed."""
    names = ["NINF", "NCOURSE", "CUMDOSE", "RDI", "TRTDURD", "NDELAY", "NINTR", "NMISS"]
    values = {
        "S1": [3, 1, 60, 100, 15, 1, 0, 0],
        "S2": [2, 1, 40, 50.5, 8, 0, 0, 1],
        "S3": [4, 1, 120, 80, 22, 0, 0, 0],
        "S4": [7, 2, 210, 100, 43, 2, 0, 0],
    }
    records = [
        (subject, name, float(value), NONE, NONE, NONE)
        for subject, row in values.items()
        for name, value in zip(names, row, strict=True)
    ]
    records += [
        (subject, "DOSE", 20.0, "Y" if number < row[5] else "N", "N", reason)
        for subject, row in values.items()
        for number, reason in enumerate(
            ["ADVERSE EVENT", "SCHEDULING", *[NONE] * 5][: int(row[0])] if row[5] else [NONE] * 2
        )
    ]
    columns = ["USUBJID", "PARAMCD", "AVAL", "DELAYFL", "INTRFL", "ADJREAS"]
    return pd.DataFrame(records, columns=columns).merge(adsl[CARRIED], on="USUBJID")


@pytest.fixture(scope="session")
def adlb(adsl: pd.DataFrame) -> pd.DataFrame:
    """Neutrophils, graded low: S1 0 to 3, S2 1 to 0, S3 missing to 2, S4 none on treatment."""
    base, treated = NONE, "Y"
    frame = pd.DataFrame(
        [
            ("S1", base, NONE, "0", "0", NONE),
            ("S1", treated, NONE, "1", "0", NONE),
            ("S1", treated, NONE, "3", "0", "Y"),
            ("S1", treated, "MAXIMUM", "4", "0", NONE),
            ("S2", base, NONE, "1", "1", NONE),
            ("S2", treated, NONE, "0", "1", "Y"),
            ("S3", treated, NONE, "2", NONE, "Y"),
            ("S3", treated, NONE, NONE, NONE, NONE),
            ("S4", base, NONE, "0", "0", NONE),
        ],
        columns=["USUBJID", "ONTRTFL", "DTYPE", "ATOXGRL", "BTOXGRL", "WGRLFL"],
    ).assign(
        ABLFL=["Y", NONE, NONE, NONE, "Y", NONE, NONE, NONE, "Y"],
        WGRHFL=NONE,
        PARAMCD="NEUT",
        PARAM="Neutrophils (10⁹/L)",
        PARCAT1="HEMATOLOGY",
        ATOXGRH=NONE,
        BTOXGRH=NONE,
    )
    return frame.merge(adsl[CARRIED], on="USUBJID")


@pytest.fixture(scope="session")
def datasets(
    adsl: pd.DataFrame, adae: pd.DataFrame, adex: pd.DataFrame, adlb: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    return {"ADSL": adsl, "ADAE": adae, "ADEX": adex, "ADLB": adlb}


@pytest.fixture(scope="session")
def index(root: Path) -> dict[str, IndexEntry]:
    return load_index(root / "report" / "tlf.yml")


@pytest.fixture
def shown(
    index: dict[str, IndexEntry], study: Study, datasets: dict[str, pd.DataFrame]
) -> Callable[..., Display]:
    """Make a display of the report's index, from the datasets above unless others are given."""

    def make(key: str, **others: pd.DataFrame) -> Display:
        made = make_display(index[key], study, {**datasets, **others})
        assert isinstance(made, Display)
        return made

    return make


@pytest.fixture
def row_of() -> Callable[[Display, str], list[str]]:
    """Return the texts of the first row with a label."""

    def find(display: Display, label: str) -> list[str]:
        rows = [row for row in display.rows if row.label == label]
        assert rows, f"no row {label!r} among {[row.label for row in display.rows]}"
        return [cell.text for cell in rows[0].cells]

    return find

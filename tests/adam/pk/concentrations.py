"""Literal doses and concentrations for the tests of ADPC."""

import pandas as pd

from csrkit.adam.pk.adpc import derive_adpc
from csrkit.study.assumptions import BlqRule
from csrkit.study.derivations.pk import Concentrations

SETTINGS = Concentrations(
    records="PCTESTCD == 'NKDNA'",
    unit="copies/ug DNA",
    infusion_pattern=r"INFUSION (\d+)",
    blq_results=("BLQ",),
    predose_window_hours=24,
    tolerance_hours=0.25,
    tolerance_share=0.1,
    duplicates="first",
)
FOR_NCA = BlqRule(before_first="zero", between="missing", after_last="missing")
FOR_SUMMARIES = BlqRule(before_first="zero", between="half_lloq", after_last="half_lloq")
EX = pd.DataFrame(
    {
        "USUBJID": ["A", "A", "B"],
        "EXSEQ": [1.0, 2.0, 1.0],
        "EXTRT": "SK-NK",
        "EXDOSE": [20.0, 30.0, 20.0],
        "EXDOSU": "10^8 CELLS",
        "EXLNKID": ["INF01", "INF02", "INF01"],
        "EXGRPID": "1",
        "EXSTDTC": ["2025-07-01T10:00", "2025-07-08T10:00:00", "2025-07-02T09:30"],
        "EXENDTC": ["2025-07-01T11:00", "2025-07-08T11:30:00", "2025-07-02"],
    }
)


def deriving(study, subjects):
    """A function that derives ADPC of subjects A and B, with settings and BLQ rules changed."""

    def run(pc, **changes):
        domains = {"EX": changes.pop("ex", EX)} | ({} if pc is None else {"PC": pc})
        settings = SETTINGS.model_copy(update=changes.pop("settings", {}))
        exposure = study.derivations.adex.model_copy(update=changes.pop("exposure", {}))
        rules = {"blq_for_nca": FOR_NCA, "blq_for_summaries": FOR_SUMMARIES} | changes
        assumptions = study.assumptions.model_copy(
            update={
                name: getattr(study.assumptions, name).model_copy(update={"value": value})
                for name, value in rules.items()
            }
        )
        derivations = study.derivations.model_copy(update={"adpc": settings, "adex": exposure})
        own = study.model_copy(update={"derivations": derivations, "assumptions": assumptions})
        return derive_adpc(domains, {"ADSL": subjects(A={}, B={})}, own)

    return run


def samples(*lines, subject="A", infusion="INFUSION 1", **columns):
    """Make PC from lines `nominal hour | PCDTC | PCSTRESC`, `.` for missing."""
    rows = []
    for number, line in enumerate(lines, start=1):
        nominal, dtc, result = (None if c.strip() == "." else c.strip() for c in line.split("|"))
        numeric = float(result) if result and result.replace(".", "").isdigit() else float("nan")
        rows.append(
            {
                "USUBJID": subject, "PCSEQ": float(number), "PCTESTCD": "NKDNA",
                "PCTEST": "NK-cell DNA", "PCSTRESC": result, "PCSTRESN": numeric,
                "PCSTRESU": "copies/ug DNA", "PCLLOQ": 10.0, "PCTPTREF": infusion, "PCDTC": dtc,
                "PCTPT": nominal and f"{nominal} H",
                "PCTPTNUM": float(nominal) if nominal else float("nan"),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def column(frame, name):
    return [None if pd.isna(value) else value for value in frame[name]]

"""ADEX: the infusions given and missed, and each subject's exposure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import derive_study_day, impute_datetimes
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import text_where
from csrkit.adam.exposure.doses import parse_number, select_valid_doses
from csrkit.adam.exposure.summary import derive_exposure_parameters
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study

PART_WITHOUT_DOSE = "Dose of a part not known"
ENDS_FIRST = "End before start"


def derive_adex(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Derive ADEX.

    Parameters
    ----------
    sdtm
        Cut domains EX and EC.
    adam
        ADSL.
    study
        Settings, with the scope of the run.

    Returns
    -------
    DataFrame
        One row an infusion given (PARAMCD DOSE) or missed (MISSED), and one row for each treated
        subject and exposure parameter, as `spec/adex.yml` says.
    """
    given = select_infusions_given(sdtm, adam["ADSL"], study)
    missed = select_infusions_missed(sdtm, adam["ADSL"], study)
    summary = derive_exposure_parameters(given, missed, adam["ADSL"], study)
    spec = load_spec("ADEX", study.terms)
    own = [name for name in spec.names if name in given]
    records = merge_adsl(
        stack_records([given, missed, summary])[own], adam["ADSL"], ["treatment_dates"]
    )
    records = records.assign(
        ASTDT=records["ASTDTM"].dt.normalize(),
        AENDT=records["AENDTM"].dt.normalize(),
        ASTDY=derive_study_day(records["ASTDTM"], records["TRTSDT"]),
        AENDY=derive_study_day(records["AENDTM"], records["TRTSDT"]),
    )
    return conform(records, spec)


def select_infusions_given(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the valid doses of treated subjects, each with its delay, interruption and level.

    A dose in several parts is interrupted; without the setting nothing is said of any other.

    A delay is the time since the previous infusion of the course beyond the planned interval, a
    missed infusion between them counted; the first infusion of a course has none.
    """
    settings = study.derivations.adex
    doses = select_valid_doses(sdtm, study)
    planned = doses["USUBJID"].map(adsl.set_index("USUBJID")["TRT01PN"])
    delay = _delay(doses, study)
    delayed = pd.Series(None, index=doses.index, dtype=object)
    if study.treatment.infusion_interval_days is not None:
        delayed = _flag(delay.gt(settings.delay_tolerance_days))
    interrupted = _flag(doses["INTERRUPTED"])
    if settings.interrupted is None:
        interrupted = interrupted.where(doses["INTERRUPTED"], None)
    minutes = _minutes(doses)
    return doses.assign(
        PARAMCD="DOSE",
        PARAM=study.terms.fill(
            f"{{Quantity}} of the {{Administration}} ({study.treatment.dose_unit})"
        ),
        PARAMN=1.0,
        AVAL=doses["EXDOSE"],
        AREASN=text_where(doses["EXDOSE"].isna(), PART_WITHOUT_DOSE),
        DURMIN=minutes.where(minutes >= 0),
        DURREAS=text_where(doses["AENDTM"].lt(doses["ASTDTM"]), ENDS_FIRST),
        DELAYD=delay,
        DELAYFL=delayed,
        INTRFL=interrupted,
        ADJREAS=doses["EXADJ"],
        WRDOSEFL=_flag(doses["EXDOSE"].ne(planned)).where(doses["EXDOSE"].notna(), None),
        SRCDOM="EX",
        SRCSEQ=doses["EXSEQ"],
    )


def select_infusions_missed(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the infusions planned but not given to treated subjects, with the reason."""
    settings = study.derivations.adex
    numbers = [f"EC{name[2:]}" if name else "" for name in (settings.infusion, settings.course)]
    columns = ["USUBJID", "ECSEQ", "ECREASOC", "ECSTDTC", *filter(None, numbers)]
    missed = select_records(sdtm, "EC", columns, settings.missed, "derivations.adex.missed")
    treated = adsl.loc[adsl["NINF"].gt(0), "USUBJID"]
    missed = missed[missed["USUBJID"].isin(treated)].reset_index(drop=True)
    infusion, course = numbers
    planned = impute_datetimes(missed["ECSTDTC"], records=missed)
    return missed.assign(
        PARAMCD="MISSED",
        PARAM=study.terms.fill("{Administration} Missed"),
        PARAMN=2.0,
        AVAL=1.0,
        ASTDTM=planned["DTM"],
        ASTTMF=planned["TMF"],
        INFNUM=parse_number(missed, infusion) if infusion else float("nan"),
        COURSE=parse_number(missed, course) if course else 1.0,
        ADJREAS=missed["ECREASOC"],
        SRCDOM="EC",
        SRCSEQ=missed["ECSEQ"],
    )


def _minutes(doses: pd.DataFrame) -> pd.Series:
    """Return the minutes from start to end of each infusion; NaN unless both have minutes.

    Where seconds are missing from either, they are dropped from both.
    """
    imputed = doses[["ASTTMF", "AENTMF"]]
    whole = imputed.isin(["S"]).any(axis=1)
    start, end = (
        doses[name].mask(whole, doses[name].dt.floor("min")) for name in ("ASTDTM", "AENDTM")
    )
    return ((end - start).dt.total_seconds() / 60).mask(imputed.isin(["H", "M"]).any(axis=1))


def _delay(doses: pd.DataFrame, study: Study) -> pd.Series:
    """Return the days by which each infusion came late (negative: early)."""
    interval = study.treatment.infusion_interval_days
    if interval is None:
        return pd.Series(float("nan"), index=doses.index)
    before = doses.groupby(["USUBJID", "COURSE"], dropna=False)[["ASTDTM", "INFNUM"]].shift()
    days = (doses["ASTDTM"].dt.normalize() - before["ASTDTM"].dt.normalize()).dt.days
    late: pd.Series = days.astype("float64") - interval * (doses["INFNUM"] - before["INFNUM"])
    return late


def _flag(condition: pd.Series) -> pd.Series:
    return pd.Series(np.where(condition, "Y", "N"), index=condition.index, dtype=object)

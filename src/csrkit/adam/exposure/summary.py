"""ADEX: one row for each treated subject and exposure parameter."""

from __future__ import annotations

import pandas as pd

from csrkit.study import Study

# PARAMCD → PARAM in the words of the study; {unit} is its dose unit.
PARAMETERS = {
    "NINF": "Number of {Administrations} Given",
    "NCOURSE": "Number of Courses Started",
    "CUMDOSE": "Cumulative Dose ({unit})",
    "RDI": "Relative Dose Intensity (%)",
    "TRTDURD": "Treatment Duration (days)",
    "NDELAY": "Number of {Administrations} Delayed",
    "NINTR": "Number of {Administrations} Interrupted",
    "NMISS": "Number of {Administrations} Missed",
}
FIRST_PARAMN = 11.0


def derive_exposure_parameters(
    given: pd.DataFrame, missed: pd.DataFrame, adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return USUBJID PARAMCD PARAM PARAMN AVAL; a parameter that can't be had has no row.

    Parameters
    ----------
    given, missed
        Infusions, from `adex.infusions_given` and `adex.infusions_missed`.
    adsl
        NINF NCOURSE CUMDOSE TRTDURD TRT01PN.
    """
    treated = adsl[adsl["NINF"].gt(0)].set_index("USUBJID")

    def count(records: pd.DataFrame) -> pd.Series:
        return records.groupby("USUBJID").size().reindex(treated.index, fill_value=0)

    values = treated[["NINF", "NCOURSE", "CUMDOSE", "TRTDURD"]].assign(
        RDI=_relative_dose_intensity(given, missed, treated, study), NMISS=count(missed)
    )
    if study.treatment.infusion_interval_days is not None:
        values = values.assign(NDELAY=count(given[given["DELAYFL"].eq("Y")]))
    if study.derivations.adex.interrupted:
        values = values.assign(NINTR=count(given[given["INTRFL"].eq("Y")]))
    names = [name for name in PARAMETERS if name in values]
    long = (
        values[names]
        .astype("float64")
        .melt(var_name="PARAMCD", value_name="AVAL", ignore_index=False)
    )
    long = long[long["AVAL"].notna()].reset_index()
    words = study.terms.words() | {"unit": study.treatment.dose_unit}
    number = {name: FIRST_PARAMN + place for place, name in enumerate(PARAMETERS)}
    return long.assign(
        PARAM=long["PARAMCD"].map({k: text.format_map(words) for k, text in PARAMETERS.items()}),
        PARAMN=long["PARAMCD"].map(number),
        SRCDOM="ADSL",
    )


def _relative_dose_intensity(
    given: pd.DataFrame, missed: pd.DataFrame, treated: pd.DataFrame, study: Study
) -> pd.Series:
    """Return 100 × dose received / dose planned in the time on treatment (%).

    The time of a course runs from its first to its last infusion, given or missed, plus one
    interval, so that delays and missed infusions lower the intensity; the pause between courses
    doesn't. NaN without a planned interval, and where the day of an infusion given isn't known.
    """
    interval = study.treatment.infusion_interval_days
    if interval is None:
        return pd.Series(float("nan"), index=treated.index)
    columns = ["USUBJID", "COURSE", "ASTDTM"]
    days = pd.concat([given[columns], missed.loc[missed["ASTDTM"].notna(), columns]])
    days = days.assign(ASTDTM=days["ASTDTM"].dt.normalize())
    course = days.groupby(["USUBJID", "COURSE"], dropna=False)["ASTDTM"].agg(["min", "max"])
    planned = (course["max"] - course["min"]).dt.days / interval + 1
    infusions = planned.groupby("USUBJID").sum().reindex(treated.index)
    undated = given["ASTDTM"].isna().groupby(given["USUBJID"]).any().reindex(treated.index)
    intensity: pd.Series = 100 * treated["CUMDOSE"] / (infusions * treated["TRT01PN"])
    return intensity.mask(undated.eq(True))

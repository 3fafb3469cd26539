"""Records of a findings domain as every BDS dataset needs them: dated, valued, commonly named.

ADLB, ADVS, ADEG and ADQS differ in the parameters that they add, not in this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.dates import impute_dates, impute_datetimes
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.variables import add_variables
from csrkit.adam.findings.values import derive_values
from csrkit.study.derivations.findings import Findings

PARTS = (
    "SEQ", "TESTCD", "TEST", "CAT", "ORRES", "ORRESU", "ORNRLO", "ORNRHI", "STRESC", "STRESN",
    "STRESU", "STNRLO", "STNRHI", "STAT", "REASND", "SPEC", "FAST", "DTC", "TPT", "TPTNUM",
    "TPTREF", "ELTM",
)  # fmt: skip
MOMENT = ["USUBJID", "BASETYPE", "VISITNUM", "VISIT", "DTC", "TPT", "TPTNUM", "TPTREF"]
"""What the records of one examination have in common."""


def select_findings(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, name: str, settings: Findings
) -> pd.DataFrame:
    """Return the records of a findings domain of subjects in ADSL, as they stood.

    Parameters
    ----------
    name
        The domain, for example `"VS"`.
    settings
        Which records, and which variable has baselines of its own.

    Returns
    -------
    DataFrame
        MOMENT, PARAMCD PARCAT1 SPEC FAST ELTM, PARAM AVAL AVALC AVALU AREASN ANRLO ANRHI (see
        `derive_values`), ADT, ADTM (where the time is known), TRTSDT TRTEDT, SEQ and ORDER
        (--SEQ; of an added record its place alone), SRCDOM SRCSEQ.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    DerivationError
        When a test that no table of units knows comes in several units.
    """
    dtc = f"{name}DTC"
    own = [f"{name}{part}" for part in PARTS]
    other = [settings.basis] if settings.basis and settings.basis not in own else []
    columns = ["USUBJID", "VISIT", "VISITNUM", *own, *other]
    setting = f"derivations.ad{name.lower()}.records"
    found = select_records(sdtm, name, columns, settings.records, setting)
    mine = found["USUBJID"].isin(adsl["USUBJID"]) & found[f"{name}TESTCD"].notna()
    found = found[mine].reset_index(drop=True)
    dates, _ = impute_dates(found[dtc], highest="n", records=found)
    moments = impute_datetimes(found[dtc], records=found)
    treated = adsl.set_index("USUBJID")[["TRTSDT", "TRTEDT"]]
    basis = found[settings.basis] if settings.basis else pd.Series(None, found.index, dtype=object)
    records = found.rename(columns=dict(zip(own, PARTS, strict=True)))
    common = [moment for moment in MOMENT if moment in records]
    return add_variables(
        records[common],
        {
            "BASETYPE": ("LAST: " + basis.astype("string")).fillna("LAST").astype(object),
            "PARAMCD": records["TESTCD"],
            "PARCAT1": records["CAT"],
            "SPEC": records["SPEC"],
            "ELTM": records["ELTM"],
            "FAST": records["FAST"],
            **derive_values(records, name, settings),
            "ADT": dates,
            "ADTM": moments["DTM"].where(moments["TMF"].ne("H")),
            "TRTSDT": records["USUBJID"].map(treated["TRTSDT"]),
            "TRTEDT": records["USUBJID"].map(treated["TRTEDT"]),
            "SEQ": records["SEQ"],
            "ORDER": records["SEQ"],
            "SRCDOM": name,
            "SRCSEQ": records["SEQ"],
        },
    )


def transpose_parameters(records: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return the values of several parameters of the same examination in columns.

    Repeated examinations of one moment go together in their order.

    Parameters
    ----------
    records
        From `select_findings`.
    codes
        PARAMCD of the parameters; an examination that lacks one of them is left out.

    Returns
    -------
    DataFrame
        One row an examination: all columns of the record of the first parameter, with the number
        of the repeat (NTH), and a column of values for each code.
    """
    valued = records[records["AVAL"].notna() & records["PARAMCD"].isin(list(codes))]
    valued = valued.sort_values(["USUBJID", "ORDER"], kind="stable")
    repeat = valued.groupby([*MOMENT, "PARAMCD"], dropna=False).cumcount()
    valued = valued.assign(NTH=repeat)
    key = [*MOMENT, "NTH"]
    out = valued[valued["PARAMCD"] == codes[0]].assign(**{codes[0]: lambda frame: frame["AVAL"]})
    for code in codes[1:]:
        values = valued.loc[valued["PARAMCD"] == code, [*key, "AVAL"]]
        values = values.rename(columns={"AVAL": code})
        out = out.merge(values, on=key, how="inner", validate="one_to_one")
    return out


def derive_parameter(
    examinations: pd.DataFrame,
    records: pd.DataFrame,
    values: pd.Series,
    code: str,
    name: str,
    unit: str,
    ranges: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return records of a parameter computed from others, where it wasn't collected.

    Parameters
    ----------
    examinations
        From `transpose_parameters`.
    records
        All records so far; an examination with a value of this parameter is left alone.
    values
        The computed value of each examination.
    code, name, unit
        PARAMCD, and the name and unit that make PARAM.
    ranges
        ANRLO ANRHI of each examination; none have any when None.
    """
    collected = records.loc[records["PARAMCD"].eq(code) & records["AVAL"].notna(), MOMENT]
    seen = examinations[MOMENT].merge(collected.drop_duplicates(), how="left", indicator=True)
    new = examinations.assign(
        PARAMCD=code,
        PARAM=f"{name} ({unit})",
        AVAL=values,
        AVALU=unit,
        AVALC=None,
        AREASN=None,
        ANRLO=float("nan") if ranges is None else ranges["ANRLO"],
        ANRHI=float("nan") if ranges is None else ranges["ANRHI"],
        SEQ=float("nan"),
        SRCSEQ=float("nan"),
    )
    keep = seen["_merge"].eq("left_only").to_numpy() & values.notna().to_numpy()
    return new.loc[keep, list(records.columns)]

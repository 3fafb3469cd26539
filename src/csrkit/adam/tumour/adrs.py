"""ADRS: overall responses over time and what follows from them (BDS).

Best overall response, response and disease control follow `csrkit.adam.tumour.response`;
parameters and flags are those of the template `ad_adrs` of the R package admiralonco.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import flag_where, text_where
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.tumour.assessments import select_overall_responses
from csrkit.adam.tumour.response import (
    CODES,
    RESPONSE,
    best_overall_response,
    derive_first_response,
    select_usable_responses,
)
from csrkit.adam.tumour.rules import ResponseRules
from csrkit.study import Study

PARAMETERS = {
    "OVR": "Overall Response by {assessor}",
    "PD": "Disease Progression by {assessor}",
    "RSP": "Response by {assessor} (confirmation not required)",
    "CRSP": "Confirmed Response by {assessor}",
    "DC": "Disease Control by {assessor} (confirmation not required)",
    "CDC": "Confirmed Disease Control by {assessor}",
    "BOR": "Best Overall Response by {assessor} (confirmation not required)",
    "CBOR": "Best Confirmed Overall Response by {assessor}",
    "LSTA": "Last Adequate Tumour Assessment by {assessor}",
    "DEATH": "Death",
}


def derive_adrs(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADRS, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: RS, and the domain of `derivations.adrs.new_therapy`.
    adam
        ADSL.
    study
        Settings `derivations.adrs` and the assumptions on confirmation, SD and disease control.

    Raises
    ------
    DerivationError
        When an overall response isn't one of RECIST 1.1.
    """
    settings = study.derivations.adrs
    adsl = adam["ADSL"]
    overall = select_overall_responses(sdtm, adsl, study)
    subjects = filter_records(adsl, settings.subjects, "derivations.adrs.subjects")
    records = stack_records(
        [
            _derive_overall(overall, study),
            _derive_decided(overall, subjects, study),
            _derive_deaths(subjects),
        ]
    )
    records = merge_adsl(records, adsl, extra=["TRTSDT", settings.reference])
    names = {code: text.format(assessor=settings.assessor) for code, text in PARAMETERS.items()}
    by_assessor = records["PARAMCD"] != "DEATH"
    records = records.assign(
        PARAM=records["PARAMCD"].map(names),
        PARCAT1=by_assessor.map({True: "Tumour response", False: "Reference event"}),
        PARCAT2=text_where(by_assessor, settings.assessor),
        PARCAT3=text_where(by_assessor, settings.criteria),
        ADY=derive_study_day(records["ADT"], records[settings.reference]),
    )
    records = records.sort_values(
        ["USUBJID", "PARAMCD", "ADT", "SRCSEQ"], kind="stable", ignore_index=True
    )
    records["ASEQ"] = records.groupby("USUBJID").cumcount() + 1.0
    spec = load_spec("ADRS", study.terms)
    return conform(records[[name for name in records if name in spec.names]], spec)


def _derive_overall(overall: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every overall response (OVR), flagged by what it may be used for."""
    rules = ResponseRules.of(study)
    used = select_usable_responses(overall, rules).index
    regardless = select_usable_responses(overall.drop(columns="NACTDT"), rules).index
    return overall.assign(
        PARAMCD="OVR",
        AVAL=overall["AVALC"].map(CODES),
        ANL01FL=flag_where(overall.index.to_series().isin(used)),
        ANL02FL=flag_where(overall.index.to_series().isin(regardless)),
        SRCDOM="RS",
        SRCVAR="RSSTRESC",
        SRCSEQ=overall["RSSEQ"],
    )


def _derive_decided(overall: pd.DataFrame, subjects: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the parameters that the overall responses decide, one record a subject each."""
    rules = ResponseRules.of(study)
    ours = subjects[["USUBJID", rules.reference]]
    responses = ours.merge(
        overall.drop(columns=rules.reference), on="USUBJID", how="left", validate="one_to_many"
    )
    control = rules.disease_control
    decided = {
        "PD": derive_first_response(responses, rules, confirmed=False, counts=("PD",)),
        "RSP": derive_first_response(responses, rules, confirmed=False, counts=RESPONSE),
        "CRSP": derive_first_response(responses, rules, confirmed=True, counts=RESPONSE),
        "DC": derive_first_response(responses, rules, confirmed=False, counts=control),
        "CDC": derive_first_response(responses, rules, confirmed=True, counts=control),
        "BOR": best_overall_response(responses, rules, confirmed=False),
        "CBOR": best_overall_response(responses, rules, confirmed=True),
        "LSTA": _derive_last_adequate(responses, rules, study.derivations.adrs.adequate),
    }
    records = stack_records(frame.assign(PARAMCD=code) for code, frame in decided.items())
    dated = records["ADT"].notna()
    return records.assign(
        ANL01FL="Y",
        SRCDOM=text_where(dated, "RS"),
        SRCVAR=text_where(dated, "RSSTRESC"),
        SRCSEQ=records["RSSEQ"],
    )


def _derive_last_adequate(
    responses: pd.DataFrame, rules: ResponseRules, adequate: tuple[str, ...]
) -> pd.DataFrame:
    """Return each subject's last response of an adequate assessment, before or after a PD."""
    used = select_usable_responses(responses, rules, after_pd=True)
    last = used[used["AVALC"].isin(adequate)].drop_duplicates("USUBJID", keep="last")
    return last.assign(AVAL=last["AVALC"].map(CODES))


def _derive_deaths(subjects: pd.DataFrame) -> pd.DataFrame:
    """Return whether and when each subject died (DEATH)."""
    died = subjects["DTHDT"].notna() | (subjects["DTHFL"] == "Y")
    return pd.DataFrame(
        {
            "USUBJID": subjects["USUBJID"],
            "PARAMCD": "DEATH",
            "AVALC": died.map({True: "Y", False: "N"}),
            "AVAL": died.astype("float64"),
            "ADT": subjects["DTHDT"],
            "ANL01FL": "Y",
            "SRCDOM": text_where(died, "ADSL"),
            "SRCVAR": text_where(died, "DTHDT"),
        }
    )

"""ADRS: overall responses over time and what follows from them (BDS).

Best overall response, response and disease control follow `csrkit.adam.tumour.response`;
parameters and flags are those of the template `ad_adrs` of the R package admiralonco.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import study_day
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.merge import with_adsl
from csrkit.adam.common.stack import stack
from csrkit.adam.common.variables import flag_where, text_where
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.tumour.assessments import overall_responses
from csrkit.adam.tumour.response import (
    CODES,
    RESPONSE,
    best_overall_response,
    first_response,
    usable_responses,
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
    overall = overall_responses(sdtm, adsl, study)
    subjects = filter_records(adsl, settings.subjects, "derivations.adrs.subjects")
    records = stack(
        [_overall(overall, study), _decided(overall, subjects, study), _deaths(subjects)]
    )
    records = with_adsl(records, adsl, extra=["TRTSDT", settings.reference])
    names = {code: text.format(assessor=settings.assessor) for code, text in PARAMETERS.items()}
    by_assessor = records["PARAMCD"] != "DEATH"
    records = records.assign(
        PARAM=records["PARAMCD"].map(names),
        PARCAT1=by_assessor.map({True: "Tumour response", False: "Reference event"}),
        PARCAT2=text_where(by_assessor, settings.assessor),
        PARCAT3=text_where(by_assessor, settings.criteria),
        ADY=study_day(records["ADT"], records[settings.reference]),
    )
    records = records.sort_values(
        ["USUBJID", "PARAMCD", "ADT", "SRCSEQ"], kind="stable", ignore_index=True
    )
    records["ASEQ"] = records.groupby("USUBJID").cumcount() + 1.0
    spec = load_spec("ADRS")
    return conform(records[[name for name in records if name in spec.names]], spec)


def _overall(overall: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every overall response (OVR), flagged by what it may be used for."""
    rules = ResponseRules.of(study)
    used = usable_responses(overall, rules).index
    regardless = usable_responses(overall.drop(columns="NACTDT"), rules).index
    return overall.assign(
        PARAMCD="OVR",
        AVAL=overall["AVALC"].map(CODES),
        ANL01FL=flag_where(overall.index.to_series().isin(used)),
        ANL02FL=flag_where(overall.index.to_series().isin(regardless)),
        SRCDOM="RS",
        SRCVAR="RSSTRESC",
        SRCSEQ=overall["RSSEQ"],
    )


def _decided(overall: pd.DataFrame, subjects: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the parameters that the overall responses decide, one record a subject each."""
    rules = ResponseRules.of(study)
    ours = subjects[["USUBJID", rules.reference]]
    responses = ours.merge(
        overall.drop(columns=rules.reference), on="USUBJID", how="left", validate="one_to_many"
    )
    control = rules.disease_control
    decided = {
        "PD": first_response(responses, rules, confirmed=False, counts=("PD",)),
        "RSP": first_response(responses, rules, confirmed=False, counts=RESPONSE),
        "CRSP": first_response(responses, rules, confirmed=True, counts=RESPONSE),
        "DC": first_response(responses, rules, confirmed=False, counts=control),
        "CDC": first_response(responses, rules, confirmed=True, counts=control),
        "BOR": best_overall_response(responses, rules, confirmed=False),
        "CBOR": best_overall_response(responses, rules, confirmed=True),
        "LSTA": _last_adequate(responses, rules, study.derivations.adrs.adequate),
    }
    records = stack(frame.assign(PARAMCD=code) for code, frame in decided.items())
    dated = records["ADT"].notna()
    return records.assign(
        ANL01FL="Y",
        SRCDOM=text_where(dated, "RS"),
        SRCVAR=text_where(dated, "RSSTRESC"),
        SRCSEQ=records["RSSEQ"],
    )


def _last_adequate(
    responses: pd.DataFrame, rules: ResponseRules, adequate: tuple[str, ...]
) -> pd.DataFrame:
    """Return each subject's last response of an adequate assessment, before or after a PD."""
    used = usable_responses(responses, rules, after_pd=True)
    last = used[used["AVALC"].isin(adequate)].drop_duplicates("USUBJID", keep="last")
    return last.assign(AVAL=last["AVALC"].map(CODES))


def _deaths(subjects: pd.DataFrame) -> pd.DataFrame:
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

"""Values that rules are given when they run, by name.

================================  =================================
`codelist_NY`                     a codelist of `validation/codelists.yml`
`study_id` `study_arms`           the study's STUDYID, its ARMCDs,
`study_treatments` `study_doses`  its treatments (placebo too), its doses,
`study_dose_units` `study_aesi`   its dose unit, its AESI categories
`study_dlt_window_days`           last day of the DLT window
================================  =================================
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.study import Study

FILE = "codelists.yml"
CODELIST = "codelist_"

Codelists = dict[str, tuple[str | float, ...]]


def load_codelists(study: Study) -> Codelists:
    """Return the study's codelists.

    Raises
    ------
    StudyError
        When `codelists.yml` is missing or isn't name → list of values.
    """
    file = study.path("validation") / FILE
    try:
        return TypeAdapter(Codelists).validate_python(read_yaml(file))
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise StudyError(
            "The codelists can't be used",
            where=f"{file}, key {'.'.join(str(part) for part in first['loc'])}",
            found=repr(first["input"])[:200],
            allowed="name: [value, value]; Y and N in quotes",
            remedy="Correct this key.",
        ) from None


# What a study need not set → where it would; a rule that asks for it then has nothing to check.
UNSET = {
    "study_aesi": "assumptions.aesi",
    "study_dlt_window_days": "assumptions.dlt_window_days",
}


def resolve_parameters(names: Iterable[str], study: Study, codelists: Codelists) -> dict[str, Any]:
    """Return the values of some parameters; one that the study need not set may be left out.

    Raises
    ------
    StudyError
        When there is no such parameter.
    """
    known: dict[str, Any] = {CODELIST + key: list(values) for key, values in codelists.items()}
    known |= _of_study(study)
    names = [name for name in names if name in known or name not in UNSET]
    for name in names:
        if name not in known:
            raise StudyError(
                "A validation rule asks for values that nobody gives",
                where=str(study.path("validation")),
                found=name,
                allowed=sorted(known),
                remedy=f"Correct the name in the suite, or add the codelist to {FILE}.",
            )
    return {name: known[name] for name in names}


def _of_study(study: Study) -> dict[str, Any]:
    assumed = study.assumptions.by_name()
    window, aesi = assumed.get("dlt_window_days"), assumed.get("aesi")
    doses = (
        {0.0, *study.treatment.dose_labels}
        if study.treatment.placebo_names
        else {*study.treatment.dose_labels}
    )
    return {
        "study_id": [study.study.id],
        "study_arms": list(study.arms),
        "study_treatments": [
            study.treatment.name,
            *study.treatment.other_names,
            *study.treatment.placebo_names,
        ],
        "study_doses": sorted(doses),
        "study_dose_units": [study.treatment.dose_unit],
        **({"study_dlt_window_days": window.value} if window else {}),
        **({"study_aesi": [category.name for category in aesi.value]} if aesi else {}),
    }

"""Validation of the analysis datasets with all that this layer knows of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.pk.exclusions import find_unmatched_exclusions
from csrkit.adam.spec import codelists, spec_of
from csrkit.adam.time_to_event.undecided import ENDPOINTS, find_undecided_endpoints
from csrkit.adam.tumour.disagreements import find_response_disagreements
from csrkit.study import Study
from csrkit.validation import Findings, validate_adam
from csrkit.validation.adam.parameters import find_named_parameters


def check_datasets(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> Findings:
    """Return what is wrong with the analysis datasets.

    Parameters
    ----------
    sdtm
        Domains after the cut, against which the investigators' responses are checked, and in which
        dates known in part may decide an endpoint.
    adam
        The datasets.
    study
        The study in its scope.

    Raises
    ------
    StudyError
        When a suite, fact, codelist or waiver, or the output index, can't be used.
    """
    specs = [spec_of(name, study) for name in adam]
    terms = {name: tuple(each.terms) for name, each in codelists().items() if not each.extensible}
    disagreements = None
    if {"ADSL", "ADTR"} <= set(adam):
        disagreements = find_response_disagreements(sdtm, adam["ADSL"], adam["ADTR"], study)
    undecided = None
    if "ADSL" in adam and set(ENDPOINTS) & set(adam):
        undecided = find_undecided_endpoints(sdtm, adam, study)
    unmatched = None
    if "ADPC" in adam:
        unmatched = find_unmatched_exclusions(adam["ADPC"], study.pk_exclusions)
    named = find_named_parameters(study)
    return validate_adam(adam, study, specs, terms, disagreements, undecided, unmatched, named)

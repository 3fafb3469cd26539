"""Labels that the standard gives to datasets and variables (SDTMIG 3.4), for files without any.

CSV and Parquet need not carry labels, and a submission can't be without. Reading leaves them as the
file has them; the data cut adds those of `labels.yml`, and the validation notes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from csrkit.files.yaml import read_yaml
from csrkit.study.base import Section
from csrkit.study.loader import validate_content

FILE = Path(__file__).with_name("labels.yml")
SUPPLEMENTAL, ANY_SUPPLEMENTAL = "SUPP", "SUPPQUAL"
ANY_DOMAIN = "--"
LABEL, LABELS = "label", "labels"


class StandardLabels(Section):
    """The labels of the standard.

    Attributes
    ----------
    datasets
        Dataset → label.
    variables
        Variable → label; `--` stands for the domain.
    domains
        Domain → variables that have another label there.
    """

    datasets: dict[str, str]
    variables: dict[str, str]
    domains: dict[str, dict[str, str]]


@cache
def load_standard_labels() -> StandardLabels:
    """Return the labels of `labels.yml`.

    Raises
    ------
    StudyError
        When the file can't be used.
    """
    what = "The labels of the standard can't be used"
    return validate_content(StandardLabels, read_yaml(FILE), FILE, what)


def is_standard(domain: str) -> bool:
    """Return whether a dataset is one of the standard (`AE`, `SUPPAE`, `RELREC`)."""
    return domain.startswith(SUPPLEMENTAL) or domain in load_standard_labels().datasets


def label_of_dataset(domain: str) -> str:
    """Return the label of a dataset of the standard; empty for another."""
    if domain.startswith(SUPPLEMENTAL):
        return f"Supplemental Qualifiers for {domain.removeprefix(SUPPLEMENTAL)}"
    return load_standard_labels().datasets.get(domain, "")


def label_of_variable(domain: str, variable: str) -> str:
    """Return the label of a variable of a dataset of the standard; empty where it gives none.

    A variable that the standard has in other domains alone is called as there: AESTRF is --STRF.
    """
    labels = load_standard_labels()
    if not is_standard(domain):
        return ""
    named = ANY_SUPPLEMENTAL if domain.startswith(SUPPLEMENTAL) else domain
    own = labels.domains.get(named, {})
    general = variable
    if len(domain) == len(ANY_DOMAIN) and variable.startswith(domain):
        general = ANY_DOMAIN + variable.removeprefix(domain)
    for table in (own, labels.variables):
        for name in (general, variable):
            if name in table:
                return table[name]
    return ""


def find_standard_labels(
    domain: str, attrs: Mapping[Any, Any], variables: Iterable[str]
) -> dict[str, str]:
    """Return the labels of the standard for what a file left without; `""` is the dataset.

    Parameters
    ----------
    domain
        The dataset's name.
    attrs
        Of its frame as read: `label` and `labels`; without them it comes from no file.
    variables
        Its variables.
    """
    if LABELS not in attrs:
        return {}
    found = {} if attrs.get(LABEL) else {"": label_of_dataset(domain)}
    for variable in variables:
        if not attrs[LABELS].get(variable):
            found[variable] = label_of_variable(domain, variable)
    return {name: label for name, label in found.items() if label}


def add_standard_labels(
    domain: str, attrs: Mapping[Any, Any], variables: Iterable[str]
) -> dict[Any, Any]:
    """Return the attrs of a dataset with the labels of the standard where the file gave none."""
    found = find_standard_labels(domain, attrs, variables)
    if not found:
        return dict(attrs)
    own = {name: label for name, label in found.items() if name}
    label = found.get("", attrs.get(LABEL, ""))
    return {**attrs, LABEL: label, LABELS: {**attrs[LABELS], **own}}

"""What is left out of the data is told by its name, or can be done without."""

from __future__ import annotations

import re

import pytest

from csrkit.adam.needs import list_needs, require_variables
from csrkit.adam.registry import DATASETS, derive_all
from csrkit.errors import CsrError, DataError
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut

SUBJECTS = ["SKNK01-01-002", "SKNK01-01-006"]
DOMAINS = [
    "AE", "CM", "DD", "DM", "DS", "DV", "EC", "EG", "EX", "FA", "LB", "MH", "PC", "PR", "QS", "RS",
    "SS", "SUPPAE", "TR", "TU", "VS",
]  # fmt: skip
BY_RECORD = {"ADEX", "ADAE", "ADCM", "ADMH", "ADDV", "ADLB", "ADVS", "ADEG", "ADQS", "ADTR", "ADPC"}


class Watched(dict):
    """Domains that remember which of them were asked for."""

    def __init__(self, domains):
        super().__init__(domains)
        self.seen = set()

    def __getitem__(self, name):
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.seen.add(name)
        return super().get(name, default)


@pytest.fixture(scope="module")
def domains(study):
    """Two subjects of the study, after the cut."""
    raw = read(study.path("data"), domains=DOMAINS)
    few = {
        name: frame[frame["USUBJID"].isin(SUBJECTS)].reset_index(drop=True)
        for name, frame in raw.items()
    }
    return apply_cut(few, study).domains


@pytest.fixture(scope="module")
def readers(domains, study):
    """The datasets, and those that read each domain."""
    adam, found = {}, {}
    for dataset in DATASETS:
        watched = Watched(domains)
        needs = {name: adam[name] for name in dataset.needs_in(study)}
        adam[dataset.name] = dataset.function()(watched, needs, study)
        for name in watched.seen:
            found.setdefault(name, []).append(dataset)
    return adam, found


@pytest.fixture(scope="module")
def asked(root):
    """Every word of the settings and of the derivations that may be a variable's name."""
    files = [root / "study.yml", *(root / "src" / "csrkit" / "adam").rglob("*.py")]
    text = " ".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r"\b[A-Z][A-Z0-9]{2,7}\b", text))


@pytest.fixture
def outcome(readers, study):
    """Derive what reads a domain; return the message of an error, None when there is none."""
    adam, found = readers

    def run(name, domains, datasets=None):
        try:
            require_variables(domains, study)
            for dataset in found.get(name, []):
                if datasets is None or dataset.name in datasets:
                    needs = dataset.needs_in(study)
                    dataset.function()(domains, {n: adam[n] for n in needs}, study)
        except CsrError as error:
            return f"{type(error).__name__}: {error}"
        return None

    return run


@pytest.mark.parametrize("name", [name for name in DOMAINS if name != "DM"])
def test_a_domain_that_is_left_out_or_empty_can_be_done_without(name, domains, outcome):
    without = {other: frame for other, frame in domains.items() if other != name}
    assert outcome(name, without) is None
    assert outcome(name, {**domains, name: domains[name].iloc[:0]}) is None


@pytest.mark.parametrize("name", DOMAINS)
def test_a_variable_that_is_left_out_is_told_by_name_or_can_be_done_without(
    name, domains, outcome, asked
):
    everything = name in ("DM", "EX")
    for variable in domains[name]:
        suffix = variable[2:] in {"TESTCD", "STRESN", "STRESC", "ORRES", "DTC", "TPT", "STAT"}
        if variable not in asked and not suffix:
            continue
        left = {**domains, name: domains[name].drop(columns=variable)}
        said = outcome(name, left, None if everything else BY_RECORD)
        assert said is None or variable in said or f"{name}," in said, (variable, said)


def test_what_the_study_needs_is_told_before_anything_is_derived(domains, study):
    for need in list_needs(study):
        left = {**domains, need.domain: domains[need.domain].drop(columns=need.variable)}
        with pytest.raises(DataError, match=f"Variable {need.variable} of {need.domain} is miss"):
            derive_all(left, study)


def test_all_that_is_missing_is_told_with_who_asks_for_it(domains, study):
    left = domains["EX"].drop(columns=["EXLNKID", "EXGRPID"])
    with pytest.raises(DataError, match=r"adex\.infusion[\s\S]*also missing: EX\.EXGRPID"):
        require_variables({**domains, "EX": left}, study)


def test_a_misspelt_variable_shows_those_of_a_similar_name(domains, study):
    left = domains["EX"].rename(columns={"EXDOSE": "EXDOSES"})
    with pytest.raises(DataError, match="similar names: EXDOSES"):
        require_variables({**domains, "EX": left}, study)

"""The words of a study in every dataset and display: a patch is never infused."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import yaml

from csrkit.adam.pk.rules import derive_exclusions
from csrkit.adam.registry import DATASETS, derive_all
from csrkit.adam.spec import codelists, load_spec
from csrkit.displays.figures import theme
from csrkit.displays.make import arrange_display
from csrkit.displays.model import Figure
from csrkit.errors import StudyError
from csrkit.index import load_index
from csrkit.index.footnotes import fill_footnotes
from csrkit.render.metadata import arms_table
from csrkit.results.analyse import analyse_display
from csrkit.sdtm import read
from csrkit.sdtm.cut import apply_cut
from csrkit.study import load_study
from csrkit.study.terms import Terms

PATCH = Terms(administration="patch", administrations="patches", amount="mg", group="patch group")
VACCINE = Terms(administration="vaccination", administrations="vaccinations")
FOREIGN = re.compile(r"infus|\bcells\b|dose group", re.IGNORECASE)
SUBJECTS = 12
SOURCE = "{dataset: ADSL, variable: TRTEDY, where: SAFFL == 'Y'}"
SWIMMER = (
    f"{{follow_up: {SOURCE}, treatment: {SOURCE}, status: {SOURCE}, ongoing: ONGOING, marks: {{}}, "
    f"administrations: {SOURCE}, number: INFNUM, axis: 'Months from first {{administration}}'}}"
)


def test_a_name_with_a_capital_gives_the_word_with_a_capital():
    text = "{Administration} 2 of {administrations}, in mg ({amount}) a {group}"
    assert PATCH.fill(text) == "Patch 2 of patches, in mg (mg) a patch group"
    assert (
        PATCH.fill("{Administrations} {Group} {other} {AGE}") == "Patches Patch group {other} {AGE}"
    )


def test_a_dose_has_an_amount_and_anything_else_a_dose():
    text = "{Quantity} of the {administration}"
    assert Terms().fill(text) == "Amount of the dose"
    assert PATCH.fill(text) == "Dose of the patch"
    assert Terms(administration="bag", quantity="volume").fill(text) == "Volume of the bag"


def test_words_are_filled_in_everything_that_a_file_nests():
    content = {"{group}": ["{administration}", 1, None, {"deep": "{Administrations}"}]}
    assert PATCH.fill_all(content) == {"{group}": ["patch", 1, None, {"deep": "Patches"}]}


@pytest.mark.parametrize("terms", [Terms(), PATCH, VACCINE], ids=["dose", "patch", "vaccination"])
@pytest.mark.parametrize("name", [dataset.name for dataset in DATASETS])
def test_a_specification_speaks_the_words_of_its_study(name, terms):
    spec = load_spec(name, terms)
    texts = [spec.label, spec.structure, *(use.purpose for use in spec.uses)]
    texts += [text for one in spec.variables for text in (one.label, one.method or "")]
    # Names of settings are the same in every study.
    said = [re.sub(r"\w*_infusion\w*|infusion_\w+|setting infusion\b", "", text) for text in texts]
    assert [text for text in said if FOREIGN.search(text) or "{" in text] == []


def test_controlled_terms_mean_what_the_study_calls_them():
    meanings = codelists(PATCH)["ADEXPARM"].terms
    assert (meanings["DOSE"], meanings["NMISS"]) == (
        "Dose of the patch",
        "Number of patches missed",
    )


def test_this_study_says_infusion(study):
    labels = {one.name: one.label for one in load_spec("ADEX", study.terms).variables}
    assert labels["INFNUM"] == "Infusion Number"
    assert labels["DELAYD"] == "Days by Which the Infusion Was Late"


def test_a_word_that_makes_a_label_too_long_stops_before_any_work(study):
    terms = Terms(administration="subcutaneous injection", administrations="injections")
    with pytest.raises(StudyError) as fault:
        derive_all({}, study.model_copy(update={"terms": terms}))
    assert "variable ADEX.DURMIN" in fault.value.where
    assert "administration: subcutaneous injection" in fault.value.where
    assert fault.value.found == "Duration of the Subcutaneous injection (Minutes) (48 bytes)"
    assert "at most 40 bytes" in fault.value.allowed


@pytest.fixture
def written(tmp_path):
    """Load an index with one display: its title, and a footnote."""

    def load(title, note, terms=PATCH):
        file = tmp_path / "tlf.yml"
        file.write_text(
            "displays:\n  one:\n    {pattern: swimmer, number: 14.2.1, datasets: [ADSL], "
            f"title: '{title}', footnotes: ['{note}'], settings: {SWIMMER}}}\n"
        )
        return load_index(file, terms)["one"]

    return load


def test_titles_and_settings_of_displays_may_name_the_words(written):
    entry = written("Time from first {administration}", "")
    assert entry.title == "Time from first patch"
    assert entry.settings.axis == "Months from first patch"


def test_footnotes_name_words_and_assumptions_alike(written, study):
    entry = written("One", "{Administrations} in {teae_window_days} days; {{administration}}")
    own = study.model_copy(update={"terms": PATCH})
    assert fill_footnotes(entry, own) == ("Patches in 30 days; {administration}",)


def test_the_table_of_arms_says_what_the_dose_is_of(study):
    assert "Dose per infusion" in arms_table(study)
    assert "Amount per dose" in arms_table(study.model_copy(update={"terms": Terms()}))


@pytest.fixture(scope="module")
def patch_study(root, tmp_path_factory):
    """This study with patches for infusions in every text of its settings."""
    content = yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))
    file = tmp_path_factory.mktemp("patch") / "study.yml"
    renamed = _each_text(content, _in_other_words) | {"terms": PATCH.model_dump()}
    file.write_text(yaml.safe_dump(renamed, allow_unicode=True), encoding="utf-8")
    return load_study(file).covering("interim")


@pytest.fixture(scope="module")
def patch_index(root, tmp_path_factory):
    """The index of this study with the names of terms for their words."""
    content = yaml.safe_load((root / "report" / "tlf.yml").read_text(encoding="utf-8"))
    file = tmp_path_factory.mktemp("patch") / "tlf.yml"
    file.write_text(yaml.safe_dump(_each_text(content, _with_names), allow_unicode=True))
    return load_index(file, PATCH)


@pytest.fixture(scope="module")
def adam(root, patch_study):
    """The datasets of a few subjects, whose data say patch, too."""
    domains = read(root / "data_raw" / "sdtm")
    some = sorted(domains["EX"]["USUBJID"].unique())[:SUBJECTS]
    kept = {}
    for name, frame in domains.items():
        own = frame[frame["USUBJID"].isin(some)] if "USUBJID" in frame else frame
        texts = own.select_dtypes("object").map(
            lambda one: _in_other_words(one) if isinstance(one, str) else one
        )
        kept[name] = own.assign(**{column: texts[column] for column in texts})
    return derive_all(apply_cut(kept, patch_study).domains, patch_study)


def _each_text(content, change):
    if isinstance(content, dict):
        return {key: _each_text(one, change) for key, one in content.items()}
    if isinstance(content, list):
        return [_each_text(one, change) for one in content]
    return change(content) if isinstance(content, str) else content


def _in_other_words(text):
    for word, own in (
        ("infusions", "patches"),
        ("infusion", "patch"),
        ("cells", "mg"),
        ("dose group", "patch group"),
    ):
        for change in (str.lower, str.capitalize, str.upper):
            text = text.replace(change(word), change(own))
    return text


def _with_names(text):
    for word, name in (
        ("infusions", "administrations"),
        ("infusion", "administration"),
        ("cells", "amount"),
        ("dose group", "group"),
    ):
        for change in (str.lower, str.capitalize):
            text = text.replace(change(word), "{" + change(name) + "}")
    return text


def test_datasets_speak_the_words_of_their_study(adam):
    found = [
        f"{name}.{variable}: {text}"
        for name, frame in adam.items()
        for variable, label in frame.attrs["labels"].items()
        for text in {label, *filter(_is_text, frame[variable].unique())}
        if FOREIGN.search(text)
    ]
    assert found == []
    assert "Number of Patches Given" in set(adam["ADEX"]["PARAM"])
    assert "Dose of the Patch (10^8 MG)" in set(adam["ADEX"]["PARAM"])


def _is_text(value):
    return isinstance(value, str)


def test_reasons_of_samples_speak_the_words_of_their_study(patch_study):
    frame = pd.DataFrame(
        {
            "NOTDONE": None, "AVAL": 1.0, "AVALU": "x", "BLQFL": None, "USUBJID": "A",
            "PARAMCD": "P", "INFNUM": [1.0, 1.0, 1.0, 1.0, 1.0, np.nan],
            "NRRLT": [0.0, -1.0, 2.0, 3.0, 4.0, 5.0],
            "ARRLT": [1.0, -99.0, -1.0, 3.0, np.nan, 5.0],
            "TIMEDEV": 0.0, "SRCSEQ": range(6),
            "ADTM": pd.to_datetime([f"2025-07-0{day}" for day in (1, 2, 3, 9, 4, 5)]),
            "NEXTDTM": pd.Timestamp("2025-07-08"),
        }
    )  # fmt: skip
    settings = patch_study.derivations.adpc.model_copy(update={"unit": "x"})
    assert derive_exclusions(frame, settings, PATCH)["EXCLREAS"].tolist() == [
        "Pre-dose sample taken after the start of the patch",
        "Pre-dose sample taken too long before the patch",
        "Taken before the patch",
        "Taken after the start of the next patch",
        "Start of the patch not known",
        "Patch that it belongs to not known",
    ]


def test_displays_speak_the_words_of_their_study(adam, patch_index, patch_study, monkeypatch):
    monkeypatch.setitem(theme.SETTINGS, "svg.fonttype", "none")
    said, whole = {}, set()
    for key, entry in patch_index.items():
        results = analyse_display(entry, patch_study, {name: adam[name] for name in entry.datasets})
        made = arrange_display(entry, patch_study, results)
        texts = [entry.title, *made.footnotes]
        for column in ("LABEL", "WHERE_TEXT"):
            texts += list(results.analyses[column])
        if isinstance(made, Figure):
            texts += [made.alt, *re.findall(r">([^<]+)</(?:text|tspan)>", made.svg)]
        else:
            texts += [column.label for column in made.columns]
            texts += [text for row in made.rows for text in made.texts(row)]
        whole.update(texts)
        said[key] = [text for text in texts if FOREIGN.search(text)]
        assert [text for text in texts if re.search(r"\{\w+\}", text)] == []
    assert {key: found for key, found in said.items() if found} == {}
    assert {"Patch 1", "Patches received", "Months from first patch"} <= whole
    assert "Hours after the start of the patch (nominal)" in whole

"""A few subjects of the study to do harm to, and the tally of the kinds of harm tried."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from csrkit.sdtm import read
from csrkit.validation import validate

# A living responder; two who died, one of an adverse event; one with a dose-limiting toxicity.
SUBJECTS = ("SKNK01-01-001", "SKNK01-01-002", "SKNK01-01-004", "SKNK01-01-006")
TALLY = pytest.StashKey[dict[str, int]]()


def pytest_configure(config):
    config.stash[TALLY] = {"tried": 0, "caught": 0}


@pytest.fixture(scope="session")
def delivered(study):
    domains = read(study.path("data"))
    few = {}
    for name, frame in domains.items():
        few[name] = frame[frame["USUBJID"].isin(SUBJECTS)] if "USUBJID" in frame else frame
        few[name] = few[name].reset_index(drop=True)
    return few


@pytest.fixture
def dirty(delivered):
    """A copy that may be harmed; frames are replaced, never changed."""
    return {name: frame.copy() for name, frame in delivered.items()}


@pytest.fixture(scope="session")
def hostile(delivered):
    """Each adverse event with one hostile text as its terms, and a diagnosis with another."""
    file = Path(__file__).with_name("hostile_texts.yml")
    texts = [one["text"] for one in yaml.safe_load(file.read_text(encoding="utf-8")).values()]
    ae, mh = delivered["AE"], delivered["MH"]
    assert len(ae) >= len(texts)
    terms = pd.Series([*texts, *["Fever"] * (len(ae) - len(texts))], ae.index, dtype=object)
    diagnosis = mh["MHCAT"].eq("PRIMARY DIAGNOSIS") & ~mh["MHCAT"].duplicated()
    return delivered | {
        "AE": ae.assign(AETERM=terms, AEDECOD=terms, AEBODSYS=terms),
        "MH": mh.assign(MHDECOD=mh["MHDECOD"].mask(diagnosis, texts[0])),
    }


@pytest.fixture(scope="session")
def clean_counts(delivered, study):
    """Finding id → records of the undamaged subjects."""
    return {each.id: each.n_failed for each in validate(delivered, study).findings}


@pytest.fixture(autouse=True)
def tally(request):
    """Count each kind of harm, and whether it was caught."""
    counts = request.config.stash.get(TALLY, None)
    if counts is None:
        counts = request.config.stash[TALLY] = {"tried": 0, "caught": 0}
    kind = "kind" in request.fixturenames
    failed = request.session.testsfailed
    counts["tried"] += kind
    yield
    counts["caught"] += kind and request.session.testsfailed == failed


def pytest_terminal_summary(terminalreporter, config):
    counts = config.stash.get(TALLY, None)
    if counts and counts["tried"]:
        terminalreporter.write_line(
            f"dirty copies: {counts['tried']} kinds of harm tried, {counts['caught']} caught"
        )

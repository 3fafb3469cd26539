"""docs/for-analysts.md lists the patterns of displays as their settings are."""

import runpy

from csrkit.displays.make import LAYOUTS
from csrkit.index import PATTERNS
from csrkit.results.analyse import ANALYSES


def test_the_list_of_patterns_is_the_one_made_now(root):
    patterns = runpy.run_path(str(root / "docs" / "patterns.py"))
    written = patterns["MARKED"].search(patterns["FILE"].read_text(encoding="utf-8"))
    assert written, "the marks are missing"
    assert patterns["list_patterns"]() in written[0], "make patterns"


def test_every_setting_of_a_pattern_is_explained(root):
    patterns = runpy.run_path(str(root / "docs" / "patterns.py"))
    for name, pattern in PATTERNS.items():
        for model in (pattern.settings, *patterns["_models_below"](pattern.settings)):
            unexplained = set(model.model_fields) - set(patterns["_meanings"](model))
            assert not unexplained, (name, model.__name__, unexplained)


def test_every_pattern_has_its_analyses_and_its_layout():
    assert set(ANALYSES) == set(LAYOUTS) == set(PATTERNS)


def test_a_confidence_level_is_a_share():
    for name, pattern in PATTERNS.items():
        if "level" in pattern.settings.model_fields:
            bounds = pattern.settings.model_json_schema()["properties"]["level"]
            assert (bounds["exclusiveMinimum"], bounds["exclusiveMaximum"]) == (0, 1), name

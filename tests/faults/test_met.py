"""The list of faults that users meet names tests that are there; `make faults-run` runs them."""

import ast
import runpy
from pathlib import Path

KINDS = runpy.run_path(str(Path(__file__).with_name("run_met.py")))["load_met"]()
MET = [fault for kind in KINDS for fault in kind["met"]]


def test_every_fault_says_what_happens_how_it_is_told_and_which_tests_meet_it(root):
    for fault in MET:
        assert set(fault) == {"fault", "happens", "told", "tests"}, fault
        for test in fault["tests"].split():
            file, name = test.split("::")
            functions = {
                node.name
                for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8")))
                if isinstance(node, ast.FunctionDef)
            }
            assert name.split("[")[0] in functions, test


def test_no_fault_stands_twice():
    names = [fault["fault"] for fault in MET]
    assert len(names) == len(set(names))

"""The list of faults fits the library; `make faults` sees that each is noticed."""

from pathlib import Path

import yaml

FAULTS = yaml.safe_load(Path(__file__).with_name("faults.yml").read_text(encoding="utf-8"))


def test_the_text_of_every_fault_stands_in_its_file_once(root):
    texts = {fault["file"]: (root / "src/csrkit" / fault["file"]).read_text() for fault in FAULTS}
    unfit = [one["name"] for one in FAULTS if texts[one["file"]].count(one["old"]) != 1]
    assert unfit == []


def test_every_fault_changes_something_and_names_tests_that_are_there(root):
    for fault in FAULTS:
        assert fault["old"] != fault["new"], fault["name"]
        for file in fault["tests"].split():
            assert (root / file).is_file(), fault["name"]


def test_no_two_faults_have_one_name():
    names = [fault["name"] for fault in FAULTS]
    assert len(names) == len(set(names)) >= 40

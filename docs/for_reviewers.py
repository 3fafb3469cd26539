"""Write the tables of docs/for-reviewers.md anew, between their marks; the prose is by hand.

    python docs/for_reviewers.py            # write
    python docs/for_reviewers.py --check    # only say which tables are not up to date, and exit 1

Every number comes from the code, the settings or a comparison that is made now.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from csrkit.adam.registry import DATASETS
from csrkit.adam.spec import codelists, load_spec
from csrkit.stats.ctcae.criteria import load_criteria
from csrkit.study import load_study
from csrkit.validation.adam.rules import spec_rules
from csrkit.validation.rules.suites import ADAM_FOLDER, load_suites

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "for-reviewers.md"
CONFORMANCE = ROOT / "tests" / "conformance"
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
WORDS = {"L": "low", "H": "high"}
ANSWERS = {
    "rules": "with rules here",
    "held_by": "held by the specifications",
    "why_not": "with a reason why not",
}
HEADS = {"held_by": "what holds it", "why_not": "why not"}


def markdown(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def load(name: str) -> ModuleType:
    """Return a module of tests/conformance."""
    spec = importlib.util.spec_from_file_location(name, CONFORMANCE / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def statistics() -> str:
    """Return the comparison of the statistics with R, WinNonlin and publications."""
    module = load("stats_table")
    return f"{module.markdown(module.table())}\n"


def agreement() -> str:
    """Return the agreement of the ADaM datasets of the pilot study with the R packages'."""
    module = load("table")
    return str(module.markdown(module.explained(module.agreement(module.derived()))))


def checks() -> str:
    """Return the number of rules, and every rule of the analysis datasets."""
    study = load_study(ROOT / "study.yml").covering("final")
    sdtm, adam = load_suites(study), load_suites(study, ADAM_FOLDER)
    terms = {name: each.terms for name, each in codelists().items() if not each.extensible}
    of_spec = {one.name: spec_rules(load_spec(one.name), terms) for one in DATASETS}
    total = sum(map(len, sdtm.values()))
    counts = [["SDTM, " + f"{len(sdtm)} domains", total, "`validation/suites/`"]]
    counts.append(
        [
            "ADaM, from the specifications",
            sum(map(len, of_spec.values())),
            "`src/csrkit/adam/spec/`",
        ]
    )
    counts.append(["ADaM, further", sum(map(len, adam.values())), "`validation/adam/`"])
    rows = [
        [rule.id, rule.severity, rule.rule, rule.source]
        for one in DATASETS
        for rule in (*of_spec[one.name], *adam.get(one.name, ()))
    ]
    return (
        markdown(["Rules", "Number", "Where"], counts)
        + "\n<details><summary>Every rule of the analysis datasets</summary>\n\n"
        + markdown(["Id", "Severity", "Rule", "Source"], rows)
        + "\n</details>\n"
    )


def grades() -> str:
    """Return the terms of CTCAE that laboratory values are graded by."""
    study = load_study(ROOT / "study.yml")
    criteria = load_criteria(study.assumptions.ctcae_version.value)
    rows = [
        [
            paramcd,
            WORDS[side],
            each[0].term,
            ", ".join(str(grade) for grade, _ in each[0].grades[::-1]),
        ]
        for (paramcd, side), each in criteria.by_parameter.items()
    ]
    without = [
        [paramcd, WORDS[side], reason] for (paramcd, side), reason in criteria.not_gradeable.items()
    ]
    held = set(study.assumptions.ctcae_held.value)
    conditions = [
        [name, meaning, "yes" if name in held else "no"]
        for name, meaning in criteria.conditions.items()
    ]
    return (
        f"{criteria.name}:\n\n"
        + markdown(["PARAMCD", "Direction", "Term", "Grades"], rows)
        + "\nNot graded:\n\n"
        + markdown(["PARAMCD", "Direction", "Why"], without)
        + "\nWhat laboratory data doesn't tell is taken as `ctcae_held` in `study.yml` says:\n\n"
        + markdown(["Condition", "Meaning", "Taken to hold"], conditions)
    )


def sdtmchecks() -> str:
    """Return which checks of the R package sdtmchecks have a rule here."""
    return answered("sdtmchecks.yml", "Checks of sdtmchecks", "Check")


def adam_conformance() -> str:
    """Return what answers each of CDISC's ADaM conformance rules here."""
    return answered("adam_conformance.yml", "ADaM conformance rules", "Conformance rule")


def answered(name: str, title: str, each: str) -> str:
    """Return how a file of validation/ answers the checks of others, in numbers and one by one."""
    content: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        (ROOT / "validation" / name).read_text(encoding="utf-8")
    )
    told = {kind: [one for one in content.values() if kind in one] for kind in ANSWERS}
    counts = [[title, len(content)]]
    counts += [[ANSWERS[kind], len(ones)] for kind, ones in told.items() if ones]
    cells = {
        check: "".join(
            ", ".join(value) if isinstance(value, list) else value for value in answer.values()
        )
        for check, answer in content.items()
    }
    heads = ["Rules here", *(head for kind, head in HEADS.items() if told[kind])]
    return (
        markdown(["", "Number"], counts)
        + f"\n<details><summary>Every {each.lower()}</summary>\n\n"
        + markdown(
            [each, f"{', '.join(heads[:-1])}, or {heads[-1]}"],
            [[f"`{check}`", cell] for check, cell in cells.items()],
        )
        + "\n</details>\n"
    )


def assumptions() -> str:
    """Return every choice that the public record of the study leaves open."""
    study = load_study(ROOT / "study.yml")
    content = yaml.safe_load((ROOT / "study.yml").read_text(encoding="utf-8"))["assumptions"]
    made = study.assumptions.by_name()
    rows = [
        [f"`{name}`", words(content[name]["value"]), each.meaning] for name, each in made.items()
    ]
    return markdown(["Assumption", "Value", "Meaning"], rows)


def words(value: object) -> str:
    """Return a value of study.yml as text."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(words(each) for each in value)
    return str(value)


def met() -> str:
    """Return the faults that were met on purpose, what happens then and how it is told."""
    kinds = yaml.safe_load((ROOT / "tests" / "faults" / "met.yml").read_text(encoding="utf-8"))
    rows = [
        (fault["fault"], fault["happens"], fault["told"]) for one in kinds for fault in one["met"]
    ]
    return markdown(("Fault", "What happens", "How it is told"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "assumptions": assumptions,
    "statistics": statistics,
    "agreement": agreement,
    "checks": checks,
    "grades": grades,
    "sdtmchecks": sdtmchecks,
    "adam_conformance": adam_conformance,
    "met": met,
}


def written() -> dict[str, str]:
    """Return the tables as they stand in the document."""
    text = FILE.read_text(encoding="utf-8")
    return {
        found[2]: found[0].removeprefix(found[1]).removesuffix(found[3]).strip("\n")
        for found in MARKED.finditer(text)
    }


def main() -> None:
    """Read the command line; write the tables or compare them."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/for-reviewers.md anew.")
    parser.add_argument("--check", action="store_true", help="compare only")
    asked = parser.parse_args()
    made = {name: table().strip("\n") for name, table in TABLES.items()}
    if set(made) != set(written()):
        sys.exit(f"The tables of {FILE} are not {', '.join(made)}")
    if asked.check:
        stale = [name for name, text in written().items() if text != made[name]]
        sys.exit(f"Not up to date: {', '.join(stale)}" if stale else 0)
    text = MARKED.sub(
        lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}",
        FILE.read_text(encoding="utf-8"),
    )
    FILE.write_text(text, encoding="utf-8")
    print(f"Wrote {', '.join(made)} in {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

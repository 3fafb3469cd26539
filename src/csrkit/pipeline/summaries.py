"""Short Markdown tables of what a stage read, found and made, for notebooks and appendices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from IPython.display import Markdown

    from csrkit.sdtm.cut import CutResult

ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|$^~@"})


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Return a pipe table; numbers are set right, and data can't break out of its cell."""
    from IPython.display import Markdown

    rows = list(rows)
    if not rows:
        return Markdown("No records.")
    right = [isinstance(value, int) for value in rows[0]]
    rule = ["---:" if is_number else ":---" for is_number in right]
    lines = [header, rule, *([_cell(value) for value in row] for row in rows)]
    return Markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _cell(value: object) -> str:
    return " ".join(str(value).split()).translate(ESCAPED)


def domains_summary(domains: Mapping[str, pd.DataFrame]) -> Markdown:
    """Return domain, label, records and subjects of the delivered SDTM."""
    return markdown_table(
        ("Domain", "Label", "Records", "Subjects"),
        (
            (name, frame.attrs.get("label") or "", len(frame), _subjects(frame))
            for name, frame in sorted(domains.items())
        ),
    )


def datasets_summary(datasets: Mapping[str, pd.DataFrame]) -> Markdown:
    """Return dataset, label, records, subjects and variables of the ADaM datasets."""
    from csrkit.adam.spec import load_spec

    return markdown_table(
        ("Dataset", "Label", "Records", "Subjects", "Variables"),
        (
            (name, load_spec(name).label, len(frame), _subjects(frame), frame.shape[1])
            for name, frame in datasets.items()
        ),
    )


def cut_summary(raw: Mapping[str, pd.DataFrame], cut: CutResult) -> Markdown:
    """Return per domain what was read, removed, blanked and kept by the data cut."""
    actions = cut.log.groupby(["DOMAIN", "ACTION"]).size()
    return markdown_table(
        ("Domain", "Records read", "Removed", "Dates blanked", "Records kept"),
        (
            (
                name,
                len(frame),
                int(actions.get((name, "removed"), 0)),
                int(actions.get((name, "blanked"), 0)),
                len(cut.domains[name]),
            )
            for name, frame in sorted(raw.items())
        ),
    )


def findings_summary(findings: Any) -> Markdown:
    """Return the findings: id, severity, domain, rule, how many records, and what to do."""
    frame: pd.DataFrame = findings.to_frame()
    columns = ["ID", "SEVERITY", "DOMAIN", "RULE", "N_FAILED", "RECORDS", "ACTION"]
    header = ("Id", "Severity", "Domain", "Rule", "Records", "First records", "What to do")
    return markdown_table(header, frame[columns].itertuples(index=False, name=None))


def _subjects(frame: pd.DataFrame) -> int:
    return int(frame["USUBJID"].nunique()) if "USUBJID" in frame else 0

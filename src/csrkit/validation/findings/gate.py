"""Whether a run may go on with what validation found."""

from __future__ import annotations

from csrkit.errors import DataError
from csrkit.study import Study
from csrkit.validation.findings.model import Findings

SHOWN_FINDINGS = 20


def stop_if_critical(findings: Findings, study: Study, accept: bool = False) -> None:
    """Stop the run when there are critical findings that nobody has waived.

    Parameters
    ----------
    findings
        What validation found.
    study
        The study; its scope says whether the report is final.
    accept
        Whether an interim report is made all the same. A final one never is.

    Raises
    ------
    DataError
        With the critical findings: what, where, how many, and what to do.
    """
    critical = findings.critical
    final = study.scope is not None and study.scope.report == "final"
    if not critical or (accept and not final):
        return
    lines = [
        f"\n    {finding.id} ({finding.domain}, {finding.n_failed} of {finding.n_records} records)"
        f" {finding.rule}\n      {finding.first_records()}\n      → {finding.action}"
        for finding in critical[:SHOWN_FINDINGS]
    ]
    more = len(critical) - SHOWN_FINDINGS
    raise DataError(
        f"The data has {len(critical)} critical finding{'' if len(critical) == 1 else 's'}, "
        "so nothing is made",
        where=str(study.path("data")),
        found="".join(lines) + (f"\n    and {more} more" if more > 0 else ""),
        remedy=_remedy(final),
    )


def _remedy(final: bool) -> str:
    correct = (
        "Correct the data and deliver it again (csr validate shows every finding), or waive a "
        "finding with its reason in validation/waivers.yml"
    )
    if final:
        return f"{correct}. A final report can't be made with open critical findings."
    return f"{correct}. An interim report can be made with them by --accept-findings."

"""The README at the top of a bundle: what it is, how it is checked and made again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from csrkit.bundle.rerun import arguments

TEXT = """\
# {report_id}

{kind} of the study {study}, {title}, version {version}, data cut {data_cut}.
{note}
| | |
|---|---|
| `report/` | the report: start with `report.html` or `report.pdf` |
| `report/run.json` | what it was made from and with |
| `rerun/study/` | the settings, notebooks, checks and texts that were used |
| `rerun/data/` | the SDTM that was read |
| `rerun/library/` | the programs (csrkit {csrkit}) and their licence |
| `rerun/requirements.lock` | the packages |

## Check it

    cd report && sha256sum -c manifest.sha256

## Make it again

With Python {python} and the packages' index within reach, one command makes exactly this report
again, in `rerun/outputs/`, and compares every file with it:

    python{python} rerun.py

It makes an environment from `requirements.lock` and, in the folder `rerun`, runs

    {command}
"""


def write_readme(record: Mapping[str, Any], title: str, note: str) -> str:
    """Return the README of the bundle of a report.

    Parameters
    ----------
    record
        The report's `run.json`.
    title
        Title of the study.
    note
        What has to be said of the data; empty for nothing.
    """
    kinds = {"interim": "Interim clinical study report", "final": "Clinical study report"}
    return TEXT.format(
        report_id=record["report_id"],
        kind=kinds[record["report"]],
        study=record["study"],
        title=title,
        version=record["report_version"],
        data_cut=record["data_cut"],
        note=f"\n{note}\n" if note else "",
        csrkit=record["csrkit"],
        python=record["python"],
        command=shlex.join(["python", "-m", "csrkit", *arguments(dict(record))]),
    )

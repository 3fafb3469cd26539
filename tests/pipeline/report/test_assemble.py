"""What may become a report."""

from __future__ import annotations

import json

import pytest

from csrkit.errors import RunError
from csrkit.pipeline.report import assemble as module
from csrkit.pipeline.report.assemble import FINDINGS, assemble
from csrkit.pipeline.request import make_request


@pytest.fixture
def requested(root, tmp_path):
    """A request whose stages ran and left some critical findings open."""

    def make(report, **open_findings):
        request = make_request(
            root / "study.yml", report=report, accept_findings=True,
            out=tmp_path / "out", derived=tmp_path / "derived",
        )  # fmt: skip
        for name in FINDINGS:
            folder = request.cut_folder / name
            folder.mkdir(parents=True)
            counts = {"counts": {"critical": open_findings.get(name, 0)}}
            (folder / "findings.json").write_text(json.dumps(counts), encoding="utf-8")
        return request

    return make


class Far(Exception):  # noqa: N818
    """The report is being made."""


@pytest.fixture(autouse=True)
def _stop_at_the_first_file(monkeypatch):
    def stop(*_):
        raise Far

    monkeypatch.setattr(module, "_copy", stop)


@pytest.mark.parametrize("name", FINDINGS)
def test_a_final_report_is_never_made_with_open_findings_accepted_or_not(requested, tmp_path, name):
    with pytest.raises(RunError, match="final report can't be made") as fault:
        assemble(requested("final", **{name: 2}), None, tmp_path / "report")
    assert fault.value.found == "2 open critical findings"
    assert not (tmp_path / "report").exists()


def test_a_final_report_without_open_findings_is_made(requested, tmp_path):
    with pytest.raises(Far):
        assemble(requested("final"), None, tmp_path / "report")


def test_an_interim_report_is_made_with_findings_that_were_accepted(requested, tmp_path):
    with pytest.raises(Far):
        assemble(requested("interim", validation=1), None, tmp_path / "report")

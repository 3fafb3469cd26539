"""A compiler that stops, whatever way it does, is told as such."""

from __future__ import annotations

import pytest
import typst

from csrkit.errors import RunError
from csrkit.render import pdf


class PanicException(BaseException):
    """What a panic of the compiler is in Python: no Exception."""


def compile_with(fault, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise fault

    monkeypatch.setattr(typst, "compile_with_warnings", stop)
    pdf.compile_pdf(
        tmp_path / "report.typ", tmp_path / "report.pdf",
        root=tmp_path, fonts=tmp_path, standards=(), timestamp=0,
    )  # fmt: skip


def test_a_panic_of_the_compiler_is_told_and_not_thrown(tmp_path, monkeypatch):
    with pytest.raises(RunError, match="fault of its own") as told:
        compile_with(PanicException("index out of bounds"), tmp_path, monkeypatch)
    assert told.value.found == "index out of bounds"


def test_a_run_that_is_stopped_while_it_compiles_is_stopped(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        compile_with(KeyboardInterrupt(), tmp_path, monkeypatch)

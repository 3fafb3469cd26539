"""PDF by the Typst compiler, with the report's own fonts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from csrkit.errors import RunError


def typst_version() -> str:
    """Return the version of the Typst compiler."""
    return version("typst")


def compile_pdf(
    source: Path, target: Path, *, root: Path, fonts: Path, standards: Sequence[str], timestamp: int
) -> None:
    """Compile a Typst file.

    Parameters
    ----------
    source, target
        The Typst file and the PDF to write.
    root
        Folder above which nothing is read.
    fonts
        Folder with the fonts; those of the system aren't used, so every machine gives one result.
    standards
        PDF standards to hold to (`a-2a`, `ua-1`); a breach stops.
    timestamp
        Time that the PDF says it was made, in seconds since 1970.

    Raises
    ------
    RunError
        When the compiler stops or warns.
    """
    import typst

    holding_to: list[Any] = list(standards)
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(source),
            root=str(root),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            pdf_standards=holding_to,
            timestamp=timestamp,
        )
    except typst.TypstError as fault:
        raise RunError(
            "The PDF can't be set",
            where=source.name,
            found=_describe(fault)[:1500],
            remedy="A figure without alternative text or a broken display are common causes.",
        ) from None
    except BaseException as fault:
        # A panic of the compiler is no Exception, so that nobody takes it for one.
        if type(fault).__name__ != "PanicException":
            raise
        raise RunError(
            "The PDF can't be set: the compiler stopped by a fault of its own",
            where=source.name,
            found=str(fault)[:1500],
            remedy="Leave displays out of the index to find the one; --formats html works.",
        ) from None
    if warnings:
        raise RunError(
            "The PDF is set with warnings",
            where=source.name,
            found="; ".join(_describe(one) for one in warnings)[:1500],
        )
    target.write_bytes(pdf)


def _describe(fault: object) -> str:
    message = getattr(fault, "message", None) or str(fault)
    hints = getattr(fault, "hints", None) or []
    trace = getattr(fault, "trace", None) or []
    return " ".join([str(message), *(f"({hint})" for hint in hints), *(str(one) for one in trace)])

"""Imports that leave out what costs a second and nobody here uses."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

# jsonschema takes it, where installed, to check that a text is an IRI, and compiles its grammar for
# a second when imported. Neither notebooks nor validation suites have a field of that format.
UNUSED = "rfc3987_syntax"


@contextlib.contextmanager
def skip_unused_imports() -> Iterator[None]:
    """Let imports within do without what isn't used; None in `sys.modules` means not installed."""
    absent = UNUSED not in sys.modules
    if absent:
        sys.modules[UNUSED] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            sys.modules.pop(UNUSED, None)

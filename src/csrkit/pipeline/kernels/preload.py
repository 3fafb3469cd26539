"""What the fork server imports before notebooks ask for it."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import types
from collections.abc import Iterable, Iterator

from csrkit.pipeline.notebooks.imports import skip_unused_imports

# The first notebook waits for these: the kernel itself, and reading and validating SDTM.
FIRST = (
    "ipykernel.ipkernel",
    "csrkit.pipeline.session",
    "csrkit.pipeline.summaries",
    "csrkit.sdtm.cut",
    "csrkit.validation",
    "great_expectations",
)
# The later ones need these, imported while the first is at work. Not polars, nor what brings it
# (rtflite, statsmodels.api): its threads start with the import, and a fork would be without them.
LATER = (
    "csrkit.adam.registry",
    "csrkit.adam.checks",
    "csrkit.displays.make",
    "csrkit.displays.writers.files",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "lifelines",
)


def load(names: Iterable[str]) -> Iterator[str]:
    """Import modules one after another, naming each; the notebook tells of what goes wrong."""
    for name in names:
        with skip_unused_imports(), _as_in_a_kernel(), contextlib.suppress(Exception):
            importlib.import_module(name)
        yield name


@contextlib.contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let modules find that they are imported in a kernel; pandas sets its display by that."""
    kernel = types.SimpleNamespace(kernel=None)
    builtins.get_ipython = lambda: kernel  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]

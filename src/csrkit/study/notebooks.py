"""The notebooks of a study, which are the stages of a run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from csrkit.files.names import require_word
from csrkit.study.base import Section

NotebookName = Annotated[str, AfterValidator(require_word)]


class Notebook(Section):
    """A notebook, keyed by the name of its file without `.ipynb`.

    Attributes
    ----------
    title
        What it does, in the words of the progress display.
    makes
        `validation`: the cut SDTM and what the suites found; `datasets`: the ADaM datasets;
        `displays`: displays of the index.
    """

    title: str
    makes: Literal["validation", "datasets", "displays"] = "displays"

"""What a notebook talks to: the study, its data, and the displays of its section.

Under `csr run` a session reads what earlier stages wrote and writes its own results. Opened by hand
in JupyterLab it makes everything it needs from the raw data and writes nothing, so what it shows is
never stale and a run is never disturbed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csrkit.errors import RunError
from csrkit.index import IndexEntry, check_index, load_index, shown_by_notebook
from csrkit.pipeline.settings import SETTINGS
from csrkit.study import Study, load_study
from csrkit.study.data_cut import parse_data_cut

if TYPE_CHECKING:
    import pandas as pd

    from csrkit.adam.accounting import Accounting
    from csrkit.displays.model import Display, Figure
    from csrkit.results.model import Results
    from csrkit.sdtm.cut import CutResult
    from csrkit.validation import Findings

# Parameters of a notebook that say where to read and write; "" when opened by hand.
PLACES = ("data_dir", "work_dir", "stage_dir")
DISPLAY = "csr_display"
"""Metadata of a notebook's output: key of the display that it shows."""


class Session:
    """The study as one notebook sees it.

    Parameters
    ----------
    stage
        Name of the notebook (`40_safety`).
    study
        The study in the scope of this run.
    data
        Folder of the raw SDTM.
    work
        The data cut's folder with the results of earlier stages; None when opened by hand.
    made
        Folder that this stage's results are written to; None when opened by hand.
    """

    def __init__(
        self, stage: str, study: Study, data: Path, work: Path | None, made: Path | None
    ) -> None:
        self.stage = stage
        self.study = study
        self.data = data
        self.work = work
        self.made = made
        self._shown: dict[str, Display | Figure] = {}
        self._results: dict[str, Results] = {}

    @property
    def makes(self) -> str:
        """What the notebook makes, as `study.yml` says."""
        return self.study.notebooks[self.stage].makes

    @cached_property
    def raw(self) -> dict[str, pd.DataFrame]:
        """The SDTM as delivered, by domain."""
        from csrkit.sdtm import read
        from csrkit.sdtm.required import require

        domains = read(self.data, reading=self.study.reading)
        require(domains, self.study)
        return domains

    @cached_property
    def findings(self) -> Findings:
        """What the Great Expectations suites found in the raw SDTM."""
        from csrkit.validation import validate

        return validate(self.raw, self.study)

    @cached_property
    def cut(self) -> CutResult:
        """The SDTM after the data cut, and the log of what left."""
        if self.work is not None and self.makes != "validation":
            from csrkit.sdtm.cut.files import read_cut

            return read_cut(self.work / "sdtm")
        from csrkit.sdtm.cut import apply_cut

        return apply_cut(self.raw, self.study)

    @cached_property
    def sdtm(self) -> Mapping[str, pd.DataFrame]:
        """The SDTM that the analysis uses: after the data cut."""
        return self.cut.domains

    @cached_property
    def adam(self) -> Mapping[str, pd.DataFrame]:
        """The ADaM datasets."""
        if self.work is None or self.makes == "datasets":
            from csrkit.adam.registry import derive_all

            return derive_all(self.sdtm, self.study)
        from csrkit.adam.common.files import read_datasets

        return read_datasets(self.work / "adam")

    @cached_property
    def adam_findings(self) -> Findings:
        """What the ADaM suites found, and responses that the measurements don't give."""
        from csrkit.adam.checks import check_datasets

        return check_datasets(self.sdtm, self.adam, self.study)

    @cached_property
    def accounting(self) -> Accounting:
        """What became of every raw record: cut, used, or set aside for a reason."""
        from csrkit.adam.accounting import account

        return account(self.raw, self.cut, self.adam, self.study)

    @cached_property
    def index(self) -> dict[str, IndexEntry]:
        """The output index, `report/tlf.yml`."""
        file = self.study.path("index")
        entries = load_index(file, self.study.terms)
        check_index(entries, self.study, file)
        return entries

    def show(self, key: str) -> None:
        """Make the display that the index calls `key`, keep it, and show it.

        Raises
        ------
        RunError
            When the index has no such key.
        """
        if key not in self.index:
            raise RunError(
                "The index has no such display",
                where=f"notebooks/{self.stage}.ipynb",
                found=key,
                allowed=tuple(self.index),
                remedy="Correct the key, or add the display to report/tlf.yml.",
            )
        self._show(self.index[key])

    def show_section(self, section: str) -> None:
        """Make all displays of a section of the index (`14.3.1`), in its order, and show them."""
        for entry in self.index.values():
            if entry.belongs_to(section):
                self._show(entry)

    def _show(self, entry: IndexEntry) -> None:
        """Show a display as an output that bears its key, by which the report embeds it."""
        from IPython.display import display as show

        from csrkit.displays.make import arrange_display
        from csrkit.results.analyse import analyse_display

        results = analyse_display(entry, self.study, self.adam)
        made = arrange_display(entry, self.study, results)
        self._results[entry.key] = results
        self._shown[entry.key] = made
        show(made if self.made else _for_hand(made), metadata={DISPLAY: entry.key})

    def save_validation(self) -> None:
        """Keep the cut SDTM, the cut log and the findings."""
        if self.made is None:
            return
        from csrkit.sdtm.cut.files import write_cut
        from csrkit.validation.findings.files import write_findings

        write_cut(self.cut.by_domain(), self.made / "sdtm")
        write_findings(self.findings, self.made / "validation")

    def save_datasets(self) -> None:
        """Keep the ADaM datasets, their findings, and the accounting of the raw records."""
        if self.made is None:
            return
        from csrkit.adam.accounting import write_accounting
        from csrkit.adam.common.files import write_datasets
        from csrkit.validation.findings.files import write_findings

        write_datasets(self.adam.items(), self.made / "adam")
        write_findings(self.adam_findings, self.made / "adam_validation")
        write_accounting(self.accounting, self.made / "adam_validation" / "accounting.csv")

    def save_displays(self) -> None:
        """Keep all displays shown, and their analysis results.

        Raises
        ------
        RunError
            When the notebook didn't show a display that its cells promise.
        """
        shown = shown_by_notebook(self.index, self.study)
        left_out = [k for k, name in shown.items() if name == self.stage and k not in self._shown]
        if left_out:
            raise RunError(
                "A notebook leaves out displays that it has to show",
                where=f"notebooks/{self.stage}.ipynb",
                found=", ".join(left_out),
                remedy="Show them in the notebook, or take them out of report/tlf.yml.",
            )
        if self.made is None:
            return
        from csrkit.displays.writers.files import write_display
        from csrkit.results.store import combine_results, write_results

        folder = self.made / "analysis" / self.stage
        for display in self._shown.values():
            write_display(display, folder)
        write_results(combine_results(self._results.values()), folder)


def _for_hand(display: Display | Figure) -> Any:
    """Return what JupyterLab can show, where a report would take Markdown or name a file."""
    from IPython.display import HTML, SVG

    from csrkit.displays.model import Display
    from csrkit.displays.writers import html

    if isinstance(display, Display):
        return HTML(html.page(display))
    return SVG(display.svg)


def open_session(
    stage: str,
    study_file: str,
    data_cut: str = "",
    report: str = "interim",
    places: tuple[str, str, str] = ("", "", ""),
) -> Session:
    """Open a session from a notebook's parameters; an empty one means the study's own default.

    `places` are the parameters of `PLACES`: the raw data, results of earlier stages, and this
    stage's own results.
    """
    data_dir, work_dir, stage_dir = places
    cut = parse_data_cut(data_cut) if data_cut else None
    study = load_study(study_file).covering(report, cut)
    if data_dir:  # messages name the folder that was read
        paths = study.paths.model_copy(update={"data": Path(data_dir)})
        study = study.model_copy(update={"paths": paths})
    data = study.path("data")
    work = Path(work_dir) if work_dir else None
    if work is not None:  # the key of the stage is made of these settings, so it sees no others
        study = study.limited_to(SETTINGS[study.notebooks[stage].makes])
    return Session(stage, study, data, work, Path(stage_dir) if stage_dir else None)

"""The datasets of a report in SAS transport format, for those who read them with other tools."""

from __future__ import annotations

from pathlib import Path

from csrkit.study import Study


def write_transport(study: Study, cut_folder: Path, folder: Path) -> None:
    """Write the ADaM datasets and the SDTM after the cut as XPT version 5.

    Labels and lengths of ADaM come from the specification files, those of SDTM from the delivery.
    """
    from csrkit.adam.common.files import read_datasets
    from csrkit.adam.spec import spec_of
    from csrkit.sdtm.cut.files import read_cut
    from csrkit.sdtm.write import write_xpt

    (folder / "adam").mkdir(parents=True)
    for name, frame in read_datasets(cut_folder / "adam").items():
        spec = spec_of(name, study)
        labels = {variable.name: variable.label for variable in spec.variables}
        formats = {variable.name: variable.format or "" for variable in spec.variables}
        file = folder / "adam" / f"{name.lower()}.xpt"
        write_xpt(frame, file, name, spec.label, labels, formats)
    (folder / "sdtm").mkdir()
    for name, frame in read_cut(cut_folder / "sdtm").domains.items():
        file = folder / "sdtm" / f"{name.lower()}.xpt"
        attrs = frame.attrs
        labels, formats = attrs.get("labels", {}), attrs.get("formats", {})
        write_xpt(frame, file, name, attrs.get("label", name), labels, formats)

"""The output index, `report/tlf.yml`: every table, listing and figure of the report, as data."""

from csrkit.index.entry import FOLDERS, IndexEntry, Kind
from csrkit.index.load import check_index, load_index
from csrkit.index.notebooks import shown_by_notebook
from csrkit.index.patterns import PATTERNS, Pattern

__all__ = [
    "FOLDERS",
    "PATTERNS",
    "IndexEntry",
    "Kind",
    "Pattern",
    "check_index",
    "load_index",
    "shown_by_notebook",
]

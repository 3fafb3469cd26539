"""Labels and types of variables from a Define-XML 2.0 or 2.1 file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from csrkit.errors import DataError

# Types of Define-XML that are numbers, and what they are here.
NUMBERS = {"integer": "integer", "float": "number"}
LARGEST = 200_000_000
DISPLAY_FORMAT = "DisplayFormat"


def load_define(file: Path) -> dict[str, Any]:
    """Return, for each dataset, its label and its variables with type, label and format.

    Raises
    ------
    DataError
        When the file isn't Define-XML, or refers to a variable that it doesn't define.
    """
    size = file.stat().st_size
    if size > LARGEST:
        raise _unusable(file, f"{size:,} bytes, more than {LARGEST:,}")
    try:
        root = ET.parse(file, ET.XMLParser(target=_Builder())).getroot()
    except (ET.ParseError, ValueError, LookupError) as fault:
        raise _unusable(file, f"no XML: {fault}"[:200]) from None
    items = {item.get("OID"): item for item in _find_named(root, "ItemDef")}
    datasets: dict[str, Any] = {}
    for group in _find_named(root, "ItemGroupDef"):
        variables = {}
        for reference in _find_named(group, "ItemRef"):
            item = items.get(reference.get("ItemOID"))
            if item is None:
                raise _unusable(file, f"ItemRef {reference.get('ItemOID')} without its ItemDef")
            variables[str(item.get("Name"))] = _variable(item)
        datasets[str(group.get("Name"))] = {"label": _label(group), "variables": variables}
    if not datasets:
        raise _unusable(file, "no ItemGroupDef")
    return datasets


class _Builder(ET.TreeBuilder):
    """Builds the tree of a document without a type: Define-XML has none, and entities need one."""

    def doctype(self, name: str, *_: str | None) -> None:
        """Stop at a document type."""
        raise ValueError(f"it declares the document type {name}")


def _variable(item: ET.Element) -> dict[str, str]:
    kind = NUMBERS.get(str(item.get("DataType")), "text")
    shown = next((v for k, v in item.attrib.items() if _local(k) == DISPLAY_FORMAT), "")
    return {"type": kind, "label": _label(item), "format": shown}


def _label(element: ET.Element) -> str:
    """Return the description of an element, not of what stands within it."""
    for child in element:
        if _local(child.tag) == "Description":
            return next(((t.text or "").strip() for t in _find_named(child, "TranslatedText")), "")
    return ""


def _find_named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in root.iter() if _local(element.tag) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _unusable(file: Path, found: str) -> DataError:
    return DataError(
        "A define.xml can't be used",
        where=str(file),
        found=found,
        allowed="Define-XML 2.0 or 2.1",
        remedy="Deliver the study's define.xml again, or say the types in types.yml.",
    )

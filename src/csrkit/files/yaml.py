"""Read YAML: each key once, no more than a person would write, and every mistake with its line.

YAML can say much in few bytes: an alias stands for all that its anchor holds, and aliases within
aliases for more than any memory has. So a file is looked through before anything is built of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from csrkit.errors import CsrError, StudyError
from csrkit.files.opening import decode_settings, read_settings_bytes

MOST_LEVELS = 50
"""Most levels of keys and lists within each other; the settings here have about ten."""
MOST_VALUES = 1_000_000
"""Most keys and values with aliases written out."""


class _Refused(yaml.MarkedYAMLError):
    """What this reader doesn't take, though it is YAML."""


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds.

    Raises
    ------
    StudyError
        When the file is missing, no regular file, too large, no text in UTF-8, isn't YAML, nests
        or repeats more than a person would write, or a key stands twice: with the line.
    """
    return parse_yaml(decode_settings(read_settings_bytes(file), file), file)


def parse_yaml(text: str, file: Path, *, line: int = 1, kind: type[CsrError] = StudyError) -> Any:
    """Return what a YAML text holds.

    Parameters
    ----------
    text
        The text.
    file, line
        Where it stands, and in which line it begins.
    kind
        The error to raise.

    Raises
    ------
    CsrError
        Of that kind, as `read_yaml` tells.
    """
    try:
        _look_through(text)
        return _build(text)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        at = "" if mark is None else f", line {mark.line + line}, column {mark.column + 1}"
        found = " ".join(part for part in (fault.context, fault.problem) if part)
    except yaml.YAMLError as fault:
        place = getattr(fault, "position", None)
        at = f", line {text.count(chr(10), 0, place) + line}" if isinstance(place, int) else ""
        found = " ".join(str(fault).split())
    raise kind(
        "A settings file is not valid YAML",
        where=f"{file}{at}",
        found=found,
        remedy="Correct the line named above; a text with a colon or a tab needs quotes, and "
        "lines are indented by blanks.",
    )


@dataclass
class _Open:
    """A list or mapping that isn't closed yet: its anchor, and the values within it so far."""

    anchor: str | None
    values: int = 1


@dataclass
class _Counter:
    """Counts the values of a text with its aliases written out, and the levels that are open."""

    levels: list[_Open] = field(default_factory=lambda: [_Open(None)])
    anchored: dict[str, int] = field(default_factory=dict)

    def count(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._add(event, self._values_of(event))
        elif isinstance(event, yaml.ScalarEvent):
            self._close(event, _Open(event.anchor))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self.levels) > MOST_LEVELS:
                raise _refused(event, f"more than {MOST_LEVELS} levels within each other")
            self.levels.append(_Open(event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event, self.levels.pop())

    def _close(self, event: Any, closed: _Open) -> None:
        if closed.anchor:
            self.anchored[closed.anchor] = closed.values
        self._add(event, closed.values)

    def _values_of(self, event: Any) -> int:
        if event.anchor not in self.anchored:
            itself = any(one.anchor == event.anchor for one in self.levels)
            what = "stands for what it is a part of" if itself else "has no anchor before it"
            raise _refused(event, f"the alias *{event.anchor} {what}")
        return self.anchored[event.anchor]

    def _add(self, event: Any, values: int) -> None:
        self.levels[-1].values += values
        if self.levels[-1].values > MOST_VALUES:
            raise _refused(event, f"more than {MOST_VALUES:,} values, with aliases written out")


def _look_through(text: str) -> None:
    """Refuse a text that nests or repeats too much; nothing is built, and it stops at once."""
    counter = _Counter()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        counter.count(event)


class _Loader(yaml.CSafeLoader):
    """As the safe loader, where a value that can't be one (2026-02-30) is told with its line."""


def _with_its_line(construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def constructed(loader: Any, node: yaml.Node) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, OverflowError, KeyError) as fault:
            what = f"{node.value[:40]!r} can't be read: {fault}"
            raise ConstructorError(None, None, what, node.start_mark) from None

    return constructed


for _tag in ("bool", "int", "float", "timestamp", "binary"):
    _name = f"tag:yaml.org,2002:{_tag}"
    _Loader.add_constructor(_name, _with_its_line(yaml.CSafeLoader.yaml_constructors[_name]))


def _build(text: str) -> Any:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        _require_each_key_once(loader, root)
        return loader.construct_document(root)
    finally:
        loader.dispose()


def _require_each_key_once(loader: _Loader, root: yaml.Node) -> None:
    """Refuse a key that stands twice in a mapping: the later one would hide the first."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            _require_different_keys(loader, node)
            waiting += [value for _, value in node.value]
        else:
            waiting += node.value


def _require_different_keys(loader: _Loader, node: yaml.MappingNode) -> None:
    lines: dict[Hashable, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(key, "a list or mapping can't be a key", key.start_mark)
        merge = key.tag == "tag:yaml.org,2002:merge"
        name = "<<" if merge else loader.construct_object(key)
        line = key.start_mark.line + 1
        if name in lines:
            what = f"the key {key.value!r} stands in line {lines[name]} and again in line {line}"
            raise _refused(key, what, key.start_mark)
        lines[name] = line


def _refused(where: Any, what: str, mark: Any = None) -> _Refused:
    return _Refused(None, None, what, mark or where.start_mark)

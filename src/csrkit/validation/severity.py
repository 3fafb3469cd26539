"""How grave a broken rule is."""

from __future__ import annotations

from typing import Literal, get_args

Severity = Literal["critical", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

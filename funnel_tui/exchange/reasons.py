"""What pushes a ratio, as text: values of the kind ``reasons`` in tables and workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from funnel_tui.domain.shown import clean, decimal_text

LEAST_PUSH = Fraction(1, 2000)
"""A reason that pushes a ratio by less would be shown as 0.0."""


def reasons_text(reasons: Iterable[Mapping[str, Any]]) -> str:
    """Reasons in percentage points: ``source fair +6.2, owner Ana -3.0``; "" without any worth telling."""
    return ", ".join(_text(reason) for reason in reasons if abs(reason["push"]) >= LEAST_PUSH)


def _text(reason: Mapping[str, Any]) -> str:
    points = decimal_text(reason["push"] * 100, 1)
    sign = "" if points.startswith("-") else "+"
    return f"{clean(str(reason['field']))} {clean(str(reason['value']))} {sign}{points}"

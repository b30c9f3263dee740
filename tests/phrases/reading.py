"""What reading any text at all ends in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from funnel_tui.domain.shown import clean
from funnel_tui.errors import InvalidInput

T = TypeVar("T")


def read_or_refused(read: Callable[[], T]) -> T | InvalidInput:
    """What was read, or the refusal; any other exception fails the test."""
    try:
        return read()
    except InvalidInput as refusal:
        return refusal


def safe(refusal: InvalidInput) -> bool:
    """Whether a refusal can be printed, and says what to do."""
    return clean(refusal.message) == refusal.message and bool(refusal.hint)

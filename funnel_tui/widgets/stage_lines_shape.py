"""What a chart of lines over months shows; knows nothing of plotext."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Series(NamedTuple):
    """One line: a value per label, None where there is none."""

    name: str
    values: tuple[Fraction | None, ...]


class Lines(NamedTuple):
    """What is drawn.

    :param labels: one per point, such as ``Jan``.
    :param percent: whether values are shares, drawn from 0 to 100.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    percent: bool = False

"""What a file's rows were refused for, counted and listed, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TextIO

from funnel_tui.domain.said import english_of

#: How many refusals are kept for the screen. All of them go to the errors file.
SHOWN = 20

#: Characters kept of a refused value. A field of a broken file may have millions.
LONGEST = 500

#: The header of the errors file.
HEADER = ("line", "column", "value", "reason")

#: A cell that begins with one of these is run as a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One value, or one row, that was not accepted.

    :param line: the physical line of the file on which the row starts, from 1.
    :param column: the header of the column; empty when the row as a whole is refused.
    :param value: the value as it stands in the file.
    :param reason: why it was refused, and what would be accepted.
    :param field: the field that can be read otherwise, so that it is accepted; empty where none helps.
    """

    line: int
    column: str
    value: str
    reason: str
    field: str = ""


def neutral_cell(text: str) -> str:
    """The same text, made harmless for a spreadsheet: a formula start gets a leading apostrophe.

    :param text: what a cell would hold.
    :returns: text no spreadsheet program takes for a formula.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class RefusalSink(Protocol):
    """Whatever takes refusals."""

    def add(self, refusal: Refusal) -> None:
        """Take one refusal."""


@dataclass(slots=True)
class Refusals:
    """Counts every refusal, keeps the first :data:`SHOWN`, and writes all of them to a file if one is given.

    :param errors: an open text file (``newline=""``) that gets a CSV with the columns line, column, value
        and reason; None keeps only the count and the first ones.
    """

    errors: TextIO | None = None
    count: int = field(default=0, init=False)
    rows: int = field(default=0, init=False)
    first: list[Refusal] = field(default_factory=list, init=False)
    _last_line: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.errors is not None:
            csv.writer(self.errors).writerow(HEADER)

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, refusal: Refusal) -> None:
        """Take one refusal. Refusals of one row come one after the other, so that rows can be counted."""
        if len(refusal.value) > LONGEST:
            refusal = replace(refusal, value=f"{refusal.value[: LONGEST - 1]}…")
        self.count += 1
        if refusal.line != self._last_line:
            self.rows += 1
            self._last_line = refusal.line
        if len(self.first) < SHOWN:
            self.first.append(refusal)
        if self.errors is not None:
            texts = (refusal.column, refusal.value, english_of(refusal.reason))
            csv.writer(self.errors).writerow([refusal.line, *map(neutral_cell, texts)])

    def extend(self, refusals: Iterable[Refusal]) -> None:
        """Take several refusals, in their order."""
        for refusal in refusals:
            self.add(refusal)

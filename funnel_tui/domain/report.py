"""A report as a table: what the command line prints and the screens show.

Every report is made of the same parts, so that each output format is written once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from funnel_tui.domain.period import utc_text
from funnel_tui.domain.scope import Scope


class Kind(StrEnum):
    """What the values of a column are, and so how they are shown."""

    TEXT = "text"
    """A string."""
    COUNT = "count"
    """An int; a Fraction where it is a mean of such numbers, with one decimal on screen."""
    RATIO = "ratio"
    """A Fraction; a percentage on screen, a number with at least 6 decimals in JSON (METRICS M12)."""
    SCORE = "score"
    """A Fraction that is no share of anything, such as a Brier score; three decimals on screen."""
    DAYS = "days"
    """A Fraction of days; one decimal on screen."""
    MONEY = "money"
    """A :class:`~funnel_tui.domain.money.Money`."""
    FLAG = "flag"
    """A bool: whether something is so."""
    RECORD = "record"
    """Values by name: several figures of one case."""
    REASONS = "reasons"
    """What pushes a ratio, the strongest first: ``field``, ``value`` (text) and ``push`` (Fraction)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report.

    :param name: the field of the JSON contract, such as ``reached_amount``.
    :param kind: what its values are.
    :param title: the heading for people, such as ``Reached``.
    :param help: the definition in a sentence, with the section of METRICS it comes from.
    :param sample: the name of the column that holds the n of this ratio, or "".
    """

    name: str
    kind: Kind
    title: str
    help: str = ""
    sample: str = ""

    @property
    def is_text(self) -> bool:
        """Whether its values read as text: they stand at the left edge and may be cut."""
        return self.kind in {Kind.TEXT, Kind.REASONS}


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a report.

    :param name: such as ``funnel``.
    :param as_of: epoch seconds.
    :param scope: what was asked for.
    :param scope_words: the same for JSON, with names and the time zone.
    :param title: one line for people, naming cohort, mode and period.
    :param columns: in the order of the JSON contract; with a grouping its column comes first.
    :param rows: one mapping per row, by column name; absent values are None.
    :param totals: values by name; kinds are those of ``total_columns``.
    :param total_columns: what the totals are.
    :param notes: sentences a reader must know, such as how many visits are assumed.
    :param compared: the same report over the compared period, or None.
    """

    name: str
    as_of: int
    scope: Scope
    scope_words: Mapping[str, Any]
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    totals: Mapping[str, Any]
    total_columns: Sequence[Column]
    notes: Sequence[str] = ()
    compared: Report | None = None
    small_n: int = 5
    benchmark: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def as_of_text(self) -> str:
        """The as-of instant as ISO text in UTC."""
        return utc_text(self.as_of)

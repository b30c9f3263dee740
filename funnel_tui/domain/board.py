"""The board: a column of open deals per stage, what stands above it, and where a deal goes from there."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from funnel_tui.domain.deal_list import position_of
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope, TeamSettings

CARDS = 200
"""Cards that are read at a time, at most."""


class CardOrder(StrEnum):
    """The order of the cards in a column. Deals without a value come last, equal ones by their numbers."""

    IN_STAGE = "in_stage"
    """Those longest in the stage first."""
    NEXT_TASK = "next_task"
    """By the day the next task is due, the earliest first."""
    AMOUNT = "amount"
    """In the base currency, the largest first."""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage with the open deals that are in it.

    :param amount: their sum in the base currency, rounded half up.
    :param without_amount: deals that have no amount (METRICS M8).
    :param without_rate: deals with an amount but no exchange rate (METRICS M7).
    :param ids: the numbers of the deals in their order.
    """

    stage: StageFact
    amount: Money
    without_amount: int
    without_rate: int
    ids: array[int]

    @property
    def deals(self) -> int:
        """How many there are."""
        return len(self.ids)

    @property
    def unpriced(self) -> int:
        """Deals that are counted but in no sum."""
        return self.without_amount + self.without_rate


@dataclass(frozen=True, slots=True)
class Board:
    """The open deals of a pipeline by stage, as of an instant.

    :param scope: as asked, with its one pipeline.
    :param pipelines: the names of those in use.
    :param today: the day of as-of in the team's time zone.
    :param columns: the stages in use, and retired ones that still hold deals, in order.
    :param amount: the sum of all columns, rounded half up; ``unpriced`` deals are in no sum.
    """

    scope: Scope
    settings: TeamSettings
    pipelines: tuple[str, ...]
    pipeline: PipelineFact
    today: date
    columns: tuple[BoardColumn, ...]
    amount: Money
    unpriced: int

    @property
    def deals(self) -> int:
        """How many deals are on the board."""
        return sum(column.deals for column in self.columns)


def place_of(columns: Sequence[BoardColumn], deal_id: int | None) -> tuple[int, int] | None:
    """Where a deal is: the number of its column and of its card; None when it is on no column."""
    if deal_id is None:
        return None
    for number, column in enumerate(columns):
        row = position_of(column.ids, deal_id)
        if row is not None:
            return number, row
    return None

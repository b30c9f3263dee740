"""Cells: deals counted and summed by what a report needs to know of them.

A report over 100,000 deals is made from a few hundred cells, named tuples because these are made quickest.
Cells add up: those that a database counted and
those that were counted from facts in memory are simply put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

from funnel_tui.domain.facts import StageReached
from funnel_tui.domain.status import DealStatus

NO_GROUP = 0
"""The group of a cell when nothing is split, and of deals that have none (no source)."""


class DealFact(NamedTuple):
    """A deal as it stood at as-of: the truth that cells are counted from.

    :param amount: minor units of ``currency``, or None.
    :param closed_base: the amount in the base currency at the rate of the closing day, or None.
    :param probability_bp: typed by hand, in hundredths of a percent, or None.
    :param expected_close: day number, or None.
    :param category: the forecast category chosen for the deal, or None; a former one is not kept.
    """

    id: int
    pipeline_id: int
    stage_id: int
    status: DealStatus
    furthest: int
    visited_mask: int
    straight: int
    entered_at: int
    created_at: int
    created_owner_id: int
    owner_id: int
    closed_at: int | None = None
    closed_owner_id: int | None = None
    closed_base: int | None = None
    amount: int | None = None
    currency: str | None = None
    probability_bp: int | None = None
    source_id: int | None = None
    loss_reason_id: int | None = None
    stages: tuple[StageReached, ...] = ()
    expected_close: int | None = None
    category: str | None = None


class FunnelCell(NamedTuple):
    """Deals of a cohort that went equally far.

    :param group: the rep, source or month they are counted for, or :data:`NO_GROUP`.
    :param entered: for the cohort *entered*, the position of the stage they entered in the period; else 0.
    :param furthest: the highest position reached; N + 1 when won.
    :param visited_mask: the stages they were in (mode visited), else 0.
    :param straight: how far they came straight (mode straight), else 0.
    :param currency: what ``amount`` is in; None is the base currency.
    :param with_amount: how many have an amount.
    :param priced: how many of the closed ones could be priced in the base currency.
    :param amount: the sum in minor units.
    """

    group: int
    entered: int
    furthest: int
    status: DealStatus
    visited_mask: int
    straight: int
    currency: str | None
    deals: int
    with_amount: int
    priced: int
    amount: int


class DaysCell(NamedTuple):
    """How long deals were in a stage, for those that left it for good in the period.

    :param deals: how many left it.
    :param total: the seconds they were in it altogether, over all of their visits.
    :param seconds: one number per deal, for the median; empty where none is wanted.
    """

    group: int
    stage_id: int
    deals: int
    total: int
    seconds: Sequence[int] = ()

    @classmethod
    def of(cls, group: int, stage_id: int, seconds: Sequence[int]) -> Self:
        """The cell of some deals.

        :param seconds: one number per deal.
        """
        return cls(group, stage_id, len(seconds), sum(seconds), seconds)


class OpenCell(NamedTuple):
    """Open deals in a stage at as-of.

    :param currency: of the amounts; None for deals without one.
    :param probability_bp: typed by hand, or None where the stage's own applies.
    :param oldest: the earliest entry among them, in epoch seconds.
    """

    group: int
    stage_id: int
    currency: str | None
    probability_bp: int | None
    deals: int
    with_amount: int
    amount: int
    oldest: int


class AmountsCell(NamedTuple):
    """The single amounts of open deals, for the median."""

    group: int
    currency: str
    amounts: tuple[int, ...]


class ClosedCell(NamedTuple):
    """Deals won or lost in the period.

    :param seconds: from creation to winning, one number per won deal; empty for lost ones.
    """

    group: int
    status: DealStatus
    deals: int
    with_amount: int
    priced: int
    amount: int
    seconds: tuple[int, ...] = ()


class WonCell(NamedTuple):
    """Deals won in a month.

    :param month: the number of the month among the spans of the selection.
    :param seconds: from the first contact to winning, one number per deal: the first done interaction with
        the deal, else its creation.
    """

    group: int
    month: int
    deals: int
    with_amount: int
    priced: int
    amount: int
    seconds: Sequence[int] = ()


class LostCell(NamedTuple):
    """Lost deals by the stage they were lost from and the reason.

    :param reason_id: the loss reason; 0 when the cells are not split by it.
    """

    group: int
    stage_id: int
    reason_id: int
    deals: int
    with_amount: int
    priced: int
    amount: int

"""The open deals of a pipeline with all that puts them on a board, in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.db.reader import Reader
from funnel_tui.domain.board import CardOrder
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.queries.deal_list import ABSENT, batches
from funnel_tui.queries.deal_rows import TASK_OPEN
from funnel_tui.queries.parts import owner_filter, parameters, settled

_DUE = f"(SELECT min(u.due_day) FROM task u WHERE {TASK_OPEN})"


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """Open deals, one item per deal in each list, in no order.

    :param amounts: minor units of ``currencies``; :data:`~funnel_tui.queries.deal_list.ABSENT` and an empty
        currency where there is none.
    :param keys: since when they are in their stage, in epoch seconds; for the order by task the day number
        of the next one, or :data:`~funnel_tui.queries.deal_list.ABSENT`.
    """

    ids: list[int]
    stages: list[int]
    amounts: list[int]
    currencies: list[str]
    keys: list[int]


def open_deals(reader: Reader, selection: Selection, order: CardOrder) -> OpenDeals:
    """The deals of a pipeline that are open at as-of.

    :param order: says what the keys are.
    """
    by_task = order is CardOrder.NEXT_TASK
    key = f"coalesce({_DUE}, {ABSENT})" if by_task else "d.entered_at"
    gathered = ", ".join(
        reader.numbers(value)
        for value in (
            *("d.id", "d.stage_id", f"coalesce(d.amount_minor, {ABSENT})", "coalesce(d.currency, '')"),
            key,
        )
    )
    rows = reader.rows(
        f"SELECT {gathered} FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.closed_at IS NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}",
        parameters(selection),
    )
    found = OpenDeals(*(reader.listed(value) for value in rows[0]))
    _add_past(reader, selection, found, by_task=by_task)
    return found


def _add_past(reader: Reader, selection: Selection, found: OpenDeals, *, by_task: bool) -> None:
    """The deals that changed after as-of, as they stood then."""
    facts = [
        fact
        for fact in selection.past or ()
        if fact.status is DealStatus.OPEN
        and fact.pipeline_id == selection.pipeline.id
        and selection.admits(fact.owner_id)
    ]
    due: dict[int, int | None] = {}
    for numbers in batches([fact.id for fact in facts] if by_task else []):
        rows = reader.rows(
            f"SELECT d.id, {_DUE} FROM deal d WHERE d.id IN ({numbers})", {"as_of": selection.as_of}
        )
        due.update((number, day) for number, day in rows)
    for fact in facts:
        day = due.get(fact.id)
        found.ids.append(fact.id)
        found.stages.append(fact.stage_id)
        found.amounts.append(ABSENT if fact.amount is None else fact.amount)
        found.currencies.append(fact.currency or "")
        found.keys.append((ABSENT if day is None else day) if by_task else fact.entered_at)

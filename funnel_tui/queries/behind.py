"""The deals behind a figure, and what a list shows of them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, Mode
from funnel_tui.queries.parts import owner_column, owner_filter, parameters, settled

Test = Callable[[DealFact, int], bool]

# What a deal must be for a figure of the stage at position {p}: as SQL and for a deal in memory.
_FIGURES: dict[str, tuple[str, Test]] = {
    "reached": ("1 = 1", lambda _deal, _at: True),
    "advanced": ("d.furthest > {p}", lambda deal, at: deal.furthest > at),
    "lost": (
        "d.furthest = {p} AND d.status = 'lost'",
        lambda deal, at: deal.furthest == at and deal.status is DealStatus.LOST,
    ),
    "open": (
        "d.furthest = {p} AND d.status = 'open'",
        lambda deal, at: deal.furthest == at and deal.status is DealStatus.OPEN,
    ),
    "decided": (
        "(d.furthest > {p} OR d.status = 'lost')",
        lambda deal, at: deal.furthest > at or deal.status is DealStatus.LOST,
    ),
    # Of the whole funnel, wherever a deal ended.
    "all_won": ("d.status = 'won'", lambda deal, _at: deal.status is DealStatus.WON),
    "all_lost": ("d.status = 'lost'", lambda deal, _at: deal.status is DealStatus.LOST),
    "all_open": ("d.status = 'open'", lambda deal, _at: deal.status is DealStatus.OPEN),
}
_MODES: dict[Mode, tuple[str, Test]] = {
    Mode.REACHED: ("d.furthest >= {p}", lambda deal, at: deal.furthest >= at),
    Mode.VISITED: (
        "(d.visited_mask >> ({p} - 1)) & 1 = 1",
        lambda deal, at: bool(deal.visited_mask >> (at - 1) & 1),
    ),
    Mode.STRAIGHT: (
        "d.straight >= {p} AND d.furthest >= {p}",
        lambda deal, at: deal.straight >= at and deal.furthest >= at,
    ),
}


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal as a list shows it.

    :param amount_minor: in ``currency``; None without an amount.
    :param entered_at: when it entered the stage it is in, or was in last.
    :param closed_at: when it was won or lost, or None.
    """

    id: int
    title: str
    organisation: str | None
    owner: str
    stage: str
    status: DealStatus
    amount_minor: int | None
    currency: str | None
    created_at: int
    entered_at: int
    closed_at: int | None


def cohort_deals(
    reader: Reader, selection: Selection, stage: StageFact, figure: str, cohort: Cohort, mode: Mode
) -> array[int]:
    """The deals behind a figure of a stage of the funnel, the latest event first.

    :param figure: reached, advanced, lost, open or decided; all_won, all_lost or all_open for those with
        this status now, wherever they ended.
    """
    at = stage.position
    wanted, belongs = _FIGURES[figure]
    came, was_in = _MODES[mode]
    source, instant, owner = {
        Cohort.CLOSED: ("deal d", "d.closed_at", "d.closed_owner_id"),
        Cohort.CREATED: ("deal d", "d.created_at", "d.created_owner_id"),
        Cohort.ENTERED: (
            f"deal_stage x JOIN deal d ON d.id = x.deal_id AND x.stage_id = {stage.id:d}",
            "x.reached_at",
            "x.reached_owner_id",
        ),
    }[cohort]
    where = f"{wanted.format(p=at)} AND {came.format(p=at)}"
    past = [
        (deal.id, event)
        for deal in selection.past or ()
        for event, who in _events(deal, cohort, stage)
        if selection.span_of(event) is not None
        and selection.admits(deal.owner_id if selection.present_owner else who)
        and belongs(deal, at)
        and was_in(deal, at)
    ]
    return _numbers(reader, selection, source, instant, owner_column(selection, owner), where, past)


def lost_from_deals(
    reader: Reader, selection: Selection, stage: StageFact | None, cohort: Cohort
) -> array[int]:
    """The deals that stood in a stage (or in any) when they were lost."""
    closed = cohort is Cohort.CLOSED
    owner = owner_column(selection, "d.closed_owner_id" if closed else "d.created_owner_id")
    where = "d.status = 'lost'" if stage is None else f"d.status = 'lost' AND d.stage_id = {stage.id:d}"
    past = [
        (deal.id, event)
        for deal in selection.past or ()
        for event, who in _events(deal, cohort, stage)
        if selection.span_of(event) is not None
        and selection.admits(deal.owner_id if selection.present_owner else who)
        and deal.status is DealStatus.LOST
        and (stage is None or deal.stage_id == stage.id)
    ]
    return _numbers(
        reader, selection, "deal d", "d.closed_at" if closed else "d.created_at", owner, where, past
    )


def left_deals(reader: Reader, selection: Selection, stage: StageFact) -> array[int]:
    """The deals whose final exit from a stage falls in the period."""
    source = f"deal_stage x JOIN deal d ON d.id = x.deal_id AND x.stage_id = {stage.id:d}"
    past = [
        (deal.id, item.left_at)
        for deal in selection.past or ()
        for item in deal.stages
        if item.stage_id == stage.id
        and selection.span_of(item.left_at) is not None
        and selection.admits(deal.owner_id if selection.present_owner else item.left_owner_id)
    ]
    owner = owner_column(selection, "x.left_owner_id")
    return _numbers(reader, selection, source, "x.left_at", owner, "1 = 1", past)


def open_deals(
    reader: Reader, selection: Selection, stage: StageFact | None, *, without_amount: bool = False
) -> array[int]:
    """The open deals at as-of in a stage (or in all), those longest there first."""
    where = "" if stage is None else f" AND d.stage_id = {stage.id:d}"
    if without_amount:
        where += " AND d.amount_minor IS NULL"
    rows = reader.rows(
        "SELECT d.id, d.entered_at FROM deal d WHERE d.pipeline_id = :pipeline AND d.closed_at IS NULL"
        f"{where}{owner_filter(selection, 'd.owner_id')}{settled(selection)}",
        parameters(selection),
    )
    rows += [
        (deal.id, deal.entered_at)
        for deal in selection.past or ()
        if deal.status is DealStatus.OPEN
        and deal.pipeline_id == selection.pipeline.id
        and (stage is None or deal.stage_id == stage.id)
        and selection.admits(deal.owner_id)
        and not (without_amount and deal.amount is not None)
    ]
    rows.sort(key=lambda row: (row[1], row[0]))
    return array("q", (row[0] for row in rows))


def _events(
    deal: DealFact, cohort: Cohort, stage: StageFact | None
) -> Iterable[tuple[int | None, int | None]]:
    if cohort is Cohort.CLOSED:
        return [(deal.closed_at, deal.closed_owner_id)]
    if cohort is Cohort.CREATED:
        return [(deal.created_at, deal.created_owner_id)]
    return [
        (item.reached_at, item.reached_owner_id)
        for item in deal.stages
        if stage is None or item.stage_id == stage.id
    ]


def _numbers(
    reader: Reader,
    selection: Selection,
    source: str,
    instant: str,
    owner: str,
    where: str,
    past: Sequence[tuple[int, Any]],
) -> array[int]:
    _, start, end = selection.whole[0]
    rows = reader.rows(
        f"SELECT d.id, {instant} FROM {source}"
        f" WHERE d.pipeline_id = :pipeline AND {instant} >= :start AND {instant} < :end AND {where}"
        f"{owner_filter(selection, owner)}{settled(selection)}",
        {**parameters(selection), "start": start, "end": end},
    )
    own = {deal.id for deal in selection.past or () if deal.pipeline_id == selection.pipeline.id}
    rows += [row for row in past if row[0] in own]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return array("q", (row[0] for row in rows))


def deal_lines(reader: Reader, deals: Sequence[int]) -> list[DealLine]:
    """What a list shows of some deals, in the order asked for; numbers that are gone are left out."""
    if not deals:
        return []
    numbers = ", ".join(str(int(deal)) for deal in deals)
    rows = reader.rows(f"""
        SELECT d.id, d.title, o.name, r.name, s.name, d.status, d.amount_minor, d.currency, d.created_at,
               d.entered_at, d.closed_at
        FROM deal d JOIN rep r ON r.id = d.owner_id JOIN stage s ON s.id = d.stage_id
             LEFT JOIN organisation o ON o.id = d.organisation_id
        WHERE d.id IN ({numbers})
    """)
    found = {row[0]: _line(*row) for row in rows}
    return [found[deal] for deal in deals if deal in found]


def _line(
    number: int, title: str, organisation: str | None, owner: str, stage: str, status: str,
    minor: int | None, currency: str | None, created_at: int, entered_at: int, closed_at: int | None,
) -> DealLine:  # fmt: skip
    state = DealStatus(status)
    return DealLine(
        number, title, organisation, owner, stage, state, minor, currency, created_at, entered_at, closed_at
    )

"""The board: open deals by stage. Their numbers come all at once, their cards a window at a time.

Counts and sums are those of the report ``active``; a filter leaves out the same deals as in the list.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from funnel_tui.domain.board import CARDS, Board, BoardColumn, CardOrder
from funnel_tui.domain.deal_list import DealFilter, DealRow
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.figures import Prices, Total
from funnel_tui.queries.board import OpenDeals, open_deals
from funnel_tui.queries.deal_list import ABSENT
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.deal_list import OPEN_DEALS, deal_ids, deal_rows
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace


def board(
    workspace: Workspace,
    scope: Scope,
    wanted: DealFilter = OPEN_DEALS,
    order: CardOrder = CardOrder.IN_STAGE,
) -> Board | None:
    """The open deals of a pipeline by stage.

    :param scope: pipeline, owner or team, and as-of. A board is of one pipeline: the first of the scope, or
        the first one in use.
    :param wanted: which deals; whatever its status, only open ones are on a board.
    :returns: None when no pipeline is in use and the scope names none.
    :raises NotFound: for a name that does not exist; the nearest one is suggested.
    """
    with workspace.read() as reader:
        used = tuple(pipeline.name for pipeline in read_pipelines(reader) if pipeline.in_use)
        if not scope.pipelines and not used:
            return None
        name = scope.pipelines[0] if scope.pipelines else used[0]
        plain = scope.with_(pipelines=(name,), by=None, compare=None, period=Period.all_time())
        looking = look_up(workspace, reader, plain)
        found = open_deals(reader, looking.selections[0], order)
    wanted = replace(wanted, status=DealStatus.OPEN)
    kept = None
    if wanted != OPEN_DEALS:
        kept = frozenset(deal_ids(workspace, plain.with_(as_of=looking.as_of), wanted))
    pipeline = looking.pipelines[0]
    return _built(looking, used, found, kept, order, scope.with_(pipelines=(pipeline.name,)))


def cards(workspace: Workspace, scope: Scope, ids: Sequence[int]) -> list[DealRow]:
    """What the cards of some deals show.

    :param scope: of the board.
    :param ids: any number; more than :data:`~funnel_tui.domain.board.CARDS` are read in several steps.
    """
    rest = iter(ids)
    found: list[DealRow] = []
    while part := list(islice(rest, CARDS)):
        found += deal_rows(workspace, scope, part)
    return found


def _built(
    looking: Looking,
    used: tuple[str, ...],
    found: OpenDeals,
    kept: frozenset[int] | None,
    order: CardOrder,
    scope: Scope,
) -> Board:
    pipeline = looking.pipelines[0]
    places: dict[int, list[int]] = {stage.id: [] for stage in pipeline.stages}
    for place, (deal, stage_id) in enumerate(zip(found.ids, found.stages, strict=True)):
        if kept is None or deal in kept:
            places[stage_id].append(place)
    totals = {stage: _total(looking.prices, found, here) for stage, here in places.items()}
    key = _key(looking.prices, found, order)
    whole = Total.of(totals.values())
    return Board(
        scope=scope,
        settings=looking.settings,
        pipelines=used,
        pipeline=pipeline,
        today=local_day(looking.as_of, looking.zone),
        columns=tuple(
            _column(looking, stage, totals[stage.id], _ordered(found, places[stage.id], key))
            for stage in _shown(pipeline.stages, places)
        ),
        amount=_money(looking, whole),
        unpriced=whole.without_amount + whole.without_rate,
    )


def _shown(stages: Sequence[StageFact], places: dict[int, list[int]]) -> Iterator[StageFact]:
    """The stages in use, and retired ones that still hold deals, as in the report ``active``."""
    return (stage for stage in stages if places[stage.id] or not stage.retired)


def _column(looking: Looking, stage: StageFact, total: Total, ids: array[int]) -> BoardColumn:
    return BoardColumn(stage, _money(looking, total), total.without_amount, total.without_rate, ids)


def _money(looking: Looking, total: Total) -> Money:
    return Money(round_half_up(total.exact), looking.currency)


def _total(prices: Prices, found: OpenDeals, places: Sequence[int]) -> Total:
    """Σ amount in the base currency, summed by currency first: exact, and quick for many deals."""
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for place in places:
        currency = found.currencies[place]
        if currency:
            sums[currency] += found.amounts[place]
            counts[currency] += 1
    parts = [
        prices.total(sums[currency], currency, deals=count, with_amount=count)
        for currency, count in counts.items()
    ]
    return Total.of([*parts, Total(without_amount=len(places) - counts.total())])


def _key(prices: Prices, found: OpenDeals, order: CardOrder) -> Callable[[int], tuple[bool, int]]:
    """What the places of deals are ordered by: first whether there is no value, then the value."""
    if order is CardOrder.AMOUNT:

        def amount(place: int) -> tuple[bool, int]:
            currency = found.currencies[place]
            value = prices.exact(found.amounts[place], currency) if currency else None
            return (True, 0) if value is None else (False, -round_half_up(value))

        return amount

    def plain(place: int) -> tuple[bool, int]:
        return found.keys[place] == ABSENT, found.keys[place]

    return plain


def _ordered(found: OpenDeals, places: list[int], key: Callable[[int], tuple[bool, int]]) -> array[int]:
    """The numbers of some deals by key, equal ones by number."""
    keyed = sorted((*key(place), found.ids[place]) for place in places)
    return array("q", [deal for _, _, deal in keyed])

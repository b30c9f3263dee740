"""The list of deals: all their numbers in order at once, and a window of rows at a time.

A list of 100,000 deals is an array of numbers (0.8 MB). The rows in view are read when they come into view.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from funnel_tui.db import Reader
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealRow, DealSort
from funnel_tui.domain.finding import fold
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.figures import Prices
from funnel_tui.queries.deal_list import ABSENT, NAMED, TEXTS, Wanted, matching_deals, names_of
from funnel_tui.queries.names import match, resolve
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.deal_row import lens, read_rows, stuck_limits
from funnel_tui.services.finding import narrow
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace

OPEN_DEALS = DealFilter()
BY_EXPECTED_CLOSE = DealOrder()


def deal_ids(
    workspace: Workspace,
    scope: Scope,
    wanted: DealFilter = OPEN_DEALS,
    order: DealOrder = BY_EXPECTED_CLOSE,
) -> array[int]:
    """The numbers of the deals of a list, in its order.

    :param scope: pipelines, owner or team, and as-of; its period says nothing about a list of deals.
    :param wanted: which of them.
    :raises NotFound: for a pipeline, rep, team, stage, tag or source that does not exist; the nearest name
        is suggested. A database without pipelines has no deals, and that is no error.
    """
    with workspace.read() as reader:
        if not scope.pipelines and not any(pipeline.in_use for pipeline in read_pipelines(reader)):
            return array("q")
        looking = look_up(workspace, reader, scope.with_(by=None, compare=None, period=Period.all_time()))
        ids, keys = matching_deals(reader, _wanted(workspace, looking, wanted), order.sort)
        values, absent = _comparable(looking, order.sort, keys)
    found = _ordered(ids, values, absent, descending=order.descending)
    return narrow(workspace, found, wanted.text) if wanted.text.strip() else found


def deal_rows(workspace: Workspace, scope: Scope, ids: Sequence[int]) -> list[DealRow]:
    """What a list shows of a window of deals, in the order asked for.

    Deals that are gone, or were not there yet at the scope's as-of, are left out.

    :param ids: at most a few hundred: what a list shows at a time, and a little more.
    """
    if not ids:
        return []
    with workspace.read() as reader:
        return read_rows(reader, lens(workspace, reader, scope.as_of), ids)


def _wanted(workspace: Workspace, looking: Looking, wanted: DealFilter) -> Wanted:
    """A filter with its names looked up."""
    reader = looking.reader
    limits = None
    if wanted.stuck:
        everything = read_pipelines(reader)
        limits = stuck_limits(workspace, reader, everything, looking.settings, looking.as_of)
    return Wanted(
        selections=looking.selections,
        status=wanted.status,
        stages=None if wanted.stage is None else _stages(looking, wanted.stage),
        limits=limits,
        idle_days=looking.settings.idle_days if wanted.idle else None,
        tag_id=_number(reader, "tag", wanted.tag),
        source_id=_number(reader, "source", wanted.source),
    )


def _number(reader: Reader, entity: str, name: str | None) -> int | None:
    return None if name is None else resolve(reader, entity, name)[0]


def _stages(looking: Looking, name: str) -> frozenset[int]:
    """The stages of a name in the pipelines of the scope."""
    known = [(stage.id, stage.name) for pipeline in looking.pipelines for stage in pipeline.stages]
    shown = match(known, name, "stage")[1].casefold()
    return frozenset(number for number, other in known if other.casefold() == shown)


def _comparable(looking: Looking, sort: DealSort, keys: list[list[Any]]) -> tuple[list[Any], Any]:
    """What the deals are compared by, and what stands for an absent value."""
    if sort in TEXTS:
        memory: dict[str, str] = {}
        return [memory.get(text) or memory.setdefault(text, fold(text)) for text in keys[0]], ""
    if sort in NAMED:
        numbers = set(keys[0]) - {ABSENT}
        names = {number: fold(name) for number, name in names_of(looking.reader, sort, numbers).items()}
        ranks = {name: rank for rank, name in enumerate(sorted(set(names.values())))}
        places = {number: ranks[name] for number, name in names.items()} | {ABSENT: ABSENT}
        return [places[number] for number in keys[0]], ABSENT
    if sort is DealSort.AMOUNT:
        priced: dict[str, Callable[[int], int]] = {}
        return [
            minor
            if minor == ABSENT or not currency
            else (priced.get(currency) or priced.setdefault(currency, _pricing(looking.prices, currency)))(
                minor
            )
            for minor, currency in zip(*keys, strict=True)
        ], ABSENT
    return keys[0], ABSENT


def _pricing(prices: Prices, currency: str) -> Callable[[int], int]:
    """From minor units of a currency to those of the base currency, rounded half up as they are shown."""
    if currency == prices.currency:
        return int
    factor = prices.exact(1, currency)
    if factor is None:
        return lambda _minor: ABSENT
    over, under = factor.numerator, factor.denominator
    return lambda minor: (2 * minor * over + under) // (2 * under)


def _ordered(ids: list[int], values: Sequence[Any], absent: Any, *, descending: bool) -> array[int]:
    """Numbers by value, equal values by number, absent values last."""
    places: Sequence[int] = range(len(ids))
    if sorted(ids) != ids:
        places = sorted(places, key=ids.__getitem__)
    rest: list[int] = []
    if absent in values:
        rest = [place for place in places if values[place] == absent]
        places = [place for place in places if values[place] != absent]
    present = sorted(places, key=values.__getitem__, reverse=descending)
    return array("q", [ids[place] for place in chain(present, rest)])

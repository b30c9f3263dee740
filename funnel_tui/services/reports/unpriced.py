"""Deals that are in no sum because their amounts have no exchange rate: how many, and which (METRICS M7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnel_tui.domain.said import listed, said
from funnel_tui.metrics.forecast import OpenDeal
from funnel_tui.queries.quotas import deal_titles, unpriced_won
from funnel_tui.services.reports.looking import Looking

NAMED = 3
"""So many deals are named; the others are counted."""


def won_note(looking: Looking) -> list[str]:
    """The deals won in the spans of the scope that have no price in the base currency.

    :returns: one sentence, or none where there are none.
    """
    found = sorted(pair for one in looking.selections for pair in unpriced_won(looking.reader, one))
    if not found:
        return []
    return [
        said(
            "{n:,} won but not priced in {currency}, no exchange rate (funnel import rates FILE): {names}.",
            n=len(found),
            currency=looking.currency,
            names=_names(looking, [number for _, number in reversed(found)]),
        )
    ]


def open_note(looking: Looking, deals: Iterable[OpenDeal]) -> list[str]:
    """Those of some open deals whose amounts have no price in the base currency; the first ones are named."""
    priced: dict[str, bool] = {looking.currency: True}
    found = []
    for deal in deals:
        currency = deal.currency
        if deal.amount is None or currency is None:
            continue
        if currency not in priced:
            priced[currency] = looking.prices.factor(currency) is not None
        if not priced[currency]:
            found.append(deal.id)
    if not found:
        return []
    return [
        said(
            "{n:,} open but not priced in {currency}, no exchange rate (funnel import rates FILE): {names}.",
            n=len(found),
            currency=looking.currency,
            names=_names(looking, sorted(found)),
        )
    ]


def _names(looking: Looking, ids: Sequence[int]) -> str:
    """The titles of the first few, and how many more there are."""
    titles = deal_titles(looking.reader, ids[:NAMED])
    names = listed([titles[number] for number in ids[:NAMED]], ", ")
    more = len(ids) - NAMED
    return said("{names} and {n} more", names=names, n=more) if more > 0 else names

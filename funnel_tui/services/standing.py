"""Writing where a deal stands: the derived columns of ``deal`` and the rows of ``deal_stage``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from funnel_tui.db.reader import Reader
from funnel_tui.domain.facts import Ladder, Standing, VisitFact
from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.metrics.projection import standing
from funnel_tui.models import DealPast
from funnel_tui.queries.settings import read_rates, read_settings
from funnel_tui.services.transaction import table_of


@dataclass(frozen=True, slots=True)
class Pricing:
    """What is needed to price a closed deal in the base currency (METRICS M7).

    :param rates: exchange rates into the base currency.
    :param zone: the team's time zone, which decides the closing day.
    """

    rates: Rates
    zone: ZoneInfo

    def closed_base(self, amount: int | None, currency: str | None, closed_at: int | None) -> int | None:
        """The amount at the rate of the closing day, in minor units of the base currency."""
        if amount is None or currency is None or closed_at is None:
            return None
        if currency == self.rates.base:
            return amount
        return self.rates.convert(amount, currency, day_number(local_day(closed_at, self.zone)))


_RATES = """
SELECT base, quote, day, rate_scaled FROM exchange_rate
WHERE (base = :base AND quote = :currency) OR (base = :currency AND quote = :base)
"""


def read_pricing(reader: Reader) -> Pricing:
    """What prices closed deals in any currency."""
    settings = read_settings(reader)
    return Pricing(read_rates(reader, settings.base_currency), ZoneInfo(settings.time_zone))


def read_pricing_of(reader: Reader, currency: str | None) -> Pricing:
    """What prices closed deals in one currency: its rates only, and none for the base currency."""
    settings = read_settings(reader)
    base = settings.base_currency
    rows: list[tuple[Any, ...]] = []
    if currency is not None and currency != base:
        rows = reader.rows(_RATES, {"base": base, "currency": currency})
    return Pricing(
        Rates.build(base, [(one, other, day, rate) for one, other, day, rate in rows]),
        ZoneInfo(settings.time_zone),
    )


def derived_columns(
    stands: Standing, deal: Mapping[str, Any], pricing: Pricing | None, *, edited_at: int = 0
) -> dict[str, Any]:
    """The derived columns of a deal.

    :param stands: where its visits leave it.
    :param deal: at least ``amount_minor`` and ``currency``.
    :param pricing: prices a closed deal; None for a deal that is open or has no amount.
    :param edited_at: the instant of its last edit (the latest ``deal_past.until_at``), 0 when never edited.
    """
    closed_base = pricing and pricing.closed_base(deal["amount_minor"], deal["currency"], stands.closed_at)
    return {
        "pipeline_id": stands.pipeline_id,
        "stage_id": stands.stage_id,
        "status": stands.status,
        "entered_at": stands.entered_at,
        "furthest": stands.furthest,
        "visited_mask": stands.visited_mask,
        "straight": stands.straight,
        "closed_at": stands.closed_at,
        "closed_owner_id": stands.closed_owner_id,
        "closed_base": closed_base,
        "loss_reason_id": stands.loss_reason_id,
        "changed_at": max(stands.last_event_at, edited_at),
    }


def stage_rows(deal_id: int, stands: Standing) -> list[dict[str, Any]]:
    """The ``deal_stage`` rows of a deal."""
    return [
        {
            "deal_id": deal_id,
            "stage_id": item.stage_id,
            "reached_at": item.reached_at,
            "reached_owner_id": item.reached_owner_id,
            "visits": item.visits,
            "seconds": item.seconds,
            "left_at": item.left_at,
            "left_owner_id": item.left_owner_id,
        }
        for item in stands.stages
    ]


def last_edit(connection: Connection, deal_id: int) -> int:
    """The instant of a deal's last edit, or 0."""
    past = table_of(DealPast)
    query = select(past.c.until_at).where(past.c.deal_id == deal_id).order_by(past.c.until_at.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def stand(visits: list[VisitFact], ladders: Mapping[int, Ladder]) -> Standing:
    """Where a deal stands, with the ladder of the pipeline of its last visit."""
    return standing(visits, ladders[visits[-1].pipeline_id])

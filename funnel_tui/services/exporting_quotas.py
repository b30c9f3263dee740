"""Exports of quotas, in the columns that the import reads, and of the forecast, deal by deal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db.reader import Reader
from funnel_tui.domain.money import exponent, round_half_up
from funnel_tui.domain.period import Period, days_of
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.exchange.sheets import Cells, Sheet, SheetColumn
from funnel_tui.metrics.forecast import CERTAIN, bucket, category, probability
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.behind import deal_lines
from funnel_tui.queries.look import rep_names
from funnel_tui.services.reports.forecast_figures import ForecastFigures
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.workspace import Workspace

QUOTA_COLUMNS = (
    SheetColumn("owner"),
    SheetColumn("team"),
    SheetColumn("start", Cells.DAY),
    SheetColumn("end", Cells.DAY),
    SheetColumn("amount", Cells.NUMBER),
    SheetColumn("currency"),
    SheetColumn("unit"),
    SheetColumn("set_at", Cells.INSTANT),
    SheetColumn("set_by"),
    SheetColumn("note"),
)
"""Columns of exported quotas: the fields of the import first; ``end`` is the last day."""

FORECAST_COLUMNS = (
    SheetColumn("number", Cells.NUMBER),
    SheetColumn("title"),
    SheetColumn("organisation"),
    SheetColumn("owner"),
    SheetColumn("stage"),
    SheetColumn("month"),
    SheetColumn("expected_close", Cells.DAY),
    SheetColumn("category"),
    SheetColumn("amount", Cells.NUMBER),
    SheetColumn("currency"),
    SheetColumn("probability", Cells.NUMBER),
    SheetColumn("weighted", Cells.NUMBER),
)
"""Columns of an exported forecast: one row per open deal; the probability is a percentage."""

_PAGE = 500


def quota_sheet(reader: Reader, zone: ZoneInfo, *, owner_id: int | None, period: Period | None) -> Sheet:
    """The quotas that are set, those of the company with neither owner nor team.

    :param owner_id: only those of this rep.
    :param period: only those that share a day with it.
    """
    start, end = (-queries.EVER, queries.EVER) if period is None else days_of(period)
    reps = {number: name for number, name, _, _ in queries.reps_listed(reader)}
    teams = {number: name for number, name, _ in queries.teams_listed(reader)}
    rows: list[tuple[Any, ...]] = []
    for fact in queries.quotas_between(reader, start, end):
        if owner_id is not None and fact.rep_id != owner_id:
            continue
        whose = reps.get(fact.rep_id or 0), teams.get(fact.team_id or 0)
        amount = fact.amount if fact.unit == QuotaUnit.DEALS else _major(fact.amount, fact.currency)
        days = (fact.start_day, fact.end_day - 1)
        rows.append((*whose, *days, amount, fact.currency, fact.unit, fact.at, fact.by or None, fact.note))
    rows.sort(key=lambda row: (row[2], -row[3], str(row[1] or "").casefold(), str(row[0] or "").casefold()))
    return Sheet("quotas", QUOTA_COLUMNS, rows, zone)


def forecast_sheet(
    workspace: Workspace, reader: Reader, zone: ZoneInfo, *, owner: str | None, period: Period | None
) -> Sheet:
    """The open deals of the forecast, those expected first at the top.

    :param owner: only those of this rep, by name.
    :param period: None for everything from the present quarter on.
    """
    looking = look_up(workspace, reader, Scope(owner=owner))
    return Sheet("forecast", FORECAST_COLUMNS, _deals(reader, ForecastFigures(looking, period)), zone)


def _deals(reader: Reader, figures: ForecastFigures) -> Iterator[tuple[Any, ...]]:
    reps = rep_names(reader)
    deals = sorted(
        figures.deals, key=lambda deal: (deal.expected_close is None, deal.expected_close or 0, deal.id)
    )
    for first in range(0, len(deals), _PAGE):
        page = deals[first : first + _PAGE]
        lines = {line.id: line for line in deal_lines(reader, [deal.id for deal in page])}
        for deal in page:
            line, chance = lines[deal.id], probability(deal, figures.stages)
            weighted = None if deal.amount is None else round_half_up(Fraction(deal.amount * chance, CERTAIN))
            yield (
                *(deal.id, line.title, line.organisation, reps[deal.owner_id]),
                figures.stages[deal.stage_id].name,
                bucket(deal.expected_close, figures.today),
                deal.expected_close,
                category(deal, figures.stages),
                _major(deal.amount, deal.currency),
                deal.currency,
                _plain(Decimal(chance) / 100),
                _major(weighted, deal.currency),
            )


def _major(minor: int | None, currency: str | None) -> int | float | None:
    """Whole units as a number that a spreadsheet adds up; exact up to ninety billion."""
    if minor is None:
        return None
    return _plain(Decimal(minor).scaleb(-exponent(currency or "")))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)

"""One deal for people: its facts, its route and its timeline as tables."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.deal_detail import DealDetail, RouteState, TimelineItem
from funnel_tui.domain.demand import demand_text
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import money_text, percent_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.metrics.figures import days

NOTE_WIDTH = 60
"""Notes are shown in lines of so many characters."""


def deal_tables(deal: DealDetail, zone: ZoneInfo) -> list[Report]:
    """A deal for people: its facts, its route and its timeline, each as a table.

    :param zone: the time zone of what is shown.
    """

    def table(
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        sums: Mapping[Column, Any],
    ) -> Report:
        named = [dict(zip((column.name for column in columns), row, strict=True)) for row in rows]
        totals = {column.name: value for column, value in sums.items()}
        return Report(name, deal.as_of, Scope(), {}, title, columns, named, totals, tuple(sums))

    def moment(instant: int) -> str:
        return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M}"

    route = [(_MARKS[stop.state], stop.stage, stop.visits, days(stop.seconds)) for stop in deal.route]
    timeline = [(moment(item.at), item.who, _said(item)) for item in deal.timeline.items]
    spent = days(sum(stop.seconds for stop in deal.route))
    facts = {_CONTACTS: len(deal.contacts), _DEMAND_LINES: len(deal.demand)}
    title = f"{deal.row.id} · {deal.row.title}"
    return [
        table("deal", title, _FACTS, _told(deal, moment), facts),
        table("route", tr("Route"), _ROUTE, route, {_DAYS: spent}),
        table("timeline", tr("Timeline"), _TIMELINE, timeline, {_ITEMS: len(timeline)}),
    ]


_FACTS = (Column("fact", Kind.TEXT, tr("Fact")), Column("value", Kind.TEXT, tr("Value")))
_DAYS = Column("days", Kind.DAYS, tr("Days"))
_ROUTE = (
    Column("", Kind.TEXT, ""),
    Column("stage", Kind.TEXT, tr("Stage")),
    Column("times", Kind.COUNT, tr("Times")),
    _DAYS,
)
_TIMELINE = (
    Column("when", Kind.TEXT, tr("When")),
    Column("who", Kind.TEXT, tr("Who")),
    Column("what", Kind.TEXT, tr("What")),
)
_CONTACTS = Column("contacts", Kind.COUNT, tr("Contacts"))
_DEMAND_LINES = Column("demand lines", Kind.COUNT, tr("Demand lines"))
_ITEMS = Column("items shown", Kind.COUNT, tr("Items shown"))
_MARKS = {
    RouteState.VISITED: tr("passed"),
    RouteState.CURRENT: tr("now"),
    RouteState.LOST_HERE: tr("closed here"),
    RouteState.SKIPPED: tr("skipped"),
    RouteState.AHEAD: "",
}
_STATUSES = {DealStatus.OPEN: tr("open"), DealStatus.WON: tr("won"), DealStatus.LOST: tr("lost")}


def _told(deal: DealDetail, moment: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """The facts of a deal for people; what it does not have is left out."""
    row = deal.row
    close = row.expected_close and row.expected_close.isoformat()
    if close and row.days_late:
        close = tr("{day} ({n:,} d late)").format(day=close, n=row.days_late)
    stay = tr("{n:,} d, stuck") if row.stuck else tr("{n:,} d")
    chance = row.probability
    facts: tuple[tuple[str, object], ...] = (
        (tr("Organisation"), row.organisation),
        (tr("Stage"), f"{row.pipeline}, {row.stage}"),
        (tr("Status"), _STATUSES[row.status]),
        (tr("Owner"), row.owner),
        (tr("Amount"), row.amount and money_text(row.amount, currency=True)),
        (tr("Expected close"), close),
        (
            tr("Probability"),
            chance and f"{percent_text(Fraction(chance.bp, 10_000))} ({chance.source.value})",
        ),
        (tr("In stage"), stay.format(n=row.in_stage // DAY_SECONDS)),
        (tr("Source"), deal.source),
        (tr("Tags"), ", ".join(row.tags)),
        (tr("Created"), moment(row.created_at)),
        (tr("Closed"), row.closed_at and moment(row.closed_at)),
        (tr("Loss reason"), ": ".join(filter(None, (deal.loss_reason, deal.loss_note)))),
        (tr("Next task"), row.next_task and (row.next_task.title or row.next_task.kind)),
        (tr("Other id"), deal.external_id),
    )
    yield from ((name, str(value)) for name, value in facts if value)
    for contact in deal.contacts:
        role = f" ({contact.role.value})" if contact.role else ""
        yield tr("Contact"), " ".join(filter(None, (f"{contact.name}{role}", contact.email, contact.phone)))
    for line in deal.demand:
        yield tr("Demand"), demand_text(line)
    for place, part in enumerate(textwrap.wrap(deal.note or "", NOTE_WIDTH)):
        yield "" if place else tr("Note"), part


def _said(item: TimelineItem) -> str:
    return " · ".join(filter(None, (item.text, item.note)))

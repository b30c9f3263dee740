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
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import money_text, percent_text
from funnel_tui.metrics.figures import days

NOTE_WIDTH = 60
"""Notes are shown in lines of so many characters."""


def deal_tables(deal: DealDetail, zone: ZoneInfo) -> list[Report]:
    """A deal for people: its facts, its route and its timeline, each as a table.

    :param zone: the time zone of what is shown.
    """

    def table(
        name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], totals: Mapping[str, Any]
    ) -> Report:
        kinds = {"Times": Kind.COUNT, "Days": Kind.DAYS}
        columns = [Column(head.lower(), kinds.get(head, Kind.TEXT), head) for head in heads]
        named = [dict(zip((column.name for column in columns), row, strict=True)) for row in rows]
        known = {column.name: column for column in columns}
        sums = [known.get(field) or Column(field, Kind.COUNT, field.capitalize()) for field in totals]
        return Report(name, deal.as_of, Scope(), {}, title, columns, named, totals, sums)

    def moment(instant: int) -> str:
        return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M}"

    route = [(_MARKS[stop.state], stop.stage, stop.visits, days(stop.seconds)) for stop in deal.route]
    timeline = [(moment(item.at), item.who, _said(item)) for item in deal.timeline.items]
    spent = days(sum(stop.seconds for stop in deal.route))
    facts = {"contacts": len(deal.contacts), "demand lines": len(deal.demand)}
    shown = {"items shown": len(timeline)}
    return [
        table("deal", f"{deal.row.id} · {deal.row.title}", ("Fact", "Value"), _told(deal, moment), facts),
        table("route", "Route", ("", "Stage", "Times", "Days"), route, {"days": spent}),
        table("timeline", "Timeline", ("When", "Who", "What"), timeline, shown),
    ]


_MARKS = {
    RouteState.VISITED: "passed",
    RouteState.CURRENT: "now",
    RouteState.LOST_HERE: "closed here",
    RouteState.SKIPPED: "skipped",
    RouteState.AHEAD: "",
}


def _told(deal: DealDetail, moment: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """The facts of a deal for people; what it does not have is left out."""
    row = deal.row
    late = f" ({row.days_late:,} d late)" if row.days_late else ""
    chance = row.probability
    facts = {
        "Organisation": row.organisation,
        "Stage": f"{row.pipeline}, {row.stage}",
        "Status": row.status.value,
        "Owner": row.owner,
        "Amount": row.amount and money_text(row.amount, currency=True),
        "Expected close": row.expected_close and f"{row.expected_close.isoformat()}{late}",
        "Probability": chance and f"{percent_text(Fraction(chance.bp, 10_000))} ({chance.source.value})",
        "In stage": f"{row.in_stage // 86_400:,} d{', stuck' if row.stuck else ''}",
        "Source": deal.source,
        "Tags": ", ".join(row.tags),
        "Created": moment(row.created_at),
        "Closed": row.closed_at and moment(row.closed_at),
        "Loss reason": ": ".join(filter(None, (deal.loss_reason, deal.loss_note))),
        "Next task": row.next_task and (row.next_task.title or row.next_task.kind),
        "Other id": deal.external_id,
    }
    yield from ((name, str(value)) for name, value in facts.items() if value)
    for contact in deal.contacts:
        role = f" ({contact.role.value})" if contact.role else ""
        yield "Contact", " ".join(filter(None, (f"{contact.name}{role}", contact.email, contact.phone)))
    for line in deal.demand:
        yield "Demand", demand_text(line)
    for place, part in enumerate(textwrap.wrap(deal.note or "", NOTE_WIDTH)):
        yield "" if place else "Note", part


def _said(item: TimelineItem) -> str:
    return " · ".join(filter(None, (item.text, item.note)))

"""A deal as a page: facts, route, contacts, demand and timeline, in one column or in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from rich.cells import cell_len

from funnel_tui.domain.deal_detail import Contact, DealDetail, TimelineItem, TimelineKey
from funnel_tui.domain.deal_list import DealRow, ProbabilitySource
from funnel_tui.domain.demand import demand_text, demand_total
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.phrases import spell_day
from funnel_tui.domain.shown import NO_VALUE, money_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.widgets.deal_chances import chance_facts
from funnel_tui.widgets.deal_table import Reading, local_date, percent_words
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.pane import Pane, PaneLine, beside, said, wrapped
from funnel_tui.widgets.route_map import route_lines
from funnel_tui.widgets.timeline import timeline_lines

TWO_COLUMNS = 100
"""From this width on the timeline stands beside the facts."""
LEFT = 46


class DealPane(Pane):
    """A deal with all that belongs to it."""

    def show_deal(
        self,
        detail: DealDetail,
        items: Sequence[TimelineItem],
        reading: Reading,
        *,
        more: bool = False,
        keep: bool = False,
        marked: TimelineKey | None = None,
    ) -> None:
        """Show a deal.

        :param items: as much of its timeline as was read.
        :param more: whether there is more of it.
        :param keep: whether the page stays scrolled where it was.
        :param marked: the item of the timeline that the cursor is on.
        """
        self.show(partial(deal_lines, detail, items, reading, more, marked), keep=keep)

    def show_nothing(self) -> None:
        """Be empty."""
        self.show(lambda _width: ())


def deal_lines(
    detail: DealDetail,
    items: Sequence[TimelineItem],
    reading: Reading,
    more: bool,
    marked: TimelineKey | None,
    width: int,
) -> list[PaneLine]:
    """The page in ``width`` cells."""
    lines: list[PaneLine] = [(Cell(line, "strong"),) for line in wrapped(detail.row.title, width)]
    lines += [(Cell(line),) for line in wrapped(_under(detail), width)]
    lines += [(), *route_lines(detail.route, detail.row.status, width), ()]
    two = width >= TWO_COLUMNS
    aside = [*fact_lines(detail, reading, LEFT - 2 if two else width), *_more_facts(detail, width, two=two)]
    timeline: list[PaneLine] = [(Cell(tr("Timeline"), "head"),)]
    room = width - LEFT if two else width
    timeline += timeline_lines(items, reading.zone, reading.today, room, marked)
    if more:
        timeline.append((Cell("…", "dim"),))
    if two:
        return [*lines, *beside(aside, timeline, LEFT)]
    return [*lines, *aside, *timeline]


def _under(detail: DealDetail) -> str:
    """Organisation and who decides there."""
    deciding = [
        f"{contact.name} ({contact.role})" if contact.role else contact.name
        for contact in detail.contacts[:1]
    ]
    parts = [detail.row.organisation, *deciding]
    return " · ".join(part for part in parts if part) or tr("no organisation")


def fact_lines(detail: DealDetail, reading: Reading, width: int) -> list[PaneLine]:
    """Amount, probability, dates, owner and the rest, a label before each."""
    row = detail.row
    lines: list[PaneLine] = []
    for label, text, look in _facts(detail, row, reading):
        if text:
            lines += said(label, text, width, look=look)
    return lines


def _facts(detail: DealDetail, row: DealRow, reading: Reading) -> Iterator[tuple[str, str, str]]:
    is_open = row.status is DealStatus.OPEN
    yield tr("Stage"), f"{row.stage} ({row.pipeline})" if is_open else "", "plain"
    if row.closed_at is not None:
        closed = spell_day(local_date(row.closed_at, reading.zone), reading.today)
        look = "good" if row.status is DealStatus.WON else "bad"
        yield (tr("Won") if row.status is DealStatus.WON else tr("Lost")), f"{closed}, from {row.stage}", look
        yield tr("Reason"), detail.loss_reason or "", "plain"
        yield "", detail.loss_note or "", "muted"
    yield tr("Amount"), _amount(row), "plain"
    yield tr("Probability"), _probability(row), "plain"
    if is_open:
        yield tr("Close"), *_close(row, reading.today)
        yield tr("In stage"), f"{_days(row.in_stage)}{' – stuck!' if row.stuck else ''}", _warned(row.stuck)
        yield tr("Contact"), _idle(row), _warned(row.idle)
        yield tr("Next"), *_next(row, reading.today)
    yield tr("Owner"), f"{row.owner}{f', {detail.team}' if detail.team else ''}", "plain"
    yield tr("Forecast"), detail.category.replace("_", " ") if detail.category else "", "plain"
    yield tr("Source"), detail.source or "", "plain"
    yield tr("Tags"), ", ".join(row.tags), "plain"
    created = spell_day(local_date(row.created_at, reading.zone), reading.today)
    by = f" by {detail.created_by}" if detail.created_by != row.owner else ""
    yield tr("Created"), f"{created}{by}", "muted"
    yield tr("Id"), detail.external_id or "", "muted"
    yield tr("Note"), detail.note or "", "plain"


def _warned(warn: bool) -> str:
    return "warn" if warn else "plain"


def _amount(row: DealRow) -> str:
    if row.amount is None:
        return NO_VALUE
    text = money_text(row.amount, currency=True)
    if row.amount_base is None:
        return f"{text} (no exchange rate)"
    if row.amount_base.currency == row.amount.currency:
        return text
    return f"{text} ({money_text(row.amount_base, decimals=False, currency=True)})"


def _probability(row: DealRow) -> str:
    if row.probability is None or row.probability.source is ProbabilitySource.WON:
        return ""
    source = "typed" if row.probability.source is ProbabilitySource.TYPED else f"that of {row.stage}"
    return f"{percent_words(row.probability.bp)}, {source}"


def _close(row: DealRow, today: date) -> tuple[str, str]:
    if row.expected_close is None:
        return tr("no day expected"), "muted"
    day = spell_day(row.expected_close, today)
    ahead = (row.expected_close - today).days
    if row.days_late:
        return f"{day}, {_span(row.days_late)} late", "bad"
    return f"{day}, in {_span(ahead)}" if ahead > 1 else day, "plain"


def _idle(row: DealRow) -> str:
    if row.idle_seconds is None:
        return tr("none yet")
    days = row.idle_seconds // DAY_SECONDS
    when = "today" if days == 0 else f"{_span(days)} ago"
    return f"{when}{' – idle!' if row.idle else ''}"


def _next(row: DealRow, today: date) -> tuple[str, str]:
    task = row.next_task
    if task is None:
        return tr("nothing planned; t adds a task"), "warn"
    due = spell_day(task.due, today) if task.due else tr("some day")
    words = f"{task.kind}: {task.title}".removeprefix("other: ") if task.title else task.kind
    return f"{words}, {due}{' – late' if task.overdue else ''}", "bad" if task.overdue else "plain"


def _days(seconds: int) -> str:
    return _span(seconds // DAY_SECONDS)


def _span(days: int) -> str:
    return f"{days:,} day{'' if days == 1 else 's'}"


def _more_facts(detail: DealDetail, width: int, *, two: bool) -> Iterator[PaneLine]:
    room = LEFT - 2 if two else width
    yield ()
    yield (Cell(tr("Contacts"), "head"),)
    if not detail.contacts:
        yield (Cell(tr("nobody yet; P adds somebody"), "muted"),)
    else:
        for contact in detail.contacts:
            yield from _contact(contact, room)
    if detail.demand:
        yield ()
        yield (Cell(tr("Asked for"), "head"),)
        for line in detail.demand:
            yield from ((Cell(part),) for part in wrapped(demand_text(line), room))
        total = demand_total(detail.demand) if len(detail.demand) > 1 else None
        if total is not None:
            yield (Cell(f"together {money_text(total, currency=True)}", "muted"),)
    if detail.chances is not None:
        yield ()
        yield (Cell(tr("Win probability"), "head"),)
        for label, text in chance_facts(detail.chances, detail.row.stage):
            yield from said(label, text, room)
    if not two:
        yield ()


def _contact(contact: Contact, width: int) -> Iterator[PaneLine]:
    role = f" – {contact.role}" if contact.role else ""
    yield from ((Cell(line),) for line in wrapped(f"{contact.name}{role}", width))
    reach = [part for part in (contact.email, contact.phone) if part]
    if sum(map(cell_len, reach)) + 3 <= width - 2:
        reach = [" · ".join(reach)] if reach else []
    for part in reach:
        yield from ((Cell("  "), Cell(line, "muted")) for line in wrapped(part, width - 2))

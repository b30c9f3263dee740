"""A deal as a page: facts, route, contacts, demand and timeline, in one column or in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain

from rich.cells import cell_len

from funnel_tui.domain.deal_detail import Contact, DealDetail, TimelineItem, TimelineKey
from funnel_tui.domain.deal_list import DealRow, ProbabilitySource
from funnel_tui.domain.demand import demand_text, demand_total
from funnel_tui.domain.period import DAY_SECONDS, local_day
from funnel_tui.domain.phrases import spell_day
from funnel_tui.domain.shown import NO_VALUE, count_text, money_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr, trn
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.deal_chances import chance_facts
from funnel_tui.widgets.deal_table import Reading, percent_words
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.pane import Pane, PaneLine, beside, label_cells, said, wrapped
from funnel_tui.widgets.route_map import route_lines
from funnel_tui.widgets.timeline import more_lines, timeline_lines
from funnel_tui.widgets.words import CATEGORIES, days_ago, days_words, in_days, role_words, task_words

TWO_COLUMNS = 100
"""From this width on the timeline stands beside the facts."""
LEFT = 46
TIMELINE_SHARE = 4
"""A quarter of a page is for the timeline, where not all has room."""
LEAST = (10, 4, 6, 5)
"""So many lines stay in any case of the facts, contacts, demand and win probability, with their headings."""


class DealPane(Pane):
    """A deal with all that belongs to it."""

    _brief = False

    def show_deal(
        self,
        detail: DealDetail,
        items: Sequence[TimelineItem],
        reading: Reading,
        *,
        more: bool = False,
        keep: bool = False,
        marked: TimelineKey | None = None,
        brief: bool = False,
    ) -> None:
        """Show a deal.

        :param items: as much of its timeline as was read.
        :param more: whether there is more of it.
        :param keep: whether the page stays scrolled where it was.
        :param marked: the item of the timeline that the cursor is on.
        :param brief: whether what stands above the timeline is cut so that the timeline has its share of the
            page; for where the whole page is a key away.
        """
        self._brief = brief
        build = partial(deal_lines, detail, items, reading, more, marked)
        self.show(lambda width: build(width, self.size.height if brief else None), keep=keep)

    def on_resize(self) -> None:
        """Share a page of another height anew."""
        if self._brief:
            self._fill()
            self.refresh()

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
    height: int | None = None,
) -> list[PaneLine]:
    """The page in ``width`` cells.

    :param height: lines of the page, where the timeline is to have its share of them; None for all there is.
    """
    lines: list[PaneLine] = [(Cell(line, "strong"),) for line in wrapped(detail.row.title, width)]
    lines += [(Cell(line),) for line in wrapped(_under(detail), width)]
    lines += [(), *route_lines(detail.route, detail.row.status, width), ()]
    two = width >= TWO_COLUMNS
    narrow = LEFT - 2 if two else width
    sections = [fact_lines(detail, reading, narrow), *_more_facts(detail, narrow)]
    timeline: list[PaneLine] = [(Cell(tr("Timeline"), "head"),)]
    room = width - LEFT if two else width
    timeline += timeline_lines(items, reading.zone, reading.today, room, marked)
    if more:
        timeline.append((Cell("…", "dim"),))
    if two:
        return [*lines, *beside(list(chain(*sections)), timeline, LEFT)]
    if height is not None:
        room = height - len(lines) - min(len(timeline), height // TIMELINE_SHARE) - 1
        if sum(map(len, sections)) > room:
            sections = shortened([sections[0], *_more_facts(detail, narrow, brief=True)], room)
    return [*lines, *chain(*sections), (), *timeline]


def shortened(sections: Sequence[list[PaneLine]], room: int) -> list[list[PaneLine]]:
    """Sections cut to the lines there is room for; each says how many of its lines are not shown.

    The longest are cut first, the facts, which come first, only where nothing else can be. A few lines of
    each stay in any case.
    """
    lengths = [len(section) for section in sections]
    while sum(lengths) > room:
        spare = [at for at, length in enumerate(lengths) if length > LEAST[at]]
        if not spare:
            break
        at = max(spare, key=lambda at: (at > 0, lengths[at]))
        lengths[at] -= 1
    return [
        section
        if length == len(section)
        else [*section[: length - 1], (Cell(more_lines(len(section) - length + 1), "dim"),)]
        for section, length in zip(sections, lengths, strict=True)
    ]


def _under(detail: DealDetail) -> str:
    """Organisation and who decides there."""
    deciding = [
        f"{contact.name} ({role_words(contact.role)})" if contact.role else contact.name
        for contact in detail.contacts[:1]
    ]
    parts = [detail.row.organisation, *deciding]
    return " · ".join(part for part in parts if part) or tr("no organisation")


def fact_lines(detail: DealDetail, reading: Reading, width: int) -> list[PaneLine]:
    """Amount, probability, dates, owner and the rest, a label before each."""
    row = detail.row
    facts = list(_facts(detail, row, reading))
    cells = label_cells(label for label, _, _ in facts)
    lines: list[PaneLine] = []
    for label, text, look in facts:
        if text:
            lines += said(label, text, width, look=look, label_width=cells)
    return lines


def _facts(detail: DealDetail, row: DealRow, reading: Reading) -> Iterator[tuple[str, str, str]]:
    is_open = row.status is DealStatus.OPEN
    yield tr("Stage"), f"{row.stage} ({row.pipeline})" if is_open else "", "plain"
    if row.closed_at is not None:
        closed = spell_day(local_day(row.closed_at, reading.zone), reading.today)
        look = "good" if row.status is DealStatus.WON else "bad"
        label = tr("Won") if row.status is DealStatus.WON else tr("Lost")
        yield label, tr("{day}, from {stage}").format(day=closed, stage=row.stage), look
        yield tr("Reason"), detail.loss_reason or "", "plain"
        yield "", detail.loss_note or "", "muted"
    yield tr("Amount"), _amount(row), "plain"
    yield tr("Probability"), _probability(row), "plain"
    if is_open:
        yield tr("Close"), *_close(row, reading.today)
        yield (
            tr("In stage"),
            (tr("{days} – stuck!") if row.stuck else "{days}").format(days=_days(row.in_stage)),
            _warned(row.stuck),
        )
        yield tr("Contact"), _idle(row), _warned(row.idle)
        yield tr("Next"), *_next(row, reading.today)
    yield tr("Owner"), f"{row.owner}{f', {detail.team}' if detail.team else ''}", "plain"
    yield tr("Forecast"), CATEGORIES.get(detail.category, detail.category) if detail.category else "", "plain"
    yield tr("Source"), detail.source or "", "plain"
    yield tr("Tags"), ", ".join(row.tags), "plain"
    created = spell_day(local_day(row.created_at, reading.zone), reading.today)
    if detail.first_owner != row.owner:
        created = tr("{day}, first with {user}").format(day=created, user=detail.first_owner)
    yield tr("Created"), created, "muted"
    yield tr("Id"), detail.external_id or "", "muted"
    yield tr("Note"), detail.note or "", "plain"


def _warned(warn: bool) -> str:
    return "warn" if warn else "plain"


def _amount(row: DealRow) -> str:
    if row.amount is None:
        return NO_VALUE
    text = money_text(row.amount, currency=True)
    if row.amount_base is None:
        return tr("{amount} (no exchange rate)").format(amount=text)
    if row.amount_base.currency == row.amount.currency:
        return text
    return f"{text} ({money_text(row.amount_base, decimals=False, currency=True)})"


def _probability(row: DealRow) -> str:
    if row.probability is None or row.probability.source is ProbabilitySource.WON:
        return ""
    typed = row.probability.source is ProbabilitySource.TYPED
    words = tr("{percent}, typed") if typed else tr("{percent}, that of {stage}")
    return words.format(percent=percent_words(row.probability.bp), stage=row.stage)


def _close(row: DealRow, today: date) -> tuple[str, str]:
    if row.expected_close is None:
        return tr("no day expected"), "muted"
    day = spell_day(row.expected_close, today)
    ahead = (row.expected_close - today).days
    if row.days_late:
        late = trn("{day}, {n} day late", "{day}, {n} days late", row.days_late)
        return late.format(day=day, n=count_text(row.days_late)), "bad"
    return f"{day}, {in_days(ahead)}" if ahead > 1 else day, "plain"


def _idle(row: DealRow) -> str:
    if row.idle_seconds is None:
        return tr("none yet")
    days = row.idle_seconds // DAY_SECONDS
    when = tr("today") if days == 0 else days_ago(days)
    return tr("{time} – idle!").format(time=when) if row.idle else when


def _next(row: DealRow, today: date) -> tuple[str, str]:
    task = row.next_task
    if task is None:
        return with_keys(tr("nothing planned; {task} adds a task")), "warn"
    due = spell_day(task.due, today) if task.due else tr("some day")
    words = f"{task_words(task.kind, task.title)}, {due}"
    if task.overdue:
        return tr("{task} – late").format(task=words), "bad"
    return words, "plain"


def _days(seconds: int) -> str:
    return days_words(seconds // DAY_SECONDS)


def _more_facts(detail: DealDetail, width: int, *, brief: bool = False) -> Iterator[list[PaneLine]]:
    """Contacts, demand and win probability, each with a blank line and a heading.

    :param brief: each source of the win probability in one line.
    """
    contacts: list[PaneLine] = [(), (Cell(tr("Contacts"), "head"),)]
    if not detail.contacts:
        contacts.append((Cell(with_keys(tr("nobody yet; {deal_people} adds somebody")), "muted"),))
    for contact in detail.contacts:
        contacts += _contact(contact, width)
    yield contacts
    if detail.demand:
        asked: list[PaneLine] = [(), (Cell(tr("Asked for"), "head"),)]
        for line in detail.demand:
            asked += [(Cell(part),) for part in wrapped(demand_text(line), width)]
        total = demand_total(detail.demand) if len(detail.demand) > 1 else None
        if total is not None:
            words = tr("together {total}").format(total=money_text(total, currency=True))
            asked.append((Cell(words, "muted"),))
        yield asked
    if detail.chances is not None:
        won: list[PaneLine] = [(), (Cell(tr("Win probability"), "head"),)]
        chances = chance_facts(detail.chances, detail.row.stage)
        cells = label_cells(label for label, _ in chances)
        for label, text in chances:
            won += said(label, cut(text, width - cells) if brief else text, width, label_width=cells)
        yield won


def _contact(contact: Contact, width: int) -> Iterator[PaneLine]:
    role = f" – {role_words(contact.role)}" if contact.role else ""
    yield from ((Cell(line),) for line in wrapped(f"{contact.name}{role}", width))
    reach = [part for part in (contact.email, contact.phone) if part]
    if sum(map(cell_len, reach)) + 3 <= width - 2:
        reach = [" · ".join(reach)] if reach else []
    for part in reach:
        yield from ((Cell("  "), Cell(line, "muted")) for line in wrapped(part, width - 2))

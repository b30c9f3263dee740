"""What the Deals screen reads, and the words around its list."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealRow, DealSort, follow
from funnel_tui.domain.period import local_day
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens import scoping
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.finding import narrow
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.deal_table import DOWN, UP, Reading
from funnel_tui.widgets.lines import nothing_here
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.paged import page_ids, pages_between

STATUSES: tuple[DealStatus | None, ...] = (DealStatus.OPEN, DealStatus.WON, DealStatus.LOST, None)
# Translators: tabs over lists of deals: those that are open, those that were won …
VIEWS = {
    DealStatus.OPEN: trc("deals", "Open"),
    DealStatus.WON: trc("deals", "Won"),
    DealStatus.LOST: trc("deals", "Lost"),
    None: trc("deals", "All"),
}

_NONE: Mapping[DealStatus | None, str] = {
    # Translators: {where} is empty, or a blank and what is looked at in brackets.
    DealStatus.OPEN: tr("No open deal here{where}."),
    DealStatus.WON: tr("No won deal here{where}."),
    DealStatus.LOST: tr("No lost deal here{where}."),
    None: tr("No deal here{where}."),
}

SORT_WORDS = {
    DealSort.DEAL: ("d", tr("deal")),
    DealSort.ORGANISATION: ("o", tr("organisation")),
    DealSort.STAGE: ("s", tr("stage")),
    DealSort.AMOUNT: ("a", tr("amount")),
    DealSort.EXPECTED_CLOSE: ("c", tr("close")),
    DealSort.IN_STAGE: ("i", tr("in stage")),
    DealSort.IDLE: ("l", tr("idle")),
    DealSort.PROBABILITY: ("p", tr("probability")),
    DealSort.NEXT_TASK: ("t", tr("next task")),
    DealSort.OWNER: ("w", tr("owner")),
    DealSort.CREATED: ("n", tr("created")),
    DealSort.CLOSED: ("x", tr("closed")),
}
"""The letter that sorts by it, and how it is called."""

_LARGEST_FIRST = {
    *(DealSort.AMOUNT, DealSort.IN_STAGE, DealSort.IDLE, DealSort.PROBABILITY),
    *(DealSort.CREATED, DealSort.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list is to show.

    :param wanted: status and other filters; its text too.
    """

    wanted: DealFilter = field(default_factory=DealFilter)
    order: DealOrder = field(default_factory=DealOrder)

    def sorted_by(self, sort: DealSort) -> Wish:
        """Sorted by something else; the same once more turns the order round."""
        if sort is self.order.sort:
            return replace(self, order=DealOrder(sort, not self.order.descending))
        return replace(self, order=DealOrder(sort, sort in _LARGEST_FIRST))

    def with_status(self, status: DealStatus | None) -> Wish:
        """Other deals: closed ones come with the last closed first, open ones with the next to close."""
        closed = status in {DealStatus.WON, DealStatus.LOST}
        order = self.order
        if closed and order.sort is DealSort.EXPECTED_CLOSE:
            order = DealOrder(DealSort.CLOSED, descending=True)
        elif not closed and order.sort is DealSort.CLOSED:
            order = DealOrder()
        stuck = self.wanted.stuck and status is DealStatus.OPEN
        return replace(self, wanted=replace(self.wanted, status=status, stuck=stuck), order=order)

    def narrowed(self, text: str) -> Wish:
        """Only deals in which every word of a text occurs."""
        return replace(self, wanted=replace(self.wanted, text=text))

    def only_stuck(self, stuck: bool) -> Wish:
        """Only open deals that are stuck, or all again."""
        wish = self.with_status(DealStatus.OPEN) if stuck else self
        return replace(wish, wanted=replace(wish.wanted, stuck=stuck))


class Place(NamedTuple):
    """Where the cursor is: on which deal, in which row, and how far that is below the first visible one."""

    deal_id: int | None = None
    row: int = 0
    offset: int = 0
    room: int = 30


class ListFound(NamedTuple):
    """A list that was read.

    :param everything: the list without the text filter, to be narrowed again while somebody types.
    :param pages: the pages that are in view.
    :param settings: the team's; ``reading`` says how values read.
    """

    wish: Wish
    scope: Scope
    everything: array[int]
    ids: array[int]
    pages: Mapping[int, Sequence[DealRow]]
    settings: TeamSettings
    reading: Reading


def read_list(
    workspace: Workspace,
    *,
    scope: Scope | None,
    wish: Wish,
    place: Place,
    everything: array[int] | None = None,
) -> ListFound:
    """Read a list and the rows in view.

    :param scope: None for the one the program opens with.
    :param everything: the list without the text filter, when it is known.
    """
    scope = scope or scoping.default_scope(workspace)
    settings = workspace.settings()
    text = wish.wanted.text
    if everything is None:
        everything = deal_ids(workspace, scope, replace(wish.wanted, text=""), wish.order)
    ids = narrow(workspace, everything, text)
    row = follow(ids, place.deal_id, place.row)
    top = max(0, row - place.offset)
    pages = {
        page: deal_rows(workspace, scope, page_ids(ids, page))
        for page in pages_between(top, min(len(ids) - 1, top + place.room))
        if len(ids)
    }
    zone = ZoneInfo(settings.time_zone)
    today = local_day(scope.as_of or workspace.clock(), zone)
    reading = Reading(today, zone, settings.base_currency)
    return ListFound(wish, scope, everything, ids, pages, settings, reading)


def read_page(
    workspace: Workspace, *, scope: Scope, number: int, ids: Sequence[int]
) -> tuple[int, list[DealRow]]:
    """Read one page of the list.

    :param number: which page.
    """
    return number, deal_rows(workspace, scope, ids)


def title_words(wish: Wish, count: int) -> str:
    """What the list shows, and by what it is sorted: ``94 open deals by close ▲``."""
    wanted = wish.wanted
    # Translators: such as "94 open deals by close ▲": what is listed, and by what it is sorted.
    words = tr("{what} by {order} {mark}").format(
        what=_counted(wanted, count),
        order=SORT_WORDS[wish.order.sort][1],
        mark=DOWN if wish.order.descending else UP,
    )
    text = wanted.text.strip()
    return " · ".join([words, tr("only “{text}”").format(text=text)]) if text else words


def _counted(wanted: DealFilter, count: int) -> str:
    """How many deals of which kind."""
    if wanted.stuck:  # only open ones are
        words = trn("{n} stuck open deal", "{n} stuck open deals", count)
    elif wanted.status is DealStatus.OPEN:
        words = trn("{n} open deal", "{n} open deals", count)
    elif wanted.status is DealStatus.WON:
        words = trn("{n} won deal", "{n} won deals", count)
    elif wanted.status is DealStatus.LOST:
        words = trn("{n} lost deal", "{n} lost deals", count)
    else:
        words = trn("{n} deal", "{n} deals", count)
    return words.format(n=count_text(count))


def sort_answers(wish: Wish) -> list[Answer]:
    """What the list can be sorted by."""
    unfit = DealSort.CLOSED if wish.wanted.status is DealStatus.OPEN else None
    return [Answer(key, words, sort) for sort, (key, words) in SORT_WORDS.items() if sort is not unfit]


def empty_words(found: ListFound) -> Text:
    """What to say instead of an empty list; empty when there is something to show."""
    if len(found.ids):
        return Text()
    wanted, scope = found.wish.wanted, found.scope
    if wanted.text.strip():
        count = len(found.everything)
        words = trn(
            "None of {n} deal has “{text}” in its name.", "None of {n} deals has “{text}” in its name.", count
        )
        return nothing_here(
            words.format(n=count_text(count), text=clean(wanted.text.strip())),
            with_keys(tr("esc shows all again; {find} finds deals, organisations and people anywhere.")),
        )
    if wanted.stuck:
        return nothing_here(
            tr("No deal is stuck here."), with_keys(tr("Press {only_stuck} for all open deals."))
        )
    where = " · ".join(clean(name) for name in (*scope.pipelines, scope.owner or scope.team or "") if name)
    hints = [tr("{no_filter} takes the filter off, {scope} changes it.")] if scope.where else []
    if scope.as_of is None:
        hints.append(
            tr(
                "{new_deal} makes a new one, {status} shows the others, {scope} looks elsewhere. "
                "{import_file} imports a file of another program."
            )
        )
    else:
        hints.append(tr("{status} shows the others, {scope} looks elsewhere."))
    return nothing_here(
        _NONE[wanted.status].format(where=f" ({where})" if where else ""), with_keys(" ".join(hints))
    )

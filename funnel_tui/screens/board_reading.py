"""What the board reads, and the words around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.domain.board import Board, BoardColumn, CardOrder, place_of
from funnel_tui.domain.deal_list import DealFilter, DealRow
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean, count_text, money_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr, trn
from funnel_tui.screens import scoping
from funnel_tui.services.board import board, cards
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.deal_table import Reading, day_words, percent_words
from funnel_tui.widgets.lines import nothing_here
from funnel_tui.widgets.named_keys import with_keys

FIRST_CARDS, FIRST_COLUMNS = 9, 6
"""Cards of each column, and columns, that are read before it is known how many there is room for."""
AROUND = 12
"""Cards above and below the cursor's that are read with the board; it may have moved far."""

Windows = Mapping[int, tuple[int | None, int, int]]
"""By stage, what is in view: the deal at the top, its row, and how many cards."""

ORDER_WORDS = {
    CardOrder.IN_STAGE: ("i", tr("longest in stage"), tr("longest in stage first")),
    CardOrder.NEXT_TASK: ("t", tr("next task"), tr("next task first")),
    CardOrder.AMOUNT: ("a", tr("amount"), tr("largest first")),
}
"""The letter that orders by it, how it is called, and what comes of it."""


@dataclass(frozen=True, slots=True)
class BoardWish:
    """What the board is to show.

    :param wanted: which deals; only open ones are on a board.
    :param order: of the cards.
    """

    wanted: DealFilter = field(default_factory=DealFilter)
    order: CardOrder = CardOrder.IN_STAGE

    def only_stuck(self) -> BoardWish:
        """Only stuck deals, or all open ones again."""
        return replace(self, wanted=replace(self.wanted, stuck=not self.wanted.stuck))

    @property
    def is_narrowed(self) -> bool:
        """Whether open deals may be left out."""
        return replace(self.wanted, status=DealStatus.OPEN) != DealFilter()


class BoardFound(NamedTuple):
    """A board that was read, with the cards in view.

    :param board: None when there is no pipeline.
    """

    wish: BoardWish
    board: Board | None
    rows: Mapping[int, DealRow]
    reading: Reading | None


def read_board(
    workspace: Workspace,
    *,
    scope: Scope | None,
    wish: BoardWish,
    windows: Windows,
    deal_id: int | None,
) -> BoardFound:
    """Read the board and the cards in view.

    :param scope: None for the one the program opens with.
    :param windows: what is in view; nothing for a board that is shown for the first time.
    :param deal_id: the deal under the cursor; the board follows it.
    """
    found = board(workspace, scope or scoping.default_scope(workspace), wish.wanted, wish.order)
    if found is None:
        return BoardFound(wish, None, {}, None)
    wanted = dict.fromkeys(
        deal for number, column in enumerate(found.columns) for deal in _in_view(column, number, windows)
    )
    place = place_of(found.columns, deal_id)
    if place is not None:
        ids = found.columns[place[0]].ids
        wanted |= dict.fromkeys(ids[max(0, place[1] - AROUND) : place[1] + AROUND])
    rows = {row.id: row for row in cards(workspace, found.scope, list(wanted))}
    zone = ZoneInfo(found.settings.time_zone)
    return BoardFound(wish, found, rows, Reading(found.today, zone, found.settings.base_currency))


def _in_view(column: BoardColumn, number: int, windows: Windows) -> list[int]:
    if not windows:
        return list(column.ids[:FIRST_CARDS]) if number < FIRST_COLUMNS else []
    if column.stage.id not in windows:
        return []
    deal, top, count = windows[column.stage.id]
    place = place_of([column], deal) if top else None
    start = place[1] if place else top
    return list(column.ids[start : start + count])


def title_words(found: BoardFound, scope: Scope | None) -> str:
    """What the board shows: ``94 open deals · 41,200,000 · 3 unpriced · longest in stage first``."""
    shown, wish = found.board, found.wish
    if shown is None:
        return ""
    number = count_text(shown.deals)
    if wish.wanted.stuck:
        parts = [trn("{n} stuck deal", "{n} stuck deals", shown.deals).format(n=number)]
    else:
        parts = [trn("{n} open deal", "{n} open deals", shown.deals).format(n=number)]
    if scope is None or scope.pipelines != (shown.pipeline.name,):
        parts.insert(0, shown.pipeline.name)
    parts.append(money_text(shown.amount, decimals=False, currency=True))
    if shown.unpriced:
        number = count_text(shown.unpriced)
        parts.append(trn("{n} unpriced", "{n} unpriced", shown.unpriced).format(n=number))
    if wish.wanted.text.strip():
        parts.append(tr("only “{text}”").format(text=wish.wanted.text.strip()))
    return " · ".join([*parts, ORDER_WORDS[wish.order][2]])


def deal_words(row: DealRow | None, reading: Reading) -> str:
    """The deal under the cursor in one line, with what its card has no room for."""
    if row is None:
        return ""
    close = ""
    if row.expected_close:
        # Translators: the day a deal is expected to be won on; the second one has passed.
        words = tr("close {day}") if row.days_late else tr("closes {day}")
        close = words.format(day=day_words(row.expected_close, reading.today))
    chance = percent_words(row.probability.bp) if row.probability else ""
    task = row.next_task.title if row.next_task else ""
    return " · ".join(part for part in (row.title, row.organisation, row.owner, chance, close, task) if part)


def order_answers() -> list[Answer]:
    """What the cards can be ordered by."""
    return [Answer(key, words, order) for order, (key, words, _) in ORDER_WORDS.items()]


def empty_words(found: BoardFound) -> Text:
    """What to say instead of an empty board; empty when there is something to show."""
    if found.board is None:
        return nothing_here(
            tr("There is no pipeline yet."),
            with_keys(
                tr("{pipelines} sets one up, {import_file} imports a file of deals of another program.")
            ),
        )
    if found.board.deals:
        return Text()
    if found.wish.is_narrowed:
        return nothing_here(
            tr("No open deal fits the filter."),
            with_keys(tr("esc goes back to the list; {only_stuck} shows only stuck ones.")),
        )
    hint = tr("{new_deal} makes a new one, {scope} looks elsewhere.")
    if len(found.board.pipelines) > 1:
        hint = tr("{new_deal} makes a new one, {pipeline} shows the next pipeline, {scope} looks elsewhere.")
    return nothing_here(
        tr("No open deal in {name} here.").format(name=clean(found.board.pipeline.name)), with_keys(hint)
    )

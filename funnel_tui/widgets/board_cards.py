"""What stands on a board: where its columns go, their headings, and the lines of a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.board import BoardColumn
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.language import tr
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.deal_table import Reading, amount_words, next_words
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import Cell

LEAST, MOST, FOLDED = 23, 44, 4
"""Cells of a column: at least, at most, and of one that is folded because it is empty."""
CARD_LINES = 3


class Panel(NamedTuple):
    """A column that is on the screen.

    :param number: which of the board's.
    :param x: its first cell; ``width`` with the blank at either edge.
    """

    number: int
    x: int
    width: int
    folded: bool = False


class Pair(NamedTuple):
    """A line of a column: what stands at its left and at its right edge. The left one is cut."""

    left: Cell
    right: Cell = Cell("")


def place_columns(folded: Sequence[bool], width: int, first: int) -> list[Panel]:
    """The columns that fit, from the ``first`` one on, with a bar between two of them.

    The columns share the room; a folded one takes no more than it needs.
    """
    kept: list[int] = []
    used = 0
    for number in range(first, len(folded)):
        needed = (FOLDED if folded[number] else LEAST) + bool(kept)
        if used + needed > width and kept:
            break
        kept.append(number)
        used += needed
    wide = sum(not folded[number] for number in kept)
    spare = max(0, width - used)
    panels, x = [], 0
    for number in kept:
        own = FOLDED
        if not folded[number]:
            share = min(MOST - LEAST, spare // wide)
            spare, wide, own = spare - share, wide - 1, min(LEAST + share, width)
        panels.append(Panel(number, x, own, folded[number]))
        x += own + 1
    return panels


def first_column(folded: Sequence[bool], width: int, first: int, cursor: int) -> int:
    """The first column on the screen, so that the cursor's is there and no room is wasted at the right.

    :param first: where it is now.
    """
    first = max(0, min(first, cursor, len(folded) - 1))
    while place_columns(folded, width, first)[-1].number < cursor:
        first += 1
    while first and place_columns(folded, width, first - 1)[-1].number == len(folded) - 1:
        first -= 1
    return first


def heading(column: BoardColumn, width: int) -> tuple[Pair, Pair]:
    """The two lines above a column: name and number of deals, sum and what is not in it.

    :param width: cells there are.
    """
    count = count_text(column.deals)
    # Translators: a stage that is in use no more, behind its name.
    retired = " " + tr("(retired)") if column.stage.retired else ""
    name = cut(column.stage.name, max(3, width - cell_len(count) - 1 - cell_len(retired))) + retired
    unpriced = tr("{n} unpriced").format(n=count_text(column.unpriced)) if column.unpriced else ""
    amount = money_text(column.amount, decimals=False)
    if cell_len(amount) + cell_len(unpriced) + 1 > width:
        amount = short_money(column.amount)
    return (
        Pair(Cell(name, "head"), Cell(count, "head")),
        Pair(Cell(amount, "plain" if column.deals else "dim"), Cell(unpriced, "warn")),
    )


def card(row: DealRow, reading: Reading) -> tuple[Pair, Pair, Pair]:
    """The lines of a card: title; amount and days in stage; next task.

    Not by colour alone: ``!`` is stuck, ``late`` is overdue.
    """
    days = tr("{n} d").format(n=row.in_stage // DAY_SECONDS) + ("!" if row.stuck else " ")
    return (
        Pair(Cell(row.title, "strong")),
        Pair(
            Cell(amount_words(row.amount, reading.currency), "plain" if row.amount else "dim"),
            Cell(days, "warn" if row.stuck else "muted"),
        ),
        Pair(_task(row, reading)),
    )


def _task(row: DealRow, reading: Reading) -> Cell:
    task = row.next_task
    if task is None:
        return Cell(tr("no task"), "dim")
    return Cell(next_words(task, reading.today), "bad" if task.overdue else "muted")


def beyond(columns: Sequence[BoardColumn], panels: Sequence[Panel]) -> tuple[str, str]:
    """The columns off the screen, to the left and to the right: ``◂ Lead 12, Qualified 8``."""
    if not panels:
        return "", ""
    before = ", ".join(_brief(column) for column in columns[: panels[0].number])
    after = ", ".join(_brief(column) for column in columns[panels[-1].number + 1 :])
    return f"◂ {before}" if before else "", f"{after} ▸" if after else ""


def _brief(column: BoardColumn) -> str:
    return f"{column.stage.name} {count_text(column.deals)}"

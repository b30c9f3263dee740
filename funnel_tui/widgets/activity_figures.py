"""Figures of activity in tables: what each is, and which interactions or deals are behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.activity import DealsWanted, InteractionsWanted
from funnel_tui.domain.shown import NO_VALUE, count_text, number_text, percent_text, tenth_text
from funnel_tui.language import tr
from funnel_tui.widgets.grid import Cell, GridColumn

Wanted = InteractionsWanted | DealsWanted | None


class Figure(NamedTuple):
    """One place of a table.

    :param wanted: what is listed behind it; None where there is nothing to list.
    :param words: what it is, in a sentence, with its n.
    :param n: what it is a share or a mean of; None for a number that is counted.
    :param formula: the numbers it is worked out from, such as ``49 / 71``; empty where nothing is.
    """

    text: str
    look: str = "plain"
    wanted: Wanted = None
    words: str = ""
    n: int | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures as rows of a grid.

    :param notes: what a reader must know of them.
    """

    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[Figure, ...], ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, row: int) -> Sequence[Cell] | None:
        """The cells of a row."""
        return [Cell(figure.text, figure.look) for figure in self.rows[row]]

    def figure(self, row: int, key: str) -> Figure | None:
        """What stands in a place."""
        for at, column in enumerate(self.columns):
            if column.key == key and 0 <= row < len(self.rows):
                return self.rows[row][at]
        return None


def count_figure(number: int, wanted: Wanted = None, words: str = "") -> Figure:
    """A number of interactions or deals; there is nothing behind none."""
    return Figure(count_text(number), "plain" if number else "dim", wanted if number else None, words)


def share_figure(share: Fraction | None, n: int, words: str, wanted: Wanted = None) -> Figure:
    """A ratio with its n."""
    look = "plain" if share is not None else "dim"
    return Figure(
        percent_text(share),
        look,
        wanted if n else None,
        tr("{words}, n = {n}").format(words=words, n=count_text(n)) if words else "",
        n,
        division(share, n),
    )


def division(share: Fraction | None, whole: Fraction | int) -> str:
    """``49 / 71``, of a share and what it is a share of."""
    if share is None:
        return f"{NO_VALUE} / {tenth_text(Fraction(whole))}"
    return f"{tenth_text(share * whole)} / {tenth_text(Fraction(whole))}"


def number_figure(
    value: Fraction | int | None, words: str = "", wanted: Wanted = None, n: int | None = None
) -> Figure:
    """A number with one decimal, or a dash.

    :param n: how many it is a mean or a median of.
    """
    if value is None:
        return Figure(NO_VALUE, "dim", None, words, n)
    return Figure(number_text(Fraction(value), 1), "plain", wanted, words, n)

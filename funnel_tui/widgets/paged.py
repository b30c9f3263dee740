"""Rows of a grid that are known by number and read a page at a time, when they come into view."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from funnel_tui.widgets.grid import Cell

PAGE = 128
"""Rows read at a time."""
PAGES_KEPT = 32


class Numbered(Protocol):
    """What a list shows; its number is how it is known."""

    @property
    def id(self) -> int: ...


L = TypeVar("L", bound=Numbered)


class PagedRows(Generic[L]):
    """The rows of a list of any length.

    :param ids: the numbers in their order.
    :param want: is called with the number of a page and its ids when a row of it is to be drawn; what it
        brings comes back through :meth:`take`.
    :param draw: gives the cells of a row.
    :param columns: how many cells that are.
    """

    def __init__(
        self,
        ids: array[int],
        want: Callable[[int, Sequence[int]], None],
        draw: Callable[[L], Sequence[Cell]],
        columns: int,
    ) -> None:
        self.ids = ids
        self._want = want
        self._draw = draw
        self._blank = [Cell("")] * columns
        self._pages: OrderedDict[int, dict[int, L]] = OrderedDict()
        self._asked: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, page: int, lines: Sequence[L]) -> tuple[int, int]:
        """Keep a page that was read; the ones not looked at for longest are forgotten.

        :returns: its first and last row.
        """
        self._asked.discard(page)
        self._pages[page] = {line.id: line for line in lines}
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page * PAGE, min(len(self.ids), (page + 1) * PAGE) - 1

    def line(self, row: int) -> L | None:
        """What stands in a row; None while it is not there, or when it is gone."""
        lines = self._pages.get(row // PAGE)
        return lines.get(self.ids[row]) if lines and 0 <= row < len(self.ids) else None

    def cells(self, row: int) -> Sequence[Cell] | None:
        """The cells of a row; None while its page is on its way."""
        page = row // PAGE
        lines = self._pages.get(page)
        if lines is None:
            if page not in self._asked:
                self._asked.add(page)
                self._want(page, page_ids(self.ids, page))
            return None
        self._pages.move_to_end(page)
        line = lines.get(self.ids[row])
        return self._blank if line is None else self._draw(line)


def page_ids(ids: array[int], page: int) -> array[int]:
    """The numbers on a page."""
    return ids[page * PAGE : (page + 1) * PAGE]


def pages_between(first: int, last: int) -> Iterator[int]:
    """The pages that rows ``first`` to ``last`` are on."""
    return iter(range(max(0, first) // PAGE, max(0, last) // PAGE + 1))

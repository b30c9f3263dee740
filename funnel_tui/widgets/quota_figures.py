"""Figures of quotas and forecasts in tables: what each is, and which deals are behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from funnel_tui.widgets.grid import Cell, GridColumn

Behind = Callable[[Any], Any]
"""Finds the deals behind a figure; is called with the workspace, outside the UI thread."""


@dataclass(frozen=True, slots=True)
class OneDeal:
    """Stands behind a figure that is about one deal: it is opened, not listed."""

    deal_id: int

    def __call__(self, _workspace: Any) -> Any:
        """Its number."""
        return self.deal_id


class Known(NamedTuple):
    """What ``?`` knows of a figure beside its words.

    :param sample: its n; None for one that has none.
    :param limit: under this n it is too small to rely on (METRICS M6).
    :param as_of: the instant it is seen from, epoch seconds; None for that of the screen.
    :param command: what prints it in a shell, empty where nothing does; None for that of the view.
    :param is_plain: whether it is told and not worked out: the words are about its row.
    :param name: what its words begin with, where that is user text.
    """

    sample: int | None = None
    limit: int = 0
    as_of: int | None = None
    command: str | None = None
    is_plain: bool = False
    name: str = ""


NOTHING_KNOWN = Known()


class Figure(NamedTuple):
    """One place of a table.

    :param behind: what finds the deals behind it; None where there is nothing to list.
    :param words: what it is, in a sentence with the numbers put in.
    :param known: what else ``?`` says of it.
    """

    text: str
    look: str = "plain"
    behind: Behind | None = None
    words: str = ""
    known: Known = NOTHING_KNOWN


Maker = Callable[[], Sequence[Figure]]
"""Makes the figures of one row."""


class FigureRows:
    """A table of figures as rows of a grid; a row is made when it is first looked at.

    :param columns: in the order of the figures.
    :param makers: one per row.
    """

    def __init__(self, columns: Sequence[GridColumn] = (), makers: Sequence[Maker] = ()) -> None:
        self.columns = tuple(columns)
        self._makers = makers
        self._made: dict[int, Sequence[Figure]] = {}
        self._places = {column.key: at for at, column in enumerate(self.columns)}

    def __len__(self) -> int:
        return len(self._makers)

    def figures(self, row: int) -> Sequence[Figure]:
        """The figures of a row."""
        found = self._made.get(row)
        if found is None:
            found = self._made[row] = self._makers[row]()
        return found

    def cells(self, row: int) -> Sequence[Cell] | None:
        """The cells of a row."""
        return [Cell(figure.text, figure.look) for figure in self.figures(row)]

    def figure(self, row: int, key: str) -> Figure | None:
        """What stands in a place."""
        at = self._places.get(key)
        return None if at is None or not 0 <= row < len(self) else self.figures(row)[at]

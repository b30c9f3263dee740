"""Figures of the further tables of the Stages screen: what each is, and how it is explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.explaining import Explanation
from funnel_tui.widgets.grid import Cell, GridColumn

Behind = Callable[[Any], Any]
"""Finds the deals behind a figure; is called with the workspace, outside the UI thread."""

NAME_WIDTH = 30
COUNT, MONEY, DAYS, RATIO = 5, 6, 6, 8
"""Cells that figures of a kind take, such as ``12,345``, ``-1.42M``, ``~123.4`` and ``~100.0 %``."""


class Spot(NamedTuple):
    """One place of a table.

    :param words: gives the figure in a line, and what it means in another; for the one under the cursor.
    :param explain: gives everything there is to know of it; None where there is no figure.
    :param behind: finds the deals behind it; None where there is nothing to list.
    """

    text: str
    look: str = "plain"
    words: Callable[[], tuple[str, str]] = lambda: ("", "")
    explain: Callable[[], Explanation] | None = None
    behind: Behind | None = None


Maker = Spot | Callable[[], Spot]
"""A figure, or what makes it when it is looked at: of a wide table only a few are."""


class SpotRows:
    """A table of figures.

    :param names: of the rows, with their looks.
    :param rows: one list of makers per row.
    :param keys: of the columns of figures.
    """

    def __init__(
        self, names: Sequence[Cell] = (), rows: Sequence[Sequence[Maker]] = (), keys: Sequence[str] = ()
    ) -> None:
        self._names, self._rows = names, rows
        self._keys = {key: at for at, key in enumerate(keys)}
        self._made: dict[tuple[int, int], Spot] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def cells(self, row: int) -> Sequence[Cell]:
        """The name and the figures of a row; each is made when it is taken."""
        return _Cells(self, row)

    def name(self, row: int) -> Cell:
        """The name of a row."""
        return self._names[row]

    def at(self, row: int, column: int) -> Spot:
        """A figure by the number of its column."""
        found = self._made.get((row, column))
        if found is None:
            made = self._rows[row][column]
            found = self._made[row, column] = made if isinstance(made, Spot) else made()
        return found

    def count(self, row: int) -> int:
        """How many figures a row has."""
        return len(self._rows[row])

    def spot(self, row: int, key: str) -> Spot | None:
        """What stands in a row under a heading."""
        at = self._keys.get(key)
        return None if at is None or not 0 <= row < len(self._rows) else self.at(row, at)


class _Cells(Sequence[Cell]):
    """The cells of a row: the name, and figures that are made when they are taken."""

    def __init__(self, rows: SpotRows, row: int) -> None:
        self._rows, self._row = rows, row

    def __len__(self) -> int:
        return self._rows.count(self._row) + 1

    def __getitem__(self, at: Any) -> Any:
        if not at:
            return self._rows.name(self._row)
        spot = self._rows.at(self._row, at - 1)
        return Cell(spot.text, spot.look)


class Heading(NamedTuple):
    """The heading of a column of figures.

    :param rank: what goes first where not all fit: the highest.
    :param width: the cells of its widest figure, where figures are made later.
    """

    key: str
    title: str
    rank: int = 0
    brief: str = ""
    width: int = MONEY


class SpotTable(NamedTuple):
    """A table ready for a grid."""

    columns: Sequence[GridColumn]
    rows: SpotRows


def spot_table(
    first: str, headings: Sequence[Heading], lines: Sequence[tuple[Cell, Sequence[Maker]]]
) -> SpotTable:
    """Put a table together. No figure is made for it: those to be made are as wide as their kind can be.

    :param first: the heading of the column of names.
    :param lines: the name of each row and the makers of its figures, one per heading.
    """
    keys = [heading.key for heading in headings]
    rows = SpotRows([name for name, _ in lines], [makers for _, makers in lines], keys)
    widest = max((cell_len(name.text) for name, _ in lines), default=cell_len(first))
    widest = max(widest, cell_len(first))
    columns = [GridColumn("", first, min(widest, NAME_WIDTH), least=min(widest, 14), right=False)]
    for at, heading in enumerate(headings):
        ready = [spots[at] for _, spots in lines]
        texts = [cell_len(one.text) if isinstance(one, Spot) else heading.width for one in ready]
        content = max(texts, default=0)
        brief = heading.brief or heading.title
        columns.append(
            GridColumn(
                heading.key,
                heading.title,
                max(cell_len(heading.title), content),
                least=max(cell_len(brief), content),
                brief=brief,
                rank=heading.rank,
            )
        )
    return SpotTable(columns, rows)

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


class Spot(NamedTuple):
    """One place of a table.

    :param words: the figure in a line, and what it means in another.
    :param explain: gives everything there is to know of it; None where there is no figure.
    :param behind: finds the deals behind it; None where there is nothing to list.
    """

    text: str
    look: str = "plain"
    words: tuple[str, str] = ("", "")
    explain: Callable[[], Explanation] | None = None
    behind: Behind | None = None


class SpotRows:
    """A table of figures.

    :param names: of the rows, with their looks.
    :param rows: one list of figures per row.
    """

    def __init__(self, names: Sequence[Cell] = (), rows: Sequence[Sequence[Spot]] = ()) -> None:
        self.names, self._rows = names, rows
        self._keys: dict[str, int] = {}

    def keyed(self, keys: Sequence[str]) -> SpotRows:
        """With the keys of the columns of figures."""
        self._keys = {key: at for at, key in enumerate(keys)}
        return self

    def __len__(self) -> int:
        return len(self._rows)

    def cells(self, row: int) -> Sequence[Cell]:
        """The name and the figures of a row."""
        return [self.names[row], *(Cell(spot.text, spot.look) for spot in self._rows[row])]

    def spot(self, row: int, key: str) -> Spot | None:
        """What stands in a row under a heading."""
        at = self._keys.get(key)
        return None if at is None or not 0 <= row < len(self._rows) else self._rows[row][at]


class Heading(NamedTuple):
    """The heading of a column of figures; ``rank`` says what goes first where not all fit."""

    key: str
    title: str
    rank: int = 0
    brief: str = ""


class SpotTable(NamedTuple):
    """A table ready for a grid."""

    columns: Sequence[GridColumn]
    rows: SpotRows


def spot_table(
    first: str, headings: Sequence[Heading], lines: Sequence[tuple[Cell, Sequence[Spot]]]
) -> SpotTable:
    """Put a table together; every column is as wide as what stands in it.

    :param first: the heading of the column of names.
    :param lines: the name of each row and its figures, one per heading.
    """
    rows = SpotRows([name for name, _ in lines], [spots for _, spots in lines])
    widest = max((cell_len(name.text) for name, _ in lines), default=cell_len(first))
    widest = max(widest, cell_len(first))
    columns = [GridColumn("", first, min(widest, NAME_WIDTH), least=min(widest, 14), right=False)]
    for at, heading in enumerate(headings):
        content = max((cell_len(spots[at].text) for _, spots in lines), default=0)
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
    return SpotTable(columns, rows.keyed([heading.key for heading in headings]))

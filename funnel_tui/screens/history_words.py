"""Changes as rows of a table and as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from funnel_tui.domain.calendar_names import month_name
from funnel_tui.domain.change_history import GroupTurns, HistoryGroup, RowTurn
from funnel_tui.domain.shown import NO_VALUE, count_text
from funnel_tui.domain.status import ChangeOp
from funnel_tui.language import tr, trn
from funnel_tui.widgets.grid import Cell, GridColumn

COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("when", tr("When"), 12, right=False),
    GridColumn("who", tr("Who"), 14, least=10, right=False),
    GridColumn("what", tr("What"), 44, least=28, right=False, stretch=True),
    GridColumn("state", tr("State"), 6, right=False, rank=1),
)
# Translators: what became of a row.
OPS = {ChangeOp.INSERT: tr("new"), ChangeOp.UPDATE: tr("changed"), ChangeOp.DELETE: tr("removed")}

Inside = tuple[str, str, str]
"""A line of what a change did: what kind of row, which field, old and new."""


def when_text(at: int, zone: ZoneInfo) -> str:
    """An instant in the team's time zone."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"


def brief_when(at: int, zone: ZoneInfo, now: int) -> str:
    """An instant in few cells: ``21 Nov 13:00``, or ``21 Nov 2025`` in another year."""
    then, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone)
    rest = f"{then:%H:%M}" if then.year == today.year else f"{then:%Y}"
    return f"{then.day:2} {month_name(then)} {rest}"


def inside_lines(turns: GroupTurns) -> list[Inside]:
    """What a change did, a line per field, for the lines under it in the list."""
    found: list[Inside] = []
    for row in turns.rows:
        found.append((row.what, OPS[row.op], _called(row)))
        found += [
            ("", field.field, f"{field.old or NO_VALUE} → {field.new or NO_VALUE}") for field in row.fields
        ]
    if turns.more:
        words = trn("… and {n} more; enter lists them", "… and {n} more; enter lists them", turns.more)
        found.append(("", "", words.format(n=count_text(turns.more))))
    return found


def full_lines(turns: GroupTurns) -> list[str]:
    """What a change did as text, for reading in full."""
    found: list[str] = []
    for row in turns.rows:
        found.append(f"{row.what} {_called(row)} · {OPS[row.op]}")
        for field in row.fields:
            if row.op is ChangeOp.UPDATE:
                found.append(f"    {field.field}: {field.old or NO_VALUE} → {field.new or NO_VALUE}")
            else:
                found.append(f"    {field.field}: {field.new or field.old}")
    if turns.more:
        words = trn("… and {n} more rows.", "… and {n} more rows.", turns.more)
        found.append(words.format(n=count_text(turns.more)))
    return found


def _called(row: RowTurn) -> str:
    if row.rows > 1:
        return trn("{n} row", "{n} rows", row.rows).format(n=count_text(row.rows))
    return row.name


class HistoryRows:
    """Service calls as rows, each with what it did under it where it is opened.

    :param now: the present instant.
    :param want_more: is called when the last row is to be drawn and older ones follow.
    """

    def __init__(self, zone: ZoneInfo, now: int, want_more: Callable[[], None]) -> None:
        self._zone, self._now, self._want_more = zone, now, want_more
        self.groups: Sequence[HistoryGroup] = ()
        self._opened: Mapping[int, Sequence[Inside]] = {}
        self._has_more = False
        self._rows: list[tuple[HistoryGroup, Inside | None]] = []

    def fill(
        self, groups: Sequence[HistoryGroup], opened: Mapping[int, Sequence[Inside]], *, has_more: bool
    ) -> None:
        """Show these.

        :param opened: what the opened ones did, by their numbers.
        """
        self.groups, self._opened, self._has_more = groups, opened, has_more
        self._rows = []
        for group in groups:
            self._rows.append((group, None))
            self._rows += [(group, inside) for inside in opened.get(group.id, ())]

    def __len__(self) -> int:
        return len(self._rows) + self._has_more

    def group_at(self, row: int) -> HistoryGroup | None:
        """The service call that a row belongs to."""
        return self._rows[row][0] if 0 <= row < len(self._rows) else None

    def row_of(self, group_id: int) -> int | None:
        """The row of a service call."""
        return next(
            (at for at, (group, inside) in enumerate(self._rows) if group.id == group_id and inside is None),
            None,
        )

    def cells(self, row: int) -> Sequence[Cell] | None:
        """A service call, or a line of what it did; None for those that are on their way."""
        if row >= len(self._rows):
            self._want_more()
            return None
        group, inside = self._rows[row]
        if inside is not None:
            what, field, words = inside
            look = "strong" if what else "plain"
            return Cell(""), Cell(what, "muted"), Cell(field, "muted"), Cell(words, look), Cell("")
        look = "muted" if group.undone else "plain"
        return (
            Cell("-" if group.id in self._opened else "+", "muted"),
            Cell(brief_when(group.at, self._zone, self._now), "muted"),
            Cell(group.actor, look),
            Cell(group.summary, look),
            Cell(tr("undone") if group.undone else "", "warn"),
        )

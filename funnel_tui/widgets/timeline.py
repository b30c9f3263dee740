"""What happened to a deal and what is to happen, newest first: interactions, tasks, moves and edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from funnel_tui.domain.calendar_names import month_name
from funnel_tui.domain.deal_detail import TimelineItem, TimelineKey, TimelineKind
from funnel_tui.language import tr, trn
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.pane import PaneLine, wrapped
from funnel_tui.widgets.words import without_kind

WIDE = 64
"""From this width on an item has its time and who did it."""
NOTE_LINES = 6

MARKS = {
    TimelineKind.CREATED: "*",
    TimelineKind.MOVED: "→",
    TimelineKind.WON: "+",
    TimelineKind.LOST: "x",
    TimelineKind.REOPENED: "*",
    TimelineKind.EDITED: "~",
    TimelineKind.INTERACTION: "·",
    TimelineKind.PLANNED: "?",
    TimelineKind.TASK: "□",
    TimelineKind.TASK_DONE: "✓",
}
_LOOKS = {
    TimelineKind.WON: "good",
    TimelineKind.LOST: "bad",
    TimelineKind.EDITED: "muted",
    TimelineKind.MOVED: "strong",
}
OPENED = {TimelineKind.INTERACTION, TimelineKind.PLANNED, TimelineKind.TASK}
"""What an item is that can be opened: an interaction, or a task that is to be done."""
HERE = "here"
"""How the line of the marked item looks; no other line looks so."""
_TASKS = {TimelineKind.TASK, TimelineKind.TASK_DONE}
_BEFORE = {
    # Translators: {text} says what became what: "edited amount 5 → 6".
    TimelineKind.EDITED: tr("edited {text}"),
    TimelineKind.PLANNED: tr("planned: {text}"),
    TimelineKind.TASK: tr("to do: {text}"),
    TimelineKind.TASK_DONE: tr("done: {text}"),
}


def timeline_lines(
    items: Sequence[TimelineItem],
    zone: ZoneInfo,
    today: date,
    width: int,
    marked: TimelineKey | None = None,
) -> list[PaneLine]:
    """The items in ``width`` cells, a line with the year wherever it changes.

    :param marked: which one the cursor is on.
    """
    lines: list[PaneLine] = []
    year = today.year
    for item in items:
        at = datetime.fromtimestamp(item.at, zone)
        if at.year != year:
            year = at.year
            lines.append((Cell(f"{year}", "head"),))
        lines += _item(item, at, width, marked=item.key == marked)
    return lines


def more_lines(count: int) -> str:
    """How many lines are not shown."""
    return trn("… {n} more line", "… {n} more lines", count).format(n=count)


def _item(item: TimelineItem, at: datetime, width: int, *, marked: bool) -> Iterator[PaneLine]:
    when = f"{at.day:2} {month_name(at)}"
    if width >= WIDE:
        timed = item.kind is not TimelineKind.TASK or (at.hour, at.minute) != (0, 0)
        when += f" {at:%H:%M}" if timed else "      "
    who = f" – {item.who}" if item.who and width >= WIDE else ""
    look = "bad" if item.overdue else _LOOKS.get(item.kind, "plain")
    indent = cell_len(when) + 4
    room = max(8, width - indent)
    # Of a task of no particular kind the kind says nothing.
    text = without_kind(item.text) if item.kind in _TASKS else item.text
    if before := _BEFORE.get(item.kind):
        text = before.format(text=text)
    if item.overdue:
        text = tr("{text}, late").format(text=text)
    for at_line, line in enumerate(wrapped(f"{text}{who}", room)):
        if at_line:
            yield Cell(" " * indent), Cell(line, look)
        else:
            mark = Cell(f"▸{MARKS[item.kind]} ", HERE) if marked else Cell(f" {MARKS[item.kind]} ", look)
            yield Cell(f"{when} ", "muted"), mark, Cell(line, HERE if marked else look)
    note = wrapped(item.note, room) if item.note else []
    for line in note[:NOTE_LINES]:
        yield Cell(" " * indent), Cell(line, "muted")
    if len(note) > NOTE_LINES:
        yield Cell(" " * indent), Cell(more_lines(len(note) - NOTE_LINES), "dim")

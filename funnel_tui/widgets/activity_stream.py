"""The stream of interactions: its columns, and how each value reads.

Nothing is told by colour alone: ``?`` stands before what is planned, ``!`` before what is planned and late,
and ``in`` behind the kind of what the customer began.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.calendar_names import day_text, month_name
from funnel_tui.domain.interactions import InteractionFact, is_conversation
from funnel_tui.domain.shown import NO_VALUE
from funnel_tui.domain.status import Direction
from funnel_tui.language import tr
from funnel_tui.widgets.grid import Cell, GridColumn

COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("at", tr("Time"), 12, least=12, right=False),
    GridColumn("kind", tr("Kind"), 11, least=8, right=False),
    GridColumn("outcome", tr("Outcome"), 14, least=12, right=False, rank=1),
    GridColumn("about", tr("Deal or organisation"), 30, least=20, right=False, rank=2, stretch=True),
    GridColumn("person", tr("Person"), 18, least=12, right=False, rank=5),
    GridColumn("owner", tr("Rep"), 16, least=10, right=False, rank=3),
    GridColumn("duration", tr("Took"), 6, least=6, rank=6),
    GridColumn("note", tr("Note"), 40, least=16, right=False, rank=7),
)
COLUMN_COUNT = len(COLUMNS)
DONE, PLANNED, LATE = " ", "?", "!"


class Reading(NamedTuple):
    """How values read.

    :param now: epoch seconds; ``today`` is its day in the team's time zone.
    """

    now: int
    today: date
    zone: ZoneInfo


def stream_cells(fact: InteractionFact, reading: Reading) -> list[Cell]:
    """The cells of an interaction, one per column."""
    late = fact.planned and fact.at < reading.now
    mark = LATE if late else PLANNED if fact.planned else DONE
    # Translators: an interaction that the other side began, behind its kind: "Call in".
    kind = kind_word(fact.kind)
    if fact.direction is Direction.IN:
        kind = tr("{kind} in").format(kind=kind)
    about = fact.deal or fact.organisation or fact.person
    return [
        Cell(mark, "bad" if late else "warn"),
        Cell(time_words(fact.at, reading), "bad" if late else "plain"),
        Cell(kind),
        _outcome(fact),
        Cell(about or NO_VALUE, "plain" if fact.deal else "muted" if about else "dim"),
        Cell(fact.person or NO_VALUE, "muted" if fact.person else "dim"),
        Cell(fact.owner, "muted"),
        Cell(duration_words(fact.duration_seconds), "muted"),
        Cell(" ".join(fact.note.split()) if fact.note else "", "muted"),
    ]


def _outcome(fact: InteractionFact) -> Cell:
    if fact.planned:
        return Cell(tr("planned"), "muted")
    if fact.outcome is None:
        return Cell(NO_VALUE, "dim")
    return Cell(outcome_word(fact.outcome), "good" if is_conversation(fact.outcome) else "plain")


def time_words(at: int, reading: Reading) -> str:
    """A time in at most twelve cells: ``today 14:30``, ``20 Nov 14:30``, ``20 Nov 2024``."""
    when = datetime.fromtimestamp(at, reading.zone)
    if when.date() == reading.today:
        # Translators: at most 12 cells with a time such as 14:30.
        return tr("today {time}").format(time=f"{when:%H:%M}")
    if abs((when.date() - reading.today).days) < 300:
        return f"{when.day} {month_name(when)} {when:%H:%M}"
    return day_text(when)


def duration_words(seconds: int | None) -> str:
    """How long something took: ``40s``, ``15m``, ``1h30``; empty where nobody said."""
    if seconds is None:
        return ""
    # Translators: seconds, minutes, hours with minutes, hours: at most 6 cells.
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return tr("{n}s").format(n=rest)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return tr("{n}m").format(n=minutes)
    return tr("{h}h{mm}").format(h=hours, mm=f"{minutes:02}") if minutes else tr("{h}h").format(h=hours)

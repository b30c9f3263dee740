"""Tasks as a calendar (``.ics``, RFC 5545): as to-dos, or as events for calendars that show no to-dos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, Todo

from funnel_tui.domain.period import day_of
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.exchange.mail import one_line

MINUTES = 30
"""How long an event of a task with a time takes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def task_calendar(tasks: Iterable[TaskFact], now: int, *, as_events: bool = False) -> Iterator[bytes]:
    """A calendar of tasks, piece by piece.

    :param tasks: the tasks. Without a due day they are to-dos without one, and no events.
    :param now: when it is made, in epoch seconds.
    :param as_events: events instead of to-dos.
    """
    head = Calendar()
    head.add("prodid", "-//funnel-tui//tasks//EN")
    head.add("version", "2.0")
    head.add("x-wr-calname", "funnel tasks")
    begin, _, end = head.to_ical().partition(b"END:VCALENDAR")
    yield begin
    for task in tasks:
        when = _when(task)
        if as_events and when is None:
            continue
        yield (
            _event(task, when, now) if as_events and when is not None else _todo(task, when, now)
        ).to_ical()
    yield b"END:VCALENDAR" + end


def _when(task: TaskFact) -> date | datetime | None:
    """The day, or the moment, a task is due."""
    if task.due_at is not None:
        # In UTC: a calendar needs no description of the team's zone then, and shows its own.
        return _EPOCH + timedelta(seconds=task.due_at)
    return None if task.due_day is None else day_of(task.due_day)


def _todo(task: TaskFact, when: date | datetime | None, now: int) -> Todo:
    todo = Todo()
    _describe(todo, task, now)
    todo.add("status", "COMPLETED" if task.done_at is not None else "NEEDS-ACTION")
    if task.done_at is not None:
        todo.add("completed", _EPOCH + timedelta(seconds=task.done_at))
    if when is not None:
        todo.add("due", when)
    return todo


def _event(task: TaskFact, when: date | datetime, now: int) -> Event:
    event = Event()
    _describe(event, task, now)
    event.add("dtstart", when)
    if isinstance(when, datetime):
        event.add("dtend", when + timedelta(minutes=MINUTES))
    else:
        event.add("dtend", when + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    return event


def _describe(item: Todo | Event, task: TaskFact, now: int) -> None:
    """What both have. The id stays the same over exports, so that a calendar brings its own up to date."""
    item.add("uid", f"task-{task.id}-{task.created_at}@funnel-tui")
    item.add("dtstamp", _EPOCH + timedelta(seconds=now))
    item.add("created", _EPOCH + timedelta(seconds=task.created_at))
    title = one_line(task.title) or task.kind.title()
    item.add("summary", f"{title} – {one_line(task.deal)}" if task.deal else title)
    parts = (("Deal", task.deal), ("Organisation", task.organisation), ("Owner", task.owner))
    item.add("description", "\n".join(f"{name}: {one_line(text)}" for name, text in parts if text))
    item.add("categories", [one_line(task.kind)])

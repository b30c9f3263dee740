"""Tasks: their kinds, how they ended, when they are due, and what usually comes after one."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import spell_day, week_of
from funnel_tui.domain.said import Said, listed
from funnel_tui.language import tr, trn


class TaskKind(StrEnum):
    """What somebody is to do. Other words may stand in data that was imported; they are shown as they are."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    OTHER = "other"


CANCELLED = "cancelled"
"""The outcome of a task that was closed without being done: deleted, or no longer needed."""

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    TaskKind.CALL: ("conversation", "voicemail", "no answer"),
    TaskKind.EMAIL: ("sent", "answered"),
    TaskKind.MEETING: ("held", "no show"),
    TaskKind.OTHER: ("done",),
}
"""How a task of a kind usually ends, the most frequent first. Any other word will do."""


class Bucket(StrEnum):
    """When a task is due, as a list of tasks is divided."""

    OVERDUE = "overdue"
    """Its day has passed, or its time of today."""
    TODAY = "today"
    WEEK = "this week"
    """After today, up to the last day of the calendar week."""
    LATER = "later"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """A task that a stage creates.

    :param due_days: days from entering the stage until it is due.
    """

    kind: str
    title: str
    due_days: int = 0


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task as a list shows it.

    :param due_day: days since 1970-01-01, or None; ``due_at`` is the instant where a time was given.
    :param done_at: when it was closed, in epoch seconds; None while it is open.
    """

    id: int
    version: int
    kind: str
    title: str
    owner: str
    owner_id: int
    deal_id: int | None
    deal: str | None
    organisation: str | None
    created_at: int
    due_day: int | None
    due_at: int | None
    done_at: int | None
    outcome: str | None

    @property
    def text(self) -> str:
        """Kind and title: ``call: ask for the budget``."""
        return task_text(self.kind, self.title)


@dataclass(frozen=True, slots=True)
class TaskList:
    """The open tasks of somebody: all numbers in order, to be read in windows.

    :param ids: by due day, those with a time first, undated ones last.
    :param counts: how many of them fall into each bucket; they follow each other in ``ids``.
    :param now: the instant it was made at; ``today`` is the day of it in the team's time zone.
    """

    ids: array[int]
    now: int
    today: date
    counts: Mapping[Bucket, int] = field(default_factory=dict)

    def part(self, bucket: Bucket) -> array[int]:
        """The numbers of the tasks in a bucket."""
        start = 0
        for known, count in self.counts.items():
            if known is bucket:
                return self.ids[start : start + count]
            start += count
        return array("q")


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that is suggested.

    :param due_day: days since 1970-01-01.
    """

    kind: str
    title: str
    due_day: int
    deal_id: int | None
    owner_id: int


def task_text(kind: str, title: str) -> str:
    """Kind and title of a task: ``call: ask for the budget``."""
    return listed((task_word(kind), title), ": ") if title else task_word(kind)


def task_word(kind: str) -> str:
    """What a kind of task is called; one of the team's own as it is. Programs still get its English word."""
    shown = _WORDS.get(kind)
    if shown is None:
        # A task may be of a kind that interactions have: "proposal".
        shown = kind_word(kind.capitalize()).lower() if kind.islower() else kind
    return kind if shown == kind else Said(shown, kind)


_WORDS: Mapping[str, str] = {
    TaskKind.CALL: tr("call"),
    TaskKind.EMAIL: tr("email"),
    TaskKind.MEETING: tr("meeting"),
    TaskKind.OTHER: tr("other"),
}


def is_overdue(due_day: int | None, due_at: int | None, now: int, today: int) -> bool:
    """Whether an open task should have been done: its time has passed, or without a time its day.

    :param today: the day number of ``now`` in the team's time zone.
    """
    if due_at is not None:
        return due_at < now
    return due_day is not None and due_day < today


def bucket_of(due_day: int | None, due_at: int | None, now: int, today: int, last_of_week: int) -> Bucket:
    """When an open task is due.

    :param last_of_week: the number of the last day of the calendar week.
    """
    if due_day is None:
        return Bucket.UNDATED
    if is_overdue(due_day, due_at, now, today):
        return Bucket.OVERDUE
    if due_day <= today:
        return Bucket.TODAY
    return Bucket.WEEK if due_day <= last_of_week else Bucket.LATER


def last_of_week(today: date, week_start: int) -> date:
    """The last day of the calendar week."""
    return week_of(today, week_start) + timedelta(days=6)


def due_words(due_day: int | None, today: date) -> str:
    """A due day for people: ``3 days late``, ``today``, ``Fri 27 Nov``; empty without one."""
    if due_day is None:
        return ""
    day = day_of(due_day)
    late = (today - day).days
    if late <= 0:
        return spell_day(day, today)
    return trn("{late:,} day late", "{late:,} days late", late).format(late=late)


# What comes next: by kind and outcome (None for any other), the kind, the title and in how many days.
_AFTER: Mapping[tuple[str, str | None], tuple[str, str | None, int]] = {
    ("call", "voicemail"): ("call", None, 1),
    ("call", "no answer"): ("call", None, 1),
    ("call", None): ("email", tr("Send what was agreed"), 1),
    ("email", "answered"): ("call", tr("Talk about the answer"), 1),
    ("email", None): ("call", tr("Ask about the email"), 3),
    ("meeting", "no show"): ("call", tr("Agree another date"), 1),
    ("meeting", None): ("email", tr("Send what was agreed"), 1),
}
_OTHERWISE = ("call", tr("Follow up"), 7)


def next_step(
    kind: str, title: str, outcome: str | None, today: date, *, deal_id: int, owner_id: int
) -> TaskDraft:
    """What is usually done after a task; never due on a Saturday or Sunday.

    :param title: of the task that was done; a call that reached nobody is tried again under the same title.
    """
    found = _AFTER.get((kind, outcome)) or _AFTER.get((kind, None)) or _OTHERWISE
    then, words, days = found
    due = today + timedelta(days=days)
    due += timedelta(days=(7 - due.weekday()) % 7 if due.weekday() > 4 else 0)
    return TaskDraft(
        then, title if words is None else words, (due - date(1970, 1, 1)).days, deal_id, owner_id
    )

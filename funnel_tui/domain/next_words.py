"""The task that comes next, as somebody writes it in one line: ``call fri 14:30 about the budget``."""

from __future__ import annotations

from collections.abc import Callable

from funnel_tui.domain.logged import NextTask
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.tasks import TaskKind
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr

_KINDS = {
    **{kind.value: kind for kind in TaskKind},
    # As they are called in the language of the user; English is read too.
    **{tr("call"): TaskKind.CALL, tr("email"): TaskKind.EMAIL},
    **{tr("meeting"): TaskKind.MEETING, tr("other"): TaskKind.OTHER},
    **{"mail": TaskKind.EMAIL, "e-mail": TaskKind.EMAIL, "meet": TaskKind.MEETING},
}
_LONGEST = 6
"""A day and a time have no more words than this."""


def read_next(text: str, read: Callable[[str], Moment]) -> NextTask:
    """Find kind, day and title in a line. Without a kind it is a task of no particular kind.

    The day stands at the end or right after the kind; the longest words that are one are taken.

    :param text: what was typed.
    :param read: reads a day with or without a time, and raises ``InvalidInput`` for what is none.
    :raises InvalidInput: when nothing is said.
    """
    words = text.split()
    if not words:
        raise InvalidInput("next", tr("The next task is empty."), tr("For example call fri 14:30."))
    kind = _KINDS.get(words[0].casefold().rstrip(":"))
    rest = words if kind is None else words[1:]
    due: Moment | None = None
    for count in range(min(len(rest), _LONGEST), 0, -1):
        for part, left in ((rest[-count:], rest[:-count]), (rest[:count], rest[count:])):
            due = _moment(" ".join(part), read)
            if due is not None and (left or kind is not None):
                return NextTask(kind or TaskKind.OTHER, " ".join(left), due)
    return NextTask(kind or TaskKind.OTHER, " ".join(rest), None)


def _moment(text: str, read: Callable[[str], Moment]) -> Moment | None:
    # A number alone is more often part of a title than a day of the month.
    if text.isdigit():
        return None
    try:
        return read(text)
    except InvalidInput:
        return None

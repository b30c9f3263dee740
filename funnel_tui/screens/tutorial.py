"""The tutorial of the demo: five steps at the foot of every screen, each until the user has done it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.message import Message

from funnel_tui.language import tr

TASK_DONE, LOGGED, MOVED = "finish_task", "log_interaction", "move_deal"
"""Changes, by the names of the service calls that make them."""
SAW_BEHIND, WENT_BACK, CAME_BACK = "saw behind", "went back", "came back"
"""The deals behind a figure were listed; the past is looked at; now is looked at again."""

KeyOf = Callable[[str, str], str]
"""Gives the key of an action as the user has it, by the id of its binding and the key it has by itself."""


class Heard(Message):
    """The user did something.

    :param what: one of the names of this module, or of another change.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class Lesson(NamedTuple):
    """One step.

    :param what: what there is to do.
    :param how: the keys that do it, with a place for each key of ``keys``.
    :param keys: ids of bindings, and the keys they have by themselves.
    :param done_by: what the user has then done.
    """

    what: str
    how: str
    keys: tuple[tuple[str, str], ...]
    done_by: str


LESSONS = (
    Lesson(
        tr("Do the task under the cursor"),
        tr("{done}, then enter: it is done, and the next one comes up."),
        (("done", "d"),),
        TASK_DONE,
    ),
    Lesson(
        tr("Log a call"),
        tr("{log_call} 3 enter: a conversation with the deal under the cursor."),
        (("log_call", "c"),),
        LOGGED,
    ),
    Lesson(
        tr("Move a deal"),
        tr("{deals} opens the deals, {stage_on} moves one a stage on; {undo} would undo it."),
        (("deals", "1"), ("stage_on", "greater_than_sign"), ("undo", "u")),
        MOVED,
    ),
    Lesson(
        tr("Look behind a figure"),
        tr("{stages} opens the funnel; enter lists the deals behind the number."),
        (("stages", "2"),),
        SAW_BEHIND,
    ),
    Lesson(
        tr("Read the quotas, and go back in time"),
        tr("{quotas} opens them; {time_machine} yesterday enter: as it all stood then."),
        (("quotas", "4"), ("time_machine", "T")),
        WENT_BACK,
    ),
)
FAREWELL = Lesson(
    tr("That was the tutorial"),
    tr("{time_machine} now enter: back to today. {help} lists keys, {palette} finds any action."),
    (("time_machine", "T"), ("help", "question_mark"), ("palette", "colon")),
    CAME_BACK,
)


class Tutorial:
    """Where in the tutorial the user is. It goes on when a step is done, never by itself."""

    def __init__(self) -> None:
        self._left = [*LESSONS, FAREWELL]

    @property
    def is_on(self) -> bool:
        """Whether there is still something to tell."""
        return bool(self._left)

    def hear(self, what: str) -> bool:
        """The user did something.

        :returns: whether that was what the present step asks for.
        """
        if not self._left or self._left[0].done_by != what:
            return False
        del self._left[0]
        return True

    def leave(self) -> None:
        """The user wants no more of it."""
        self._left.clear()

    def lines(self, key_of: KeyOf) -> tuple[str, ...]:
        """The present step in two lines; nothing when the tutorial is over."""
        if not self._left:
            return ()
        lesson = self._left[0]
        step = len(LESSONS) + 2 - len(self._left)
        if lesson is FAREWELL:
            # Translators: at the end of the tutorial; what ends it is a key.
            head = tr("{what}   ({key} takes these lines away)")
        else:
            # Translators: what is to be done stands after the colon; what leaves the tutorial is a key.
            head = tr("Step {n} of {all}: {what}   ({key} leaves the tutorial)")
        head = head.format(n=step, all=len(LESSONS), what=lesson.what, key=key_of("leave_tutorial", "Q"))
        return head, lesson.how.format(**{name: key_of(name, key) for name, key in lesson.keys})

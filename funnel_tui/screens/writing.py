"""The one place where screens change data: one change after the other, in a thread, told in one line.

A change that was asked for is never dropped: it waits for the one before it. What goes wrong is told; where
somebody else held the database the same change can be tried again, and nothing typed is lost meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from funnel_tui.errors import InvalidInput, NotFound, StaleEdit
from funnel_tui.screens.host import HostApp
from funnel_tui.services.workspace import Workspace

DEAL = "deal"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a change.

    :param words: in one line; empty to say nothing. It may hold user text.
    :param found: what whoever asked for it wants to know.
    :param versions: the new versions of the rows that were written, by table and number.
    :param written: whether anything was changed.
    """

    words: str = ""
    found: Any = None
    versions: dict[tuple[str, int], int] = field(default_factory=dict)
    written: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """A change to make.

    :param words: what is being done; said when it takes a while.
    :param doing: is called with the workspace, outside the UI thread; it must touch no widget.
    :param then: is called afterwards, in the UI thread.
    :param stale: is called when somebody else changed the row meanwhile.
    :param invalid: is called when a value is not acceptable.
    :param failed: is called when it comes to nothing in any other way, before the user is told; the user may
        have it tried again.
    :param asks: it only reads what a form is going to need; keys pressed meanwhile wait for that form.
    """

    words: str
    doing: Callable[[Workspace], Told]
    then: Callable[[Told], object] | None = None
    stale: Callable[[StaleEdit], object] | None = None
    invalid: Callable[[InvalidInput], object] | None = None
    failed: Callable[[], object] | None = None
    asks: bool = False


class Writing:
    """The changes of one app, one at a time in the order they were asked for.

    :param app: the app.
    """

    def __init__(self, app: HostApp) -> None:
        self._app = app
        self._waiting: deque[Change] = deque()
        self._busy = False
        self._versions: dict[tuple[str, int], int] = {}

    def version(self, table: str, number: int, seen: int) -> int:
        """The version to base a change on: the one that was seen, or a later one that we wrote ourselves.

        So a key pressed twice in a row works, and a change made by somebody else is still noticed.
        """
        return max(seen, self._versions.get((table, number), 0))

    def write(self, change: Change) -> None:
        """Make a change as soon as those before it are made."""
        self._waiting.append(change)
        if change.asks:
            self._app.keep_keys()
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            change = self._waiting.popleft()
            self._app.write(change.words, partial(_outcome, change), partial(self._made, change))

    def _made(self, change: Change, outcome: Told | Exception) -> None:
        try:
            if isinstance(outcome, Told):
                self._tell(change, outcome)
            else:
                self._refused(change, outcome)
        finally:
            if change.asks:
                self._app.let_keys_go(drop=not isinstance(outcome, Told))
            self._next()

    def _tell(self, change: Change, told: Told) -> None:
        self._versions.update(told.versions)
        if told.written:
            self._app.data_changed()
        if told.words:
            self._app.notify(told.words, markup=False)
        if change.then is not None:
            change.then(told)

    def _refused(self, change: Change, error: Exception) -> None:
        if isinstance(error, StaleEdit):
            self._versions.clear()
            self._app.data_changed()
            if change.stale is not None:
                change.stale(error)
                return
        if isinstance(error, NotFound):
            self._app.data_changed()  # somebody else took it away, and the screens still show it
        if isinstance(error, InvalidInput) and change.invalid is not None:
            change.invalid(error)
            return
        if change.failed is not None:
            change.failed()
        self._app.tell_problem(error, retry=partial(self.write, change), of_change=True)


def _outcome(change: Change, workspace: Workspace) -> Told | Exception:
    """What came of a change. Any mistake comes back as a value, so that the next change gets its turn."""
    try:
        return change.doing(workspace)
    except Exception as error:
        return error


_writings: WeakKeyDictionary[HostApp, Writing] = WeakKeyDictionary()


def writing_of(app: HostApp) -> Writing:
    """The changes of an app."""
    found = _writings.get(app)
    if found is None:
        found = _writings[app] = Writing(app)
    return found

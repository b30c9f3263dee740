"""What every service call works in: the database, the clock and who is asking."""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Reader
from funnel_tui.domain.habits import Habits
from funnel_tui.domain.period import parse_instant
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import Refused
from funnel_tui.language import tr
from funnel_tui.queries.settings import read_settings

if TYPE_CHECKING:
    from funnel_tui.services.transaction import Transaction

LEARNING = "learn"
"""The change that keeps what follows from the data, and is no change of the data."""


def system_clock() -> int:
    """Now, in epoch seconds; ``FUNNEL_NOW`` (an ISO instant) sets it for reproducible runs.

    :raises UsageError: when ``FUNNEL_NOW`` is no instant.
    """
    fixed = os.environ.get("FUNNEL_NOW")
    return parse_instant(fixed, ZoneInfo("UTC"), "FUNNEL_NOW") if fixed else int(time.time())


def system_user() -> str:
    """Who is asking, by the name of the login."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


class Workspace:
    """An open database with a clock and a user.

    :param database: where the data is.
    :param clock: gives now in epoch seconds; a parameter, so that tests and ``FUNNEL_NOW`` can set it.
    :param actor: the name that changes are recorded under.
    :param habits: how the user writes days and numbers; None where nothing is known of that.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], int] = system_clock,
        actor: str | None = None,
        habits: Habits | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.actor = actor or system_user()
        self.habits = habits or Habits()
        self.writing_off = ""
        """Why nothing may be changed at present; empty when everything may."""
        self.heard: Callable[[str], object] | None = None
        """Is told the name of each change that was made, in the thread that made it."""

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A short read transaction."""
        with self.database.read() as reader:
            yield reader

    @contextmanager
    def change(self, action: str, *, undoes: int | None = None) -> Iterator[Transaction]:
        """One transaction and one change group; it is committed when the block ends.

        :param action: the name of the service call, such as ``move_deal``.
        :param undoes: the change group that this one undoes.
        :raises Refused: while writing is off.
        """
        if self.writing_off and action != LEARNING:
            raise Refused(tr("Nothing was changed."), self.writing_off)
        from funnel_tui.services.transaction import Transaction

        with self.database.write() as session:
            call = Transaction(session, at=self.clock(), actor=self.actor, action=action, undoes=undoes)
            yield call
            call.finish()
        if self.heard is not None:
            self.heard(action)

    def settings(self) -> TeamSettings:
        """The team's settings as they are now."""
        with self.read() as reader:
            return read_settings(reader)

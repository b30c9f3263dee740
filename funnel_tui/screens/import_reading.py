"""What the preview of an import does in threads: look at the file, try the import, carry it out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

from funnel_tui.screens.writing import Told
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.domain.first_start import FirstAnswers
    from funnel_tui.services.importing import ImportOptions, ImportRefused, Outcome
    from funnel_tui.services.importing.plan import Progress
    from funnel_tui.services.importing.preview import Choices, FileLook

REST_SECONDS = 0.3
"""So long nothing must be changed before the whole file is read."""

TELL_SECONDS = 0.2
"""How often it is told how far the reading is."""


@dataclass(frozen=True, slots=True)
class CanRead:
    """What a file is like to its end; what the database says to it is not known yet.

    :param rows: so many can be read.
    :param refused: the others.
    """

    rows: int
    refused: ImportRefused | None = None


@dataclass
class Found(Message):
    """Something was found out in a thread.

    :param turn: which choices it is about.
    :param what: how the file looks, what can be read of it, what an import did or refused, or a mistake.
    """

    turn: int
    what: FileLook | CanRead | Outcome | Exception


@dataclass
class Progressed(Message):
    """How far the reading is, in percent."""

    turn: int
    percent: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    :param open_deals: there are open deals now.
    """

    outcome: Outcome
    open_deals: bool


@dataclass(slots=True)
class Work:
    """Something that is done in a thread for as long as somebody wants it.

    :param turn: the number of the choices it is about.
    :param over: is set when the screen is gone.
    :param post: tells the screen.
    """

    turn: int
    over: threading.Event
    post: Callable[[Message], object]
    unwanted: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nobody wants it any more."""
        return self.unwanted or self.over.is_set()

    def rest(self) -> bool:
        """Wait for a moment in which something may be changed.

        :returns: whether nobody wants it any more.
        """
        self.over.wait(REST_SECONDS)
        return self.is_over

    def progress(self) -> Progress:
        """Tells how far it is, and ends it when nobody wants it any more."""
        from funnel_tui.services.importing.preview import stopping

        last = 0.0

        def told(doing: str, done: int, whole: int) -> None:  # noqa: ARG001
            nonlocal last
            if whole and time.monotonic() - last > TELL_SECONDS:
                last = time.monotonic()
                self.post(Progressed(self.turn, min(100, 100 * done // whole)))

        return stopping(lambda: self.is_over, told)


def read_file(
    work: Work, workspace: Workspace, path: Path, choices: Choices, first: FirstAnswers | None
) -> None:
    """Look at a file, read it to its end, and try the import; each is told as soon as it is known."""
    from funnel_tui.services.importing.money import look_at_money
    from funnel_tui.services.importing.offered import known_pipelines
    from funnel_tui.services.importing.preview import look, options_of, read_through, rehearse

    try:
        settings = workspace.settings()
        if first is not None:
            settings = replace(settings, base_currency=first.currency, time_zone=first.time_zone)
        seen = replace(
            look(path, choices, settings),
            pipelines=known_pipelines(workspace),
            money=look_at_money(workspace, first),
        )
        work.post(Found(work.turn, seen))
        if seen.problem or work.rest():
            return
        progress = work.progress()
        if seen.fields:
            rows, refused = read_through(path, choices, settings, progress)
            work.post(Found(work.turn, CanRead(rows, refused)))
        options = options_of(path, seen, choices, first=first, progress=progress)
        work.post(Found(work.turn, rehearse(workspace, options)))
    except Exception as error:
        work.post(Found(work.turn, error))


def carry_out(options: ImportOptions, workspace: Workspace) -> Told:
    """Import, and say what came of it: what was imported, what went wrong, or nothing when it was stopped."""
    from funnel_tui.services.first_start import any_open_deal
    from funnel_tui.services.importing import run_import
    from funnel_tui.services.importing.preview import Stopped

    found: Any = None
    try:
        outcome = run_import(workspace, options)
    except Stopped:
        pass
    except Exception as error:
        found = error
    else:
        found = Imported(outcome, any_open_deal(workspace))
    return Told(found=found, written=isinstance(found, Imported))

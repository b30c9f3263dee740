"""Walk the program as a person does: a shell in a terminal, the program in it, and the mishaps of a day.

A walk has a place: the size of the terminal, what its locale can show, and its kind. In the middle of a walk
the window is resized, the program is suspended, the line drops, and the process is killed; afterwards the
person comes back with a new terminal on the same data.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import sqlite3
import termios
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pyte
import pytest

from funnel_tui.domain.plain import is_plain, to_ascii
from tests.support.cli import COMMAND, ok, program_environment, run_here
from tests.support.terminal import WAIT_SECONDS, Terminal

PROMPT = "walk>"
SMALLER = (66, 18)
"""A size that everything still fits in."""
ALTERNATE = (47, 1047, 1049)

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<=>]*[A-Za-z]|[()][A-Z0-9]|[=>78])")
_GARBAGE = re.compile(r"\x1b|\^\[|\[\?\d|\[<?\d+(?:;\d+)+[A-Za-z]|\[\d+m|�")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk takes place.

    :param size: columns and rows.
    :param locale: the variables that say what characters there are.
    :param term: the value of ``TERM``.
    """

    size: tuple[int, int]
    locale: tuple[tuple[str, str], ...]
    term: str

    @property
    def is_plain(self) -> bool:
        """Whether nothing but ASCII may reach the terminal."""
        return is_plain(dict(self.locale))

    @property
    def name(self) -> str:
        """For the name of the test."""
        locale = "-".join(value for _, value in self.locale)
        return f"{self.size[0]}x{self.size[1]}-{locale}-{self.term}"


SMALL, LARGE = (80, 24), (120, 40)
UTF_8 = (("LANG", "C.UTF-8"),)
ASCII = (("LANG", "C"),)
POSIX = (("LC_ALL", "POSIX"),)


def in_three_places(size: tuple[int, int], *terms: str) -> pytest.MarkDecorator:
    """A test walks in three places: every locale, both sizes.

    :param size: the one to begin and to end with.
    :param terms: three values of ``TERM``.
    """
    sizes = size, LARGE if size == SMALL else SMALL, size
    places = [Place(*each) for each in zip(sizes, (UTF_8, ASCII, POSIX), terms, strict=True)]
    return pytest.mark.parametrize("place", places, ids=lambda place: place.name)


class _Screen(pyte.Screen):
    """A screen with a second one behind it, as programs that fill the whole screen expect."""

    _behind: tuple[Any, Any] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private") and any(mode in ALTERNATE for mode in modes) and self._behind is None:
            self._behind = ({y: dict(row) for y, row in self.buffer.items()}, (self.cursor.x, self.cursor.y))
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private") and any(mode in ALTERNATE for mode in modes) and self._behind is not None:
            rows, (x, y) = self._behind
            self._behind = None
            self.erase_in_display(2)
            for number, row in rows.items():
                self.buffer[number].update(row)
            self.cursor_position(min(y, self.lines - 1) + 1, x + 1)
        super().reset_mode(*modes, **kwargs)


class Walk(Terminal):
    """A shell in a terminal, and the program in it; use it in a ``with`` statement.

    :param place: where.
    :param db: the database.
    :param env: the clock and the name of the user.
    :param folder: for the command ``funnel``, and to be in.
    """

    def __init__(self, place: Place, db: Path, env: dict[str, str], folder: Path) -> None:
        self.place = place
        bin_folder = folder / "bin"
        bin_folder.mkdir(exist_ok=True)
        command = bin_folder / "funnel"
        command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
        command.chmod(0o755)
        full = program_environment(env, db)
        full.pop("LANG", None)
        path = os.pathsep.join((str(bin_folder), full.get("PATH", "")))
        full |= {"PATH": path, "PS1": f"{PROMPT} ", "ENV": "", **dict(place.locale)}
        full["PYTHONPATH"] = os.pathsep.join(filter(None, (os.getcwd(), full.get("PYTHONPATH", ""))))
        super().__init__(["/bin/sh", "-i"], size=place.size, term=place.term, env=full, cwd=folder)
        self._screen = _Screen(*place.size)
        self._stream = pyte.ByteStream(self._screen)
        self._commands = 0
        self.wait_until(self.is_at_prompt, "the shell was ready")
        self._settings_before = termios.tcgetattr(self._process.fd)

    def __enter__(self) -> Walk:
        return self

    def close(self) -> None:
        """End what still runs in the terminal, then the shell."""
        for process in self._jobs():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        super().close()

    # What is seen

    def see(self, *texts: str, timeout: float = WAIT_SECONDS) -> None:
        """Wait until every text is on the screen, written as the locale can show it."""
        for text in texts:
            self.wait_for(self.written(text), timeout)

    def was_told(self, *texts: str) -> None:
        """Wait until the program has shown every text, be it for a moment: a notice goes away by itself."""
        wanted = [to_ascii(text) if self.place.is_plain else text for text in texts]
        self.wait_until(lambda: all(text in self._shown(0) for text in wanted), f"{wanted} was told")

    def gone(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        self.wait_gone(self.written(text))

    def see_beside(self, text: str, *others: str) -> None:
        """Wait until the row that holds a text holds the others too."""
        wanted = [self.written(other) for other in others]
        self.wait_until(
            lambda: all(other in self.line_of(text) for other in wanted), f"{wanted} stood beside {text!r}"
        )

    def line_of(self, text: str) -> str:
        """The row of the screen that holds a text, as far as it has come."""
        wanted = self.written(text)
        return next((line for line in self.lines if wanted in line), "")

    def written(self, text: str) -> str:
        """A text as the locale can show it."""
        return to_ascii(text) if self.place.is_plain else text

    def is_at_prompt(self) -> bool:
        """Whether the shell waits for a command."""
        return self.lines[self._screen.cursor.y] == PROMPT

    # What a person does

    def start(self, shows: str) -> None:
        """Open the program, and wait until it shows something."""
        self.type("funnel\r")
        self.see(shows)
        self.wait_quiet()

    def leave(self, text: str, *shows: str) -> None:
        """Leave the screen that holds a text, and wait until it is gone and the one below is there."""
        self.wait_quiet()
        self.press("escape")
        self.gone(text)
        self.see(*shows)
        self.wait_quiet()

    def command(self, line: str) -> tuple[int, str]:
        """Run a command of the shell to its end.

        :returns: its exit status, and what came onto the terminal.
        """
        self._commands += 1
        self.wait_until(self.is_at_prompt, "the shell was ready")
        before = len(self.raw)
        self.type(f"{line}\r")
        self.wait_until(lambda: len(self.raw) > before and self._ran(before), f"{line} ended", timeout=60)
        self.type(f"echo end-{self._commands}-$?\r")
        pattern = re.compile(rf"^end-{self._commands}-(\d+)", re.MULTILINE)
        self.wait_until(lambda: pattern.search(self._shown(before)) is not None, "the exit status was told")
        self.wait_until(self.is_at_prompt, "the shell was ready")
        found = pattern.search(self._shown(before))
        assert found is not None
        return int(found.group(1)), self._shown(before)[: found.start()]

    def go_away_and_back(self, *shows: str) -> None:
        """Suspend the program, find the terminal as it was, and take the program up again."""
        self.press("ctrl+z")
        self.wait_until(self.is_at_prompt, "the program was suspended")
        self.find_restored()
        assert self.jobs_status() == {psutil.STATUS_STOPPED}
        before = len(self.raw)
        self.type("fg\r")
        self.wait_until(lambda: b"\x1b[?1049h" in self.raw[before:], "the program came back")
        self.see(*shows)
        self.wait_quiet()

    def resize_and_back(self, *shows: str) -> None:
        """Make the window smaller, then as large as it was."""
        columns, rows = self.place.size
        self.resize(*SMALLER)
        self.wait_until(lambda: self._fits(*SMALLER), "the program drew in the smaller window")
        self.resize(columns, rows)
        self.see(*shows)
        self.wait_until(lambda: self._fits(columns, rows), "the program drew in the larger window")
        self.wait_quiet()

    def hang_up(self) -> None:
        """The terminal is gone, as when a connection breaks: everything in it ends."""
        jobs = self._jobs()
        assert jobs
        self._process.fileobj.close()
        _wait_ended(jobs)

    def kill(self) -> None:
        """The program is killed."""
        _wait_ended(self.end_jobs(signal.SIGKILL))

    def end_jobs(self, number: signal.Signals) -> list[psutil.Process]:
        """Send a signal to the program.

        :returns: its processes.
        """
        jobs = self._jobs()
        assert jobs
        for job in jobs:
            job.send_signal(number)
        return jobs

    def quit(self) -> None:
        """End the program with its key, and find everything in order."""
        self.press("q")
        self.wait_until(self.is_at_prompt, "the program ended")
        self.find_restored()
        self.type("echo status-$?\r")
        self.wait_for("status-0")
        self.wait_for("echo status-$?")  # the terminal echoes what is typed
        assert self._jobs() == []
        self.find_clean()

    def jobs_status(self) -> set[str]:
        """What the programs of the shell are doing, in the words of psutil."""
        return {job.status() for job in self._jobs()}

    # What is as it should be

    def find_restored(self) -> None:
        """The terminal is as the program found it."""
        self.wait_quiet(0.1)
        assert self.left_behind() == set()

    def find_clean(self) -> None:
        """No fault was told, nothing unreadable was sent, and nothing that the locale cannot show."""
        assert b"Traceback" not in self.raw
        assert b"made a mistake" not in self.raw
        assert not _GARBAGE.search(self.text), self.text
        if self.place.is_plain:
            assert bytes(self.raw).isascii()

    def _fits(self, columns: int, rows: int) -> bool:
        return (
            self.lines[-1].endswith("? help") and len(self.lines[-1]) <= columns and len(self.lines) == rows
        )

    def _ran(self, since: int) -> bool:
        return self.is_at_prompt() and self._shown(since).rstrip().endswith(PROMPT)

    def _shown(self, since: int) -> str:
        text = bytes(self.raw[since:]).decode(errors="replace")
        return _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")

    def _jobs(self) -> list[psutil.Process]:
        try:
            return list(psutil.Process(self.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []


def _wait_ended(processes: Sequence[psutil.Process]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while any(map(_runs, processes)):
        assert time.monotonic() < end, f"still running: {processes}"
        time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def walking(place: Place, db: Path, env: dict[str, str], folder: Path, shows: str) -> Iterator[Walk]:
    """The program, open in a terminal."""
    with Walk(place, db, env, folder) as walk:
        walk.start(shows)
        yield walk


def begin_a_deal(walk: Walk, title: str) -> None:
    """A new deal has its name, and nothing is saved yet."""
    walk.press("n")
    walk.see("New deal", "Expected close")
    walk.type(title)
    walk.see(title)
    walk.wait_until(lambda: is_drafted(title), "the draft was written")


def throw_the_draft_away(walk: Walk, *shows: str) -> None:
    """The deal that was begun is offered, and not wanted any more.

    :param shows: what is there afterwards.
    """
    walk.press("n")
    walk.see("Go on with", "Throw it away")
    walk.press("down", "down", "enter")
    walk.see("New deal", "Title *")
    assert drafts() == []
    walk.leave("Title *", *shows)


def percent(rate: float) -> str:
    """A ratio as the screen shows it."""
    return f"{rate * 100:.1f} %"


def drafts() -> list[Path]:
    """What was typed and not saved, as files."""
    return sorted(Path(os.environ["XDG_STATE_HOME"]).rglob("*.draft"))


def is_drafted(text: str) -> bool:
    """Whether a draft holds the whole of a text; a draft is written anew while one types."""
    return any(text in path.read_text() for path in drafts())


def find_nothing_left(db: Path, env: dict[str, str]) -> None:
    """The data agrees with its history, and beside it there is no lock, no journal and no draft."""
    checked = run_here("doctor", db=db, env=env)
    ok(checked)
    assert "is sound" in checked.stderr
    assert [path.name for path in db.parent.glob(f"{db.name}*")] == [db.name]
    state = Path(os.environ["XDG_STATE_HOME"])
    assert [path for path in state.rglob("*") if path.suffix in {".draft", ".lock"}] == []


def rows(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a look into the file finds."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql, values).fetchall()

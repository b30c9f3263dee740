"""Drive a program in a real pseudo-terminal and see what a person would see.

``ptyprocess`` (the lower half of pexpect) gives the terminal, ``pyte`` is the screen behind it. Nothing here
sleeps for a fixed time: every wait reads until the thing has happened or the deadline has passed.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import ptyprocess  # type: ignore[import-untyped]
import pyte

from tests.support.cli import COMMAND, program_environment

WAIT_SECONDS = 60.0
"""For a machine that does much else; what is waited for comes in a second where it does not."""
POLL_SECONDS = 0.05

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
}
"""What a terminal sends for a key with a name; ``ctrl+x`` is worked out, any other text is sent as it is."""

LASTING_MODES = {
    "9": "mouse",
    "1000": "mouse",
    "1002": "mouse",
    "1003": "mouse",
    "1006": "mouse",
    "1015": "mouse",
    "1004": "focus reports",
    "47": "alternate screen",
    "1047": "alternate screen",
    "1049": "alternate screen",
    "2004": "bracketed paste",
    "2026": "held output",
    "2048": "resize reports",
}
"""Private modes that annoy the user's shell when a program leaves them on."""

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KEYBOARD = re.compile(rb"\x1b\[([<>])[0-9;]*u")
_COLOUR = re.compile(rb"\x1b\[(?:[0-9;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")
# What pyte does not know and would print or trip over: strings (OSC, DCS, APC, PM) and private sequences.
_FOREIGN = re.compile(rb"\x1b[\]PX^_].*?(?:\x07|\x1b\\)|\x1b\[[<=>][0-9;:]*[A-Za-z]|\x1b\[\?[0-9;]*\$p", re.S)
_UNFINISHED = re.compile(rb"\x1b(?:[\]PX^_](?:(?!\x07|\x1b\\).)*|\[[0-9;:<=>?$ ]*)?\Z", re.S)


class Cell(NamedTuple):
    """One character cell: its text and its look. Colours as pyte names them: ``default``, hex, a name."""

    text: str
    fg: str
    bg: str
    bold: bool
    reverse: bool


class Terminal:
    """A program in a pseudo-terminal; use it in a ``with`` statement.

    :param command: program and arguments.
    :param size: columns and rows.
    :param term: the value of ``TERM``.
    :param env: the whole environment, ``TERM`` excepted.
    :param cwd: the folder to run in.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        columns, rows = size
        self.raw = bytearray()
        """Every byte the program has written."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        self._ended = False
        self._process = ptyprocess.PtyProcess.spawn(
            list(command),
            env={**(os.environ if env is None else env), "TERM": term},
            dimensions=(rows, columns),
            cwd=None if cwd is None else str(cwd),
            preexec_fn=_hear_hang_ups,
        )
        self._settings_before = termios.tcgetattr(self._process.fd)

    @classmethod
    def funnel(
        cls,
        *args: str | Path,
        db: str | Path | None = None,
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
    ) -> Terminal:
        """Run ``funnel ARGS`` in a terminal; ``db`` and ``env`` as in ``run_funnel``."""
        command = [*COMMAND, *map(str, args)]
        return cls(command, size=size, term=term, env=program_environment(env, db))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process number of the program."""
        number: int = self._process.pid
        return number

    # What is on the screen

    @property
    def lines(self) -> list[str]:
        """The rows of the screen as text, without blanks at their ends."""
        columns = range(self._screen.columns)
        rows = [self._screen.buffer[y] for y in range(self._screen.lines)]
        return ["".join([row[x].data for x in columns]).rstrip() for row in rows]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.lines)

    def cells(self) -> list[list[Cell]]:
        """All cells, row by row. The right half of a wide character is a cell with empty text."""
        return [
            [_cell(self._screen.buffer[y][x]) for x in range(self._screen.columns)]
            for y in range(self._screen.lines)
        ]

    def cells_of(self, text: str) -> list[Cell]:
        """The cells that show ``text``, at its first place on the screen.

        :raises AssertionError: where the text is not on one row of the screen.
        """
        for row in self.cells():
            line = "".join(cell.text for cell in row)
            start = line.find(text)
            if start >= 0:
                return _between(row, start, start + len(text))
        raise AssertionError(self._seen(f"{text!r} is not on the screen"))

    def invisible_cells(self) -> list[Cell]:
        """Cells whose text has the colour of its own background."""
        return [
            cell
            for row in self.cells()
            for cell in row
            if cell.text.strip() and cell.fg == cell.bg and cell.fg != "default"
        ]

    def colour_codes(self) -> list[bytes]:
        """Every sequence the program wrote so far that sets a colour."""
        return [found.group() for found in _COLOUR.finditer(bytes(self.raw))]

    # What a person does

    def press(self, *keys: str) -> None:
        """Press keys by name: ``"j"``, ``"enter"``, ``"ctrl+p"``, ``"f1"``.

        Wait for the effect of ``"escape"`` before the next key, or the program sees one key with alt.
        """
        self._write("".join(map(_sent, keys)))

    def type(self, text: str) -> None:
        """Type text, character by character as it stands."""
        self._write(text)

    def send(self, data: bytes) -> None:
        """Send bytes, also such as are no text."""
        self._process.write(data)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the program gets SIGWINCH."""
        self._screen.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    # Waiting

    def wait_until(self, happened: Callable[[], bool], what: str, timeout: float = WAIT_SECONDS) -> None:
        """Read until ``happened()`` is true.

        :param what: the wish in words, for the message of a failure.
        :param timeout: seconds.
        :raises AssertionError: when it did not happen in time, or the program ended first.
        """
        end = time.monotonic() + timeout
        while not happened():
            if self._ended:
                raise AssertionError(self._seen(f"the program ended before {what}"))
            if time.monotonic() > end:
                raise AssertionError(self._seen(f"waited {timeout:g} s in vain: {what}"))
            self._read(POLL_SECONDS)

    def wait_for(self, text: str, timeout: float = WAIT_SECONDS) -> None:
        """Wait until ``text`` is on the screen."""
        self.wait_until(lambda: text in self.text, f"{text!r} was shown", timeout)

    def wait_gone(self, text: str, timeout: float = WAIT_SECONDS) -> None:
        """Wait until ``text`` is no longer on the screen."""
        self.wait_until(lambda: text not in self.text, f"{text!r} went away", timeout)

    def wait_quiet(self, seconds: float = 0.3, timeout: float = WAIT_SECONDS) -> None:
        """Wait until the program has written nothing for ``seconds``."""
        end = time.monotonic() + timeout
        while self._read(seconds):
            if time.monotonic() > end:
                raise AssertionError(self._seen(f"still writing after {timeout:g} s"))

    def wait_exit(self, timeout: float = WAIT_SECONDS) -> int:
        """Wait for the program to end.

        :returns: its exit status; minus the number of the signal that ended it.
        """
        end = time.monotonic() + timeout
        while not self._ended or self._process.isalive():
            if not self._process.isalive() and not self._read(0):
                break
            if time.monotonic() > end:
                raise AssertionError(self._seen(f"still running after {timeout:g} s"))
            self._read(POLL_SECONDS)
        status: int | None = self._process.exitstatus
        return -int(self._process.signalstatus) if status is None else status

    # What the program leaves behind

    def left_behind(self) -> set[str]:
        """What of the terminal is not as it was found; empty after a program that tidies up.

        Holds names of ``LASTING_MODES``, ``"hidden cursor"``, ``"keyboard protocol"``, and
        ``"line settings"`` where echo, line editing or signals are not as before.
        """
        on: set[str] = set()
        for numbers, set_or_reset in _MODE.findall(bytes(self.raw)):
            for number in numbers.decode().split(";"):
                (on.add if set_or_reset == b"h" else on.discard)(number)
        left = {LASTING_MODES[number] for number in on if number in LASTING_MODES}
        pushed = list(_KEYBOARD.findall(bytes(self.raw)))
        if pushed.count(b">") > pushed.count(b"<"):
            left.add("keyboard protocol")
        if self._screen.cursor.hidden:
            left.add("hidden cursor")
        if termios.tcgetattr(self._process.fd)[:4] != self._settings_before[:4]:
            left.add("line settings")
        return left

    def close(self) -> None:
        """End the program if it still runs, and the terminal."""
        if self._process.isalive():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        self._process.fileobj.close()

    def _write(self, text: str) -> None:
        self.send(text.encode())

    def _read(self, seconds: float) -> bool:
        """Take in what the program writes; false if it wrote nothing for ``seconds``."""
        if self._ended:
            return False
        ready, _, _ = select.select([self._process.fd], [], [], seconds)
        if not ready:
            return False
        try:
            chunk: bytes = self._process.read(65536)
        except EOFError:
            self._ended = True
            return False
        self.raw += chunk
        self._feed(chunk)
        return True

    def _feed(self, chunk: bytes) -> None:
        waiting = self._held + chunk
        unfinished = _UNFINISHED.search(waiting)
        cut = unfinished.start() if unfinished else len(waiting)
        self._held = waiting[cut:]
        self._stream.feed(_FOREIGN.sub(b"", waiting[:cut]))

    def _seen(self, problem: str) -> str:
        rule = "-" * self._screen.columns
        return f"{problem}\n{rule}\n{self.text}\n{rule}"


def python(script: str) -> list[str]:
    """The command that runs a Python script given as text."""
    return [sys.executable, "-c", script]


def _hear_hang_ups() -> None:
    """Under nohup a program would not hear of the end of its terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _sent(key: str) -> str:
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+") and len(key) == 6:
        return chr(ord(key[-1].upper()) - 64)
    if len(key) == 1:
        return key
    raise ValueError(f"no key is called {key!r}; use type() for text")


def _cell(char: Any) -> Cell:
    return Cell(char.data, char.fg, char.bg, char.bold, char.reverse)


def _between(row: Sequence[Cell], start: int, end: int) -> list[Cell]:
    """The cells behind a piece of the row's text; wide characters leave a cell without text."""
    return list(_walk(row, start, end))


def _walk(row: Sequence[Cell], start: int, end: int) -> Iterator[Cell]:
    at = 0
    for cell in row:
        if start <= at < end and cell.text:
            yield cell
        at += len(cell.text)

"""A stop watch for programs in a pseudo-terminal: when something is on the screen, and what a key costs."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import ptyprocess  # type: ignore[import-untyped]
import pyte

SIZE = (40, 120)
"""Rows and columns."""
DEADLINE = 30.0
QUIET_SHOWN = 0.4
"""Seconds of silence after which a first screen counts as complete."""
QUIET_KEY = 0.06

# Sequences that the emulator would print as text.
_STRANGE = re.compile(
    rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b[\]P_].*?(?:\x07|\x1b\\)", re.DOTALL
)
_OPEN_END = re.compile(rb"\x1b[^A-Za-z]{0,60}\Z")

# What is asked of a terminal, and what an ordinary one answers.
_ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?64;1;2;6;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
)


@dataclass(frozen=True, slots=True)
class Start:
    """How a program started.

    :param seen: seconds until each of the texts waited for was on the screen.
    :param settled: seconds until the last byte before silence.
    :param bytes: written until then.
    """

    seen: tuple[float, ...]
    settled: float
    bytes: int


class Watch:
    """A program in a pseudo-terminal; use it in a ``with`` statement.

    :param command: program and arguments.
    :param environment: all its variables.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str], folder: str) -> None:
        self._screen = pyte.Screen(SIZE[1], SIZE[0])
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._written = 0
        self._began = time.perf_counter()
        self._last = self._began
        self._process = ptyprocess.PtyProcess.spawn(
            list(command), env=environment, dimensions=SIZE, cwd=folder
        )

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGTERM)
        deadline = time.perf_counter() + 3
        while self._process.isalive() and time.perf_counter() < deadline:
            self._read(0.02)
        self._process.close(force=True)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self._screen.display)

    def start(self, *texts: str) -> Start:
        """Wait until every text was seen and the screen is quiet."""
        seen: dict[str, float] = {}
        while len(seen) < len(texts):
            assert time.perf_counter() - self._began < DEADLINE, f"{texts} not seen in\n{self.text}"
            if self._read(0.002):
                shown = self.text
                for text in texts:
                    if text not in seen and text in shown:
                        seen[text] = self._last - self._began
        self._settle(QUIET_SHOWN)
        return Start(tuple(seen[text] for text in texts), self._last - self._began, self._written)

    def key(self, key: str, shows: str = "") -> tuple[float, int]:
        """Press a key.

        :param shows: a text that must have come onto the screen.
        :returns: seconds until the last byte of the answer, and its bytes.
        """
        self._settle(QUIET_KEY)
        written, pressed = self._written, time.perf_counter()
        self._last = pressed
        self._process.write(key.encode())
        while shows not in self.text:
            assert time.perf_counter() - pressed < DEADLINE, f"{shows} not seen in\n{self.text}"
            self._read(0.002)
        self._settle(QUIET_KEY)
        return self._last - pressed, self._written - written

    def _settle(self, quiet: float) -> None:
        since = time.perf_counter()
        while time.perf_counter() - max(self._last, since) < quiet:
            self._read(0.005)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._process.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._process.fd, 1 << 16)
        except OSError:
            return False
        self._last = time.perf_counter()
        self._written += len(data)
        for question, answer in _ANSWERS:
            for _ in question.findall(data):
                os.write(self._process.fd, answer)
        data = self._rest + data
        end = _OPEN_END.search(data)
        self._rest = data[end.start() :] if end else b""
        self._stream.feed(_STRANGE.sub(b"", data[: len(data) - len(self._rest)]))
        return True

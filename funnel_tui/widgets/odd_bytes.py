"""Bytes from the terminal that are no UTF-8 are read as the sign for something unreadable.

A terminal set to another encoding types them, and so does a paste. Textual reads strictly, and one such byte
would end the program.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial


def read_odd_bytes() -> None:
    """Let Textual's driver read any bytes, for the rest of the process."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.getincrementaldecoder = _lenient  # type: ignore[attr-defined, assignment]


def _lenient(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")

"""Text in the cells of a terminal: how wide it is, and how it is cut, filled and wrapped."""

from __future__ import annotations

import re
import textwrap

from funnel_tui.domain.shown import clean

# Letters of the alphabets written one cell to a letter, and the signs we use: no table is needed for them.
_ONE_CELL = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff\u2013\u2026\u00b7]*")

_BLIND = "\0"
"""A letter that is in no text which was cleaned."""


def cell_width(text: str) -> int:
    """The terminal cells a text takes: two for a wide character, none for a combining one."""
    if _ONE_CELL.fullmatch(text):
        return len(text)
    # Loaded only where needed; it is the table Textual measures with, so both agree.
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells; one that is longer ends with an ellipsis."""
    if cell_width(text) <= width:
        return text
    kept = ""
    used = 0
    for char in text:
        used += cell_width(char)
        if used > width - 1:
            break
        kept += char
    return f"{kept}…"


def pad(text: str, width: int, *, right: bool) -> str:
    """The text filled with spaces to ``width`` cells; ``right`` puts them before it."""
    fill = " " * (width - cell_width(text))
    return fill + text if right else text + fill


def wrap(text: str, width: int, hang: str = "") -> list[str]:
    """The text in lines of at most ``width`` cells.

    :param hang: what the lines after the first begin with.
    """
    # The module that wraps counts letters: a wide one is made two, of which one is taken out again.
    doubled = (
        text
        if _ONE_CELL.fullmatch(text)
        else "".join(char + _BLIND * (cell_width(char) - 1) for char in text)
    )
    return [line.replace(_BLIND, "") for line in textwrap.wrap(doubled, width, subsequent_indent=hang)]


def wrapped(text: str, width: int | None, hang: str = "") -> list[str]:
    """A text with what people typed in lines that are safe to print.

    :param width: the cells of a line, or None for one as long as it needs to be.
    :param hang: what the lines after the first begin with.
    """
    safe = clean(text)
    if width is None or cell_width(safe) <= width:
        return [safe]
    return wrap(safe, width, hang)

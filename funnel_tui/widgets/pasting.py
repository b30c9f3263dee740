"""A paste is text, whatever it holds.

A terminal marks what was pasted with a code before it and one after it. Textual looks for codes inside it
too, and after one of them takes the rest of the paste for keys: pasted colours would save a form or end the
program.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from textual._parser import ParseError
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser

ESCAPE = "\x1b"
SHOWN = "\ufffd"
"""What stands for an escape character in pasted text; fields show one like this too."""

Parsing = Generator[Any, str, None]
"""Asks for one character after the other; what it asks with says how long it waits for it."""


def keep_pastes_whole() -> None:
    """Let every parser of the terminal's input take a paste for one text, for the rest of the process.

    All drivers of Textual make their parser of one class, so this is the one place for all of them.
    """
    if not hasattr(XTermParser.parse, "inner"):
        XTermParser.parse = _keeping(XTermParser.parse)  # type: ignore[method-assign, assignment]


def _keeping(inner: Callable[[XTermParser, Any], Parsing]) -> Callable[[XTermParser, Any], Parsing]:
    def parse(self: XTermParser, token_callback: Any) -> Parsing:
        return _without_escapes(inner(self, token_callback))

    parse.inner = inner  # type: ignore[attr-defined]
    return parse


def _without_escapes(parsing: Parsing) -> Parsing:
    """Hand on what is asked for and what comes; in a paste no code comes through but the mark of its end."""
    asked = next(parsing)
    latest = held = ""
    pasting = False
    while True:
        try:
            char = yield asked
        except ParseError as error:
            latest = ""
            try:
                asked = parsing.throw(error)
            except StopIteration:
                return
            continue
        if pasting:
            text, held = _read_on(held, char)
            pasting = text != BRACKETED_PASTE_END
        else:
            text = char
            latest = (latest + char)[-len(BRACKETED_PASTE_START) :]
            pasting = latest == BRACKETED_PASTE_START
        try:
            for one in text:
                asked = parsing.send(one)
        except StopIteration:
            return


def _read_on(held: str, char: str) -> tuple[str, str]:
    """Read a character of a paste.

    :param held: what may be the beginning of the mark of its end.
    :returns: what can be handed on, and what is held back from now on.
    """
    held += char
    if held == BRACKETED_PASTE_END:
        return held, ""
    if BRACKETED_PASTE_END.startswith(held):
        return "", held
    if char == ESCAPE:  # may begin the mark after all
        return held[:-1].replace(ESCAPE, SHOWN), char
    return held.replace(ESCAPE, SHOWN), ""

"""What is pasted is text, whatever it holds."""

from __future__ import annotations

import pytest
from textual import events
from textual._parser import ParseTimeout
from textual._xterm_parser import XTermParser

from funnel_tui.widgets.pasting import keep_pastes_whole

START, END = "\x1b[200~", "\x1b[201~"


@pytest.fixture
def parser() -> XTermParser:
    keep_pastes_whole()
    keep_pastes_whole()  # a second app in the process changes nothing
    return XTermParser()


def read(parser: XTermParser, *pieces: str) -> list[str]:
    """What comes of the pieces: the keys by their names, the pastes by their text in brackets."""
    found = []
    for piece in pieces:
        for event in parser.feed(piece):
            if isinstance(event, events.Paste):
                found.append(f"<{event.text}>")
            elif isinstance(event, events.Key):
                found.append(event.key)
    return found


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("plain", "plain"),
        ("Evil\x1b[31m red\x1b[0m\nq", "Evil\ufffd[31m red\ufffd[0m\nq"),
        ("\x1b", "\ufffd"),
        ("\x1b\x1b\x1b", "\ufffd\ufffd\ufffd"),
        ("a\x1b[200~b", "a\ufffd[200~b"),
        ("a\x1b[20", "a\ufffd[20"),
        ("a\x1b[I\x1b[O\x1bq\x1b[<0;5;5M\tb", "a\ufffd[I\ufffd[O\ufffdq\ufffd[<0;5;5M\tb"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_paste_is_one_text_and_no_key(parser: XTermParser, pasted: str, text: str, size: int) -> None:
    sent = f"x{START}{pasted}{END}y{START}{pasted}{END}\x1b[A"
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert read(parser, *pieces) == ["x", f"<{text}>", "y", f"<{text}>", "up"]


def test_a_key_that_ends_by_waiting_is_a_key_still(parser: XTermParser) -> None:
    assert read(parser, "\x1b") == []
    parser._awaiting = parser._gen.throw(ParseTimeout())
    assert [event.key for event in parser._tokens if isinstance(event, events.Key)] == ["escape"]
    parser._tokens.clear()
    assert read(parser, "[200~") == [
        "left_square_bracket", "2", "0", "0", "tilde",
    ]  # fmt: skip
    assert read(parser, "q") == ["q"]


def test_the_end_of_the_input_ends_a_paste(parser: XTermParser) -> None:
    assert read(parser, f"{START}abc\x1b[2", "") == []
    assert parser.is_eof

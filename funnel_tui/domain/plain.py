"""Text for terminals that lack some of its characters: each is told by plainer ones of the same width.

Nothing that was aligned is out of line afterwards: a box stays a box, a bar stays a bar, and a name keeps its
place. A letter with a mark loses the mark; what has no plain form at all is a question mark.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

ERRORS = "funnel.plain"
"""The name under which :func:`install` registers the replacement, for ``encode`` and text streams."""
ENCODING = "funnel_ascii"
"""ASCII by a name of our own: click takes a stream called ``ascii`` for a mistake and writes UTF-8 to it."""

_PLAIN_NAMES = frozenset({"C", "POSIX"})
_PLAIN_CODESETS = frozenset({"ascii", "usascii", "ansix341968", "646", "iso646us"})
# What Python writes over LC_CTYPE when it finds the C locale (PEP 538).
_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})

_SIGNS = {
    **dict.fromkeys("–—−‐‑‒―", "-"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‘’‚′´", "'"),
    **dict.fromkeys("·•∙⋅", "."),
    **{"…": "~", "×": "x", "÷": "/", "±": "~", "≥": ">", "≤": "<", "≈": "~", "Σ": "S", "Π": "P", "√": "v"},
    **{"→": ">", "←": "<", "↑": "^", "↓": "v", "▲": "^", "▼": "v", "▸": ">", "◂": "<", "▶": ">", "◀": "<"},
    **{"›": ">", "‹": "<", "⌈": "[", "⌉": "]", "⌊": "[", "⌋": "]", "●": "*", "◉": "@", "○": "o", "◌": "."},
    **{"◆": "*", "◇": "o", "■": "#", "□": "o", "✓": "v", "✔": "v", "✗": "x", "€": "E", "£": "L", "¥": "Y"},
    **{"█": "#", "▓": "#", "▒": ":", "░": ".", "▀": '"', "▄": "_", "▌": "|", "▐": "|", "▬": "=", "¡": "!"},
    **{"¿": "?", "°": "o", "§": "S", "¶": "P", "¦": "|", "¬": "-", "©": "c", "®": "r", "¢": "c"},
    # Letters that do not come apart into a plain letter and a mark: one for one, so that widths stay.
    **{"ø": "o", "æ": "a", "œ": "o", "đ": "d", "ð": "d", "þ": "t", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"},
    **{"Ø": "O", "Æ": "A", "Œ": "O", "Đ": "D", "Ð": "D", "Þ": "T", "Ł": "L", "Ħ": "H", "Ŧ": "T", "ß": "s"},
    **{"ƒ": "f", "ŋ": "n", "Ŋ": "N"},
}
_LOWER_BLOCKS = "_.-=+*#"
"""Blocks of one to seven eighths of a cell's height."""


def is_plain(environment: Mapping[str, str], *, utf8_mode: int = 0) -> bool:
    """Whether the locale says that the terminal knows ASCII only: C, POSIX or a codeset of that kind.

    An environment that names no locale at all says nothing, and most terminals of today know UTF-8.

    :param environment: the variables of the process.
    :param utf8_mode: that flag of the interpreter. It is on where Python itself found the C locale; then
        ``LC_CTYPE`` may be Python's own word and not the user's.
    """
    kind = environment.get("LC_CTYPE", "")
    if utf8_mode and kind in _COERCED and environment.get("PYTHONUTF8") != "1":
        kind = ""
    named = environment.get("LC_ALL") or kind or environment.get("LANG") or ""
    codeset = named.partition(".")[2].partition("@")[0]
    plain_codeset = "".join(filter(str.isalnum, codeset)).lower() in _PLAIN_CODESETS
    return named in _PLAIN_NAMES or plain_codeset


def to_ascii(text: str) -> str:
    """Text in ASCII alone, of the same width in cells."""
    return text if text.isascii() else "".join(map(_plainer, text))


def install() -> None:
    """Register ``ENCODING``, and what stands in for characters that an encoding lacks as ``ERRORS``."""
    try:
        codecs.lookup_error(ERRORS)
    except LookupError:
        codecs.register_error(ERRORS, _replace)
        codecs.register(_find)


def make_output_plain(environment: Mapping[str, str]) -> None:
    """Where the locale is plain ASCII, write nothing else to both outputs.

    ``PYTHONIOENCODING`` is the user's own word on that and goes first.

    :param environment: the variables of the process.
    """
    install()
    if environment.get("PYTHONIOENCODING") or not is_plain(environment, utf8_mode=sys.flags.utf8_mode):
        return
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=ENCODING, errors=ERRORS)


def _find(name: str) -> codecs.CodecInfo | None:
    if name != ENCODING:
        return None
    ascii_ = codecs.lookup("ascii")
    return codecs.CodecInfo(
        ascii_.encode,
        ascii_.decode,
        ascii_.streamreader,
        ascii_.streamwriter,
        ascii_.incrementalencoder,
        ascii_.incrementaldecoder,
        name=ENCODING,
    )


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end


@lru_cache(maxsize=4096)
def _plainer(char: str) -> str:
    """One character in ASCII, as wide as it was."""
    if char.isascii():
        return char
    if char in _SIGNS:
        return _SIGNS[char]
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return ""  # takes no room: a mark on the letter before it
    if "\u2500" <= char <= "\u259f" or "\u2800" <= char <= "\u28ff":
        return _drawn(char)
    width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
    apart = unicodedata.normalize("NFKD", char)
    bare = "".join(mark for mark in apart if not unicodedata.combining(mark))
    if bare.isspace():
        return " " * width
    return bare.ljust(width) if bare.isascii() and 0 < len(bare) <= width else "?" * width


def _drawn(char: str) -> str:
    """A line, block or dots that something is drawn with."""
    if char >= "\u2800":
        dots = (ord(char) - 0x2800).bit_count()
        return " .:*#"[(dots + 1) // 2]
    name = unicodedata.name(char, "")
    if name.startswith("BOX DRAWINGS"):
        across, upright = ("HORIZONTAL" in name or "LEFT" in name), "VERTICAL" in name
        if "DIAGONAL" in name:
            return "/" if "UPPER RIGHT TO LOWER LEFT" in name else "\\" if "UPPER LEFT" in name else "x"
        if upright and not (across or "RIGHT" in name):
            return "|"
        if across and not (upright or "UP" in name or "DOWN" in name):
            return "=" if name.startswith("BOX DRAWINGS DOUBLE") else "-"
        return "+"
    if "\u2581" <= char <= "\u2587":
        return _LOWER_BLOCKS[ord(char) - 0x2581]
    if "\u2589" <= char <= "\u258b":
        return "#"  # more than half of the cell, from the left
    return {"\u2594": '"'}.get(char, "|" if "\u258c" <= char <= "\u2595" else "#")

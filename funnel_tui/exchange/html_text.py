"""The text of a piece of HTML: of a message that has no other, of a note of a program that keeps HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKING = frozenset(
    {
        "p",
        "div",
        "br",
        "tr",
        "table",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    }
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_LOOKS_SO = re.compile(r"<(?:[a-zA-Z][^<>]*|/[a-zA-Z][^<>]*|!--)>?")


class _Text(HTMLParser):
    """Collects the text."""

    def __init__(self, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._room = most
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKING:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent and self._room > 0:
            piece = re.sub(r"\s+", " ", data)
            self._room -= len(piece)
            self.parts.append(piece)


def looks_like_html(text: str) -> bool:
    """Whether a text has tags in it."""
    return _LOOKS_SO.search(text) is not None


def html_text(html: str, most: int = 20_000) -> str:
    """The text of HTML: without tags, scripts and styles, a line per block.

    :param most: about how many characters to take.
    """
    reader = _Text(most)
    reader.feed(html[: 16 * most])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    text = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()

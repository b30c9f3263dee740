"""Reading mail: a message at a time, whatever the size of the file and of the message.

Of a message the first :data:`KEPT` bytes are looked at: its header and the beginning of its text. What
follows is read over and never held. All that is taken out of it is plain text without control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from funnel_tui.errors import FunnelError
from funnel_tui.exchange.html_text import html_text
from funnel_tui.exchange.table import readable
from funnel_tui.language import tr

KEPT = 1 << 20
"""Bytes of a message that are looked at."""

HEADER_KEPT = 1 << 19
"""Bytes of its header that are looked at."""

HASHED = 1 << 14
"""Bytes that tell a message without a Message-ID from others."""

NOTE_LIMIT = 2000
"""Characters of the text that go into the note."""

SUBJECT_LIMIT = 300
ADDRESSES = 1000
"""Addresses of one message that are looked at; a longer list is no conversation."""

REFERENCES = 50
ID_LIMIT = 300

PARTS = 20
"""Parts in parts of a message that are looked at. Each one more makes every line of it cost more."""

LONGEST_HEADER = 4000
"""Characters of a header that is taken apart; a longer one costs more than it can say."""

_TAKEN_APART = ("Content-Type", "Content-Disposition")
_PIECE = 1 << 16
_SEPARATOR = re.compile(rb"From .*\d\d:\d\d")
_ESCAPED = re.compile(rb">+From ")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_STEERING = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_BREAKS = re.compile(r"\r\n|\r|\u2028|\u2029|\x85|\x0b|\x0c")

# The older policy hands headers on as they are. The newer one takes each apart when it is looked at: it
# fails on hostile ones, and takes seconds for one of ten thousand parts.
_POLICY = policy.compat32

# What the standard library raises on headers and bodies that are no mail at all.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message.

    :ivar line: the line of the file on which it begins.
    :ivar id: its Message-ID, or a hash of what it says where it has none that can be used.
    :ivar sent: instants it may have been sent at, the likeliest first, in epoch seconds UTC; there may be
        none.
    :ivar sender: addresses of who wrote it, folded.
    :ivar to: addresses it went to, folded, those of To before those of Cc.
    :ivar references: ids of the messages it follows, the nearest first.
    :ivar is_cut: its header is longer than what is looked at: who and when may stand in the rest.
    """

    line: int
    id: str
    sent: tuple[int, ...]
    sender: tuple[str, ...]
    to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    is_cut: bool
    raw: bytes = field(repr=False)

    def note(self) -> str:
        """The subject, and the first lines of the text without what it quotes."""
        text = "\n".join(line for line in _text_of(self.raw).split("\n") if not line.startswith(">"))
        text = re.sub(r"\n{3,}", "\n\n", text).strip()
        if len(text) > NOTE_LIMIT:
            text = f"{text[:NOTE_LIMIT].rstrip()} …"
        return "\n".join(part for part in (self.subject, text) if part)


def read_letters(path: Path, name: str, tell: Callable[[int], None]) -> Iterator[Letter]:
    """The messages of a file: one (``.eml``) or many (``.mbox``).

    :param path: the file.
    :param name: its name for messages.
    :param tell: told now and then how many bytes were read.
    :raises FunnelError: when it cannot be read, or is no mail.
    """
    with readable(name), path.open("rb") as stream:
        first = True
        for line, raw in _messages(stream, tell):
            if first and not _FIELD.match(raw.lstrip()):
                raise FunnelError(
                    tr("{name} is no mail: it does not begin with a header.").format(name=name),
                    tr("A message begins with lines such as Subject: and From:."),
                )
            first = False
            yield _letter(line, raw)
        if first:
            raise FunnelError(tr("{name} is empty.").format(name=name))


def _messages(stream: BinaryIO, tell: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """The line each message begins on, and its first bytes. A file without separators is one message.

    Between separators a line of the text that begins with "From " stands with a ">" before it, and one with
    such a ">" has one more: the one that was put there is taken away.
    """
    kept: list[bytes] = []
    size, line, begin = 0, 0, 1
    begins, blank, some = True, True, False
    parted, in_text = False, False
    while piece := stream.readline(_PIECE):
        line += begins
        if begins and blank and piece.startswith(b"From ") and _SEPARATOR.match(piece):
            if some:
                yield begin, b"".join(kept)
                tell(stream.tell())
            kept, size, begin, some = [], 0, line + 1, False
            parted, in_text = True, False
        else:
            in_text = in_text or (some and blank)
            some = some or not piece.isspace()
            if size < KEPT and (some or kept):
                if piece.startswith(b">") and parted and in_text and begins and _ESCAPED.match(piece):
                    piece = piece[1:]
                kept.append(piece)
                size += len(piece)
        begins = piece.endswith(b"\n")
        blank = begins and piece in (b"\n", b"\r\n")
    if some:
        yield begin, b"".join(kept)
    tell(stream.tell())


def _letter(line: int, raw: bytes) -> Letter:
    """A message by its first bytes."""
    head, *text = re.split(rb"\r?\n\r?\n", raw[:HEADER_KEPT].lstrip(), maxsplit=1)
    message = message_from_bytes(head, policy=_POLICY)
    named = _MESSAGE_ID.findall(_header(message, "Message-ID"))
    ident = named[0] if named and len(named[0]) <= ID_LIMIT and named[0].isprintable() else ""
    follows = _MESSAGE_ID.findall(_header(message, "In-Reply-To"))[:REFERENCES]
    follows += reversed(_MESSAGE_ID.findall(_header(message, "References"))[-REFERENCES:])
    return Letter(
        line=line,
        id=ident or f"hash:{blake2b(_bare(raw), digest_size=16).hexdigest()}",
        sent=tuple(_instants(message)),
        sender=_addresses(message, "From", "Sender"),
        to=_addresses(message, "To", "Cc"),
        references=tuple(dict.fromkeys(follows)),
        subject=one_line(_decoded(_header(message, "Subject")))[:SUBJECT_LIMIT],
        is_cut=not text and len(raw) >= HEADER_KEPT,
        raw=raw,
    )


def _bare(raw: bytes) -> bytes:
    """The beginning of a message whatever its line ends; a mailbox has one more after each message."""
    return raw.rstrip(b"\r\n")[: 2 * HASHED].replace(b"\r\n", b"\n")[:HASHED]


def _header(message: Message, name: str) -> str:
    """The first header of a name in one line; empty without one."""
    value = message.get(name, "")
    return re.sub(r"[\r\n]+[ \t]*", " ", str(value)).strip()


def _addresses(message: Message, *names: str) -> tuple[str, ...]:
    """The addresses of some headers, folded, each once."""
    found: dict[str, None] = {}
    for name in names:
        for value in message.get_all(name, [])[:10]:
            text = re.sub(r"[\r\n]+[ \t]*", " ", str(value))[:_PIECE]
            try:
                pairs = getaddresses([text])
            except _BROKEN:
                continue
            for _, address in pairs[:ADDRESSES]:
                if "@" in address and not _STEERING.search(address) and " " not in address:
                    found.setdefault(address.strip().casefold())
    return tuple(found)[:ADDRESSES]


def _instants(message: Message) -> Iterator[int]:
    """When a message may have been sent: by its date, else by the hosts that handed it on."""
    received = [str(value).rpartition(";")[2] for value in reversed(message.get_all("Received", [])[:50])]
    for text in (_header(message, "Date"), *received):
        try:
            moment = parsedate_to_datetime(" ".join(text.split()))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            yield int((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
        except _BROKEN:
            continue


def _decoded(text: str) -> str:
    """A header with its encoded words read; what cannot be is marked."""
    try:
        parts = decode_header(text)
    except (*_BROKEN, MessageError):
        return text
    found = []
    for part, charset in parts:
        found.append(part if isinstance(part, str) else _as_text(part, charset))
    return "".join(found)


def _as_text(data: bytes, charset: str | None) -> str:
    """Bytes as text in the encoding they name, else in UTF-8, else in that of Windows."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "ascii")
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def one_line(text: str) -> str:
    """Text in one line, without control characters and marks that turn its direction."""
    return " ".join(_STEERING.sub(" ", text).split())


def several_lines(text: str) -> str:
    """Text without control characters but line ends, each of which is one character."""
    lines = _BREAKS.sub("\n", text).split("\n")
    return "\n".join(_STEERING.sub(" ", line).rstrip() for line in lines)


def _text_of(raw: bytes) -> str:
    """The text of a message: its plain text, else that of its HTML; attachments are passed over."""
    try:
        deep = [match.start() for match in _BOUNDARY.finditer(raw)]
        message = message_from_bytes(raw[: deep[PARTS]] if len(deep) > PARTS else raw, policy=_POLICY)
        html = ""
        for count, part in enumerate(message.walk()):
            if count > 200:
                break
            kind = part.get_content_type()
            if part.is_multipart() or kind not in ("text/plain", "text/html"):
                continue
            if any(len(str(part.get(name, ""))) > LONGEST_HEADER for name in _TAKEN_APART):
                continue
            if part.get_content_disposition() == "attachment" or part.get_filename():
                continue
            body = part.get_payload(decode=True)
            text = _as_text(body, part.get_content_charset()) if isinstance(body, bytes) else ""
            if kind == "text/plain" and text.strip():
                return several_lines(text)
            html = html or text
        return several_lines(html_text(html, 4 * NOTE_LIMIT))
    except _BROKEN:
        return ""

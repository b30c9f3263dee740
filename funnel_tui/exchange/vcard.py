"""vCard files (2.1, 3.0 and 4.0) as a table of contacts, so that they are imported as a CSV file is.

``vobject`` parses the lines and decodes them. Cards are put together here, because a file is read as a
stream: photos and notes, which can be larger than everything else, are passed over without being kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO

from vobject.base import ContentLine, VObjectError, parseLine
from vobject.icalendar import stringToTextValues
from vobject.vcard import splitFields

from funnel_tui.domain.said import said
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.refusals import Refusal, RefusalSink
from funnel_tui.exchange.sniff import HEAD
from funnel_tui.exchange.table import BATCH, Table, readable
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr

COLUMNS = ("id", "person", "email", "phone", "organisation")
"""The fields of a contact that a card holds. Its ROLE and TITLE are a job, not a part in a deal."""

ENDINGS = frozenset({".vcf", ".vcard"})

KEPT = 1 << 16
"""Characters kept of a value; more than any field may have."""

_BEGIN, _END, _AGENT = "BEGIN", "END", "AGENT"
_WANTED = frozenset({"FN", "N", "ORG", "EMAIL", "TEL", "UID", "KIND", "X-ABSHOWAS"})
_NAME = re.compile(r"(?:[a-z0-9_-]+\.)?([a-z0-9_-]+)[ \t]*[;:]", re.IGNORECASE)
# Name and parameters. Checked before vobject sees the line, whose own expression takes exponential time on
# parameters that are wrong.
_HEAD_OF_LINE = re.compile(
    r"(?:[\w-]+\.)?[\w-]+(?:;[\w-]+(?:=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)?)*;?:",
    re.ASCII,
)
_SPACES = re.compile(r"[ \t\r\n]+")
_NEVER = "\0"
_NO_PHONES = frozenset({"FAX", "PAGER", "MODEM", "BBS", "TEXTPHONE"})
_PHONES = ("WORK", "CELL")
_LAST = 101
"""The rank of what has no PREF; those of vCard 4.0 go from 1 to 100."""


class Line(NamedTuple):
    """A line of a card, put together from the lines of the file it was folded into.

    :param name: of the property, in capitals; empty for a line that is none.
    """

    number: int
    name: str
    text: str


class Property(NamedTuple):
    """A property of a card: its value, and its TYPE parameters in capitals."""

    value: str
    types: frozenset[str]
    rank: int


@dataclass(slots=True)
class Card:
    """One card.

    :ivar line: where it begins.
    :ivar inside: cards inside it that are open (an AGENT of vCard 2.1).
    :ivar bad: something in it was refused.
    """

    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)
    agent: bool = False
    inside: int = 0
    bad: bool = False

    def first(self, name: str) -> str:
        """The value of a property; empty without one."""
        found = self.properties.get(name, ())
        return min(found, key=lambda each: each.rank).value if found else ""

    def enter(self) -> bool:
        """Go into a card inside this one, if one may begin here."""
        if not (self.agent or self.inside):
            return False
        self.inside, self.agent = self.inside + 1, False
        return True

    @property
    def is_person(self) -> bool:
        """Whether it is of a person; there are cards of organisations, groups and places too."""
        kind = self.first("KIND").casefold()
        if kind:
            return kind not in {"org", "group", "location", "application", "device"}
        return self.first("X-ABSHOWAS").casefold() != "company"

    def row(self) -> list[str]:
        """The texts of :data:`COLUMNS`."""
        # An organisation may be followed by its units.
        organisation = next(iter(_parts(self.first("ORG"))), "")
        ident = self.first("UID").removeprefix("urn:uuid:")
        email = self.first("EMAIL")
        if email[:7].casefold() == "mailto:":
            email = email[7:]
        values = (_text(ident), self._name(), _text(email), self._phone(), organisation)
        return [_SPACES.sub(" ", value).strip() for value in values]

    def _name(self) -> str:
        formatted = _text(self.first("FN"))
        if formatted.strip():
            return formatted
        family, given, more, *_ = (*_parts(self.first("N")), "", "", "")
        return " ".join(part for part in (given, more, family) if part)

    def _phone(self) -> str:
        phones = [each for each in self.properties.get("TEL", ()) if not each.types & _NO_PHONES]
        if not phones:
            return ""
        best = min(phones, key=lambda each: (each.rank, _kind_of_phone(each.types)))
        number, *more = _text(best.value).split(";")
        number = number[4:] if number[:4].casefold() == "tel:" else number
        extension = next((part[4:] for part in more if part[:4].casefold() == "ext="), "")
        return f"{number} ext. {extension}" if extension else number


def _kind_of_phone(types: frozenset[str]) -> int:
    return next((place for place, kind in enumerate(_PHONES) if kind in types), len(_PHONES))


def _text(value: str) -> str:
    """A value without its escapes. Commas in it separate nothing."""
    return _NEVER.join(stringToTextValues(value, listSeparator=_NEVER))


def _parts(value: str) -> list[str]:
    """The parts of a structured value, each in one piece."""
    return [part if isinstance(part, str) else ", ".join(part) for part in splitFields(value)]


class CardTable(Table):
    """A file of vCards, read as a table with the columns :data:`COLUMNS`.

    :ivar passed_over: cards of organisations, groups and places in the last pass.
    """

    passed_over = 0

    def batches(self, refusals: RefusalSink) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The cards, at most :data:`BATCH` at a time: the lines they begin on, and their rows."""
        self.passed_over = 0
        lines: list[int] = []
        rows: list[list[str]] = []
        with readable(self.name), self._open() as stream:
            for card in _cards(_lines(stream), refusals):
                if not card.is_person:
                    self.passed_over += 1
                    continue
                lines.append(card.line)
                rows.append(card.row())
                if len(rows) == BATCH:
                    self.position = stream.buffer.tell()
                    yield lines, rows
                    lines, rows = [], []
            self.position = self.size
        if rows:
            yield lines, rows

    def _find_delimiter(self, told: str | None) -> str:  # noqa: ARG002  there is none
        with self._open() as stream:
            sample = stream.read(HEAD)
        if not sample.strip():
            raise FunnelError(tr("{name} is empty.").format(name=self.name))
        if "BEGIN:VCARD" not in sample.upper():
            raise FunnelError(
                tr("{name} holds no vCard.").format(name=self.name),
                tr("A card begins with the line BEGIN:VCARD."),
            )
        return ""

    def _find_columns(self, header: bool) -> tuple[str, ...]:  # noqa: ARG002  cards have names of their own
        return COLUMNS


def is_cards(path: str) -> bool:
    """Whether a file is of vCards: by the ending of its name, else by its first line."""
    file = Path(path)
    if file.suffix.casefold() in ENDINGS:
        return True
    # What cannot be looked into is left to whoever opens it and says why.
    with suppress(OSError, ValueError):
        if file.is_file():
            with file.open("rb") as stream:
                head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
            return head[:11].upper() == b"BEGIN:VCARD"
    return False


def open_cards(path: str, encoding: str | None = None) -> CardTable:
    """Open a file of vCards.

    :param path: the file; a pipe is copied to a temporary file first.
    :param encoding: its encoding; None finds out UTF-8, UTF-16 and cp1252.
    :raises FunnelError: no such file, a directory, not readable, empty, not text, no vCards in it.
    :raises UsageError: an encoding that does not exist.
    """
    if "\0" in path:
        raise FunnelError(
            tr("There is no file {path}.").format(path=visible(path, 1000)),
            tr("Check the path and the spelling."),
        )
    return CardTable(Path(path), encoding, None, True)


def _lines(stream: TextIO) -> Iterator[Line]:
    """The lines of the cards. What is folded is put together, what is not wanted is left out."""
    number, name, parts, length = 0, "", [""], 0
    open_line = soft = encoded = printable = False
    for count, raw in enumerate(stream, 1):
        text = raw.rstrip("\r\n")
        if open_line and (soft or text[:1] in (" ", "\t") or (encoded and text and ":" not in text)):
            more = text if soft else text[1:]
            soft = printable and text.endswith("=")
            if name in _WANTED and length < KEPT:
                parts.append(more[:-1] if soft else more)
                length += len(more)
            continue
        if open_line and (name in _WANTED or not name):
            yield Line(number, name, "".join(parts)[:KEPT])
        soft = encoded = False
        open_line = bool(text.strip())
        if not open_line:
            continue
        match = _NAME.match(text)
        number, name = count, match.group(1).upper() if match else ""
        if name in (_BEGIN, _END, _AGENT):
            yield Line(number, name, text)
            open_line = False
            continue
        head = text.partition(":")[0].upper()
        printable = "QUOTED-PRINTABLE" in head
        soft = printable and text.endswith("=")
        encoded = "BASE64" in head or "ENCODING=B" in head
        parts, length = [text[:-1] if soft else text[:KEPT]], len(text)
    if open_line and (name in _WANTED or not name):
        yield Line(number, name, "".join(parts)[:KEPT])


def _cards(lines: Iterator[Line], refusals: RefusalSink) -> Iterator[Card]:
    """The cards that are in order; lines that are not are refused, and the cards they are in left out."""
    card: Card | None = None
    for line in lines:
        if line.name == _BEGIN and not (card is not None and card.enter()):
            if card is not None:
                refusals.add(_unended(card))
            card = Card(line.number)
        elif card is None:
            reason = said("stands outside a card; a card begins with the line BEGIN:VCARD")
            refusals.add(Refusal(line.number, "", line.text, reason))
        elif line.name == _END and not card.inside:
            if not card.bad:
                yield card
            card = None
        else:
            reason = _take(card, line)
            if reason:
                card.bad = True
                refusals.add(Refusal(line.number, line.name, line.text, reason))
    if card is not None:
        refusals.add(_unended(card))


def _unended(card: Card) -> Refusal:
    return Refusal(card.line, "", "BEGIN:VCARD", said("this card has no END:VCARD; the file may be cut off"))


def _take(card: Card, line: Line) -> str:
    """Add a property to a card.

    :returns: why it cannot be read; empty when it can.
    """
    if line.name == _AGENT:
        card.agent = not line.text.partition(":")[2].strip()
    if line.name == _END:
        card.inside -= 1
    if card.inside or line.name in (_BEGIN, _END, _AGENT):
        return ""
    head = _HEAD_OF_LINE.match(line.text)
    if not line.name or head is None:
        return said("is no line of a vCard: a name, a colon and a value")
    # Parameters may be written in any case; vobject knows them in capitals.
    text = line.text[: head.end()].upper() + line.text[head.end() :]
    try:
        read = ContentLine(*parseLine(text), encoded=True)
    except VObjectError:
        return said("is no line of a vCard: a name, a colon and a value")
    except (LookupError, ValueError):
        return said("is not written in the encoding it names")
    words = [
        *read.singletonparams,
        *(word for each in read.params.get("TYPE", ()) for word in each.split(",")),
    ]
    types = frozenset(words)
    rank = 0 if "PREF" in types else _LAST
    with suppress(IndexError, ValueError):
        rank = int(read.params.get("PREF", ())[0])
    value = read.value
    if (len(value) - len(value.rstrip("\\"))) % 2:
        # An escape with nothing after it stands for itself.
        value += "\\"
    card.properties.setdefault(line.name, []).append(Property(value, types, rank))
    return ""

"""Finding out what a file is: text or not, in which encoding, and what separates its fields."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path
from typing import BinaryIO

from funnel_tui.domain.said import placed
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.language import tr

#: Bytes read at a time while a whole file is checked.
_CHUNK = 1 << 20

#: Bytes at the start of the file that tell what it is.
HEAD = 1 << 16

#: Delimiters that are looked for. Of two that fit equally well, the earlier one wins: a comma is more often
#: part of a text or a number than the others.
DELIMITERS = ("\t", ";", "|", ",")

#: Rows the delimiter is judged by.
_SAMPLE_ROWS = 20

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", tr("an old Excel workbook; save it as CSV")),
    (b"SQLite format 3\x00", tr("an SQLite database, not a table of text")),
    (b"\x1f\x8b", tr("compressed (gzip); unpack it first")),
    (b"%PDF", tr("a PDF document, not a table of text")),
)


def refuse_binary(name: str, head: bytes) -> None:
    """Refuse a file that is known not to be text by how it begins.

    :param name: the file's name for the message.
    :param head: its first bytes.
    :raises FunnelError: for workbooks, archives, databases and documents, naming what it is.
    """
    what = next((text for magic, text in _MAGIC if head.startswith(magic)), None)
    if head.startswith(b"PK\x03\x04"):
        if b"xl/" in head or b"[Content_Types].xml" in head:
            what = tr("an Excel workbook; save it as CSV")
        elif b"opendocument.spreadsheet" in head:
            what = tr("an OpenDocument spreadsheet; save it as CSV")
        else:
            what = tr("a ZIP archive; unpack it first")
    if what is not None:
        raise FunnelError(tr("{name} is {what}.").format(name=name, what=what))


def find_encoding(path: Path, name: str, head: bytes, told: str | None) -> str:
    """The encoding of a file, checked against every byte of it.

    UTF-8 and UTF-16 are recognised by their byte order marks, UTF-16 without one by its zero bytes. What is
    left is UTF-8 if it can be read so, and cp1252 if it cannot.

    :param path: the file.
    :param name: its name for messages.
    :param head: its first :data:`HEAD` bytes.
    :param told: the encoding the user named, or None.
    :returns: the name of a Python codec.
    :raises UsageError: for an encoding nobody knows.
    :raises FunnelError: when the file cannot be read with it, naming the line.
    """
    codec = _told(told, head) if told else _marked(head)
    with path.open("rb") as stream:
        bad = _first_bad_line(stream, codec or "utf-8", name)
        if bad is None:
            return codec or "utf-8"
        if codec is not None:
            raise FunnelError(
                tr("{name}, line {bad}: cannot be read as {value}.").format(
                    name=name, bad=bad, value=told or codec
                ),
                _encoding_hint(),
            )
        _refuse_mixture(stream, name)
        bad = _first_bad_line(stream, "cp1252", name)
        if bad is not None:
            raise FunnelError(
                tr("{name}, line {bad}: is neither UTF-8 nor cp1252 (Windows).").format(name=name, bad=bad),
                _encoding_hint(),
            )
    return "cp1252"


def _encoding_hint() -> str:
    return placed(
        tr("Say --encoding with the encoding the file was saved in."), tr("Save the file as UTF-8.")
    )


def _told(told: str, head: bytes) -> str:
    """The codec for an encoding the user named; one that takes away a byte order mark that is there."""
    try:
        "".encode(told)
        codec = codecs.lookup(told).name
    except (LookupError, ValueError) as error:
        raise UsageError(
            tr("No encoding is called {told!r}.").format(told=told),
            tr("Try utf-8, utf-16, cp1252 or latin-1."),
        ) from error
    if codec == "utf-8":
        return "utf-8-sig"
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if marked and codec.startswith("utf-16") else codec


def _marked(head: bytes) -> str | None:
    """The codec the first bytes give away, or None."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Latin text in UTF-16 has a zero in nearly every second byte; four in ten leaves room for other scripts.
    start = head[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 0.4 * len(start) / 2 and not even:
        return "utf-16-le"
    if even > 0.4 * len(start) / 2 and not odd:
        return "utf-16-be"
    return None


def _first_bad_line(stream: BinaryIO, codec: str, name: str) -> int | None:
    """The line of the first byte that cannot be decoded, or None. A zero byte in 8-bit text is an error."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    wide = codec.startswith(("utf-16", "utf-32"))
    line = 1
    while True:
        chunk = stream.read(_CHUNK)
        if not wide and b"\x00" in chunk:
            line += chunk.count(b"\n", 0, chunk.index(b"\x00"))
            raise FunnelError(
                tr("{name} is a binary file (zero byte on line {line}), not a table of text.").format(
                    name=name, line=line
                )
            )
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(codec, errors="ignore")
            return line + good.count("\n")
        if not chunk:
            return None


def _refuse_mixture(stream: BinaryIO, name: str) -> None:
    """Refuse a file that is mostly UTF-8 with a few broken bytes: as cp1252 its names would be garbled."""
    stream.seek(0)
    good = bad = first = 0
    for number, line in enumerate(stream, 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
            first = first or number
    if good >= bad:
        raise FunnelError(
            tr(
                "{name}, line {first}: is not UTF-8, though {good} other lines with special letters are."
            ).format(name=name, first=first, good=good),
            placed(
                tr("Mend the line, or say --encoding with the encoding the file was saved in."),
                tr("Mend the line, or save the file as UTF-8."),
            ),
        )


def find_delimiter(sample: str, *, whole: bool) -> str:
    """What separates the fields: the one of :data:`DELIMITERS` that gives the most rows of equal width.

    :param sample: the beginning of the text.
    :param whole: whether the sample is the whole text; otherwise its last row is left out.
    :returns: one character; a comma where nothing separates anything.
    """
    best, best_share = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter, whole)
        if not widths or widths[0] < 2:
            continue
        # Not the number of columns: with a decimal comma in every field a comma always gives one more.
        share = widths.count(widths[0]) / len(widths)
        if share > best_share:
            best, best_share = delimiter, share
    return best


def _widths(sample: str, delimiter: str, whole: bool) -> list[int]:
    """The number of fields of each of the first rows."""
    widths: list[int] = []
    lines = sample.splitlines(keepends=True)
    try:
        for row in csv.reader(lines if whole else lines[:-1] or lines, delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return widths

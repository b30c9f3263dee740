"""The files of a whole export: one CSV file per table and ``manifest.json``, exact to the last character.

Other exports are for reading; this one is for coming back. Nothing is rounded, renamed or left out: rows keep
their numbers, an empty cell is nothing, and an apostrophe alone is an empty text where a column may also hold
nothing. Instants are ISO 8601 in UTC, days ISO dates, amounts minor units. What would steer a terminal is
written as ``\\u001b``, a backslash as two, and a cell that a spreadsheet would take for a formula begins with
an apostrophe.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from funnel_tui.domain.period import day_number, day_of
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.sheets import Cells
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr

MANIFEST = "manifest.json"
FORMAT = "funnel export"
VERSION = 1
"""Of the format of the files."""

_LARGEST = 2**63 - 1
_STEERING = re.compile(
    "[\\\\\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_ESCAPED = re.compile(r"\\(\\|u([0-9a-f]{4}))")
_FORMULA = ("=", "+", "-", "@", "\t", "'")
_EMPTY = "'"
_ABOUT = (
    "A whole export of funnel: one CSV file per table, UTF-8. Instants are UTC, amounts are minor units, "
    "an empty cell is nothing. Bring it back with: funnel --db NEW.db import all FOLDER"
)

Encode = Callable[[Any], str]
Decode = Callable[[str], Any]


class BadCell(ValueError):
    """A cell that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class WholeColumn:
    """A column of a table.

    :param cells: what stands in it.
    :param optional: whether it may hold nothing.
    """

    name: str
    cells: Cells
    optional: bool


@dataclass(frozen=True, slots=True)
class TableNote:
    """What the manifest says of a table.

    :param rows: how many there are.
    :param last: the highest number that was ever given to a row, None for tables without numbers.
    """

    rows: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds.

    :param schema: the version of the schema that the tables are of.
    :param exported: when, in epoch seconds.
    :param tables: by name, in the order they are to be read.
    """

    schema: int
    exported: int
    tables: Mapping[str, TableNote]

    def text(self) -> str:
        """As JSON."""
        tables = {
            name: {"file": file_name(name), "rows": note.rows, "last": note.last}
            for name, note in self.tables.items()
        }
        whole = {
            "format": FORMAT,
            "version": VERSION,
            "about": _ABOUT,
            "schema": self.schema,
            "exported": _instant_text(self.exported),
            "tables": tables,
        }
        return json.dumps(whole, indent=2) + "\n"


def file_name(table: str) -> str:
    """The file of a table."""
    return f"{table}.csv"


def is_export(folder: Path) -> bool:
    """Whether a folder is a whole export."""
    try:
        read_manifest(folder)
    except FunnelError:
        return False
    return True


def read_manifest(folder: Path) -> Manifest:
    """What an export holds.

    :raises FunnelError: when the folder is no export, or one of a newer version.
    """
    path = folder / MANIFEST
    hint = tr("Name the folder that funnel export all has made.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        where = (
            tr("There is no {file} in {folder}.").format(file=MANIFEST, folder=folder)
            if folder.is_dir()
            else tr("{folder} is no folder.").format(folder=folder)
        )
        raise FunnelError(where, hint) from None
    except OSError as error:
        raise FunnelError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror)
        ) from error
    except ValueError as error:
        raise FunnelError(
            tr("{path} is no JSON text: {problem}.").format(path=path, problem=" ".join(str(error).split())),
            hint,
        ) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise FunnelError(tr("{path} is not of a funnel export.").format(path=path), hint)
    if found.get("version") != VERSION:
        raise FunnelError(
            tr(
                "{folder} was written by another version of funnel: it is of format {other}, and this one "
                "knows {version}."
            ).format(folder=folder, other=visible(str(found.get("version"))), version=VERSION),
            tr("Upgrade with: pip install --upgrade funnel-tui"),
        )
    try:
        tables = {
            str(name): TableNote(int(note["rows"]), None if note["last"] is None else int(note["last"]))
            for name, note in found["tables"].items()
        }
        return Manifest(int(found["schema"]), _instant(str(found["exported"])), tables)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FunnelError(
            tr("{path} is damaged: {problem}.").format(path=path, problem=type(error).__name__), hint
        ) from error


def write_table(columns: Sequence[WholeColumn], rows: Iterable[Sequence[Any]], stream: BinaryIO) -> int:
    """Write the rows of a table, one at a time.

    :param rows: a value per column, as the database holds it.
    :returns: how many.
    """
    writers = [_encoder(column) for column in columns]
    # It leaves the stream open when it goes, also after an error.
    writer = csv.writer(codecs.getwriter("utf-8")(stream), lineterminator="\n")
    writer.writerow([column.name for column in columns])
    count = 0
    for row in rows:
        writer.writerow([write(value) for write, value in zip(writers, row, strict=True)])
        count += 1
    return count


def read_table(path: Path, columns: Sequence[WholeColumn]) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, read as they are asked for.

    :param columns: in this order; the file may have them in another one.
    :raises FunnelError: naming file, line and column of what cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            places = _places(path, next(lines, []), columns)
            width = len(columns)
            readers = [(_decoder(column), places[column.name], column.name) for column in columns]
            for row in lines:
                if len(row) != width:
                    raise _bad(
                        path,
                        lines.line_num,
                        tr("there are {cells} cells, not {width}").format(cells=len(row), width=width),
                    )
                yield _decoded(path, lines.line_num, row, readers)
    except FileNotFoundError:
        raise FunnelError(
            tr("{path} is missing.").format(path=path), tr("The export is not whole; nothing was imported.")
        ) from None
    except OSError as error:
        raise FunnelError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror),
            tr("Nothing was imported."),
        ) from error
    except UnicodeDecodeError as error:
        raise FunnelError(
            tr("{path} is not UTF-8 text (byte {start}).").format(path=path, start=error.start),
            tr("Nothing was imported."),
        ) from error
    except csv.Error as error:
        raise FunnelError(
            tr("{path} is no CSV file: {error}.").format(path=path, error=error), tr("Nothing was imported.")
        ) from error


def _places(path: Path, header: Sequence[str], columns: Sequence[WholeColumn]) -> Mapping[str, int]:
    places = {name: place for place, name in enumerate(header)}
    wanted = [column.name for column in columns]
    missing = [name for name in wanted if name not in places]
    odd = [name for name in header if name not in wanted]
    if missing or odd or len(places) != len(header):
        if missing:
            words = tr("{path} has no column {column}.").format(path=path, column=missing[0])
        elif odd:
            words = tr("{path} has a column that is not one of its table ({column}).").format(
                path=path, column=visible(odd[0])
            )
        else:
            words = tr("{path} has a column that is not one of its table.").format(path=path)
        raise FunnelError(words, tr("Nothing was imported."))
    return places


def _decoded(
    path: Path, line: int, row: Sequence[str], readers: Sequence[tuple[Decode, int, str]]
) -> tuple[Any, ...]:
    try:
        return tuple([read(row[place]) for read, place, _ in readers])
    except BadCell:
        for read, place, name in readers:
            try:
                read(row[place])
            except BadCell as error:
                raise _bad(path, line, f"{visible(row[place])!r} {error}", name) from None
        raise


def _bad(path: Path, line: int, what: str, column: str = "") -> FunnelError:
    words = tr("{path}, line {line}: {problem}.")
    if column:
        words = tr("{path}, line {line}, column {column}: {problem}.")
    return FunnelError(
        words.format(path=path, line=line, column=column, problem=what), tr("Nothing was imported.")
    )


def _encoder(column: WholeColumn) -> Encode:
    plain = _ENCODERS[column.cells]
    if column.cells is Cells.TEXT and not column.optional:
        return lambda value: plain(value) if value else ""
    if column.cells is Cells.TEXT:
        return lambda value: "" if value is None else plain(value) if value else _EMPTY
    return lambda value: "" if value is None else plain(value)


def _decoder(column: WholeColumn) -> Decode:
    plain = _DECODERS[column.cells]
    if column.cells is Cells.TEXT and not column.optional:
        return lambda text: plain(text) if text else ""
    if column.optional:
        return lambda text: plain(text) if text else None

    def needed(text: str) -> Any:
        if not text:
            raise BadCell(tr("is empty; the column needs a value"))
        return plain(text)

    return needed


def _text_cell(text: str) -> str:
    safe = _STEERING.sub(_escape, text) if _STEERING.search(text) else text
    return f"'{safe}" if safe.lstrip().startswith(_FORMULA) else safe


def _escape(match: re.Match[str]) -> str:
    return "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}"


def _text(cell: str) -> str:
    if cell == _EMPTY:
        return ""
    if cell.startswith("'") and cell[1:].lstrip().startswith(_FORMULA):
        cell = cell[1:]
    return _ESCAPED.sub(lambda match: chr(int(match[2], 16)) if match[2] else "\\", cell)


def _instant_text(instant: int) -> str:
    try:
        return datetime.fromtimestamp(instant, UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError, OSError):
        return str(instant)


def _instant(cell: str) -> int:
    if "T" in cell:
        with suppress(ValueError):
            found = datetime.fromisoformat(cell)
            if found.tzinfo is not None:
                return int(found.timestamp())
    return _number(cell, tr("is no instant such as 2026-11-22T09:30:00Z"))


def _day_text(day: int) -> str:
    try:
        return day_of(day).isoformat()
    except (ValueError, OverflowError):
        return str(day)


def _day(cell: str) -> int:
    if len(cell) == 10 and cell[4] == "-":
        with suppress(ValueError):
            return day_number(date.fromisoformat(cell))
    return _number(cell, tr("is no day such as 2026-11-22"))


_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)


def _number(cell: str, what: str = tr("is no whole number")) -> int:
    if not _WHOLE.fullmatch(cell) or abs(number := int(cell)) > _LARGEST:
        raise BadCell(what)
    return number


def _flag(cell: str) -> int:
    if cell not in ("yes", "no"):
        raise BadCell(tr("is neither yes nor no"))
    return int(cell == "yes")


_ENCODERS: Mapping[Cells, Encode] = {
    Cells.TEXT: _text_cell,
    Cells.NUMBER: str,
    Cells.FLAG: lambda value: "yes" if value else "no",
    Cells.INSTANT: _instant_text,
    Cells.DAY: _day_text,
}
_DECODERS: Mapping[Cells, Decode] = {
    Cells.TEXT: _text,
    Cells.NUMBER: _number,
    Cells.FLAG: _flag,
    Cells.INSTANT: _instant,
    Cells.DAY: _day,
}

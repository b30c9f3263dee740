"""Reading a file of delimited text as a table, a batch of rows at a time, whatever its size."""

from __future__ import annotations

import csv
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, TextIO

from funnel_tui.domain.said import placed, said, said_n
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.refusals import Refusal, RefusalSink
from funnel_tui.exchange.sniff import HEAD, find_delimiter, find_encoding, refuse_binary
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr

#: Characters one field may have. Beyond that a quotation mark was opened and never closed.
FIELD_LIMIT = 1 << 24

#: Rows handed out together: enough that work per batch costs little, few enough to stay in the processor's
#: cache. Of 64 to 1,024 rows, 128 was fastest.
BATCH = 128

#: Some spreadsheet programs write this as the first line; it names the delimiter.
_SEPARATOR_LINE = "sep="


class Table:
    """A file of delimited text with named columns. It can be read any number of times.

    :ivar path: the file, as the user named it.
    :ivar encoding: the Python codec it is read with.
    :ivar delimiter: what separates the fields.
    :ivar columns: the headers; "1", "2", … without a header, and for a column whose header is empty.
    :ivar size: bytes of the file.
    :ivar position: bytes read in the present pass, for a progress bar.
    """

    def __init__(self, path: Path, encoding: str | None, delimiter: str | None, header: bool) -> None:
        self.path = path
        self.name = visible(str(path), 1000)
        self.position = 0
        self._spool: IO[bytes] | None = None
        with readable(self.name):
            self._file = self._regular()
            self.size = self._file.stat().st_size
            with self._file.open("rb") as stream:
                head = stream.read(HEAD)
            refuse_binary(self.name, head)
            self.encoding = find_encoding(self._file, self.name, head, encoding)
            self._prologue = 0
            self.delimiter = self._find_delimiter(delimiter)
            self.columns = self._find_columns(header)

    def rows(self, refusals: RefusalSink) -> Iterator[tuple[int, list[str]]]:
        """Every row that has as many fields as there are columns. Blank rows are passed over.

        :param refusals: gets the rows that do not.
        :returns: pairs of the physical line on which the row starts (from 1) and its fields.
        :raises FunnelError: when the file cannot be read on.
        """
        for lines, rows in self.batches(refusals):
            yield from zip(lines, rows, strict=True)

    def batches(self, refusals: RefusalSink) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The same as :meth:`rows`, at most :data:`BATCH` rows at a time: the lines, and the rows."""
        with readable(self.name), self._open() as stream:
            end = sum(1 for _ in islice(stream, self._prologue))
            skipped = end
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            while True:
                rows: list[list[str]] = []
                failure: csv.Error | None = None
                try:
                    # What was read before an error stays in the list.
                    rows.extend(islice(reader, BATCH))
                except csv.Error as error:
                    failure = error
                if not rows and failure is None:
                    return
                begin, end = end + 1, skipped + reader.line_num
                self.position = stream.buffer.tell()
                whole = failure is None and end - begin + 1 == len(rows)
                if whole and self._is_even(rows):
                    yield list(range(begin, end + 1)), rows
                    continue
                lines, rows, begin = self._sort_out(begin, rows, refusals)
                if failure is not None:
                    refusals.add(self._malformed(begin, failure))
                if rows:
                    yield lines, rows

    def _is_even(self, rows: list[list[str]]) -> bool:
        """Whether all rows have every field and none can be blank."""
        return set(map(len, rows)) == {len(self.columns)} and all(map(itemgetter(0), rows))

    def _sort_out(
        self, line: int, rows: list[list[str]], refusals: RefusalSink
    ) -> tuple[list[int], list[list[str]], int]:
        """The rows that are in order, the lines they start on, and the line after them."""
        lines: list[int] = []
        good: list[list[str]] = []
        width = len(self.columns)
        for row in rows:
            if any(row):
                if len(row) == width:
                    lines.append(line)
                    good.append(row)
                else:
                    refusals.add(self._ragged(line, row))
            line += 1 + sum(map(_line_breaks, row))
        return lines, good, line

    def _ragged(self, line: int, row: list[str]) -> Refusal:
        reason = said_n(
            "the row has {fields} field, the table has {columns} columns",
            "the row has {fields} fields, the table has {columns} columns",
            len(row),
            fields=len(row),
            columns=len(self.columns),
        )
        return Refusal(line, "", self.delimiter.join(row), reason)

    def _malformed(self, line: int, error: csv.Error) -> Refusal:
        """The refusal of a row with wrong quotation marks; an error where they swallow the rest of it all."""
        if "end of data" in str(error) or "field limit" in str(error):
            raise FunnelError(
                tr("{name}, line {line}: a quotation mark is opened and never closed.").format(
                    name=self.name, line=line
                ),
                tr('Close it; a quotation mark that is part of a text is written twice ("").'),
            ) from error
        reason = said(
            "text follows a closing quotation mark; inside a quoted field a quotation mark is written twice"
        )
        return Refusal(line, "", "", reason)

    def _regular(self) -> Path:
        """The file itself, or a copy of what comes out of a pipe: the table is read more than once."""
        mode = self.path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FunnelError(tr("{name} is a directory, not a file.").format(name=self.name))
        if stat.S_ISREG(mode):
            return self.path
        self._spool = tempfile.NamedTemporaryFile(prefix="funnel-")  # noqa: SIM115  lives as long as the table
        with self.path.open("rb") as stream:
            shutil.copyfileobj(stream, self._spool)
        self._spool.flush()
        return Path(self._spool.name)

    def _open(self) -> TextIO:
        # newline="" leaves line ends to the csv module, which has to see them inside quoted fields.
        return self._file.open(encoding=self.encoding, newline="")

    def _find_delimiter(self, told: str | None) -> str:
        with self._open() as stream:
            sample = stream.read(HEAD)
        if not sample.strip():
            raise FunnelError(tr("{name} is empty.").format(name=self.name))
        first = sample.splitlines()[0].strip('"')
        if first.lower().startswith(_SEPARATOR_LINE) and len(first) == len(_SEPARATOR_LINE) + 1:
            self._prologue = 1
            return told or first[-1]
        if told is None:
            return find_delimiter(sample, whole=len(sample) < HEAD)
        if len(told) != 1 or told in '"\r\n':
            raise UsageError(
                tr("{told!r} cannot separate fields.").format(told=told),
                tr("A delimiter is one character, such as ; or a tab."),
            )
        return told

    def _find_columns(self, header: bool) -> tuple[str, ...]:
        with self._open() as stream:
            skipped = sum(1 for _ in islice(stream, self._prologue))
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            try:
                first = next((row for row in reader if any(map(str.strip, row))), None)
            except csv.Error as error:
                raise FunnelError(
                    tr("{name}: {reason} (first row).").format(
                        name=self.name, reason=self._malformed(1, error).reason
                    )
                ) from error
            if first is None:
                raise FunnelError(tr("{name} is empty.").format(name=self.name))
            if not header:
                return tuple(str(number) for number in range(1, len(first) + 1))
            self._prologue = skipped + reader.line_num
        names = tuple(name.strip() or str(number) for number, name in enumerate(first, 1))
        self._refuse_duplicates(names)
        return names

    def _refuse_duplicates(self, names: tuple[str, ...]) -> None:
        seen: dict[str, int] = {}
        for number, name in enumerate(names, 1):
            if name in seen:
                raise FunnelError(
                    tr("{name}: columns {first} and {second} are both called {column!r}.").format(
                        name=self.name, first=seen[name], second=number, column=visible(name)
                    ),
                    placed(
                        tr("Rename or remove one of them; if the first row is data, say --no-header."),
                        tr("Rename or remove one of them; if the first row is data, choose so above."),
                    ),
                )
            seen[name] = number


def _line_breaks(text: str) -> int:
    """Line ends inside a quoted field, counted as a text editor counts them."""
    if text.isprintable():
        return 0
    return text.count("\n") + text.count("\r") - text.count("\r\n")


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns what the system says about a file into words."""
    try:
        yield
    except FileNotFoundError as error:
        raise FunnelError(
            tr("There is no file {name}.").format(name=name), tr("Check the path and the spelling.")
        ) from error
    except OSError as error:
        raise FunnelError(
            tr("{name} cannot be read: {reason}.").format(
                name=name, reason=(error.strerror or str(error)).lower()
            )
        ) from error
    except UnicodeError as error:
        raise FunnelError(
            tr("{name} changed while it was read.").format(name=name), tr("Try again.")
        ) from error


def open_table(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
) -> Table:
    """Open a file of delimited text.

    :param path: the file; a pipe is copied to a temporary file first.
    :param encoding: its encoding; None finds out UTF-8, UTF-16 and cp1252.
    :param delimiter: what separates its fields; None finds out comma, semicolon, tab and bar.
    :param header: whether the first row names the columns.
    :returns: the table; nothing but its header was read yet.
    :raises FunnelError: no such file, a directory, not readable, empty, not text, not in the encoding, or two
        columns of one name.
    :raises UsageError: an encoding or a delimiter that makes no sense.
    """
    csv.field_size_limit(FIELD_LIMIT)
    if "\0" in os.fspath(path):
        raise FunnelError(
            tr("There is no file {name}.").format(name=visible(os.fspath(path), 1000)),
            tr("Check the path and the spelling."),
        )
    return Table(Path(path), encoding, delimiter, header)

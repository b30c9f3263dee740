"""Turning the columns of a batch of rows into values, fast: a text that comes again is not read again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from funnel_tui.domain.said import inside_of, placed, said
from funnel_tui.errors import UsageError
from funnel_tui.exchange.dates import DateReader, zone_of
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.refusals import Refusal, Refusals
from funnel_tui.exchange.sheets import without_guard
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text, sentence, visible

#: Texts a column remembers. Enough for dates, owners and organisations, and a bound for ids and amounts.
REMEMBERED = 1 << 14

#: What an empty value of a needed field is refused with.
EMPTY = said("is empty")


class Bad:
    """Stands where a value could not be read."""

    __slots__ = ("field", "reason")

    def __init__(self, reason: str, field: str = "") -> None:
        self.reason = reason
        self.field = field


class BadConstant(UsageError):
    """A text for all rows that its field cannot have.

    :param field: the name of the field.
    :param problem: why, as a sentence.
    """

    def __init__(self, field: str, text: str, problem: str) -> None:
        shown = visible(text)
        super().__init__(
            placed(
                said("--value {field}={text}: {problem}", field=field, text=shown, problem=problem),
                f"“{shown}”: {inside_of(problem)}",
            )
        )
        self.field = field
        self.problem = problem


class Memo(dict[Any, Any]):
    """Remembers what texts mean. Looking up a text that is not known yet reads it.

    :param parse: gives the value of a text, or raises BadValue.
    :ivar met_bad: a Bad may be among the values.
    """

    def __init__(self, parse: Callable[[Any], Any]) -> None:
        super().__init__()
        self.parse = parse
        self.met_bad = False

    def __missing__(self, text: Any) -> Any:
        try:
            value = self.parse(text)
        except BadValue as error:
            value = Bad(error.reason, error.field)
            self.met_bad = True
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = value
        return value


def optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same reader, for a value that may be empty: that is None."""
    return lambda text: parse(text) if text and not text.isspace() else None


def required(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same reader, for a value that may not be empty."""

    def read(text: str) -> Any:
        if not text or text.isspace():
            raise BadValue(EMPTY)
        return parse(text)

    return read


def name_reader(field: str, options: ReadOptions, limit: int = LIMITS["name"]) -> Callable[[str], str | None]:
    """Reads a name: cleaned, its spelling fixed, an id replaced by the name it stands for.

    :param field: whose fixes and lookups to use.
    :returns: a reader that gives None for an empty value.
    """
    fixes, lookups = options.fixes.get(field, {}), options.lookups.get(field, {})

    def read(text: str) -> str | None:
        name = clean_text(without_guard(text), limit)
        name = fixes.get(name, name)
        return lookups.get(name, name) or None

    return read


def clean_texts(texts: Sequence[str], limit: int, *, needed: bool) -> list[Any]:
    """A column of texts that seldom come twice, such as ids and titles.

    All texts of the batch are checked at once; only if something is wrong with one, each is on its own.

    :param needed: an empty text is refused; otherwise it is None.
    """
    cleaned = list(map(str.strip, texts))
    joined = "".join(cleaned)
    if "'" in joined:
        texts = list(map(without_guard, cleaned))
        cleaned = list(map(str.strip, texts))
        joined = "".join(cleaned)
    harmless = joined.isprintable() and (joined.isascii() or unicodedata.is_normalized("NFC", joined))
    if harmless and all(cleaned) and len(max(cleaned, key=len)) <= limit:
        return cleaned
    return [_clean(text, limit, needed) for text in texts]


def _clean(text: str, limit: int, needed: bool) -> str | Bad | None:
    try:
        cleaned = clean_text(text, limit)
    except BadValue as error:
        return Bad(error.reason)
    return cleaned or (Bad(EMPTY) if needed else None)


@dataclass(slots=True)
class Rows:
    """Rows of a batch with the values of their fields, column by column."""

    lines: list[int]
    raw: list[list[str]]
    values: dict[str, list[Any]]


class _Pending(list[Refusal]):
    """Refusals of the batch at hand. They are found column by column and reported row by row."""

    def add(self, refusal: Refusal) -> None:
        self.append(refusal)


class Fields:
    """The fields of one import: which column each comes from and how it is read.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how values are written.
    :param refusals: gets what cannot be read.
    """

    def __init__(self, table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals) -> None:
        self.table = table
        self.mapping = mapping
        self.options = options
        self.refusals = refusals
        self._pending = _Pending()
        self._memos: dict[str, Memo] = {}
        self._texts: dict[str, tuple[int, bool]] = {}
        self._raw: list[str] = []
        self._constants: dict[str, Any] = {}
        self._date_columns: list[int] = []
        self.dates = DateReader(zone_of(options.timezone), options.date_format, self._date_texts)

    def add(self, field: str, parse: Callable[[str], Any], absent: Any = None) -> None:
        """Read a field with a parser.

        :param absent: the value of every row when the field is not mapped.

        :raises UsageError: for a constant that cannot be read.
        """
        if field in self.mapping.columns:
            self._memos[field] = Memo(parse)
        else:
            self._constants[field] = self._constant(field, parse, absent)

    def add_text(self, field: str, limit: int, *, needed: bool) -> None:
        """Read a field as text that seldom comes twice."""
        if field in self.mapping.columns:
            self._texts[field] = (limit, needed)
        else:
            self._constants[field] = self._constant(field, lambda text: clean_text(text, limit))

    def add_raw(self, field: str) -> None:
        """Hand on the texts of a field's column as they stand in the file."""
        self._raw.append(field)

    def add_date(self, field: str, parse: Callable[[DateReader, str], int], *, needed: bool = False) -> None:
        """Read a field as a date; its column takes part in learning the order of day and month."""
        if field in self.mapping.columns:
            self._date_columns.append(self.mapping.columns[field])
        guard = required if needed else optional
        self.add(field, guard(lambda text: parse(self.dates, text)))

    def raw(self, field: str, row: Sequence[str]) -> str:
        """The text of a field in a row; the constant, or nothing, where no column has it."""
        if field in self.mapping.columns:
            return row[self.mapping.columns[field]]
        return self.mapping.constants.get(field, "")

    def refuse(self, line: int, field: str, row: Sequence[str], reason: str, mend: str = "") -> None:
        """Refuse a row because of one of its fields.

        :param mend: the field that is to be read otherwise, where that is another one.
        """
        header, value = self.mapping.header_of(field), self.raw(field, row)
        self._pending.add(Refusal(line, header, value, reason, mend or field))

    def batches(self, combine: Callable[[Rows], Sequence[str]] | None = None) -> Iterator[Rows]:
        """The rows of the file, a batch at a time, without those that have a value that cannot be read.

        :param combine: puts in values made of several fields, Bad ones too, and returns their names.
        """
        try:
            for lines, raw in self.table.batches(self._pending):
                columns = list(zip(*raw, strict=True))
                batch = Rows(lines, raw, {})
                suspects = self._read(columns, batch)
                if combine is not None:
                    suspects += [field for field in combine(batch) if field not in suspects]
                yield self._without_bad(batch, suspects)
                self._report()
        finally:
            self._report()

    def _report(self) -> None:
        """Hand on what was refused, in the order of the lines."""
        self.refusals.extend(sorted(self._pending, key=lambda refusal: refusal.line))
        self._pending.clear()

    def _read(self, columns: Sequence[Sequence[str]], batch: Rows) -> list[str]:
        """Read all fields; returns those among whose values a Bad may be."""
        suspects = []
        places, count = self.mapping.columns, len(batch.lines)
        for field, memo in self._memos.items():
            batch.values[field] = list(map(memo.__getitem__, columns[places[field]]))
            if memo.met_bad:
                suspects.append(field)
        for field, (limit, needed) in self._texts.items():
            batch.values[field] = clean_texts(columns[places[field]], limit, needed=needed)
            suspects.append(field)
        for field in self._raw:
            batch.values[field] = list(columns[places[field]])
        for field, value in self._constants.items():
            batch.values[field] = [value] * count
        return suspects

    def _without_bad(self, batch: Rows, suspects: Iterable[str]) -> Rows:
        """The batch without the rows that hold a Bad, each of which is reported, in the order of the rows."""
        found: list[tuple[int, str, Bad]] = []
        for field in suspects:
            if Bad not in set(map(type, batch.values[field])):
                continue
            column = enumerate(batch.values[field])
            found += [(place, field, value) for place, value in column if type(value) is Bad]
        if not found:
            return batch
        for place, field, bad_value in sorted(found, key=self._place):
            self.refuse(batch.lines[place], field, batch.raw[place], bad_value.reason, bad_value.field)
        bad = {place for place, _, _ in found}
        keep = [place not in bad for place in range(len(batch.lines))]
        values = {field: list(compress(each, keep)) for field, each in batch.values.items()}
        return Rows(list(compress(batch.lines, keep)), list(compress(batch.raw, keep)), values)

    def _place(self, found: tuple[int, str, Bad]) -> tuple[int, int]:
        """Where in the file a bad value stands: its row and its column."""
        row, field, _ = found
        return row, self.mapping.columns.get(field, -1)

    def _constant(self, field: str, parse: Callable[[str], Any], absent: Any = None) -> Any:
        if field not in self.mapping.constants:
            return absent
        text = self.mapping.constants[field]
        try:
            return parse(text)
        except BadValue as error:
            raise BadConstant(field, text, sentence(error.reason)) from error

    def _date_texts(self) -> Iterator[str]:
        """All dates of the file, for learning the order of day and month."""
        for _, rows in self.table.batches(Refusals()):
            for row in rows:
                for column in self._date_columns:
                    yield row[column]

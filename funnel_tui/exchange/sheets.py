"""Writing rows as CSV, JSON or a workbook, one at a time: memory does not grow with their number.

User text is data. In CSV and in workbooks no cell is a formula: a CSV cell that would be one is led in by an
apostrophe (:func:`without_guard` takes it off again), a cell of a workbook says that it is text.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import day_of
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.writers import json_text
from funnel_tui.language import tr

FORMATS = ("csv", "json", "xlsx")
"""What rows can be written as."""

MOST_ROWS = 1_048_575
"""Rows that a workbook holds below its header."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMULA = ("=", "+", "-", "@", "\t")
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Cells(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    """An int, a float, or a Decimal, which CSV has exactly."""
    FLAG = "flag"
    """Yes or no."""
    INSTANT = "instant"
    """Epoch seconds UTC; written in the team's time zone, with its offset."""
    DAY = "day"
    """Days since 1970-01-01."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of an export."""

    name: str
    cells: Cells = Cells.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows to be written.

    :param name: what they are: ``interactions``.
    :param columns: the columns, in order.
    :param rows: a value per column; None for nothing. Read once.
    :param zone: the time zone of instants.
    """

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    zone: ZoneInfo


def write_sheet(sheet: Sheet, format_: str, stream: BinaryIO) -> int:
    """Write rows.

    :param format_: one of :data:`FORMATS`.
    :param stream: gets bytes; text is UTF-8.
    :returns: how many rows were written.
    :raises FunnelError: when there are too many for a workbook.
    """
    writers: dict[str, Callable[[Sheet, BinaryIO], int]] = {
        "csv": _write_csv,
        "json": _write_json,
        "xlsx": _write_xlsx,
    }
    return writers[format_](sheet, stream)


def guarded(text: str) -> str:
    """User text as a CSV cell that no spreadsheet takes for a formula; line ends stay."""
    safe = _STEERING.sub("\ufffd", text)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULA) or safe.startswith("'") else safe


def without_guard(text: str) -> str:
    """The text that :func:`guarded` was given."""
    rest = text[1:]
    led = text.startswith("'") and (rest.lstrip().startswith(_FORMULA) or rest.startswith("'"))
    return rest if led else text


def _write_csv(sheet: Sheet, stream: BinaryIO) -> int:
    # Unlike a TextIOWrapper it does not close the stream when it goes: standard output is closed by nobody.
    writer = csv.writer(codecs.getwriter("utf-8")(stream), lineterminator="\n")
    writer.writerow([column.name for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        cells = (_csv_cell(column.cells, value, sheet.zone) for column, value in _paired(sheet, row))
        writer.writerow(list(cells))
        count += 1
    return count


def _write_json(sheet: Sheet, stream: BinaryIO) -> int:
    """A list of objects, one a line."""
    stream.write(b"[")
    count = 0
    for row in sheet.rows:
        pairs = _paired(sheet, row)
        cells = ((column.name, _json_value(column.cells, value, sheet.zone)) for column, value in pairs)
        stream.write((",\n " if count else "\n ").encode() + json_text(dict(cells)).encode())
        count += 1
    stream.write(b"\n]\n" if count else b"]\n")
    return count


def _write_xlsx(sheet: Sheet, stream: BinaryIO) -> int:
    # Loaded only where a workbook is wanted.
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    whole = io.BytesIO()
    book = Workbook(whole, options)
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet.name[:31])
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name, bold)
        page.set_column(place, place, 40 if column.name in ("note", "title") else 20)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        if count > MOST_ROWS:
            raise FunnelError(
                tr("A workbook holds {most_rows:,} rows; there are more.").format(most_rows=MOST_ROWS),
                tr("Export them as CSV."),
            )
        for place, (column, value) in enumerate(_paired(sheet, row)):
            if value is None:
                continue
            if column.cells is Cells.INSTANT:
                page.write_datetime(count, place, _local(value, sheet.zone).replace(tzinfo=None), moment)
            elif column.cells is Cells.DAY:
                page.write_datetime(count, place, datetime.combine(day_of(value), datetime.min.time()), day)
            elif column.cells is Cells.NUMBER:
                page.write_number(count, place, value)
            else:
                text = _flag(value) if column.cells is Cells.FLAG else str(value)
                page.write_string(count, place, _STEERING.sub("\ufffd", text))
    book.close()
    stream.write(whole.getbuffer())
    return count


def _paired(sheet: Sheet, row: Sequence[Any]) -> Iterable[tuple[SheetColumn, Any]]:
    return zip(sheet.columns, row, strict=True)


def _csv_cell(cells: Cells, value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if cells is Cells.FLAG:
        return _flag(value)
    if cells is Cells.TEXT:
        return guarded(str(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(_json_value(cells, value, zone))


def _json_value(cells: Cells, value: Any, zone: ZoneInfo) -> Any:
    if value is None:
        return None
    if cells is Cells.INSTANT:
        return _local(value, zone).isoformat()
    if cells is Cells.DAY:
        return day_of(value).isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return bool(value) if cells is Cells.FLAG else value


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(seconds=instant)).astimezone(zone)


def _flag(value: Any) -> str:
    return "yes" if value else "no"

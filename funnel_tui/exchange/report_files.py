"""A report as a file: CSV, JSON or a workbook. Screens and the command line write reports nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money, exponent
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import english_of
from funnel_tui.domain.shown import decimal_text
from funnel_tui.errors import UsageError
from funnel_tui.exchange.files import new_file
from funnel_tui.exchange.reasons import reasons_text
from funnel_tui.exchange.sheets import FORMATS, Cells, Sheet, SheetColumn, write_sheet
from funnel_tui.exchange.writers import to_csv, to_json
from funnel_tui.language import tr

__all__ = ["FORMATS", "save_report", "write_report_to"]


def save_report(report: Report, path: Path, *, replace: bool = False) -> int:
    """Write a report to a file; its ending says in which format.

    :param replace: whether a file that is there already is replaced.
    :returns: how many rows were written, without those of a compared period.
    :raises UsageError: for another ending, or when the file is there already.
    :raises FunnelError: when it cannot be written.
    """
    format_ = path.suffix[1:].casefold()
    if format_ not in FORMATS:
        endings = ", ".join(f".{one}" for one in FORMATS)
        raise UsageError(
            tr("{name} does not say in which format.").format(name=path.name),
            tr("End it in one of {endings}.").format(endings=endings),
        )
    with new_file(
        path, replace=replace, hint=tr("Choose another name, or say that it is to be replaced.")
    ) as to:
        write_report_to(report, format_, to)
    return len(report.rows)


def write_report_to(report: Report, format_: str, stream: BinaryIO) -> None:
    """Write a report.

    :param format_: one of :data:`FORMATS`. A workbook has numbers as numbers; rows of a compared period
        follow, told apart by a first column as in CSV.
    """
    match format_:
        case "csv":
            stream.write(to_csv(report).encode())
        case "json":
            stream.write(to_json(report).encode())
        case "xlsx":
            zone = ZoneInfo(str(report.scope_words["time_zone"]))
            sheet = Sheet(report.name, tuple(_columns(report)), _rows(report), zone)
            write_sheet(sheet, format_, stream)
        case _:
            raise UsageError(
                tr("Reports are not written as {format}.").format(format=format_),
                tr("There are {formats}.").format(formats=", ".join(FORMATS)),
            )


def _columns(report: Report) -> Iterator[SheetColumn]:
    names = [column.name for column in report.columns]
    if report.compared is not None:
        yield SheetColumn("of_period" if "period" in names else "period")
    for column in report.columns:
        yield SheetColumn(column.name, Cells.TEXT if column.kind is Kind.TEXT else Cells.NUMBER)
        if column.kind is Kind.MONEY:
            yield SheetColumn(f"{column.name}_currency")


def _rows(report: Report) -> Iterator[Sequence[Any]]:
    for part in (report, report.compared):
        if part is None:
            continue
        lead = [part.scope.period.name] if report.compared is not None else []
        for row in part.rows:
            yield [*lead, *(cell for column in report.columns for cell in _cells(column, row[column.name]))]


def _cells(column: Column, value: Any) -> list[Any]:
    if column.kind is Kind.TEXT:
        if isinstance(value, bool):
            return [str(value).lower()]
        if isinstance(value, list | tuple):
            return ["; ".join(map(str, value)) or None]
        return [None if value is None else str(english_of(value))]
    if column.kind is Kind.REASONS:
        return [reasons_text(value) or None]
    currency = value.currency if isinstance(value, Money) else None
    number = _number(value)
    return [number, currency] if column.kind is Kind.MONEY else [number]


def _number(value: Any) -> float | int | None:
    """A number as a workbook has it: there every number is a float."""
    if isinstance(value, Money):
        return float(decimal_text(value.major, exponent(value.currency)))
    if isinstance(value, Fraction):
        return float(value)
    return value if isinstance(value, int) else None

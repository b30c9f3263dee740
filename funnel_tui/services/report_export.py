"""A report as a file: CSV, JSON or a workbook. The command line and the screens share it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.errors import FunnelError, InvalidInput, UsageError
from funnel_tui.exchange.sheets import FORMATS, Cells, Sheet, SheetColumn, write_sheet
from funnel_tui.exchange.writers import to_csv, to_json
from funnel_tui.services.workspace import Workspace

__all__ = ["FORMATS", "format_of", "save_report", "write_report"]

_NUMBERS = frozenset({Kind.COUNT, Kind.RATIO, Kind.SCORE, Kind.DAYS})


def write_report(report: Report, format_: str, stream: BinaryIO) -> None:
    """Write a report.

    :param format_: csv, json or xlsx; the first two are what ``funnel report`` prints.
    :param stream: gets bytes; text is UTF-8.
    :raises UsageError: for another format.
    """
    if format_ == "csv":
        stream.write(to_csv(report).encode())
    elif format_ == "json":
        stream.write(to_json(report).encode())
    elif format_ == "xlsx":
        write_sheet(_sheet(report), format_, stream)
    else:
        raise UsageError(f"A report cannot be written as {format_}.", f"There are {', '.join(FORMATS)}.")


def format_of(path: Path) -> str | None:
    """The format that a file's name asks for; None when it says none."""
    ending = path.suffix[1:].casefold()
    return ending if ending in FORMATS else None


def save_report(
    workspace: Workspace,
    make: Callable[[Workspace], Report],
    path: Path,
    *,
    format_: str,
    force: bool = False,
) -> int:
    """Make a report and write it to a file that is there whole at the end, or not at all.

    :param make: makes it.
    :param force: replace a file that is there.
    :returns: how many rows were written.
    :raises InvalidInput: for a file that is there already, or cannot be.
    """
    if path.is_dir():
        raise InvalidInput("path", "That is a folder.", "Name a file in it.")
    if path.exists() and not force:
        raise InvalidInput("path", "That file is there already.", "Choose another name, or replace it.")
    report = make(workspace)
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}-", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            write_report(report, format_, stream)
        # As a file that is made in the usual way; a temporary one is for its owner alone.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidInput("path", f"It cannot be written: {reason}.") from error
    except FunnelError as error:
        raise InvalidInput("path", error.message, error.hint) from error
    finally:
        if name:
            with suppress(OSError):
                Path(name).unlink()
    return len(report.rows)


def _sheet(report: Report) -> Sheet:
    """The rows as a sheet: every column of amounts is followed by one with the currency."""
    columns: list[SheetColumn] = []
    for column in report.columns:
        columns.append(SheetColumn(column.name, _cells(column)))
        if column.kind is Kind.MONEY:
            columns.append(SheetColumn(f"{column.name}_currency"))
    rows = [_row(report.columns, row) for row in report.rows]
    return Sheet(report.name, columns, rows, ZoneInfo("UTC"))


def _cells(column: Column) -> Cells:
    return Cells.NUMBER if column.kind in _NUMBERS or column.kind is Kind.MONEY else Cells.TEXT


def _row(columns: Sequence[Column], row: Mapping[str, Any]) -> list[Any]:
    values: list[Any] = []
    for column in columns:
        value = row.get(column.name)
        money = value if isinstance(value, Money) else None
        if money is not None:
            values.append(Decimal(money.text))
        else:
            values.append(float(value) if isinstance(value, Fraction) else value)
        if column.kind is Kind.MONEY:
            values.append(None if money is None else money.currency)
    return values

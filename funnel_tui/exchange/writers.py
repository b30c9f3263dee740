"""A report as JSON and as CSV. The aligned table for people is in :mod:`funnel_tui.exchange.aligned`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import english_of
from funnel_tui.domain.shown import clean, decimal_text

PLACES = 9
"""Decimals of ratios and days in JSON and CSV; METRICS M12 asks for at least 6."""

# JSON escapes only the first 32 control characters by itself. The others steer a terminal just as well.
_STEERING = re.compile(r"[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(report: Report) -> str:
    """The report as JSON: ``report``, ``as_of``, ``scope``, ``rows``, ``totals`` and ``notes``.

    With a compared period there is ``compare`` too: its ``scope``, ``rows``, ``totals`` and ``notes``, and
    under ``benchmark`` the differences. Each row is one line.
    """
    parts = [
        ("report", _json(report.name)),
        ("as_of", _json(report.as_of_text)),
        ("scope", _json(report.scope_words)),
        ("rows", _json_lines(_fields(report.columns, report.rows), "  ")),
        ("totals", _json(_one(report.total_columns, report.totals))),
        ("notes", _json_lines(report.notes, "  ")),
    ]
    then = report.compared
    if then is not None:
        inner = [
            ("scope", _json(then.scope_words)),
            ("rows", _json_lines(_fields(then.columns, then.rows), "    ")),
            ("totals", _json(_one(then.total_columns, then.totals))),
            ("notes", _json_lines(then.notes, "    ")),
            ("benchmark", _json_lines(report.benchmark, "    ")),
        ]
        parts.append(("compare", _json_object(inner, "  ")))
    return _json_object(parts, "") + "\n"


def to_csv(report: Report) -> str:
    """The rows of the report as CSV (RFC 4180, lines end with a line feed).

    Every column of amounts is followed by one with the currency; ratios and days have nine decimals; absent
    values are empty. With a compared period its rows follow and a first column ``period`` tells them apart
    (``of_period`` where the report has a column of that name).
    Totals are left out: whoever adds a column up would count them twice.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    compared = report.compared
    head = [name for column in report.columns for name in _csv_names(column)]
    # Two columns of one name would be one for many readers.
    lead_name = "of_period" if "period" in head else "period"
    writer.writerow([lead_name, *head] if compared else head)
    for part in (report, compared) if compared else (report,):
        lead = [part.scope.period.name] if compared else []
        for row in part.rows:
            cells = (cell for column in report.columns for cell in _csv_cells(column, row.get(column.name)))
            writer.writerow([*lead, *cells])
    return text.getvalue()


def json_text(value: Any) -> str:
    """One value as JSON in one line, without characters that steer a terminal."""
    return _json(value)


def plain(text: str) -> str:
    """User text as a cell that no spreadsheet takes for a formula: one is led in by an apostrophe."""
    safe = clean(text)
    return f"'{safe}" if safe.lstrip().startswith(("=", "+", "-", "@")) else safe


def _csv_names(column: Column) -> list[str]:
    return [column.name, f"{column.name}_currency"] if column.kind is Kind.MONEY else [column.name]


def _csv_cells(column: Column, value: Any) -> list[str]:
    if isinstance(value, Money):
        return [value.text, value.currency]
    if column.kind is Kind.MONEY and not isinstance(value, list | tuple):
        # A quota may be a number of deals: such a figure has no currency.
        return ["" if value is None else _plain_number(value), ""]
    if value is None:
        return [""]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, str):
        return [plain(english_of(value))]
    if isinstance(value, Fraction):
        return [decimal_text(value, PLACES)]
    if isinstance(value, Mapping):
        return [" ".join(_csv_cells(column, item)[0] for item in value.values())]
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], Mapping):
            return ["; ".join(_csv_cells(column, item)[0] for item in value)]
        return [" ".join(_csv_cells(column, item)[0] for item in value)]
    return [str(value)]


def _plain_number(value: int | Fraction) -> str:
    return decimal_text(value, PLACES) if isinstance(value, Fraction) else str(value)


def _fields(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows with exactly the fields of the contract, in its order."""
    return [_one(columns, row) for row in rows]


def _one(columns: Sequence[Column], row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {column.name: row.get(column.name) for column in columns}


def _json(value: Any) -> str:
    """One value as JSON. A fraction is written digit by digit: a float would not be exact."""
    if isinstance(value, Fraction):
        return decimal_text(value, PLACES)
    if isinstance(value, Money):
        return _json({"minor": value.minor, "currency": value.currency, "text": value.text})
    if isinstance(value, Mapping):
        pairs = (f"{_json(str(english_of(name)))}: {_json(item)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    if isinstance(value, str):
        value = english_of(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() else _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _json_lines(values: Iterable[Any], indent: str) -> str:
    lines = [f"{indent}  {_json(value)}" for value in values]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]" if lines else "[]"


def _json_object(parts: Iterable[tuple[str, str]], indent: str) -> str:
    lines = [f"{indent}  {_json(name)}: {text}" for name, text in parts]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"

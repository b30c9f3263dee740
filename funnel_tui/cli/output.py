"""Writing a report to standard output, as the terminal or the pipe can take it."""

from __future__ import annotations

import os
import shutil
import sys

from funnel_tui.cli.ending import say
from funnel_tui.domain.plain import ERRORS, install
from funnel_tui.domain.report import Report

CHART_WIDTH = 80
"""Columns of a chart where nothing says how wide the output is."""
NARROWEST = 20


def write_report(report: Report, format_: str) -> None:
    """Print a report.

    :param format_: ``table``, ``csv``, ``json`` or ``chart``. JSON and CSV are always UTF-8; the other two
        are in the encoding of the terminal, with plainer signs where it lacks one. A CSV has no place for
        notes: they go to standard error.
    """
    if format_ == "json":
        from funnel_tui.exchange.writers import to_json

        _write(to_json(report), "utf-8")
    elif format_ == "csv":
        from funnel_tui.exchange.writers import to_csv

        _write(to_csv(report), "utf-8")
        for note in report.notes:
            say(note)
    elif format_ == "chart":
        from funnel_tui.widgets.drawing import render

        _write(render(report, output_width() or CHART_WIDTH, colour=has_colour()), _encoding())
    else:
        from funnel_tui.exchange.aligned import to_table

        _write(to_table(report, output_width(), dim=has_colour()), _encoding())


def write_text(text: str) -> None:
    """Print text for people in the encoding of the terminal, with plainer signs where it lacks one."""
    _write(text, _encoding())


def output_width() -> int | None:
    """The columns of the terminal (or COLUMNS); None for a pipe or file, which has no width."""
    told = os.environ.get("COLUMNS", "")
    if not (told.isdigit() and int(told)) and not sys.stdout.isatty():
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def has_colour() -> bool:
    """Whether codes for colour and dim text may be written: on a terminal, unless NO_COLOR says no."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _encoding() -> str:
    return sys.stdout.encoding or "ascii"


def _write(text: str, encoding: str) -> None:
    install()
    data = text.encode(encoding, ERRORS)
    # The text layer is passed by: it would add its own idea of encoding, and write in small pieces.
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()

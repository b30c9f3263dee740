"""``E``: write what a screen shows to a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from funnel_tui.dialogs.export import ExportForm, ExportWish
from funnel_tui.domain.report import Report
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.errors import FunnelError, InvalidInput
from funnel_tui.language import tr, trn
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace

Making = Callable[[Workspace], Report]
"""Makes the report to be written, outside the UI thread."""


def export_report(app: HostApp, what: str, file: str, making: Making) -> None:
    """Ask where to, and write a report there.

    :param what: what is written, in words; it may hold user text.
    :param file: the name that is proposed; see :func:`file_name`.
    """
    _ask(app, what, ExportWish(file), making)


def file_name(*parts: str) -> str:
    """A name for a file that says what is in it, such as ``funnel-2026-Q4.csv``."""
    words = (re.sub(r"[^\w.]+", "-", clean(part)).strip("-.") for part in parts)
    return "-".join(word for word in words if word)[:80] + ".csv"


def _ask(
    app: HostApp, what: str, wish: ExportWish, making: Making, wrong: dict[str, str] | None = None
) -> None:
    """Ask with the fields filled in; a file that cannot be written asks again and says why."""

    def answered(answer: ExportWish | None) -> None:
        if answer is not None:
            writing_of(app).write(
                Change(
                    tr("Writing {file}").format(file=answer.file),
                    partial(_written, answer, making),
                    invalid=lambda error: _ask(app, what, answer, making, {error.field: str(error)}),
                )
            )

    app.push_screen(ExportForm(clean(what), wish, wrong), answered)


def _written(wish: ExportWish, making: Making, workspace: Workspace) -> Told:
    from funnel_tui.exchange.report_files import save_report

    report = making(workspace)
    try:
        rows = save_report(report, wish.path, replace=wish.replace)
    except FunnelError as error:
        raise InvalidInput("file", error.message, error.hint) from error
    words = trn("{n} row written to {path}.", "{n} rows written to {path}.", rows)
    return Told(words.format(n=count_text(rows), path=clean(str(wish.path))), written=False)

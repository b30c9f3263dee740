"""What commands that write have in common: ``--json``, words on standard error, what became of many deals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.cli.common import open_workspace
from funnel_tui.cli.ending import say
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import listed
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.domain.bulk_edit import BulkPreview
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

NAMED = 20
"""So many refused deals are named on standard error."""

_COLUMNS = (
    Column("deal_id", Kind.COUNT, tr("Number")),
    Column("deal", Kind.TEXT, tr("Deal")),
    Column("result", Kind.TEXT, tr("Result")),
    Column("why", Kind.TEXT, tr("Why")),
    Column("reason", Kind.TEXT, tr("Reason")),
    Column("version", Kind.COUNT, tr("Version")),
)
_TOTALS = (
    Column("changed", Kind.COUNT, tr("Changed")),
    Column("unchanged", Kind.COUNT, tr("Unchanged")),
    Column("refused", Kind.COUNT, tr("Refused")),
)


_VERDICTS = {"changed": tr("changed"), "unchanged": tr("unchanged"), "refused": tr("refused")}
_WHY = {
    "gone": tr("gone"),
    "stale version": tr("stale version"),
    "closed": tr("closed"),
    "other pipeline": tr("other pipeline"),
    "pipeline not in use": tr("pipeline not in use"),
    "retired stage": tr("retired stage"),
    "staging": tr("staging"),
    "required fields": tr("required fields"),
    "time": tr("time"),
}
"""How people call the values of ``Verdict`` and ``Why`` of :mod:`funnel_tui.domain.bulk_edit`."""


@contextmanager
def open_to_write(db: str | None) -> Iterator[Workspace]:
    """Open a database that must be there; changes are recorded under the name of the settings file.

    :param db: the value of the command's own ``--db``.
    :raises DatabaseProblem: when it cannot be used, or is missing or empty.
    """
    from funnel_tui.config import load_settings

    with open_workspace(db, reading=True) as workspace:
        workspace.actor = load_settings().user or workspace.actor
        yield workspace


def json_option(command: Command) -> Command:
    """Give a command the option ``--json``."""
    option = click.option("--json", "as_json", is_flag=True, help=tr("Print JSON instead of words."))
    return option(command)


def format_options(command: Command) -> Command:
    """Give a command the options ``--format`` and ``--json``, which is short for ``--format json``."""
    formats = click.option(
        *("--format", "format_"),
        type=click.Choice(("table", "csv", "json")),
        default="table",
        show_default=True,
    )
    short = click.option("--json", "format_", flag_value="json", help=tr("The same as --format json."))
    return formats(short(command))


def tell(message: str) -> None:
    """Say on standard error what was done: one line, without control characters."""
    say(message)


def answer(workspace: Workspace, name: str, facts: dict[str, Any]) -> Report:
    """What a command did, as a report of one row.

    :param facts: text, whole numbers, lists of them or None, by field.
    """
    columns = [
        Column(field, Kind.COUNT if isinstance(value, int) else Kind.TEXT, field)
        for field, value in facts.items()
    ]
    return Report(name, workspace.clock(), Scope(), {}, name, columns, [facts], {}, ())


def outcome(workspace: Workspace, name: str, found: BulkPreview, *, words: bool) -> Report:
    """What becomes, or became, of each of many deals.

    :param words: for people: without the version, and the reason in one column.
    """
    rows = [
        {
            "deal_id": row.deal_id,
            "deal": row.title or None,
            "result": _VERDICTS[row.verdict.value] if words else row.verdict.value,
            "why": row.why and row.why.value,
            "reason": listed(filter(None, (row.reason, row.hint)), " ") or None,
            "version": row.version,
        }
        for row in found.rows
    ]
    columns = [column for column in _COLUMNS if not words or column.name not in {"why", "version"}]
    totals = {column.name: getattr(found, column.name) for column in _TOTALS}
    return Report(
        name, workspace.clock(), Scope(), {"wish": found.words}, found.words, columns, rows, totals, _TOTALS
    )


def say_refused(found: BulkPreview) -> None:
    """Name the deals that were refused on standard error, one a line."""
    refused = [row for row in found.rows if row.why is not None]
    for row in refused[:NAMED]:
        say(f"{row.deal_id}: {row.reason} {row.hint}".rstrip())
    if len(refused) > NAMED:
        kinds = ", ".join(f"{_WHY[why.value]} {count_text(count)}" for why, count in found.reasons.items())
        say(
            tr("and {refused:,} more are refused ({kinds}).").format(
                refused=len(refused) - NAMED, kinds=kinds
            )
        )


def deals_text(number: int) -> str:
    """``1 deal``, ``1,482 deals``."""
    return trn("{number:,} deal", "{number:,} deals", number).format(number=number)

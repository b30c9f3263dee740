"""``funnel undo`` and ``funnel redo``, and the list of the last changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.cli.answers import answer, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, progress
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    for option in (
        db_option,
        json_option,
        click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="N"),
        click.option(
            "--list", "listed", is_flag=True, help=tr("Print the last changes instead, newest first.")
        ),
        click.option("--anybody", is_flag=True, help=tr("The last change of all, not only yours.")),
        click.argument("number", required=False, type=click.IntRange(min=1)),
    ):
        command = option(command)
    return command


@click.command(
    help=tr("Take back your last change, or the one with NUMBER. It can be brought back with funnel redo.")
)
@_options
def undo(**said: Any) -> None:
    """Take back your last change, or the one with NUMBER. It can be brought back with funnel redo."""
    _turn("undo", **said)


@click.command(help=tr("Bring back what was undone last, or the change with NUMBER."))
@_options
def redo(**said: Any) -> None:
    """Bring back what was undone last, or the change with NUMBER."""
    _turn("redo", **said)


def _turn(
    word: str, *, number: int | None, anybody: bool, listed: bool, limit: int, as_json: bool, db: str | None
) -> None:
    if listed and number is not None:
        raise UsageError(
            tr("--list takes no number."),
            tr("funnel {word} {number} does it.").format(word=word, number=number),
        )
    with open_to_write(db) as workspace:
        if listed:
            _list(workspace, limit, as_json, undone=word == "redo")
            return
        from funnel_tui.services import history

        with progress(tr("Working out deals")) as told:
            group = getattr(history, word)(workspace, group_id=number, anybody=anybody, progress=told)
        if as_json:
            from funnel_tui.cli.output import write_report

            facts = {"change": group.id, "summary": group.summary, "by": group.actor}
            write_report(answer(workspace, word, facts), "json")
    undid, redid = tr("Undid: {summary} (change {id})."), tr("Brought back: {summary} (change {id}).")
    tell((undid if word == "undo" else redid).format(summary=group.summary, id=group.id))


def _list(workspace: Workspace, limit: int, as_json: bool, *, undone: bool) -> None:
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.change_report import changes_report

    made = changes_report(workspace, limit, only_undone=undone, in_words=not as_json)
    write_report(made, "json" if as_json else "table")

"""``funnel undo`` and ``funnel redo``, and the list of the last changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.cli.answers import answer, deals_text, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, progress
from funnel_tui.domain.shown import clean
from funnel_tui.errors import Refused, UsageError
from funnel_tui.language import tr, trc

if TYPE_CHECKING:
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

FEW = 20
"""Whoever takes back a change to more deals than these is asked first; so it is with the demo and imports."""

YES = trc("answer", "y")
"""The answer that means yes, besides the English one."""

UNDO_EXAMPLES = examples("""\
  funnel undo
  funnel undo --list
  funnel undo 214 --yes
  funnel undo --anybody
""")
REDO_EXAMPLES = examples("""\
  funnel redo
  funnel redo --list --limit 5
  funnel redo 214
""")


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
    epilog=UNDO_EXAMPLES,
    help=tr(
        "Take back your last change, or the one with NUMBER. It can be brought back with funnel redo.\n\n"
        "Before an import, the demo or a change to more than 20 deals is taken back, a terminal is asked; "
        "without one it needs --yes."
    ),
)
@_options
@click.option("--yes", is_flag=True, help=tr("Do not ask, however many deals it is."))
def undo(*, yes: bool, **said: Any) -> None:
    """Take back your last change, or the one with NUMBER. It can be brought back with funnel redo."""
    _turn("undo", yes=yes, **said)


@click.command(epilog=REDO_EXAMPLES, help=tr("Bring back what was undone last, or the change with NUMBER."))
@_options
def redo(**said: Any) -> None:
    """Bring back what was undone last, or the change with NUMBER."""
    _turn("redo", **said)


def _turn(
    word: str,
    *,
    number: int | None,
    anybody: bool,
    listed: bool,
    limit: int,
    as_json: bool,
    db: str | None,
    yes: bool = True,
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

        if not yes:
            number = _agreed(workspace, number, anybody=anybody)
        with progress(tr("Working out deals")) as told:
            group = getattr(history, word)(workspace, group_id=number, anybody=anybody, progress=told)
        if as_json:
            from funnel_tui.cli.output import write_report

            facts = {"change": group.id, "summary": group.summary, "by": group.actor}
            write_report(answer(workspace, word, facts), "json")
    undid, redid = tr("Undid: {summary} (change {id})."), tr("Brought back: {summary} (change {id}).")
    tell((undid if word == "undo" else redid).format(summary=group.summary, id=group.id))


def _agreed(workspace: Workspace, number: int | None, *, anybody: bool) -> int:
    """The number of the change that may be taken back; many deals only if a person says so.

    :raises Refused: when it is much and nobody can be asked, or the answer is no.
    """
    from funnel_tui.services.history import undo_reach

    reach = undo_reach(workspace, group_id=number, anybody=anybody)
    group = reach.group
    if reach.group.undone or not (reach.is_whole or reach.deals > FEW):
        return group.id
    words = {"summary": group.summary, "id": group.id, "deals": deals_text(reach.deals)}
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(
            tr("“{summary}” (change {id}, {deals}) is not undone without being asked for.").format(**words),
            tr("funnel undo {id} --yes does it.").format(id=group.id),
        )
    question = tr("Undo “{summary}” (change {id}, {deals})? [y/N]").format(**words)
    reply = click.prompt(clean(question), prompt_suffix=" ", default="", show_default=False, err=True)
    if reply.strip().casefold() not in {YES, "y", "yes"}:
        raise Refused(tr("Nothing was undone."))
    return group.id


def _list(workspace: Workspace, limit: int, as_json: bool, *, undone: bool) -> None:
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.change_report import changes_report

    made = changes_report(workspace, limit, only_undone=undone, in_words=not as_json)
    write_report(made, "json" if as_json else "table")

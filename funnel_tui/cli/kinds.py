"""``funnel kinds``: kinds of interaction, listed and set up from a shell."""

from __future__ import annotations

from typing import Any

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import ActivityStep
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

_COLUMNS = (
    Column("kind", Kind.TEXT, tr("Kind")),
    Column("step", Kind.TEXT, tr("Counts for")),
    Column("state", Kind.TEXT, tr("State")),
    Column("kind_id", Kind.COUNT, tr("Number")),
)

_STEPS = click.Choice([step.value for step in ActivityStep])


@click.group(
    epilog=examples("""\
  funnel kinds
  funnel kinds add Demo --step meetings
"""),
    invoke_without_command=True,
    help=tr(
        "List the kinds of interaction; the commands below set them up.\n\n"
        "Each counts for a step of the activity funnel (calls, meetings, proposals, contracts, "
        "paid) or for none."
    ),
)
@click.option("--all", "everything", is_flag=True, help=tr("Also those that are retired."))
@format_options
@db_option
@click.pass_context
def kinds(context: click.Context, everything: bool, format_: str, db: str | None) -> None:
    """List the kinds of interaction; the commands below set them up."""
    if context.invoked_subcommand is None:
        _list(db, format_, everything=everything)


@kinds.command(
    "list",
    epilog=examples("""\
  funnel kinds list
  funnel kinds list --all --format csv
"""),
    help=tr("List the kinds of interaction in their order."),
)
@click.option("--all", "everything", is_flag=True, help=tr("Also those that are retired."))
@format_options
@db_option
def list_(everything: bool, format_: str, db: str | None) -> None:
    """List the kinds of interaction in their order."""
    _list(db, format_, everything=everything)


def _list(db: str | None, format_: str, *, everything: bool) -> None:
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.kind_list import list_kinds

    with open_workspace(db, reading=True) as workspace:
        rows = [
            {
                "kind": kind_word(kind.name),
                "step": kind.step.value,
                "state": _state(kind.active, in_words=format_ == "table"),
                "kind_id": kind.id or None,
            }
            for kind in list_kinds(workspace, retired=everything)
        ]
        made = Report(
            *("kinds", workspace.clock(), Scope(), {}, tr("Kinds of interaction")), _COLUMNS, rows, {}, ()
        )
    write_report(made, format_)


def _state(active: bool, *, in_words: bool) -> str:
    """Whether a kind is in use, for people or for programs."""
    if in_words:
        return tr("in use") if active else tr("retired")
    return "in use" if active else "retired"


@kinds.command(
    epilog=examples("""\
  funnel kinds add Demo --step meetings
"""),
    help=tr("Add the kind NAME, at the end."),
)
@click.argument("name")
@click.option("--step", type=_STEPS, default="none", show_default=True, help=tr("What it counts for."))
@json_option
@db_option
def add(name: str, step: str, as_json: bool, db: str | None) -> None:
    """Add the kind NAME, at the end."""
    from funnel_tui.services.interaction_kinds import add_kind

    with open_to_write(db) as workspace:
        made = add_kind(workspace, name=name, step=step)
        _answer(workspace, as_json, kind_id=made)
    tell(tr("Added the kind {name}.").format(name=name))


@kinds.command(
    epilog=examples("""\
  funnel kinds edit Demo --name "Live demo"
  funnel kinds edit Demo --step none
"""),
    help=tr("Rename KIND, or count it for another step."),
)
@click.argument("kind", shell_complete=names_of("kind"))
@click.option("--name", metavar="NAME", help=tr("Its new name."))
@click.option("--step", type=_STEPS, help=tr("What it counts for; also for the past."))
@json_option
@db_option
def edit(kind: str, as_json: bool, db: str | None, **said: Any) -> None:
    """Rename KIND, or count it for another step."""
    from funnel_tui.services.interaction_kinds import edit_kind

    changes = {name: value for name, value in said.items() if value is not None}
    if not changes:
        raise UsageError(tr("Nothing to change was said."), tr("funnel kinds edit --help names the options."))
    with open_to_write(db) as workspace:
        edit_kind(workspace, kind=kind, changes=changes)
        _answer(workspace, as_json, kind=kind)
    tell(tr("Edited the kind {kind}.").format(kind=kind))


def _on_a_kind(word: str, done: str, about: str) -> click.Command:
    """A command that does something to one kind: ``retire``, ``restore``, ``delete``.

    :param done: what is said when it is done, with a place for the ``kind``.
    """

    @click.command(word, epilog=examples(f"  funnel kinds {word} Demo\n"), help=about)
    @click.argument("kind", shell_complete=names_of("kind"))
    @json_option
    @db_option
    def command(kind: str, as_json: bool, db: str | None) -> None:
        from funnel_tui.services import interaction_kinds

        with open_to_write(db) as workspace:
            getattr(interaction_kinds, f"{word}_kind")(workspace, kind=kind)
            _answer(workspace, as_json, kind=kind)
        tell(done.format(kind=kind))

    return command


for _command in (
    _on_a_kind("retire", tr("Retired the kind {kind}."), tr("Take KIND out of use; what was logged stays.")),
    _on_a_kind("restore", tr("Restored the kind {kind}."), tr("Put a retired KIND to use again.")),
    _on_a_kind("delete", tr("Deleted the kind {kind}."), tr("Delete a KIND that was never used.")),
):
    kinds.add_command(_command)


@kinds.command(
    epilog=examples("""\
  funnel kinds reorder "Call,Email,Meeting,Demo,Proposal,Contract,Payment,Note"
"""),
    help=tr("Put the kinds into another order; retired ones come last."),
)
@click.argument("order", metavar="A,B,C")
@json_option
@db_option
def reorder(order: str, as_json: bool, db: str | None) -> None:
    """Put the kinds into another order; retired ones come last."""
    from funnel_tui.services.interaction_kinds import reorder_kinds

    names = [name.strip() for name in order.split(",") if name.strip()]
    with open_to_write(db) as workspace:
        reorder_kinds(workspace, kinds=names)
        _answer(workspace, as_json, kinds=names)
    tell(tr("Reordered the kinds."))


def _answer(workspace: Any, as_json: bool, **facts: Any) -> None:
    if as_json:
        from funnel_tui.cli.output import write_report

        write_report(answer(workspace, "kinds", facts), "json")

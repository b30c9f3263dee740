"""``funnel views``: saved views, listed and set up from a shell."""

from __future__ import annotations

from typing import Any

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.cli.report import scope_of, scope_options
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.services.views import SCREENS


@click.group(
    epilog=examples("""\
  funnel views
  funnel views add north --team North --period "this quarter"
  funnel report funnel --view north
"""),
    invoke_without_command=True,
    help=tr(
        "List the saved views; the commands below save and remove them.\n\n"
        "funnel report NAME --view VIEW shows a report with one."
    ),
)
@format_options
@db_option
@click.pass_context
def views(context: click.Context, format_: str, db: str | None) -> None:
    """List the saved views; the commands below save and remove them."""
    if context.invoked_subcommand is None:
        _list(format_, db)


@views.command(
    "list",
    epilog=examples("""\
  funnel views list
  funnel views list --json
"""),
    help=tr("List the saved views."),
)
@format_options
@db_option
def list_views(format_: str, db: str | None) -> None:
    """List the saved views."""
    _list(format_, db)


def _list(format_: str, db: str | None) -> None:
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.views import views_report

    with open_workspace(db, reading=True) as workspace:
        made = views_report(workspace, in_words=format_ == "table")
    write_report(made, format_)


@views.command(
    epilog=examples("""\
  funnel views add "North this quarter" --team North --period 2026-Q4 --screen stages --default
  funnel views add Fairs --where 'source = fair' --replace
"""),
    help=tr("Save what the options name as the view NAME."),
)
@click.argument("name")
@scope_options
@click.option(
    "--screen",
    type=click.Choice(SCREENS),
    default="stages",
    show_default=True,
    help=tr("The screen it is for."),
)
@click.option(
    "--rep", shell_complete=names_of("rep"), metavar="R", help=tr("Whose view it is; without it everybody's.")
)
@click.option("--default", "is_default", is_flag=True, help=tr("Its screen opens with it."))
@click.option("--replace", is_flag=True, help=tr("Change a view that has the name."))
@json_option
@db_option
def add(
    name: str,
    screen: str,
    rep: str | None,
    is_default: bool,
    replace: bool,
    as_json: bool,
    db: str | None,
    **said: Any,
) -> None:
    """Save what the options name as the view NAME."""
    from funnel_tui.services.by_name import rep_by_name
    from funnel_tui.services.view_changes import add_view

    if said["owner"] is not None and said["team"] is not None:
        raise UsageError(tr("--owner and --team exclude each other."), tr("Give one of them."))
    with open_to_write(db) as workspace:
        scope = scope_of(workspace, said)
        rep_id = None if rep is None else rep_by_name(workspace, rep)[0]
        made = add_view(
            workspace,
            name=name,
            scope=scope,
            screen=screen,
            rep_id=rep_id,
            replace=replace,
            is_default=is_default or None,
        )
        _answer(workspace, as_json, view_id=made)
    tell(tr("Saved view {name}.").format(name=name))


@views.command(
    epilog=examples("""\
  funnel views remove "North this quarter"
"""),
    help=tr("Remove the view NAME."),
)
@click.argument("name", shell_complete=names_of("view"))
@json_option
@db_option
def remove(name: str, as_json: bool, db: str | None) -> None:
    """Remove the view NAME."""
    from funnel_tui.services.view_changes import remove_view

    with open_to_write(db) as workspace:
        shown = remove_view(workspace, name=name)
        _answer(workspace, as_json, view=shown)
    tell(tr("Removed view {shown}.").format(shown=shown))


def _answer(workspace: Any, as_json: bool, **facts: Any) -> None:
    if as_json:
        from funnel_tui.cli.output import write_report

        write_report(answer(workspace, "views", facts), "json")

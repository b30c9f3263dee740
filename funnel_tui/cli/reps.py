"""``funnel reps``: the reps and their teams, listed and set up from a shell."""

from __future__ import annotations

from typing import Any

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.errors import UsageError
from funnel_tui.language import tr


@click.group(
    invoke_without_command=True,
    epilog=examples("""\
  funnel reps
  funnel reps --team North --all
  funnel reps add "Anna Berg" --email anna@example.com --team North
"""),
    help=tr("List the reps; the commands below set them up."),
)
@click.option(
    "--team", shell_complete=names_of("team"), metavar="T", help=tr("Only one team with the teams under it.")
)
@click.option("--all", "everybody", is_flag=True, help=tr("Those who are no longer active, too."))
@format_options
@db_option
@click.pass_context
def reps(context: click.Context, team: str | None, everybody: bool, format_: str, db: str | None) -> None:
    """List the reps; the commands below set them up."""
    if context.invoked_subcommand is not None:
        return
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.set_up import reps_report

    with open_workspace(db, reading=True) as workspace:
        made = reps_report(workspace, team, everybody=everybody, in_words=format_ == "table")
    write_report(made, format_)


@reps.command(
    epilog=examples("""\
  funnel reps add "Anna Berg" --email anna@example.com --team North
"""),
    help=tr("Add the rep NAME."),
)
@click.argument("name")
@click.option("--email", metavar="ADDRESS")
@click.option("--team", shell_complete=names_of("team"), metavar="T", help=tr("A team that is known."))
@json_option
@db_option
def add(name: str, email: str | None, team: str | None, as_json: bool, db: str | None) -> None:
    """Add the rep NAME."""
    from funnel_tui.services.by_name import team_by_name
    from funnel_tui.services.people import create_rep

    with open_workspace(db) as workspace:
        team_id = None if team is None else team_by_name(workspace, team)
        made = create_rep(workspace, name=name, email=email, team_id=team_id)
        _answer(workspace, as_json, rep_id=made)
    tell(tr("Added rep {name}.").format(name=name))


@reps.command(
    epilog=examples("""\
  funnel reps edit "Anna Berg" --team South
  funnel reps edit "Bo Ek" --not-active
"""),
    help=tr("Change what is written about REP."),
)
@click.argument("rep", shell_complete=names_of("rep"))
@click.option("--name", metavar="NAME", help=tr("The new name."))
@click.option("--email", metavar="ADDRESS", help=tr('"" for none.'))
@click.option(
    "--team", shell_complete=names_of("team"), metavar="T", help=tr('A team that is known; "" for none.')
)
@click.option("--active/--not-active", default=None, help=tr("Whether the rep still works here."))
@json_option
@db_option
def edit(rep: str, team: str | None, as_json: bool, db: str | None, **said: Any) -> None:
    """Change what is written about REP."""
    from funnel_tui.services import by_name
    from funnel_tui.services.people import edit_rep

    values = {name: value for name, value in said.items() if value is not None}
    if not values and team is None:
        raise UsageError(tr("Nothing to change was said."), tr("funnel reps edit --help names the options."))
    with open_to_write(db) as workspace:
        number, shown = by_name.rep_by_name(workspace, rep)
        if team is not None:
            values["team_id"] = by_name.team_by_name(workspace, team) if team.strip() else None
        edit_rep(workspace, rep_id=number, version=by_name.rep_version(workspace, number), changes=values)
        _answer(workspace, as_json, rep_id=number)
    tell(tr("Edited rep {shown}.").format(shown=shown))


@reps.command(
    "add-team",
    epilog=examples("""\
  funnel reps add-team North
  funnel reps add-team Oslo --parent North
"""),
    help=tr("Add the team NAME."),
)
@click.argument("name")
@click.option("--parent", shell_complete=names_of("team"), metavar="T", help=tr("The team it lies in."))
@json_option
@db_option
def add_team(name: str, parent: str | None, as_json: bool, db: str | None) -> None:
    """Add the team NAME."""
    from funnel_tui.services.by_name import team_by_name
    from funnel_tui.services.people import create_team

    with open_workspace(db) as workspace:
        parent_id = None if parent is None else team_by_name(workspace, parent)
        made = create_team(workspace, name=name, parent_id=parent_id)
        _answer(workspace, as_json, team_id=made)
    tell(tr("Added team {name}.").format(name=name))


def _answer(workspace: Any, as_json: bool, **facts: Any) -> None:
    if as_json:
        from funnel_tui.cli.output import write_report

        write_report(answer(workspace, "reps", facts), "json")

"""The command ``funnel`` itself, and the list of its commands."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import click

from funnel_tui import __version__
from funnel_tui.cli.common import chosen_target, db_option, examples
from funnel_tui.language import tr


class Lazy(NamedTuple):
    """A command that is imported when it is called.

    :param module: where its click command is.
    :param attribute: the name of the click command there.
    :param about: the line in the list of commands.
    """

    module: str
    attribute: str
    about: str


def _in(module: str, about: str, attribute: str = "") -> Lazy:
    """A command in a module of this package; without ``attribute`` it has the name of the module."""
    return Lazy(f"funnel_tui.cli.{module}", attribute or module, about)


COMMANDS: dict[str, Lazy] = {
    "report": _in("report", tr("Print a report: table, csv, json or chart.")),
    "today": _in("today", tr("Print my tasks, and my stuck and idle deals.")),
    "quotas": _in("quotas", tr("Print the review of quotas; --watch, --fail-under.")),
    "quota": _in("quota", tr("Set, spread, raise, copy and list quotas.")),
    "deal": _in("deal", tr("Create, list, show, move, win, lose, reopen deals.")),
    "log": _in("log", tr("Log a call, an email, a meeting … or plan one.")),
    "stages": _in("stages", tr("List pipelines and stages, or set them up.")),
    "reps": _in("reps", tr("List reps and teams, or set them up.")),
    "kinds": _in("kinds", tr("List kinds of interaction, or set them up.")),
    "targets": _in("targets", tr("List or set what reps are to do in a month.")),
    "views": _in("views", tr("List saved views, or set them up.")),
    "undo": _in("undoing", tr("Take back the last change; --list shows them."), "undo"),
    "redo": _in("undoing", tr("Bring back what was undone."), "redo"),
    "import": _in("importing", tr("Read deals, interactions, mail or rates from files."), "command"),
    "export": _in("exporting", tr("Write deals, interactions … or everything to files."), "command"),
    "settings": _in("settings", tr("Show or change the settings of the team.")),
    "demo": _in("demo", tr("Look around in generated data.")),
    "backup": _in("care", tr("Copy the database while it is in use; checked."), "backup"),
    "restore": _in("care", tr("Put a backup in the place of the database."), "restore"),
    "doctor": _in("care", tr("Check the data against its history."), "doctor"),
    "config": _in("care", tr("Print or check the settings file, explained."), "config"),
    "paths": _in("care", tr("Show where the database and the settings are."), "paths"),
    "serve": _in("serving", tr("Show the app in a browser of this machine."), "serve"),
    "completion": _in("completion", tr("Print the completion script for bash, zsh or fish.")),
    "db": _in("care", tr("Look after the database."), "db"),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called, and lists them without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command with that name, or None."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest one with a like name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = (
                tr("Did you mean {near}?").format(near=near[0])
                if near
                else tr("There are {commands}.").format(commands=", ".join(COMMANDS))
            )
            message = tr("No command is called {name!r}.").format(name=name)
            raise click.UsageError(f"{message} {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands in the help."""
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, lazy.about) for name, lazy in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    no_args_is_help=False,
    epilog=examples("""\
  funnel
  funnel demo
  funnel today
  funnel --db team.db report funnel --period "last quarter"
"""),
    help=tr("A sales pipeline manager for the terminal. Without a command it opens the app."),
)
@click.version_option(__version__, prog_name="funnel", message="%(prog)s %(version)s")
@db_option
@click.pass_context
def funnel(context: click.Context, db: str | None) -> Any:
    """A sales pipeline manager for the terminal. Without a command it opens the app."""
    if context.invoked_subcommand is None:
        from funnel_tui.app import run_app

        return run_app(chosen_target(db), demo=_demo)
    return None


def _demo() -> int:
    """The demo, for somebody who chose it in the welcome."""
    from funnel_tui.cli.demo import open_demo

    return open_demo({})

"""The command ``funnel`` itself, and the list of its commands."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import click

from funnel_tui import __version__
from funnel_tui.cli.common import chosen_target, db_option
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


COMMANDS: dict[str, Lazy] = {
    "report": Lazy("funnel_tui.cli.report", "report", tr("Print a report: table, csv, json or chart.")),
    "today": Lazy("funnel_tui.cli.today", "today", tr("Print my tasks, and my stuck and idle deals.")),
    "quotas": Lazy(
        "funnel_tui.cli.quotas", "quotas", tr("Print the review of quotas; --watch, --fail-under.")
    ),
    "quota": Lazy("funnel_tui.cli.quota", "quota", tr("Set, spread, raise, copy and list quotas.")),
    "deal": Lazy("funnel_tui.cli.deal", "deal", tr("Create, list, show, move, win, lose, reopen deals.")),
    "log": Lazy("funnel_tui.cli.log", "log", tr("Log a call, an email, a meeting … or plan one.")),
    "stages": Lazy("funnel_tui.cli.stages", "stages", tr("List pipelines and stages, or set them up.")),
    "reps": Lazy("funnel_tui.cli.reps", "reps", tr("List reps and teams, or set them up.")),
    "kinds": Lazy("funnel_tui.cli.kinds", "kinds", tr("List kinds of interaction, or set them up.")),
    "targets": Lazy("funnel_tui.cli.targets", "targets", tr("List or set what reps are to do in a month.")),
    "views": Lazy("funnel_tui.cli.views", "views", tr("List saved views, or set them up.")),
    "undo": Lazy("funnel_tui.cli.undoing", "undo", tr("Take back the last change; --list shows them.")),
    "redo": Lazy("funnel_tui.cli.undoing", "redo", tr("Bring back what was undone.")),
    "import": Lazy(
        "funnel_tui.cli.importing", "command", tr("Read deals, interactions, mail or rates from files.")
    ),
    "export": Lazy(
        "funnel_tui.cli.exporting", "command", tr("Write deals, interactions … or everything to files.")
    ),
    "settings": Lazy("funnel_tui.cli.settings", "settings", tr("Show or change the settings of the team.")),
    "demo": Lazy("funnel_tui.cli.demo", "demo", tr("Look around in generated data.")),
    "backup": Lazy("funnel_tui.cli.care", "backup", tr("Copy the database while it is in use; checked.")),
    "restore": Lazy("funnel_tui.cli.care", "restore", tr("Put a backup in the place of the database.")),
    "doctor": Lazy("funnel_tui.cli.care", "doctor", tr("Check the data against its history.")),
    "config": Lazy("funnel_tui.cli.care", "config", tr("Print or check the settings file, explained.")),
    "paths": Lazy("funnel_tui.cli.care", "paths", tr("Show where the database and the settings are.")),
    "serve": Lazy("funnel_tui.cli.serving", "serve", tr("Show the app in a browser of this machine.")),
    "completion": Lazy(
        "funnel_tui.cli.completion", "completion", tr("Print the completion script for bash, zsh or fish.")
    ),
    "db": Lazy("funnel_tui.cli.care", "db", tr("Look after the database.")),
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

"""``funnel today``: my tasks, and the deals that need me."""

from __future__ import annotations

import click

from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.ending import say
from funnel_tui.cli.names import names_of
from funnel_tui.language import tr


@click.command(
    epilog=examples("""\
  funnel today
  funnel today --rep "Anna Berg"
  funnel today --format json
"""),
    help=tr(
        "Print overdue tasks, those due today and this week, stuck deals and idle ones, and "
        "done / target.\n\n"
        'The user is the rep with the name under "user" in the settings file, or with the name '
        "of the login; with one rep only, it is that one. For anybody else it is everybody's day, and for "
        "a rep who owns nothing that of the team."
    ),
)
@click.option(
    "--rep",
    shell_complete=names_of("rep"),
    metavar="R",
    help=tr("Whose day; without it the user's own (see the settings file)."),
)
@click.option("--format", "format_", type=click.Choice(("table", "csv", "json")), default="table")
@db_option
def today(rep: str | None, format_: str, db: str | None) -> None:
    """Print overdue tasks, those due today and this week, stuck deals and idle ones, and done / target."""
    from funnel_tui.cli.output import write_report
    from funnel_tui.cli.typed import week_start
    from funnel_tui.config import load_settings
    from funnel_tui.services.agenda import whose_now
    from funnel_tui.services.today import today_report

    settings = load_settings()
    with open_workspace(db, reading=True) as workspace:
        workspace.actor = settings.user or workspace.actor
        whose = whose_now(workspace, rep)
        in_words = format_ == "table"
        # Programs get the same in every locale: a week from Monday on, unless the settings say otherwise.
        start = week_start() if in_words else settings.week_start or 0
        made = today_report(workspace, whose, week_start=start, in_words=in_words)
    if whose.why:
        other = tr("--rep NAME shows the day of one.")
        say(f"{whose.why} {other}")
    write_report(made, format_)

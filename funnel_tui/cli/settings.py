"""``funnel settings``: what the whole team shares, kept in the database."""

from __future__ import annotations

from dataclasses import asdict

import click

from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

ABOUT = {
    "time_zone": tr("periods begin and end in this zone"),
    "fiscal_start": tr("the month a fiscal year begins in"),
    "base_currency": tr("the currency of totals"),
    "small_n": tr("under this many deals a ratio is dimmed"),
    "stuck_factor": tr("stuck after this many times the stage's median days"),
    "idle_days": tr("idle after this many days without an interaction"),
    "contact_benchmark": tr("opportunities per 1,000 outbound calls to hold against"),
    "model_minimum": tr("closed deals before a win probability is modelled"),
}


@click.command(
    epilog=examples("""\
  funnel settings
  funnel settings time_zone Europe/Oslo
  funnel settings base_currency NOK
"""),
    help=tr(
        "Show the settings of the team, or set NAME to VALUE.\n\nEvery change is recorded, like any other."
    ),
)
@click.argument("name", required=False)
@click.argument("value", required=False)
@db_option
def settings(name: str | None, value: str | None, db: str | None) -> None:
    """Show the settings of the team, or set NAME to VALUE."""
    if name is not None and value is None:
        raise UsageError(
            tr("No value is given for {name!r}.").format(name=name),
            tr("For example: funnel settings {name} VALUE").format(name=name),
        )
    if name is None or value is None:
        with open_workspace(db, reading=True) as workspace:
            present = asdict(workspace.settings())
        for key, current in present.items():
            click.echo(f"{key:<18} {current!s:<16} {ABOUT[key]}".rstrip())
        return
    from funnel_tui.services.settings import set_setting

    with open_workspace(db) as workspace:
        set_setting(workspace, name=name, value=value)
        now = asdict(workspace.settings())[name]
    click.echo(tr("{name} is {now}.").format(name=name, now=now), err=True)

"""``funnel settings``: what the whole team shares, kept in the database."""

from __future__ import annotations

from dataclasses import asdict, fields

import click

from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.domain.scope import TeamSettings
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
  funnel settings time_zone
  funnel settings time_zone Europe/Oslo
  funnel settings base_currency NOK
"""),
    help=tr(
        "Show the settings of the team or the one called NAME, or set NAME to VALUE.\n\n"
        "Every change is recorded, like any other."
    ),
)
@click.argument("name", required=False)
@click.argument("value", required=False)
@db_option
def settings(name: str | None, value: str | None, db: str | None) -> None:
    """Show the settings of the team or the one called NAME, or set NAME to VALUE."""
    if value is None:
        _show(name, db)
        return
    assert name is not None
    from funnel_tui.services.settings import set_setting

    with open_workspace(db) as workspace:
        set_setting(workspace, name=name, value=value)
        now = asdict(workspace.settings())[name]
    click.echo(tr("{name} is {now}.").format(name=name, now=now), err=True)


def _show(name: str | None, db: str | None) -> None:
    """Print all settings with what they mean; of one the value, and what it means on standard error."""
    if name is not None and name not in ABOUT:
        from funnel_tui.services.settings import check_name

        check_name(name)
    with open_workspace(db, reading=True) as workspace:
        present = asdict(workspace.settings())
    if name is None:
        for key, current in present.items():
            click.echo(f"{key:<18} {current!s:<16} {ABOUT[key]}".rstrip())
        return
    click.echo(present[name])
    usual = next(field.default for field in fields(TeamSettings) if field.name == name)
    words = tr("{about}; {usual} by default")
    if present[name] == usual:
        words = tr("{about}; this is its default")
    click.echo(words.format(about=ABOUT[name], usual=usual), err=True)

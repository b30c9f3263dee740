"""Commands that look after the data: ``doctor``, ``paths`` and ``db``."""

from __future__ import annotations

import click

from funnel_tui.cli.common import chosen_target, db_option, open_workspace, progress
from funnel_tui.cli.ending import say
from funnel_tui.domain.shown import clean


@click.command()
@db_option
def paths(db: str | None) -> None:
    """Show where the database, the settings and the log are. Nothing is created."""
    from funnel_tui import paths as places

    click.echo(f"database  {chosen_target(db).name}")
    click.echo(f"config    {places.config_file()}")
    click.echo(f"log       {places.log_file()}")


@click.command()
@click.option("--rebuild", is_flag=True, help="First work out again what follows from the history.")
@db_option
def doctor(rebuild: bool, db: str | None) -> int:
    """Check that everything kept in the database follows from its history.

    Findings are printed one a line; the exit code is 1 when one of them makes a figure wrong.
    """
    from funnel_tui.services import doctor as service

    with open_workspace(db, reading=True) as workspace:
        name = workspace.database.target.name
        if rebuild:
            with progress("Rebuilding deals") as told:
                wrong = service.rebuild(workspace, told)
            say(f"{name}: {_count(wrong, 'deal')} mended.")
        with progress("Checking deals") as told:
            findings = service.check(workspace, told)
    for finding in findings:
        click.echo(clean(f"{finding.kind:<9} {finding.message} {finding.hint}".rstrip()))
    wrong = sum(finding.is_error for finding in findings)
    say(f"{name}: {_count(wrong, 'error')}." if wrong else f"{name} is sound.")
    return 1 if wrong else 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@click.group()
@db_option
def db(db: str | None) -> None:
    """Look after the database."""


@db.command()
@db_option
def upgrade(db: str | None) -> None:
    """Bring the database to the schema of this version, after a backup copy of an older file."""
    from funnel_tui.db.target import SCHEMA_VERSION

    with open_workspace(db, reading=True) as workspace:
        name = workspace.database.target.name
    click.echo(f"{name} is up to date (schema {SCHEMA_VERSION}).", err=True)

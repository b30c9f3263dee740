"""Commands that look after the data: ``paths`` and ``db``."""

from __future__ import annotations

import click

from funnel_tui.cli.common import chosen_target, db_option, open_workspace


@click.command()
@db_option
def paths(db: str | None) -> None:
    """Show where the database, the settings and the log are. Nothing is created."""
    from funnel_tui import paths as places

    click.echo(f"database  {chosen_target(db).name}")
    click.echo(f"config    {places.config_file()}")
    click.echo(f"log       {places.log_file()}")


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

"""Commands that look after the data: ``backup``, ``restore``, ``doctor``, ``config``, ``paths``, ``db``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from funnel_tui.cli.common import (
    chosen_target,
    db_option,
    examples,
    named_target,
    open_workspace,
    progress,
    require_file,
)
from funnel_tui.cli.ending import orderly_end, say
from funnel_tui.domain.shown import clean
from funnel_tui.errors import UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.db.target import Target


@click.command(
    epilog=examples("""\
  funnel paths
  funnel --db team.db paths
"""),
    help=tr("Show where the database, the settings, the log and unsaved drafts are. Nothing is created."),
)
@db_option
def paths(db: str | None) -> None:
    """Show where the database, the settings, the log and unsaved drafts are. Nothing is created."""
    from funnel_tui import paths as places

    lines = {
        tr("database"): chosen_target(db).name,
        tr("config"): places.config_file(),
        tr("log"): places.log_file(),
        tr("drafts"): places.drafts_folder(),
    }
    wide = max(map(len, lines))
    for word, place in lines.items():
        click.echo(f"{word:<{wide}}  {place}")


CONFIG_EXAMPLES = examples("""\
  funnel config
  funnel config --keys
  funnel config --check
  funnel config --write
""")


@click.command(
    epilog=CONFIG_EXAMPLES,
    help=tr(
        "Print a settings file with every setting explained.\n\n"
        "These are the settings of one user on one machine; those of the team are shown by: "
        "funnel settings"
    ),
)
@click.option("--keys", is_flag=True, help=tr("List every action that can have another key, by its name."))
@click.option("--check", is_flag=True, help=tr("Only say whether the settings file can be used."))
@click.option("--write", is_flag=True, help=tr("Make a settings file of it, if there is none."))
def config(keys: bool, check: bool, write: bool) -> None:
    """Print a settings file with every setting explained."""
    from funnel_tui import paths as places
    from funnel_tui.config import EXAMPLE, load_settings

    path = places.config_file()
    if keys:
        from funnel_tui.app import FunnelApp
        from funnel_tui.screens.keys import key_lines

        click.echo("[keymap]")
        for line in key_lines(FunnelApp):
            click.echo(f'# {line.name} = "{line.keys}"  # {line.about}')
    elif check:
        settings = load_settings()
        source = settings.source
        if settings.db:
            named_target(settings)
        if settings.keymap:
            from funnel_tui.app import FunnelApp
            from funnel_tui.screens.keys import check_keymap

            check_keymap(settings, FunnelApp)
        say(
            tr("{source} is good.").format(source=source)
            if source
            else tr("There is no {path}; every setting has its usual value.").format(path=path)
        )
    elif write:
        from funnel_tui.exchange.files import new_file

        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(
            path, replace=False, hint=tr("Open it in an editor; funnel config shows an example.")
        ) as file:
            file.write(EXAMPLE.encode())
        say(tr("Wrote {path}. Open it in an editor.").format(path=path))
    else:
        click.echo(EXAMPLE, nl=False)


@click.command(
    epilog=examples("""\
  funnel doctor
  funnel --db team.db doctor --rebuild
"""),
    help=tr(
        "Check that everything kept in the database follows from its history.\n\n"
        "Findings are printed one a line; the exit code is 1 when one of them makes a figure "
        "wrong. Files that a killed backup or export left unfinished beside the database are removed."
    ),
)
@click.option("--rebuild", is_flag=True, help=tr("First work out again what follows from the history."))
@db_option
def doctor(rebuild: bool, db: str | None) -> int:
    """Check that everything kept in the database follows from its history."""
    from funnel_tui.services import doctor as service

    _clear_left(chosen_target(db))
    with open_workspace(db, reading=True) as workspace:
        name = workspace.database.target.name
        if rebuild:
            with progress(tr("Rebuilding deals")) as told:
                wrong = service.rebuild(workspace, told)
            say(
                trn("{name}: {wrong:,} deal mended.", "{name}: {wrong:,} deals mended.", wrong).format(
                    name=name, wrong=wrong
                )
            )
        with progress(tr("Checking deals")) as told:
            findings = service.check(workspace, told)
    for finding in findings:
        click.echo(clean(f"{finding.kind:<9} {finding.message} {finding.hint}".rstrip()))
    wrong = sum(finding.is_error for finding in findings)
    if wrong:
        say(
            trn("{name}: {wrong:,} error.", "{name}: {wrong:,} errors.", wrong).format(name=name, wrong=wrong)
        )
    else:
        say(tr("{name} is sound.").format(name=name))
    return 1 if wrong else 0


def _clear_left(target: Target) -> None:
    """Remove what backups, exports … that were killed left beside the database and the settings."""
    from funnel_tui import paths as places
    from funnel_tui.unfinished import clear_left

    folders = {places.config_file().parent}
    if target.path is not None:
        folders.add(target.path.parent)
    for folder in sorted(folders):
        removed = clear_left(folder)
        if removed:
            words = trn(
                "{folder}: removed {removed:,} file that a stopped program left unfinished.",
                "{folder}: removed {removed:,} files that stopped programs left unfinished.",
                removed,
            )
            say(words.format(folder=folder, removed=removed))


@click.group(
    epilog=examples("""\
  funnel db upgrade
  funnel --db team.db db upgrade
"""),
    help=tr("Look after the database."),
)
@db_option
def db(db: str | None) -> None:
    """Look after the database."""


@db.command(
    epilog=examples("""\
  funnel db upgrade
  funnel --db team.db db upgrade
"""),
    help=tr("Bring the database to the schema of this version, after a backup copy of an older file."),
)
@db_option
def upgrade(db: str | None) -> None:
    """Bring the database to the schema of this version, after a backup copy of an older file."""
    from funnel_tui.db.target import SCHEMA_VERSION

    with open_workspace(db, reading=True) as workspace:
        name = workspace.database.target.name
    click.echo(
        tr("{name} is up to date (schema {schema_version}).").format(
            name=name, schema_version=SCHEMA_VERSION
        ),
        err=True,
    )


_FOR_SERVERS = tr(
    "pg_dump --format=custom --file=FILE '{url}' makes a backup, "
    "pg_restore --clean --if-exists --single-transaction --dbname='{url}' FILE puts it back; "
    "funnel export all --output FOLDER works too."
)

BACKUP_EXAMPLES = examples("""\
  funnel backup sales-2026-11-22.db
  funnel --db team.db backup /mnt/usb/team.db --force
""")

RESTORE_EXAMPLES = examples("""\
  funnel restore sales-2026-11-22.db
  funnel --db team.db restore /mnt/usb/team.db
""")


@click.command(
    epilog=BACKUP_EXAMPLES,
    help=tr(
        "Copy the database to FILE and check the copy. Others may go on working meanwhile.\n\n"
        "FILE is one file that only you can read. It takes its name when it is whole: a backup "
        "that is there is never a half one."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=tr("Replace the file if it is there."))
@db_option
def backup(file: Path, force: bool, db: str | None) -> None:
    """Copy the database to FILE and check the copy. Others may go on working meanwhile."""
    from funnel_tui.db.backup import back_up

    target = chosen_target(db)
    path = _file_of(target)
    require_file(target)
    with orderly_end():
        made = back_up(path, file, replace=force)
    say(
        tr("{name} is copied to {path} ({size}); the copy is sound.").format(
            name=target.name, path=made.path, size=_size(made.size)
        )
    )


@click.command(
    epilog=RESTORE_EXAMPLES,
    help=tr(
        "Put the backup FILE in the place of the database.\n\n"
        "FILE is checked first and stays as it is; one of an older version is upgraded on the "
        "way. The present database is kept beside the new one, with the time in its name. "
        "Nobody else may have it open meanwhile."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@db_option
def restore(file: Path, db: str | None) -> None:
    """Put the backup FILE in the place of the database."""
    from funnel_tui.db.restoring import restore as put_back
    from funnel_tui.services.workspace import system_clock

    target = chosen_target(db)
    path = _file_of(target)
    with orderly_end():
        done = put_back(file, path, now=system_clock())
    if done.upgraded_from is None:
        say(tr("{target} is what {file} holds.").format(target=target.name, file=file))
    else:
        words = tr("{target} is what {file} holds, upgraded from schema {schema}.")
        say(words.format(target=target.name, file=file, schema=done.upgraded_from))
    if done.kept is not None:
        say(tr("What it was before is in {kept}.").format(kept=done.kept))


def _file_of(target: Target) -> Path:
    """The file of a database.

    :raises UsageError: for a server, with what does the same there.
    """
    if target.path is None:
        url = target.name.replace("postgresql+psycopg://", "postgresql://")  # for programs without our driver
        raise UsageError(
            tr("backup and restore are for database files, not for PostgreSQL."), _FOR_SERVERS.format(url=url)
        )
    return target.path


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{size / 1000:,.0f} kB"

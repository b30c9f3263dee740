"""What every command shares: which database, and a workspace on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.errors import DatabaseProblem, UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings
    from funnel_tui.db.target import Target
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def db_option(command: Command) -> Command:
    """Give a command the option ``--db``; what was said before the command is its default."""
    option = click.option(
        "--db",
        metavar="PATH|URL",
        help=tr("The database: a file, or postgresql://user@host/name. Also FUNNEL_DB."),
    )
    return option(command)


def examples(commands: str) -> str:
    """The end of the help of a command: what could be typed, which is the same in every language.

    :param commands: the examples, one a line.
    """
    return "\b\n" + tr("Examples:") + "\n" + commands


def one_of(words: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What completes an argument that is one of some words, for ``shell_complete``."""
    return lambda _context, _parameter, begun: [word for word in words if word.startswith(begun)]


def chosen_target(db: str | None) -> Target:
    """Which database is meant: ``--db`` after the command, before it, FUNNEL_DB, the settings, the default.

    :param db: the value of the command's own ``--db``.
    :raises UsageError: for an address of another kind of database.
    :raises ConfigError: for such an address in the settings, and when the settings file is wrong.
    """
    from funnel_tui.db.target import Target

    context = click.get_current_context(silent=True)
    while db is None and context is not None:
        db = context.params.get("db")
        context = context.parent
    named = db if db is not None else os.environ.get("FUNNEL_DB")
    if named or db is not None:
        return Target.parse(named or "")

    from funnel_tui import paths
    from funnel_tui.config import load_settings

    settings = load_settings()
    return named_target(settings) if settings.db else Target(path=paths.database_file())


def named_target(settings: UserSettings) -> Target:
    """The database that the settings file names.

    :raises ConfigError: for an address of another kind of database.
    """
    from funnel_tui.config import ConfigError
    from funnel_tui.db.target import Target

    try:
        return Target.parse(settings.db or "")
    except UsageError as error:
        raise ConfigError(f"{settings.where('db')}: {error.message}", error.hint) from error


@contextmanager
def open_workspace(db: str | None, *, reading: bool = False) -> Iterator[Workspace]:
    """Open the database for one command and give it back at its end.

    :param db: the value of the command's own ``--db``.
    A database that was made for the command and that nothing was written to is removed again.

    :param reading: the command only reads: a file that is missing or empty is then refused, where a command
        that writes makes a database of it.
    :raises DatabaseProblem: when it cannot be used.
    """
    from funnel_tui.db import Database
    from funnel_tui.services.workspace import Workspace

    target = chosen_target(db)
    actor = None
    if reading:
        require_file(target)
    else:
        from funnel_tui.config import load_settings

        actor = load_settings().user
    database = Database(target)
    try:
        yield Workspace(database, actor=actor)
    finally:
        database.close_unused()


def require_file(target: Target) -> None:
    """Refuse a file that holds no database yet.

    :raises DatabaseProblem: when it is missing or empty.
    """
    path = target.path
    if path is None:
        return
    hint = tr("Check --db and FUNNEL_DB; funnel import and funnel demo --write make a database.")
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError:
        return  # Opening it says why.
    if size == 0:
        raise DatabaseProblem(tr("{name} is empty: it is no database.").format(name=target.name), hint)
    if size is None and not path.exists():
        raise DatabaseProblem(tr("There is no database {name}.").format(name=target.name), hint)


@contextmanager
def progress(words: str) -> Iterator[Any]:
    """Show how far something is on standard error, if that is a terminal.

    :returns: a function that takes how many are done, and of how many.
    """
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown:
            line = tr("{words}: {done:,} of {total:,}").format(words=words, done=done, total=total)
            print(f"\r{line}", end="", file=sys.stderr, flush=True)  # noqa: T201

    try:
        yield tell
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201

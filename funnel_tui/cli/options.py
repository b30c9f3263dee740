"""Options that several commands have: whose deals, of which pipelines, as of when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from funnel_tui.cli.names import names_of
from funnel_tui.language import tr


def pipelines_option(words: str = tr("A pipeline; may be repeated.")) -> Callable[[Any], Any]:
    """``--pipeline``, which may be said several times: the value is ``pipelines``.

    :param words: its line in the help.
    """
    complete = names_of("pipeline")
    return click.option(
        "--pipeline", "pipelines", shell_complete=complete, metavar="P", multiple=True, help=words
    )


def tags_option(name: str, value: str, words: str) -> Callable[[Any], Any]:
    """An option that names tags and may be said several times.

    :param name: such as ``--tag``; ``value`` is how the function of the command calls it.
    :param words: its line in the help.
    """
    return click.option(
        name, value, shell_complete=names_of("tag"), metavar="NAME", multiple=True, help=words
    )


def source_option(words: str | None = None) -> Callable[[Any], Any]:
    """``--source``: where a deal comes from.

    :param words: its line in the help.
    """
    return click.option("--source", shell_complete=names_of("source"), metavar="NAME", help=words)


owner_option = click.option("--owner", shell_complete=names_of("rep"), metavar="R", help=tr("One rep."))
team_option = click.option(
    "--team", shell_complete=names_of("team"), metavar="T", help=tr("One team with the teams under it.")
)
as_of_option = click.option(
    "--as-of", metavar="INSTANT", help=tr("As it was then: 2026-04-01T00:00:00Z or 2026-04-01.")
)
where_option = click.option(
    "--where", metavar="FILTER", help=tr("Only deals such as: source = fair and amount > 100k")
)
view_option = click.option(
    "--view",
    shell_complete=names_of("view"),
    metavar="NAME",
    help=tr("Begin with a saved view; options change it."),
)

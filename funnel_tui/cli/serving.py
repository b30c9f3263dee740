"""``funnel serve``: the app in a browser of this machine. There is no login."""

from __future__ import annotations

import os

import click

from funnel_tui.cli.common import chosen_target, db_option, examples
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr

EXAMPLES = examples("""\
  funnel serve                                     then open http://127.0.0.1:8000
  funnel serve --port 9000
  ssh -L 8000:127.0.0.1:8000 HOST funnel serve     from another machine; open the same page there
""")


@click.command(
    epilog=EXAMPLES,
    help=tr(
        "Show the app in a browser of this machine. There is no password: whoever is logged in on this"
        " machine can open the page."
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help=tr("The port to listen on."),
)
@db_option
def serve(port: int, db: str | None) -> None:
    """Show the app in a browser of this machine."""
    target = chosen_target(db)
    # Each page runs a program of its own. What it opens is no word of its command: an address may hold a
    # password, and everybody may list commands.
    os.environ["FUNNEL_DB"] = target.url or str(target.path)
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    try:
        from funnel_tui.cli.browser import LocalServer
    except ModuleNotFoundError as error:
        raise FunnelError(
            tr("funnel serve needs the package {name}, which is not installed.").format(name=error.name),
            tr("Install it with: pip install 'funnel-tui[serve]'"),
        ) from error
    LocalServer(port).serve()

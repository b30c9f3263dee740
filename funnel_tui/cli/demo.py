"""``funnel demo``: the app on generated data, or a file of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from funnel_tui.cli.common import examples, progress
from funnel_tui.cli.ending import orderly_end
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.db.target import Target


@click.command(
    epilog=examples("""\
  funnel demo
  funnel demo --deals 10000 --seed 7
  funnel demo --write demo.db
"""),
    help=tr("Open the app on generated data in a throw-away file."),
)
@click.option("--deals", type=int, metavar="N", help=tr("How many deals: 1 to 1,000,000. [default: 1200]"))
@click.option("--seed", type=int, metavar="S", help=tr("The same seed and clock give the same data."))
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=tr("Make this database file and open nothing."),
)
@click.pass_context
def demo(context: click.Context, deals: int | None, seed: int | None, write: Path | None) -> Any:
    """Open the app on generated data in a throw-away file."""
    if context.find_root().params.get("db") is not None:
        raise UsageError(tr("funnel demo has a database of its own."), tr("To keep it, use --write FILE."))
    wishes = {name: value for name, value in (("deals", deals), ("seed", seed)) if value is not None}
    if write is not None:
        with orderly_end():
            target = _build(write, wishes)
        click.echo(tr("Wrote {name}. Open it with: funnel --db {name}").format(name=target.name), err=True)
        return None
    return open_demo(wishes)


def open_demo(wishes: dict[str, Any]) -> int:
    """Make the demo data in a throw-away folder, and run the app on it.

    :param wishes: what was asked for: the number of deals, the seed.
    :returns: the exit code.
    """
    # Whoever has no terminal is told before the data is made, not after.
    from funnel_tui.app import require_terminal, run_app

    require_terminal()
    with orderly_end(), throwaway_folder() as folder:
        return run_app(_build(folder / "demo.db", wishes), throwaway=True)


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder that is gone when the block ends, however it ends."""
    with tempfile.TemporaryDirectory(prefix="funnel-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _build(path: Path, wishes: dict[str, Any]) -> Target:
    from funnel_tui.demo import demo_file

    with progress(tr("Making deals")) as told:
        workspace = demo_file(path, progress=told, **wishes)
    target = workspace.database.target
    workspace.database.close()
    return target

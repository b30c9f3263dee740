"""``funnel import``: deals, histories, interactions, contacts and rates from files of other programs."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from funnel_tui.cli.common import db_option, examples, one_of, open_workspace
from funnel_tui.errors import UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.services.importing import ImportOptions, ImportRefused

KINDS = ("deals", "history", "interactions", "contacts", "quotas", "rates", "all")
"""What can be imported; all is the folder of funnel export all."""

SLOW_SECONDS = 5.0
"""How often progress is told where standard error is no terminal."""

QUICK_SECONDS = 0.1
"""How often it is told in a terminal."""


class ProgressLine:
    """Tells how far an import is: in a terminal one line that changes, elsewhere a line now and then."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = QUICK_SECONDS if self._terminal else SLOW_SECONDS
        self._last = time.monotonic()
        self._shown = False

    def __call__(self, doing: str, done: int, whole: int) -> None:
        """Take a report."""
        now = time.monotonic()
        if now - self._last < self._every or not whole:
            return
        self._last = now
        text = f"{doing}: {min(100, 100 * done // whole)} %"
        if self._terminal:
            click.echo(f"\r{text:<40}", nl=False, err=True)
            self._shown = True
        else:
            tell(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo(f"\r{'':<40}\r", nl=False, err=True)
            self._shown = False


def tell(line: str) -> None:
    """Print a line on standard error, without control characters."""
    click.echo("".join(char if char.isprintable() else " " for char in line), err=True)


EXAMPLES = examples("""\
  funnel import deals deals.csv --dry-run
  funnel import interactions activities.csv --kind Fax=Note --skip-bad --errors refused.csv
  funnel import interactions calls.csv --map at=Date --map person=Who --value kind=Call
  funnel import interactions inbox.mbox letter.eml --value owner=Anna
  funnel import interactions meetings.ics
  funnel import quotas quotas.csv --map owner=Rep --map period=Quarter --map amount=Target
  funnel --db new.db import all FOLDER
""")


@click.command(
    "import",
    no_args_is_help=True,
    epilog=EXAMPLES,
    help=tr(
        "Read deals, histories, interactions, contacts, quotas or exchange rates from CSV "
        "files.\n\n"
        "Contacts may be vCards too; interactions may be mail (.eml, .mbox) and calendars "
        "(.ics), matched to people by their e-mail addresses.\n\n"
        "All or nothing: if any row is refused, nothing is written. Importing the same file "
        "again updates what is there. Beside a file of deals there may be files of accounts, "
        "products and sales teams.\n\n"
        "import all brings the folder of funnel export all into an empty database, exactly as "
        "it was."
    ),
)
@click.argument("kind", metavar="|".join(KINDS), shell_complete=one_of(KINDS))
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--profile",
    metavar="NAME",
    help=tr(
        "The program the file comes from: maven, pipedrive, hubspot, salesforce or generic. "
        "Guessed from the header."
    ),
)
@click.option(
    "--map", "maps", multiple=True, metavar="FIELD=COLUMN", help=tr("Read a field from this column.")
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="FIELD=CONSTANT",
    help=tr("Give a field this value on all rows."),
)
@click.option("--date-format", metavar="FORMAT", help=tr("How dates are written, such as %d.%m.%Y."))
@click.option("--timezone", metavar="ZONE", help=tr("Zone of times without one, such as Europe/Oslo."))
@click.option("--currency", metavar="CODE", help=tr("Currency of amounts without one, such as EUR."))
@click.option("--pipeline", metavar="NAME", help=tr("The pipeline of all deals; made if it is missing."))
@click.option("--stages", metavar="A,B,C", help=tr("The stages of the pipeline in order."))
@click.option("--won", metavar="NAME,…", help=tr("Stage or status names that mean won."))
@click.option("--lost", metavar="NAME[=REASON],…", help=tr("Names that mean lost, with a reason."))
@click.option("--locale", metavar="LOCALE", help=tr("Whose numbers the file has, such as de_DE."))
@click.option("--round", "rounded", is_flag=True, help=tr("Round amounts with too many decimals, half up."))
@click.option("--encoding", metavar="NAME", help=tr("The encoding of the file. Found out."))
@click.option("--delimiter", metavar="CHARACTER", help=tr("What separates the fields. Found out."))
@click.option("--no-header", is_flag=True, help=tr("The first row is data; columns are numbers from 1."))
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="NAME=KNOWN",
    help=tr("Interactions: read a kind as one of ours."),
)
@click.option("--add-kinds", is_flag=True, help=tr("Interactions: make kinds that are not there."))
@click.option("--skip-bad", is_flag=True, help=tr("Interactions: leave refused rows out, write the others."))
@click.option("--dry-run", is_flag=True, help=tr("Do everything but keep nothing."))
@click.option(
    "--errors", type=click.Path(path_type=Path), metavar="FILE.csv", help=tr("Write all refusals here.")
)
@db_option
def command(db: str | None, **said: Any) -> None:
    """Read deals, histories, interactions, contacts, quotas or exchange rates from CSV files."""
    from funnel_tui.services.importing import ImportRefused, run_import

    progress = ProgressLine()
    if said["kind"] == "all":
        _import_all(db, said, progress)
        return
    options = _options(said, progress)
    outcome = None
    try:
        with open_workspace(db) as workspace:
            outcome = run_import(workspace, options)
    except KeyboardInterrupt:
        progress.clear()
        # While the database was being closed everything had been written already.
        if outcome:
            tell(tr("Stopped with ctrl+c: after the import was written."))
        else:
            tell(tr("Stopped with ctrl+c: nothing was imported."))
        raise
    except ImportRefused as refused:
        progress.clear()
        _list_refused(refused, several=len(options.files) > 1)
        raise
    finally:
        progress.clear()
    if outcome.refused is not None:
        _list_refused(outcome.refused, several=len(options.files) > 1)
    for line in outcome.lines():
        tell(line)


def _import_all(db: str | None, said: dict[str, Any], progress: ProgressLine) -> None:
    """Bring a whole export into an empty database."""
    from funnel_tui.cli.ending import orderly_end
    from funnel_tui.services.whole import import_all

    odd = [name for name, value in said.items() if value and name not in ("kind", "files", "dry_run")]
    if odd:
        option = {"maps": "map", "values": "value", "kinds": "kind", "rounded": "round"}.get(odd[0], odd[0])
        raise UsageError(
            tr("--{replace} is not for import all.").format(replace=option.replace("_", "-")),
            tr("Leave it out."),
        )
    if len(said["files"]) != 1:
        raise UsageError(
            tr("import all takes one folder."), tr("Name the folder that funnel export all has made.")
        )
    folder = Path(said["files"][0])
    try:
        with orderly_end(), open_workspace(db) as workspace:
            done = import_all(workspace, folder, dry_run=said["dry_run"], progress=progress)
    finally:
        progress.clear()
    words = trn(
        "{rows:,} rows of {tables} tables read, with {deals:,} deal.",
        "{rows:,} rows of {tables} tables read, with {deals:,} deals.",
        done.deals,
    )
    tell(words.format(rows=done.rows, tables=done.tables, deals=done.deals))
    if said["dry_run"]:
        tell(tr("This was a dry run: nothing was written."))


def _options(said: dict[str, Any], progress: ProgressLine) -> ImportOptions:
    """What the user said, as the import takes it."""
    from funnel_tui.exchange.mapping import parse_assignments, parse_losses
    from funnel_tui.exchange.records import ReadOptions
    from funnel_tui.services.importing import ImportOptions

    read = ReadOptions(
        encoding=said["encoding"],
        delimiter=_delimiter(said["delimiter"]),
        header=not said["no_header"],
        date_format=said["date_format"],
        locale=said["locale"],
        currency=said["currency"],
        won=_names(said["won"], "--won"),
        lost=parse_losses(said["lost"]) if said["lost"] is not None else {},
        stages=_names(said["stages"], "--stages"),
        round_amounts=said["rounded"],
    )
    return ImportOptions(
        kind=said["kind"],
        files=said["files"],
        profile=said["profile"],
        maps=parse_assignments(said["maps"], "--map"),
        values=parse_assignments(said["values"], "--value"),
        read=read,
        timezone=said["timezone"],
        pipeline=said["pipeline"],
        dry_run=said["dry_run"],
        errors=said["errors"],
        progress=progress,
        skip_bad=said["skip_bad"],
        add_kinds=said["add_kinds"],
        kinds=parse_assignments(said["kinds"], "--kind"),
    )


def _names(text: str | None, option: str) -> tuple[str, ...]:
    """The names of a list such as ``A,B,C``."""
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise UsageError(
            tr("{option} {text!r} has an empty name.").format(option=option, text=text),
            tr("Separate the names with single commas."),
        )
    return names


def _delimiter(text: str | None) -> str | None:
    """A delimiter as people write it: a tab is hard to type in a shell."""
    return "\t" if text in ("tab", "\\t") else text


def _list_refused(refused: ImportRefused, *, several: bool) -> None:
    """Print the first refusals, one a line."""
    for each in refused.listed:
        refusal = each.refusal
        where = [each.file] if several else []
        where.append(tr("line {line}").format(line=refusal.line))
        if refusal.column:
            where.append(tr("column {column}").format(column=refusal.column))
        tell(f"{', '.join(where)}: {_about(refusal.value, refusal.reason)}")
    more = refused.values - len(refused.listed)
    if more > 0:
        tell(tr("… and {more:,} more.").format(more=more))


def _about(value: str, reason: str) -> str:
    """The value and why it was refused; many reasons have the value in them."""
    from funnel_tui.exchange.values import visible

    shown = visible(value)
    return reason if not shown or repr(shown) in reason else f"{shown!r}: {reason}"

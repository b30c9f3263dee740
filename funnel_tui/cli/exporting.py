"""``funnel export``: deals, interactions, quotas and more as files for other programs and for the import."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from funnel_tui.cli.common import db_option, examples, one_of, open_workspace, progress
from funnel_tui.cli.ending import orderly_end, say
from funnel_tui.cli.names import names_of
from funnel_tui.errors import UsageError
from funnel_tui.exchange.files import new_file
from funnel_tui.language import tr, trn

WHAT = (
    *("deals", "history", "interactions", "tasks", "quotas", "forecast", "contacts", "rates", "changes"),
    "all",
)
"""What can be exported; all is a folder with everything."""

_ROWS = {
    "deals": tr("deals"),
    "history": tr("events"),
    "interactions": tr("interactions"),
    "tasks": tr("tasks"),
    "quotas": tr("quotas"),
    "forecast": tr("deals of the forecast"),
    "contacts": tr("contacts"),
    "rates": tr("rates"),
    "changes": tr("changes"),
}
"""What the rows of an export are called, several of them."""

FORMATS = ("csv", "json", "xlsx", "ics")

EXAMPLES = examples("""\
  funnel export deals --owner Anna --output deals.xlsx
  funnel export history --format json
  funnel export interactions --period 2026-Q1 --output calls.xlsx
  funnel export interactions --owner Anna --format json
  funnel export quotas --period 2026 --output quotas.xlsx
  funnel export tasks --owner Anna --format ics --output tasks.ics
  funnel export changes --period 2026-11 --output audit.csv
  funnel export all --output everything
""")


@click.command(
    "export",
    no_args_is_help=True,
    epilog=EXAMPLES,
    help=tr(
        "Write deals, interactions, quotas and more as CSV, JSON, a workbook or a calendar.\n\n"
        "Deals, history, interactions, contacts, quotas and rates have the columns that funnel "
        "import reads: what was exported, edited and imported again updates what is there. The "
        "forecast is one row per open deal; changes are the audit log.\n\n"
        "all writes a folder that holds everything, exactly: funnel import all brings it into "
        "an empty database.\n\n"
        "In CSV a text that a spreadsheet would take for a formula begins with an apostrophe, "
        "which the import takes off."
    ),
)
@click.argument("what", metavar="|".join(WHAT), shell_complete=one_of(WHAT))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help=tr("How to write it; ics is for tasks. Without it as --output ends, else csv."),
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=tr("Write here, not to the output."),
)
@click.option("--force", is_flag=True, help=tr("Replace the file if it is there."))
@click.option("--owner", shell_complete=names_of("rep"), metavar="R", help=tr("Only what is this rep's."))
@click.option("--where", metavar="FILTER", default="", help=tr("Only deals such as: source = fair and stuck"))
@click.option("--kind", metavar="K", help=tr("Only interactions of this kind."))
@click.option(
    "--period",
    metavar="PERIOD",
    help=tr("Interactions, quotas, forecast of 2026, 2026-Q1, A..B or 'last month'."),
)
@click.option("--done", is_flag=True, help=tr("Tasks that are done too."))
@click.option("--events", is_flag=True, help=tr("Tasks as events, for calendars that show no to-dos."))
@db_option
def command(
    what: str,
    format_: str | None,
    output: Path | None,
    force: bool,
    owner: str | None,
    where: str,
    kind: str | None,
    period: str | None,
    done: bool,
    events: bool,
    db: str | None,
) -> None:
    """Write deals, interactions, quotas and more as CSV, JSON, a workbook or a calendar."""
    from funnel_tui.domain.period import Period
    from funnel_tui.services.exporting import ExportOptions, check_options, write_export

    chosen = format_ or _by_ending(output) or "csv"
    if what == "all":
        _only_for_all(format_, owner, kind, period, done, events)
        return _export_all(output, db, force=force)
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError(tr("A workbook cannot be shown in a terminal."), tr("Say --output FILE.xlsx."))
    with orderly_end(), open_workspace(db, reading=True) as workspace:
        settings = workspace.settings()
        today = settings.day(workspace.clock())
        options = ExportOptions(
            what=what,
            format=chosen,
            owner=owner,
            where=where,
            kind=kind,
            period=None if period is None else Period.parse(period, settings.fiscal_start, today),
            done=done,
            as_events=events,
        )
        check_options(options)
        if output is None:
            sys.stdout.flush()
            write_export(workspace, options, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return None
        with new_file(output, replace=force, named="--output", hint=tr("--force replaces it.")) as stream:
            count = write_export(workspace, options, stream)
    one = tr("1 of {rows} written to {place}.")
    words = one if count == 1 else tr("{count:,} {rows} written to {place}.")
    say(words.format(count=count, rows=_ROWS[what], place=output))
    return None


def _only_for_all(format_: str | None, *others: object) -> None:
    """Refuse what would make a whole export less than whole."""
    if format_ not in (None, "csv"):
        raise UsageError(
            tr("Everything cannot be exported as {format}.").format(format=format_),
            tr("It is a folder of CSV files."),
        )
    if any(others):
        raise UsageError(tr("Everything is exported as it is."), tr("Leave the other options out."))


def _export_all(output: Path | None, db: str | None, *, force: bool) -> None:
    from funnel_tui.services.whole import export_all

    if output is None:
        raise UsageError(tr("Everything goes into a folder."), tr("Say --output FOLDER."))
    with orderly_end(), open_workspace(db, reading=True) as workspace, progress(tr("Writing tables")) as told:
        made = export_all(workspace, output, replace=force, progress=told)
    words = trn(
        "{rows:,} rows of {tables} tables, with {deals:,} deal, written to {place}.",
        "{rows:,} rows of {tables} tables, with {deals:,} deals, written to {place}.",
        made.deals,
    )
    say(words.format(rows=made.rows, tables=made.tables, deals=made.deals, place=output))


def _by_ending(output: Path | None) -> str | None:
    ending = "" if output is None else output.suffix[1:].casefold()
    return ending if ending in FORMATS else None

"""``funnel export``: deals, interactions, quotas and more as files for other programs and for the import."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from funnel_tui.cli.common import db_option, one_of, open_workspace, progress
from funnel_tui.cli.ending import orderly_end, say
from funnel_tui.errors import UsageError
from funnel_tui.exchange.files import new_file

WHAT = (
    *("deals", "history", "interactions", "tasks", "quotas", "forecast", "contacts", "rates", "changes"),
    "all",
)
"""What can be exported; all is a folder with everything."""

FORMATS = ("csv", "json", "xlsx", "ics")

EXAMPLES = """\b
Examples:
  funnel export deals --owner Anna --output deals.xlsx
  funnel export history --format json
  funnel export interactions --period 2026-Q1 --output calls.xlsx
  funnel export interactions --owner Anna --format json
  funnel export quotas --period 2026 --output quotas.xlsx
  funnel export tasks --owner Anna --format ics --output tasks.ics
  funnel export changes --period 2026-11 --output audit.csv
  funnel export all --output everything
"""


@click.command("export", no_args_is_help=True, epilog=EXAMPLES)
@click.argument("what", metavar="|".join(WHAT), shell_complete=one_of(WHAT))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="How to write it; ics is for tasks. Without it as --output ends, else csv.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write here, not to the output."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--owner", metavar="R", help="Only what is this rep's.")
@click.option("--where", metavar="FILTER", default="", help="Only deals such as: source = fair and stuck")
@click.option("--kind", metavar="K", help="Only interactions of this kind.")
@click.option("--period", metavar="PERIOD", help="Interactions, quotas, forecast of 2026, 2026-Q1 or A..B.")
@click.option("--done", is_flag=True, help="Tasks that are done too.")
@click.option("--events", is_flag=True, help="Tasks as events, for calendars that show no to-dos.")
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
    """Write deals, interactions, quotas and more as CSV, JSON, a workbook or a calendar.

    Deals, history, interactions, contacts, quotas and rates have the columns that funnel import reads: what
    was exported, edited and imported again updates what is there. The forecast is one row per open deal;
    changes are the audit log.

    all writes a folder that holds everything, exactly: funnel import all brings it into an empty database.

    In CSV a text that a spreadsheet would take for a formula begins
    with an apostrophe, which the import takes off.
    """
    from funnel_tui.domain.period import Period
    from funnel_tui.services.exporting import ExportOptions, check_options, write_export

    chosen = format_ or _by_ending(output) or "csv"
    if what == "all":
        _only_for_all(format_, owner, kind, period, done, events)
        return _export_all(output, db, force=force)
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError("A workbook cannot be shown in a terminal.", "Say --output FILE.xlsx.")
    with orderly_end(), open_workspace(db, reading=True) as workspace:
        fiscal = workspace.settings().fiscal_start
        options = ExportOptions(
            what=what,
            format=chosen,
            owner=owner,
            where=where,
            kind=kind,
            period=None if period is None else Period.parse(period, fiscal),
            done=done,
            as_events=events,
        )
        check_options(options)
        if output is None:
            sys.stdout.flush()
            write_export(workspace, options, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return None
        with new_file(output, replace=force, named="--output", hint="--force replaces it.") as stream:
            count = write_export(workspace, options, stream)
    noun = {"history": "events", "forecast": "deals of the forecast"}.get(what, what)
    say(f"{count:,} {noun} written to {output}." if count != 1 else f"1 of {noun} written to {output}.")
    return None


def _only_for_all(format_: str | None, *others: object) -> None:
    """Refuse what would make a whole export less than whole."""
    if format_ not in (None, "csv"):
        raise UsageError(f"Everything cannot be exported as {format_}.", "It is a folder of CSV files.")
    if any(others):
        raise UsageError("Everything is exported as it is.", "Leave the other options out.")


def _export_all(output: Path | None, db: str | None, *, force: bool) -> None:
    from funnel_tui.services.whole import export_all

    if output is None:
        raise UsageError("Everything goes into a folder.", "Say --output FOLDER.")
    with orderly_end(), open_workspace(db, reading=True) as workspace, progress("Writing tables") as told:
        made = export_all(workspace, output, replace=force, progress=told)
    deals = "1 deal" if made.deals == 1 else f"{made.deals:,} deals"
    say(f"{made.rows:,} rows of {made.tables} tables, with {deals}, written to {output}.")


def _by_ending(output: Path | None) -> str | None:
    ending = "" if output is None else output.suffix[1:].casefold()
    return ending if ending in FORMATS else None

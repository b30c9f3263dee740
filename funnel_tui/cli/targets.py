"""``funnel targets``: how many interactions reps are to do in a month, listed and set from a shell."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.cli.typed import Typed
from funnel_tui.domain.period import Period, PeriodKind, day_number
from funnel_tui.errors import InvalidInput, UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.services.workspace import Workspace


@click.group(
    epilog=examples("""\
  funnel targets
  funnel targets --month 2026-11 --rep "Anna Berg"
  funnel targets set call 60
"""),
    invoke_without_command=True,
    help=tr('List the targets of a month with what was done; "funnel targets set" sets them.'),
)
@click.option("--month", metavar="MONTH", help=tr("2026-11, 2026-Q4 or 2026. [default: this month]"))
@click.option("--rep", shell_complete=names_of("rep"), metavar="R", help=tr("Only what this rep is to do."))
@format_options
@db_option
@click.pass_context
def targets(context: click.Context, month: str | None, rep: str | None, format_: str, db: str | None) -> None:
    """List the targets of a month with what was done; "funnel targets set" sets them."""
    if context.invoked_subcommand is None:
        _list(db, format_, month, rep)


@targets.command(
    "list",
    epilog=examples("""\
  funnel targets list
  funnel targets list --month 2026-Q4 --rep "Anna Berg"
"""),
    help=tr("List the targets of a month, and what was done of them."),
)
@click.option("--month", metavar="MONTH", help=tr("2026-11, 2026-Q4 or 2026. [default: this month]"))
@click.option("--rep", shell_complete=names_of("rep"), metavar="R", help=tr("Only what this rep is to do."))
@format_options
@db_option
def list_(month: str | None, rep: str | None, format_: str, db: str | None) -> None:
    """List the targets of a month, and what was done of them."""
    _list(db, format_, month, rep)


def _list(db: str | None, format_: str, month: str | None, rep: str | None) -> None:
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.target_report import targets_report

    with open_workspace(db, reading=True) as workspace:
        made = targets_report(workspace, _months(workspace, month), rep)
    write_report(made, format_)


@targets.command(
    "set",
    epilog=examples("""\
  funnel targets set call 60
  funnel targets set meeting 8 --rep "Anna Berg" --month 2026-12
  funnel targets set call none --rep "Anna Berg"
"""),
    help=tr(
        "Say how many interactions of a KIND are to be done in a month.\n\n"
        "Without --rep it counts for every rep who has no target of their own. None takes the "
        "target back."
    ),
)
@click.argument("kind", shell_complete=names_of("kind"))
@click.argument("target", metavar="NUMBER|none")
@click.option(
    "--rep",
    shell_complete=names_of("rep"),
    metavar="R",
    help=tr("Whose. [default: every rep who has none of their own]"),
)
@click.option("--month", metavar="MONTH", help=tr("2026-11, 2026-Q4 or 2026. [default: this month]"))
@json_option
@db_option
def set_(kind: str, target: str, rep: str | None, month: str | None, as_json: bool, db: str | None) -> None:
    """Say how many interactions of a KIND are to be done in a month."""
    from funnel_tui.services.activity_targets import set_target
    from funnel_tui.services.by_name import rep_by_name

    wanted = _target(target)
    with open_to_write(db) as workspace:
        months = _months(workspace, month)
        rep_id = None if rep is None else rep_by_name(workspace, rep)[0]
        days = [day_number(first) for first in months]
        changed = set_target(workspace, kind=kind, months=days, target=wanted, rep_id=rep_id)
        if as_json:
            from funnel_tui.cli.output import write_report

            write_report(answer(workspace, "targets", {"changed": changed}), "json")
    if not changed:
        words = tr("It was so already.")
    elif wanted is None:
        words = trn("Took back the target in {n} month.", "Took back the target in {n} months.", changed)
    else:
        words = trn(
            "Set the target to {target:,} in {n} month.",
            "Set the target to {target:,} in {n} months.",
            changed,
        )
    tell(words.format(n=changed, target=wanted))


def _target(text: str) -> int | None:
    word = text.strip().casefold()
    if word == "none":
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise InvalidInput(
            "target",
            tr("The target {text!r} is no whole number.").format(text=text),
            tr("For example 40, or none."),
        )
    return int(word)


def _months(workspace: Workspace, text: str | None) -> list[date]:
    """The first days of the months of a period."""
    typed = Typed(workspace)
    if text is None:
        from funnel_tui.domain.period import day_of

        return [day_of(typed.today).replace(day=1)]
    period = Period.parse(text, typed.settings.fiscal_start, typed.settings.day(typed.now))
    if period.kind not in {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR}:
        raise UsageError(
            tr("{text!r} is no month, quarter or year.").format(text=text),
            tr("Use 2026-11, 2026-Q4 or 2026."),
        )
    return [month.start for month in period.months()]

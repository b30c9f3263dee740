"""``funnel quotas``: the review of quotas in the shell."""

from __future__ import annotations

import os
import shutil
import sys
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.ending import say
from funnel_tui.cli.options import as_of_option, owner_option, pipelines_option, team_option, view_option
from funnel_tui.domain.shown import percent_text
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.services.reports.quota_screen import QuotaView
    from funnel_tui.services.workspace import Workspace

UNDER = 3
"""Exit code when the projection is under the share of the quota that was asked for."""

WATCH_SECONDS = "5"
_LEAST_SECONDS, _MOST_SECONDS = 0.2, 86_400.0
_HOME = "\x1b[H\x1b[2J"


@click.command(
    epilog=examples("""\
  funnel quotas
  funnel quotas --period 2026-Q4 --by team
  funnel quotas --watch 10
  funnel quotas --fail-under 0.8
"""),
    help=tr(
        "Print who has reached how much of the quota, with bars, pace and projection.\n\n"
        "The line in a bar stands where it would end if the quota were reached evenly day by "
        "day."
    ),
)
@click.option(
    "--period", metavar="PERIOD", help=tr("2026-Q1, 2026-03, 'last quarter' …; without it the present one.")
)
@owner_option
@team_option
@click.option(
    "--by", type=click.Choice(("rep", "team")), help=tr("One row per rep (as it is anyway) or team.")
)
@pipelines_option()
@as_of_option
@click.option("--where", metavar="FILTER", help=tr("Count only deals such as: source = fair"))
@view_option
@click.option("--format", "format_", type=click.Choice(("table", "csv", "json")), default="table")
@click.option(
    "--watch",
    is_flag=False,
    flag_value=WATCH_SECONDS,
    metavar="[SECONDS]",
    help=tr("Print it anew, every 5 s."),
)
@click.option(
    "--fail-under",
    metavar="SHARE",
    help=tr("Exit with 3 when the projection is under this share: 0.8 or 80%."),
)
@db_option
def quotas(
    format_: str, watch: str | None, fail_under: str | None, db: str | None, **options: Any
) -> int | None:
    """Print who has reached how much of the quota, with bars, pace and projection."""
    if options["owner"] is not None and options["team"] is not None:
        raise UsageError(tr("--owner and --team exclude each other."), tr("Give one of them."))
    least = None if fail_under is None else _share(fail_under)
    seconds = None if watch is None else _seconds(watch)
    if seconds is not None and (least is not None or format_ != "table"):
        raise UsageError(tr("--watch goes with neither --fail-under nor --format."), tr("Leave one out."))
    with open_workspace(db, reading=True) as workspace:
        if seconds is not None:
            _watch(workspace, options, seconds)
        view = _print(workspace, options, format_)
    return None if least is None else _judged(view, least)


def _print(workspace: Workspace, options: dict[str, Any], format_: str, *, screen: bool = False) -> QuotaView:
    """Print the review once.

    :param screen: in place of what is on the terminal, and no longer than that.
    """
    from funnel_tui.cli.output import output_width, write_report, write_text
    from funnel_tui.cli.quotas_text import review_text
    from funnel_tui.cli.report import scope_of
    from funnel_tui.services.reports import report_in
    from funnel_tui.services.reports.quota_screen import quotas_in

    scope = scope_of(workspace, options)
    with workspace.read() as reader:
        view = quotas_in(workspace, reader, scope)
        made = None if format_ == "table" else report_in(workspace, reader, "quotas", scope)
    if made is not None:
        write_report(made, format_)
    else:
        text = review_text(view, output_width() or 80, by_team=options["by"] == "team")
        write_text(_HOME + _cut(text) if screen else text)
    return view


def _watch(workspace: Workspace, options: dict[str, Any], seconds: float) -> None:
    """Print the review again and again, until ctrl+c."""
    screen = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    while True:
        _print(workspace, options, "table", screen=screen)
        sys.stdout.flush()
        time.sleep(seconds)


def _cut(text: str) -> str:
    """As many lines as the terminal has, less the one for the cursor: the notes at the end go first."""
    return "".join(text.splitlines(keepends=True)[: max(1, shutil.get_terminal_size().lines - 1)])


def _judged(view: QuotaView, least: Fraction) -> int:
    """The exit code: whether the projection is under a share of the quota.

    It is that of the team or company where it has a quota of its own, else that of the reps with one.
    """
    standing = view.everybody if view.own is not None else view.total
    if not standing.quota or standing.projection is None:
        say(tr("There is no quota, or the period has not begun: nothing is held against --fail-under."))
        return 0
    share = standing.projection / standing.quota
    if share >= least:
        return 0
    say(
        tr("The projection is {share} of the quota, under {least}.").format(
            share=percent_text(share), least=percent_text(least)
        )
    )
    return UNDER


def _share(text: str) -> Fraction:
    """A share such as ``0.8`` or ``80%``.

    :raises UsageError: for anything else.
    """
    word = text.strip()
    try:
        share = Fraction(word.removesuffix("%").strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    share = share / 100 if word.endswith("%") else share
    if not 0 <= share <= 100:
        raise UsageError(
            tr("--fail-under {text!r} is not a share.").format(text=text), tr("For example 0.8 or 80%.")
        )
    return share


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not _LEAST_SECONDS <= seconds <= _MOST_SECONDS:
        raise UsageError(
            tr("--watch {text!r} is not a number of seconds.").format(text=text), tr("For example --watch 5.")
        )
    return seconds

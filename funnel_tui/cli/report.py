"""``funnel report NAME``: a report as table, CSV, JSON or chart."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.options import (
    as_of_option,
    owner_option,
    pipelines_option,
    team_option,
    view_option,
    where_option,
)
from funnel_tui.cli.plan_options import plan_options, plan_wish, split_options
from funnel_tui.domain.period import Period, PeriodKind, parse_instant
from funnel_tui.domain.scope import Scope, compared_period
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.domain.report import Report
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

OWN_PERIOD = {"quotas", "forecast"}
"""Reports that are about the present period when none is asked for."""
FORMATS = ("table", "csv", "json", "chart")


class ReportCommand(click.Command):
    """The command with the names of the reports before the end of its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the reports, and then the examples."""
        from funnel_tui.services.reports import REPORTS

        with formatter.section(tr("Reports")):
            formatter.write_dl(list(REPORTS.items()))
        super().format_epilog(ctx, formatter)


def choice(words: type[StrEnum]) -> click.Choice[str]:
    """An option with the words of an enum, as they are typed."""
    return click.Choice([word.value for word in words])


def scope_options(command: Command) -> Command:
    """Give a command the options that :func:`scope_of` reads."""
    for option in reversed(_SCOPE_OPTIONS):
        command = option(command)
    return command


_SCOPE_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    pipelines_option(),
    owner_option,
    team_option,
    click.option(
        "--period",
        metavar="PERIOD",
        help=tr(
            "2026, 2026-Q1, 2026-03, 2026-W12, 2026-01-01..2026-03-31, all, or words such as "
            "'last month', 'this quarter', 'last 30 days', ytd."
        ),
    ),
    click.option("--cohort", type=choice(Cohort), help=tr("Which deals: closed, created or entered.")),
    click.option("--mode", type=choice(Mode), help=tr("Which stages count as reached.")),
    click.option(
        "--by",
        type=choice(GroupBy),
        help=tr("Split the rows; reason is for losses, week for activity and steps."),
    ),
    click.option(
        "--value", "by_value", is_flag=True, help=tr("Ratios by amount instead of number of deals.")
    ),
    click.option("--compare", metavar="PERIOD", help=tr("Another period, or previous, or year-before.")),
    as_of_option,
    click.option(
        "--present-owner", is_flag=True, help=tr("Count a deal for its owner now, not at the event.")
    ),
    where_option,
    view_option,
)


REPORT_EXAMPLES = examples("""\
  funnel report metrics --period 2026 --compare previous
  funnel report funnel --by rep --team North --period "last month"
  funnel report losses --by reason --where 'source = fair and amount > 100k'
  funnel report forecast --format chart
  funnel report plan --target 2m --set Proposal=50% --format json
""")


@click.command(cls=ReportCommand, epilog=REPORT_EXAMPLES, help=tr("Print the report NAME."))
@click.argument("name")
@scope_options
@plan_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@db_option
def report(name: str, format_: str, db: str | None, **options: Any) -> None:
    """Print the report NAME."""
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.reports import REPORTS, run_report

    if name not in REPORTS:
        raise UsageError(
            tr("No report is called {name!r}.").format(name=name), _suggestion(name, list(REPORTS))
        )
    if options["owner"] is not None and options["team"] is not None:
        raise UsageError(tr("--owner and --team exclude each other."), tr("Give one of them."))
    if options["by"] == GroupBy.REASON and name != "losses":
        raise UsageError(
            tr("--by reason is for the report losses."), tr("Use rep, team, source, pipeline or month.")
        )
    plan = split_options(name, options)
    with open_workspace(db, reading=True) as workspace:
        if name == "plan":
            made = _plan(workspace, options, plan)
        else:
            made = run_report(workspace, name, scope_of(workspace, options, name))
    write_report(made, format_)


def _plan(workspace: Workspace, options: dict[str, Any], plan: dict[str, Any]) -> Report:
    """The report plan, with the options that only it has."""
    from funnel_tui.domain.planning import PlanWish
    from funnel_tui.services.reports.plan import run_plan

    begin = PlanWish()
    if plan["scenario"] is not None:
        from funnel_tui.services.scenarios import read_scenario

        scenario = read_scenario(workspace, plan["scenario"])
        begin, options["view"] = scenario.wish, scenario.name
    return run_plan(workspace, scope_of(workspace, options), plan_wish(workspace, plan, begin))


def scope_of(workspace: Workspace, options: dict[str, Any], report_name: str = "") -> Scope:
    """What was asked for.

    :param options: the values of the options by name; None or empty where one was not given.
    :param report_name: the report it is for, where that may be about a period of its own.
    :raises UsageError: for a period or instant that makes no sense.
    """
    settings = workspace.settings()
    scope = Scope()
    if options["view"] is not None:
        from funnel_tui.services.views import read_view

        scope = read_view(workspace, options["view"])
    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    changes = {name: given[name] for name in _AS_THEY_ARE if name in given}
    changes |= {name: words(given[name]) for name, words in _WORDS.items() if name in given}
    # The owner of a view must not stand beside a team that was asked for, nor the other way round.
    if "owner" in given:
        changes["team"] = None
    elif "team" in given:
        changes["owner"] = None
    if "as_of" in given:
        changes["as_of"] = parse_instant(given["as_of"], ZoneInfo(settings.time_zone))
    # The words of a view count from the as-of that is asked for.
    scope = scope.with_(**changes).settled(settings, workspace.clock())
    today = settings.day(workspace.clock() if scope.as_of is None else scope.as_of)
    if "period" in given:
        scope = scope.with_(period=Period.parse(given["period"], settings.fiscal_start, today))
    if "compare" in given:
        beside = scope.period
        if beside.kind is PeriodKind.ALL and report_name in OWN_PERIOD:
            from funnel_tui.services.reports.quota_period import period_meant

            beside = period_meant(workspace, report_name, scope)
        compared = compared_period(given["compare"], beside, settings.fiscal_start, today)
        scope = scope.with_(compare=compared)
    return scope


_AS_THEY_ARE = ("pipelines", "owner", "team", "by_value", "present_owner", "where")
_WORDS: dict[str, type[StrEnum]] = {"cohort": Cohort, "mode": Mode, "by": GroupBy}


def _suggestion(word: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    return (
        tr("Did you mean {near}?").format(near=near[0])
        if near
        else tr("There are {known}.").format(known=", ".join(known))
    )

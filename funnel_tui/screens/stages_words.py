"""What the Stages screen reads, and what it says around its table."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from rich.text import Text

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean, count_text, percent_text
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.language import tr, trn
from funnel_tui.screens import scoping
from funnel_tui.screens.emptiness import why_nothing
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.screen import StagesView, stages_view
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import snapshot_words
from funnel_tui.widgets.lines import before_key, nothing_here
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_tables import LOWEST


class View(Enum):
    """What the screen shows, in the order of its tabs."""

    CLOSED = tr("Closed deals")
    ACTIVE = tr("Active deals")
    LOSSES = tr("Losses")
    REASONS = tr("Reasons")
    COMPARE = tr("Compare")
    TRENDS = tr("Trends")
    DAYS = tr("Days")
    BENCHMARK = tr("Benchmark")


FUNNELS = (View.CLOSED, View.ACTIVE)
"""The two that stand side by side where there is room."""
BASIC = (*FUNNELS, View.LOSSES)
"""Those that are made of the reports read together; the others read their own when they are opened."""


class Found(NamedTuple):
    """What was read for the screen.

    :param view: the funnels; None when there is no pipeline yet.
    :param reasons: why deals were lost, when that is shown.
    """

    view: StagesView | None
    reasons: Report | None = None


def read_stages(workspace: Workspace, *, scope: Scope | None, shown: View, both: bool = False) -> Found:
    """Read what the screen shows.

    Only the report that is in the table is held against the compared period.

    :param scope: None for the one the program opens with.
    :param shown: what the table is to show.
    :param both: whether the funnel of closed deals is to be seen beside that of the active ones.
    """
    scope = scope or scoping.default_scope(workspace)
    against = {"funnel"} if shown is View.CLOSED or (both and shown is View.ACTIVE) else set()
    against |= {"active"} if shown is View.ACTIVE else set()
    view = stages_view(workspace, scope, against)
    if view is None or shown is not View.LOSSES:
        return Found(view)
    by_reason = view.losses.scope.with_(by=GroupBy.REASON)
    return Found(view, run_report(workspace, "losses", by_reason))


def scope_parts(scope: Scope, view: View) -> tuple[str, ...] | None:
    """What a table is about, for the bar on top; None for pipeline, rep or team, and period.

    What is open is open now, whatever the period; losses are not held against another period.
    """
    match view:
        case View.ACTIVE if scope.compare is not None:
            return (
                *scoping.where_words(scope),
                tr("now vs {then}").format(then=snapshot_words(scope.compare)),
            )
        case View.ACTIVE:
            return (*scoping.where_words(scope), tr("now"))
        case View.LOSSES | View.REASONS | View.COMPARE | View.TRENDS | View.DAYS:
            return (*scoping.where_words(scope), scope.period.label)
        case _:
            return None


def note_words(report: Report | None, view: View, *, short: bool, width: int) -> tuple[str, ...]:
    """The stage with the lowest share, and what a reader must know of the figures.

    :param short: one line for both; the notes are then in the help, and the line says so.
    :param width: cells of a line.
    """
    if report is None:
        return ()
    lowest = report.totals.get("lowest_stage")
    first = ""
    if view is View.CLOSED and lowest is not None:
        row = next(row for row in report.rows if row["stage"] == lowest)
        decided = row["advanced"] + row["lost"]
        first = trn(
            "{sign} Lowest: {stage}, {share} of {n} decided deal goes on",
            "{sign} Lowest: {stage}, {share} of {n} decided deals go on",
            decided,
        ).format(sign=LOWEST, stage=lowest, share=percent_text(row["decided"]), n=count_text(decided))
    notes = " ".join(report.notes)
    if not short or not notes:
        return (first, notes) if first else (notes,)
    if not first:
        return (notes,)
    count = len(report.notes)
    more = with_keys(trn("{n} note: {help}", "{n} notes: {help}", count), n=count)
    return (before_key(first, more, width),)


def empty_words(found: Found, report: Report | None, view: View, *, pipelines: int = 0) -> Text:
    """What to say instead of a table of nothing; empty when there is something to show.

    :param pipelines: how many there are.
    """
    if found.view is None or report is None:
        return nothing_here(
            tr("There are no deals yet."),
            with_keys(
                tr(
                    "{import_file} imports a file of another program; {pipelines} sets up a pipeline, "
                    "then {new_deal} makes a deal. funnel demo shows all this on invented deals."
                )
            ),
        )
    scope, last = found.view.scope, found.view.last_closing
    if not found.view.has_deals:
        name = clean(found.view.scope.pipelines[0])
        hint = tr("{new_deal} makes one, {import_file} imports a file of them.")
        if pipelines > 1:
            hint = tr(
                "{new_deal} makes one, {import_file} imports a file of them; press {pipeline} for the next "
                "pipeline."
            )
        return nothing_here(tr("{pipeline} has no deals yet.").format(pipeline=name), with_keys(hint))
    if view is View.ACTIVE:
        if report.totals["deals"]:
            return Text()
        hint = with_keys(tr("Press {switch} for the closed deals, or {scope} to look elsewhere."))
        return nothing_here(*why_nothing(scope, tr("No deal is open here."), hint))
    count = (
        report.totals["deals"]
        if view is View.CLOSED
        else sum(row["passed"] + row["lost_from"] for row in report.rows)
    )
    if count:
        return Text()
    what = {
        Cohort.CREATED: tr("No deal was created in {period}."),
        Cohort.ENTERED: tr("No deal was moved in {period}."),
    }.get(scope.cohort or Cohort.CLOSED, tr("No deal was closed in {period}."))
    hint = with_keys(tr("Press {scope} to look elsewhere, or {switch} for the active deals."))
    if last is not None:
        hint = with_keys(
            tr(
                "The last deal was closed on {day}. Press {jump} to go there, {period_back} to step "
                "back, {scope} to look elsewhere, or {switch} for the active deals."
            ),
            day=day_text(last),
        )
    return nothing_here(*why_nothing(scope, what.format(period=scope.period.label), hint))

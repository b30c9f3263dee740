"""The figures beside the stream: which panels there are, what they read, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

from funnel_tui.domain.activity import ActivityChart, Unit
from funnel_tui.domain.activity_view import ActivityView
from funnel_tui.domain.calendar_names import month_name
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.period import local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import ActivityStep
from funnel_tui.language import tr
from funnel_tui.screens import scoping
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets import activity_deals, activity_tables
from funnel_tui.widgets.activity_drawing import RatePicture, Stack
from funnel_tui.widgets.activity_figures import FigureTable
from funnel_tui.widgets.drawing import Chart
from funnel_tui.widgets.named_keys import with_keys

UNITS = (Unit.WEEK, Unit.MONTH, Unit.DAY)


class Panel(Enum):
    """What is looked at: the stream, or figures."""

    STREAM = "stream"
    RATE = "rate"
    TALKS = "talks"
    CONTACT = "contact"
    FOLLOW = "follow"
    BEFORE = "before"
    STEPS = "steps"
    LOAD = "load"

    def __str__(self) -> str:
        """What the line of tabs calls it."""
        return _PANEL_WORDS[self]

    @property
    def is_deep(self) -> bool:
        """Whether its figures are read from deals."""
        return self in DEEP


_PANEL_WORDS = {
    Panel.STREAM: tr("Stream"),
    # Translators: how much is done per week
    Panel.RATE: tr("Rate"),
    Panel.TALKS: tr("Conversations"),
    Panel.CONTACT: tr("Contact rate"),
    Panel.FOLLOW: tr("Follow-ups"),
    Panel.BEFORE: tr("Before an advance"),
    Panel.STEPS: tr("Activity funnel"),
    Panel.LOAD: tr("Open deals"),
}
DEEP = frozenset({Panel.CONTACT, Panel.FOLLOW, Panel.BEFORE, Panel.LOAD})
"""Panels whose figures are read from deals; that takes many times as long as all the rest."""
TITLES = {
    (Unit.WEEK, True): tr("Done per week by rep"),
    (Unit.WEEK, False): tr("Done per week by kind"),
    (Unit.MONTH, True): tr("Done per month by rep"),
    (Unit.MONTH, False): tr("Done per month by kind"),
    (Unit.DAY, True): tr("Done per day by rep"),
    (Unit.DAY, False): tr("Done per day by kind"),
}
"""What the chart over time is called, by the length of a bucket and by whether it is split by rep."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the figures are split.

    :param by_rep: by rep, else by kind.
    :param unit: how long a bucket of the chart is.
    """

    by_rep: bool = True
    unit: Unit = Unit.WEEK

    def turned(self) -> Options:
        """By the other one."""
        return replace(self, by_rep=not self.by_rep)

    def next_unit(self) -> Options:
        """Week, month, day, week."""
        return replace(self, unit=UNITS[(UNITS.index(self.unit) + 1) % len(UNITS)])


@dataclass(frozen=True, slots=True)
class ActivityFound:
    """Figures that were read.

    :param deep: whether those that are read from deals are among them.
    """

    options: Options
    scope: Scope
    view: ActivityView
    deep: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel as it is shown.

    :param picture: the chart over time, or None.
    :param bars: bars that follow the cursor, one chart per row of the table.
    :param nothing: what to say instead of an empty table.
    """

    title: str
    table: FigureTable
    nothing: str
    picture: RatePicture | None = None
    bars: tuple[Chart, ...] = field(default_factory=tuple)

    @property
    def has_chart(self) -> bool:
        """Whether there is something to draw."""
        return len(self.table) > 0 and (self.picture is not None or bool(self.bars))

    @property
    def follows(self) -> bool:
        """Whether the chart follows the cursor."""
        return bool(self.bars)


def read_panels(workspace: Workspace, *, scope: Scope | None, options: Options, deep: bool) -> ActivityFound:
    """Read the figures.

    :param scope: None for the one the program opens with.
    :param deep: also those that are read from deals.
    """
    scope = scope or scoping.default_scope(workspace)
    view = read_activity(workspace, scope, unit=options.unit, with_deals=deep)
    return ActivityFound(options, scope, view, deep)


NO_PIPELINE = tr("There is no pipeline yet. {pipelines} sets one up; {import_file} imports a file of deals.")
NO_CALLS = tr(
    "Nothing was logged. {log_call} logs a call, {log} any other kind; {import_file} "
    "imports a file of interactions."
)
NO_DEALS = tr("No deal left a stage in this time. {period_back} goes a period back, {scope} looks elsewhere.")


def shown(found: ActivityFound, panel: Panel) -> Shown | None:
    """A panel of what was read; None where that is not enough for it."""
    if panel.is_deep and not found.view.pipelines:
        return Shown(str(panel), FigureTable((), ()), with_keys(NO_PIPELINE))
    if panel.is_deep and not found.deep:
        return None
    return _PANELS[panel](found.view, found)


def _rate(view: ActivityView, found: ActivityFound) -> Shown:
    options = found.options
    chart = view.by_rep if options.by_rep else view.by_kind
    before = view.compared_by_rep if options.by_rep else view.compared_by_kind
    title = TITLES[view.unit, options.by_rep]
    table = activity_tables.rate_table(chart, before, by_rep=options.by_rep)
    today = local_day(view.as_of, ZoneInfo(view.settings.time_zone))
    return Shown(title, table, with_keys(NO_CALLS), _picture(chart, before, found.scope, today))


def _picture(chart: ActivityChart, before: ActivityChart | None, scope: Scope, today: date) -> RatePicture:
    compared: tuple[int, ...] = ()
    if before is not None and any(before.total.done):
        compared = before.total.done[: len(chart.buckets)]
    buckets = chart.buckets
    return RatePicture(
        chart.unit,
        tuple(_short(bucket.label, chart.unit) for bucket in buckets),
        tuple(month_name(bucket.start) for bucket in buckets) if chart.unit is Unit.DAY else (),
        sum(bucket.start <= today for bucket in buckets),
        tuple(Stack(series.name, series.done) for series in chart.series if any(series.done)),
        chart.total.targets,
        compared,
        scope.compare.label if scope.compare else "",
    )


def _short(label: str, unit: Unit) -> str:
    """``W12`` of ``2026-W12``, ``26-03`` of ``2026-03``, ``6`` of ``2026-03-06``."""
    if unit is Unit.MONTH:
        return label[2:]
    last = label.rpartition("-")[2]
    return last.lstrip("0") if unit is Unit.DAY else last


def _talks(view: ActivityView, found: ActivityFound) -> Shown:
    lines = view.rates if found.options.by_rep else view.kind_rates
    return Shown(
        tr("Conversations of what was done"), activity_tables.share_table(lines), with_keys(NO_CALLS)
    )


def _contact(view: ActivityView, _found: ActivityFound) -> Shown:
    calls = tuple(kind.id for kind in view.kinds if kind.step is ActivityStep.CALLS)
    table = activity_tables.contact_table(view.contact, view.qualified, calls)
    return Shown(tr("Contact rate, and interactions until qualified"), table, with_keys(NO_CALLS))


def _follow(view: ActivityView, found: ActivityFound) -> Shown:
    lines = [line for line in view.follow_ups_by_rep if line.visits]
    if not found.options.by_rep:
        lines = list(view.follow_ups)
    return Shown(tr("Follow-ups to advance"), activity_deals.follow_up_table(lines), with_keys(NO_DEALS))


def _before(view: ActivityView, _found: ActivityFound) -> Shown:
    table = activity_deals.preceding_table(view.preceding)
    return Shown(tr("Which kind comes before an advance: a correlation"), table, with_keys(NO_DEALS))


def _steps(view: ActivityView, _found: ActivityFound) -> Shown:
    lines = [*view.steps, view.team_steps] if view.steps else []
    table = activity_deals.step_table(lines, kinds_by_step(view.kinds))
    bars = tuple(activity_deals.step_chart(line) for line in lines)
    return Shown(tr("Activity funnel per rep"), table, with_keys(NO_CALLS), bars=bars)


def kinds_by_step(kinds: Sequence[KindFact]) -> dict[ActivityStep, tuple[int, ...]]:
    """The numbers of the kinds that count for each step."""
    return {step: tuple(kind.id for kind in kinds if kind.step is step) for step in ActivityStep}


def _load(view: ActivityView, _found: ActivityFound) -> Shown:
    table = activity_deals.load_table(view.load)
    return Shown(
        tr("Open deals per rep and stage"),
        table,
        with_keys(tr("No deal is open here. {scope} looks elsewhere.")),
    )


_PANELS: dict[Panel, Callable[[ActivityView, ActivityFound], Shown]] = {
    **{Panel.STREAM: _rate, Panel.RATE: _rate, Panel.TALKS: _talks, Panel.CONTACT: _contact},
    **{Panel.FOLLOW: _follow, Panel.BEFORE: _before, Panel.STEPS: _steps, Panel.LOAD: _load},
}

"""What the Plan screen shows: its views, what each reads, and the words around them."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError, NotFound
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.plan_change import (
    ChangeFound,
    change_rows,
    figure_words,
    notes_line,
    nothing_words,
    picture_of,
    read_change_of,
)
from funnel_tui.screens.plan_explaining import explain_row
from funnel_tui.screens.plan_nudge import fitting
from funnel_tui.screens.plan_rows import PlanTable, command_of
from funnel_tui.screens.plan_scenarios import scenario_rows
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.plan import read_facts
from funnel_tui.services.reports.plan_facts import PlanFacts
from funnel_tui.services.reports.plan_figures import Plan, solve
from funnel_tui.services.reports.plan_words import advice_words, missing_words, plan_notes, quota_words
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.quota_figures import Figure, FigureRows

FACTS, CHANGE, SCENARIOS = "plan", "plan-change", "plan-scenarios"
NO_PIPELINE = tr("There is no pipeline yet. {pipelines} sets one up; {import_file} imports a file of deals.")
CHANGE_RULE = tr("opening + new + reopened + up − down − won − lost + in − out = closing.")
HELP = tr("▲ key level: the highest conversion. ◆ lever: the lowest conversion before it.")


class View(StrEnum):
    """What is looked at."""

    PLAN = "plan"
    CHANGE = "change"
    ADVICE = "advice"
    SCENARIOS = "scenarios"


VIEWS = tuple(View)
VIEW_WORDS = {
    View.PLAN: tr("Plan"),
    View.CHANGE: trc("noun", "Change"),
    View.ADVICE: tr("Advice"),
    View.SCENARIOS: tr("Scenarios"),
}
"""What the line of tabs calls the views."""
_GRIDS = {View.PLAN: "#plan", View.CHANGE: "#changes", View.SCENARIOS: "#scenarios"}


class Found(NamedTuple):
    """What was read for a plan.

    :param scope: of it; ``period`` the one that is planned, None for the present quarter.
    :param facts: None where there is no pipeline yet.
    """

    scope: Scope
    period: Period | None
    facts: PlanFacts | None


def read_found(workspace: Workspace, *, scope: Scope | None, history: Period | None) -> Found:
    """Read what a plan is made from.

    :param scope: of the program; its period is planned. None for the one it opens with.
    :param history: the days the conversions come from; None for the last four whole quarters.
    """
    scope = scope or scoping.default_scope(workspace)
    period = None if scope.period.kind is PeriodKind.ALL else scope.period
    asked = scope.with_(period=history or Period.all_time(), by=None, by_value=False)
    try:
        facts = read_facts(workspace, asked, PlanWish(period=period))
    except NotFound:
        with workspace.read() as reader:
            if reader.rows("SELECT 1 FROM pipeline WHERE in_use = 1 LIMIT 1"):
                raise
        facts = None
    return Found(asked, period, facts)


class StepGrid(DealGrid):
    """A table whose rows go up and down with the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "step(1)", tr("right"), show=False, id="right", tooltip=tr("One step up")),
        Binding("left,h", "step(-1)", tr("left"), show=False, id="left", tooltip=tr("One step down")),
    ]

    class Nudged(Message):
        """The figure under the cursor is to go a step up (1) or down (−1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Its keys to the right and left change the row, wherever the cursor stands on it."""
        return True

    def action_step(self, columns: int) -> None:
        """One step up or down of the figure under the cursor."""
        self.post_message(self.Nudged(columns))


class PlanViews(FunnelScreen[None]):
    """The plan with its what-if, the change of the pipeline, advice, and scenarios side by side.

    What the keys do is in :class:`funnel_tui.screens.plan.PlanScreen`.
    """

    AUTO_FOCUS = "#plan"
    TELLS_NO_DEALS = True

    def __init__(self) -> None:
        super().__init__()
        self._view = View.PLAN
        self._wish = PlanWish()
        self._history: Period | None = None
        self._scenario = ""
        self._by_rep = False
        self._found: Found | None = None
        self._table: PlanTable | None = None
        self._change: ChangeFound | None = None
        self._change_rows = FigureRows()
        self._scenarios: Report | None = None

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, the tables of the views, words."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield StepGrid(by_cell=False, when_moved=self._explain, id="plan")
        yield DealGrid(by_cell=False, id="results")
        with Horizontal(id="change"):
            yield DealGrid(when_moved=self._explain, id="changes")
            yield Vertical(id="bars")
        yield DealGrid(by_cell=False, when_moved=self._explain, id="scenarios")
        yield Static(id="nothing", markup=False)
        yield Static(id="words", markup=False)
        yield Line(id="meaning")

    async def on_mount(self) -> None:
        """Read what the plan is made from before the first frame."""
        self.query_one("#results", DealGrid).can_focus = False
        self._say_view()
        await self.read_first(FACTS, self._reading())
        self.hold_frame()

    # Reading

    def scope_parts(self) -> tuple[str, ...] | None:
        """What is looked at, for the bar on top."""
        return None if self._view in {View.PLAN, View.ADVICE} else self._change_parts()

    def _change_parts(self) -> tuple[str, ...] | None:
        scope = self.funnel.scope
        return None if scope is None else (*scoping.where_words(scope), scope.period.label)

    def _reading(self) -> partial[Found]:
        return partial(read_found, scope=self.funnel.scope, history=self._history)

    def reload(self) -> None:
        """Read what is shown again."""
        self.read(FACTS, self._reading())
        if self._view is View.CHANGE:
            self._read_change()

    def _read_change(self) -> None:
        def reading(workspace: Workspace, scope: Scope | None, by_rep: bool) -> ChangeFound | None:
            scope = scope or scoping.default_scope(workspace)
            try:
                return read_change_of(workspace, scope, by_rep=by_rep)
            except NotFound:
                return None

        self.read(CHANGE, partial(reading, scope=self.funnel.scope, by_rep=self._by_rep))

    def _read_scenarios(self) -> None:
        found = self._found
        if found is None:
            return
        from funnel_tui.services.reports.plan_scenarios import scenarios_report

        self.read(SCENARIOS, partial(scenarios_report, scope=found.scope, wish=self._asked()))

    def _asked(self) -> PlanWish:
        """The wish with the period that is planned."""
        return self._wish.with_(period=self._found.period if self._found else None)

    def show_found(self, group: str, found: Any) -> None:
        """Show what was read."""
        if group == CHANGE:
            self._change = found
            self._show_change()
        elif group == SCENARIOS:
            self._scenarios = found
            self._show_scenarios()
        else:
            self._found = found
            if found.facts is not None:
                self._wish = fitting(self._wish, [step.name for step in found.facts.steps])
            self._show_plan()
            if self._view is View.SCENARIOS:
                self._read_scenarios()

    # Showing

    @property
    def plan(self) -> Plan | None:
        """The plan that is shown."""
        return None if self._table is None else self._table.plan

    def _show_plan(self) -> None:
        found = self._found
        if found is None:
            return
        if found.facts is None:
            self._table = None
        else:
            try:
                self._table = PlanTable(solve(found.facts, self._asked()))
            except FunnelError as problem:  # a currency without a rate
                self._wish = PlanWish()
                self._table = PlanTable(solve(found.facts, self._asked()))
                self.funnel.tell_problem(problem)
            inputs, results = self._table.inputs(), self._table.results()
            self.query_one("#plan", DealGrid).show(inputs.columns, inputs)
            self.query_one("#results", DealGrid).show(results.columns, results)
        self._show_words()

    def _show_words(self) -> None:
        """Title, sentences and keys of the present view."""
        plan = self.plan
        nothing = "" if self._found is None or self._found.facts is not None else with_keys(NO_PIPELINE)
        title, words = "", []
        if self._view is View.CHANGE and self._change is not None:
            title, words = self._change.title, [notes_line(self._change.notes)]
            nothing = nothing or nothing_words(self._change)
        elif self._view is View.SCENARIOS and self._scenarios is not None:
            title, words = self._scenarios.title, list(self._scenarios.notes)
        elif plan is not None:
            name = f" · {self._scenario}" if self._scenario else ""
            title = tr("Plan for {period} · from {history}").format(
                period=plan.facts.period.label, history=plan.facts.history.label
            )
            title = f"{title}{name}"
            words = plan_notes(plan)
        self.set_class(bool(nothing), "-nothing")
        self.query_one("#nothing", Static).update(nothing)
        self.query_one("#title", Line).say(title)
        gap = "\n" if self._view is not View.ADVICE or self.has_class("-short") else "\n\n"
        if self._view is View.ADVICE and plan is not None and not advice_words(plan):
            words = [
                *words,
                tr("Nothing is worse than in {period}.").format(period=plan.facts.benchmark.label),
            ]
        self.query_one("#words", Static).update(gap.join(clean(line) for line in words))
        self.tell_scope()
        self.tell_hints()
        self._explain()

    def _show_change(self) -> None:
        change = self._change
        if change is not None:
            self._change_rows = change_rows(change, by_rep=self._by_rep)
            self.query_one("#changes", DealGrid).show(self._change_rows.columns, self._change_rows)
        self._show_words()
        self.call_after_refresh(self._draw)

    def _show_scenarios(self) -> None:
        if self._scenarios is not None:
            rows = scenario_rows(self._scenarios)
            self.query_one("#scenarios", DealGrid).show(rows.columns, rows)
        self._show_words()

    async def _draw(self) -> None:
        """Draw the waterfall. The first time this imports plotext, after the table is on the screen."""
        change, box = self._change, self.query_one("#bars", Vertical)
        if change is None or self._view is not View.CHANGE or not box.is_attached:
            return
        from funnel_tui.widgets.plan_chart import WaterfallChart

        picture = picture_of(change, self.query_one("#changes", DealGrid).row)
        if box.children:
            self.query_one(WaterfallChart).draw(picture)
        else:
            await box.mount(WaterfallChart(picture))

    def _explain(self) -> None:
        """What the cursor is on, and what matters most about the plan."""
        if self._view is View.SCENARIOS:
            self.tell_hints()  # the first row is the plan as it is
        line, plan = self.query_one("#meaning", Line), self.plan
        width = max(20, line.size.width)
        if self._view is View.PLAN and self._table is not None and plan is not None:
            at = self.query_one("#plan", DealGrid).row
            first = self._table.explain(at)
            beside = quota_words(plan) if self._table.is_target(at) else []
            more = (missing_words(plan) or beside or advice_words(plan) or [""])[0]
            line.say(first, more)
        elif self._view is View.CHANGE:
            figure = self._figure
            line.say(*wrapped(figure.words if figure else "", width))
            if self._by_rep:
                self.call_after_refresh(self._draw)
        elif self._view is View.SCENARIOS:
            line.say(
                with_keys(
                    tr(
                        "enter goes on with a scenario, {plan_remove} removes it, {plan_save} on the plan "
                        "saves one."
                    )
                )
            )
        else:
            line.say("")

    @property
    def _figure(self) -> Figure | None:
        grid = self.query_one("#changes", DealGrid)
        return self._change_rows.figure(grid.row, grid.key)

    @property
    def heading_text(self) -> str:
        """What is shown, in words."""
        return " ".join(self.query_one("#title", Line).texts)

    @property
    def command(self) -> str:
        """What prints the same in a shell; empty where nothing is shown."""
        plan, found = self.plan, self._found
        if self._view is View.CHANGE:
            return "" if self._change is None else report_command("change", self._change.scope)
        return "" if plan is None or found is None else command_of(plan, found.scope)

    def explanation(self) -> Explanation | None:
        """The figure under the cursor explained."""
        plan, figure = self.plan, self._figure
        as_of = self.funnel.as_of_words or tr("now")
        if self._view is View.CHANGE and figure is not None and self._change is not None:
            change = self._change
            group, kind = change.line(self.query_one("#changes", DealGrid).row)
            name, words = figure_words(change, group, kind, by_rep=change.scope.by is not None)
            return Explanation(
                *(name, words, CHANGE_RULE),
                scope=self._change.title,
                as_of=as_of,
                notes=self._change.notes,
                command=self.command,
                has_deals=True,
            )
        if self._view is not View.PLAN or self._table is None or plan is None:
            return None
        at = self.query_one("#plan", DealGrid).row
        return explain_row(self._table, at, scope=self.heading_text, as_of=as_of, command=self.command)

    def help_text(self) -> str:
        """The sentences of the plan, for the help screen."""
        plan = self.plan
        return HELP if plan is None else "\n".join((*plan_notes(plan), HELP))

    # Views

    def _say_view(self) -> None:
        self.query_one(TabLine).say(
            TABS, Tab.PLAN, [VIEW_WORDS[view] for view in VIEWS], VIEW_WORDS[self._view]
        )
        for view in VIEWS:
            self.set_class(view is self._view, f"-{view.value}")

    def action_view(self, steps: int) -> None:
        """Another view."""
        self.go(VIEWS[(VIEWS.index(self._view) + steps) % len(VIEWS)])

    def go(self, view: View) -> None:
        self._view = view
        self._say_view()
        if view is View.CHANGE:
            self._read_change()
        elif view is View.SCENARIOS:
            self._read_scenarios()
        if view in _GRIDS:
            self.query_one(_GRIDS[view], DealGrid).focus()
        else:
            self.set_focus(None)
        self._show_words()

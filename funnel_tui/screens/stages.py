"""Stages: the funnel of closed deals, of active deals, and where and why deals are lost."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.stages_words import Found, View, empty_words, note_words, read_stages, scope_parts
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.widgets import stage_tables
from funnel_tui.widgets.figures import snapshot_words
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine

MEANT_FOR = {
    "amount": {View.CLOSED},
    "mode": {View.CLOSED},
    "cohort": {View.CLOSED, View.LOSSES},
    "compare": {View.CLOSED, View.ACTIVE},
}
"""Actions that only say something about some of the tables."""


class StagesScreen(FunnelScreen[None]):
    """The funnel as a table and two charts."""

    HINTS = (
        ("choose", "deals"),
        ("period_back period_on", "period"),
        ("switch", "closed/active"),
        ("losses", "losses"),
        ("compare", "compare"),
        ("scope", "scope"),
        ("amount", "amounts"),
        ("cohort", "which deals"),
        ("mode", "which stages"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("comma", "step(-1)", "back", id="period_back", tooltip="The period before"),
        Binding("full_stop", "step(1)", "on", id="period_on", tooltip="The period after"),
        Binding(
            "tab", "switch", "active/closed", id="switch", tooltip="Closed-deals or active-deals funnel"
        ),
        Binding("o", "losses", "losses", id="losses", tooltip="Where and why deals are lost"),
        Binding(
            "C", "compare", "compare", id="compare",
            tooltip="Beside it: nothing, the period before, the year before",
        ),
        Binding("a", "amount", "by amount", id="amount", tooltip="Ratios by number of deals or by amount"),
        Binding(
            "d", "cohort", "which deals", id="cohort",
            tooltip="Deals closed in the period, created in it, or entering each stage in it",
        ),
        Binding("r", "mode", "which stages", id="mode", tooltip="Stages reached, visited, or straight"),
        Binding("p", "pipeline", "pipeline", id="pipeline", tooltip="The next pipeline"),
        Binding("J", "jump", "last data", id="jump", tooltip="Go to the last period with closed deals"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._view = View.CLOSED
        self._found: Found | None = None
        self._table: stage_tables.Table | None = None
        self._frame_held = True

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, table, what the cursor is on, charts."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield Grid(when_moved=self._explain, id="table")
        yield Line(id="note")
        yield Horizontal(id="charts")
        yield Static(id="empty", markup=False)
        yield Line(id="meaning")

    async def on_mount(self) -> None:
        """Read the figures for the first frame; the charts come after it."""
        await self.read_first("stages", self._reading())
        self.hold_frame(self._frame_is_due)

    def reload(self) -> None:
        """Read everything the screen shows, in one transaction."""
        self.read("stages", self._reading())

    def _reading(self) -> partial[Found]:
        return partial(read_stages, scope=self.funnel.scope, shown=self._view)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show the figures that were read."""
        self._found = found
        self._show()

    def scope_parts(self) -> tuple[str, ...] | None:
        """What the table is about."""
        scope = self.funnel.scope
        return None if scope is None else scope_parts(scope, self._view)

    @property
    def report(self) -> Report | None:
        """The report in the table."""
        view = None if self._found is None else self._found.view
        if view is None:
            return None
        return {View.CLOSED: view.closed, View.ACTIVE: view.active, View.LOSSES: view.losses}[self._view]

    def _show(self) -> None:
        found, report = self._found, self.report
        if found is None or (self._view is View.LOSSES and found.view and not found.reasons):
            return  # what is to be shown is still on its way
        self.query_one(TabLine).say(TABS, Tab.STAGES, [view.value for view in View], self._view.value)
        self.query_one("#title", Line).say(report.title if report else "")
        words = empty_words(found, report, self._view)
        if words or self.has_class("-empty"):
            self.set_class(bool(words), "-empty")
            self.query_one("#empty", Static).update(words)
        self.size_changed()
        if report is None:
            return
        match self._view:
            case View.CLOSED:
                self._table = stage_tables.funnel_table(report)
            case View.ACTIVE:
                self._table = stage_tables.active_table(report)
            case View.LOSSES if found.reasons:
                self._table = stage_tables.losses_table(report, found.reasons)
        assert self._table is not None
        self.query_one(Grid).show(self._table.columns, self._table.rows)
        self.tell_scope()
        self.tell_hints()
        if not self._frame_held:
            self.call_after_refresh(self._draw_charts)

    def size_changed(self) -> None:
        """The notes have one line in a low terminal."""
        note = self.query_one("#note", Line)
        note.say(*note_words(self.report, self._view, short=self.has_class("-short")))
        note.set_class(self._view is not View.CLOSED, "-quiet")

    def _frame_is_due(self) -> None:
        """The table is about to be painted; the charts come right after it."""
        self._frame_held = False
        self.call_after_refresh(self._draw_charts)

    # Charts

    async def _draw_charts(self) -> None:
        """Draw the charts. The first time this imports plotext, after the table is on the screen."""
        report, box = self.report, self.query_one("#charts", Horizontal)
        if report is None or self.has_class("-empty"):
            return
        from funnel_tui.widgets.charts import BarChart
        from funnel_tui.widgets.stage_charts import stage_charts

        charts = stage_charts(report)
        if not box.children:
            await box.mount(*(BarChart(chart) for chart in charts))
        else:
            for chart, widget in zip(charts, box.query(BarChart), strict=True):
                widget.draw(chart)

    # What the cursor is on

    def _explain(self) -> None:
        report = self.report
        if self._table is None or report is None:
            return
        grid = self.query_one(Grid)
        place = self._table.rows.place(grid.row, grid.key)
        before = ""
        if report.compared is not None:
            period = report.compared.scope.period
            before = snapshot_words(period) if self._view is View.ACTIVE else period.label
        self.query_one("#meaning", Line).say(
            *stage_tables.explain(place, before=before, small_n=report.small_n)
        )

    @on(Grid.Chosen)
    def _open_deals(self, message: Grid.Chosen) -> None:
        report = self.report
        if self._table is None or report is None:
            return
        place = self._table.rows.place(message.row, message.key)
        if place is None or place.stage is None:
            self.notify("Choose a figure of a stage to see its deals.", markup=False)
            return
        shown = report.compared if place.before and report.compared else report
        from funnel_tui.screens.behind import BehindScreen

        self.app.push_screen(BehindScreen(shown.scope, place.figure, place.stage, report.name))

    def help_text(self) -> str:
        """The figure under the cursor and the notes, for the help screen."""
        report = self.report
        if report is None:
            return ""
        figure = self.query_one("#meaning", Line).texts
        return "\n".join(line for line in (report.title, *figure, *report.notes) if line)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What says nothing about the table that is shown has no key there."""
        if action in MEANT_FOR and self._view not in MEANT_FOR[action]:
            return False
        if action == "step" and self._view is View.ACTIVE:
            return self.funnel.is_compared  # what is open now has no period
        return super().check_action(action, parameters)

    def action_switch(self) -> None:
        """The other funnel."""
        self._view = View.ACTIVE if self._view is View.CLOSED else View.CLOSED
        report = self.report
        if report is not None and report.compared is None and self.funnel.is_compared:
            self.reload()  # with the compared period, which is read only for what is shown
        else:
            self._show()

    def action_losses(self) -> None:
        """Losses, or back to the funnel."""
        self._view = View.CLOSED if self._view is View.LOSSES else View.LOSSES
        self.reload()

    def action_step(self, steps: int) -> None:
        """Another period."""
        self._rescope(lambda scope: scoping.stepped(scope, steps))

    def action_compare(self) -> None:
        """Another period beside it."""
        self._rescope(scoping.next_compare)

    def action_amount(self) -> None:
        """Ratios by amount or by number."""
        self._rescope(lambda scope: scope.with_(by_value=not scope.by_value))

    def action_cohort(self) -> None:
        """Which deals the funnel is about."""
        self._rescope(scoping.next_cohort)

    def action_mode(self) -> None:
        """Which stages count as reached."""
        self._rescope(scoping.next_mode)

    def action_pipeline(self) -> None:
        """The next pipeline."""
        names = self._found.view.pipelines if self._found and self._found.view else ()
        self._rescope(lambda scope: scoping.next_pipeline(scope, names))

    def action_jump(self) -> None:
        """The last period with closed deals."""
        last = self._found.view.last_closing if self._found and self._found.view else None
        if last is not None:
            self._rescope(lambda scope: scoping.at_last_data(scope, last))

    def _rescope(self, change: Any) -> None:
        scope: Scope | None = self.funnel.scope
        if scope is not None:
            self.funnel.set_scope(change(scope))

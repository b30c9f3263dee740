"""Quotas: how everybody stands, what may still come in, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.quotas_explaining import explain
from funnel_tui.screens.quotas_keys import QuotasKeys
from funnel_tui.screens.quotas_panels import HELP, Panel, Room
from funnel_tui.screens.quotas_views import VIEWS, Found, read_view, state_of, taken
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.quota_figures import OneDeal

NOTES, SHORT_NOTES = 4, 2
"""Lines of notes in a tall terminal and in a low one."""
FIGURES, LATE = "quotas", "quotas-late"
NO_PIPELINE = tr("There is no pipeline yet. {pipelines} sets one up; {import_file} imports a file of deals.")


class QuotasScreen(QuotasKeys):
    """A table of figures with its chart, in several views on a line of tabs."""

    AUTO_FOCUS = "#figures"
    TELLS_NO_DEALS = True
    HINTS = (
        ("choose", trc("key", "deals")),
        ("quota_edit", trc("key", "edit")),
        ("view_next", trc("key", "view")),
        ("period_back period_on", trc("key", "period")),
        ("quota_by", tr("rep/team")),
        ("quota_span", tr("length")),
        ("forecast_cumulative", tr("cumulative")),
        ("forecast_only", trc("key", "only")),
        ("quota_history", trc("key", "history")),
        ("export", trc("key", "export")),
        ("scope", trc("key", "scope")),
    )

    def __init__(self) -> None:
        super().__init__()
        self._late: Found | None = None
        self._is_new = False  # whether the view was not shown yet since it was gone to
        self._had_deals = True  # whether the figure the hints are told for had deals behind it

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, table, what it adds up to, the chart, the figure in words, notes."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield DealGrid(when_moved=self._explain, id="figures")
        yield Static(id="sums", markup=False)
        yield Vertical(id="chart")
        yield Static(id="nothing", markup=False)
        yield Line(id="meaning")
        yield Static(id="note", markup=False)

    async def on_mount(self) -> None:
        """Read the figures before the first frame; the chart comes after it."""
        self._say_tabs()
        await self.read_first(FIGURES, self._reading(late=False))
        self.hold_frame(self._draw_soon)

    # Reading

    def scope_parts(self) -> tuple[str, ...] | None:
        """What is looked at, for the bar on top."""
        scope = self.looked_at
        if scope is None:
            return None
        return (
            *(scope.pipelines or (tr("all pipelines"),)),
            *scoping.where_words(scope)[-1:],
            scope.period.label,
        )

    def of_all_pipelines(self) -> bool:
        """Unless only the pipeline of the scope was asked for."""
        return not self._one_pipeline

    def scope_note(self) -> str:
        """Which pipelines the figures are of, for the form of the scope."""
        if self._one_pipeline:
            return with_keys(tr("Quotas look at this pipeline; on their screen {pipeline} shows all."))
        return with_keys(
            tr("Quotas look at all pipelines, whichever stands here; on their screen {pipeline} shows one.")
        )

    def _reading(self, *, late: bool) -> partial[Found]:
        return partial(read_view, scope=self.looked_at, view=self._view, asked=self._asked, late=late)

    def reload(self) -> None:
        """Read the figures of the view again."""
        self.read(FIGURES, self._reading(late=False))

    def show_found(self, group: str, found: Any) -> None:
        """Show the figures, or those that took longer."""
        if found.view is not self._view or found.asked != self._asked:
            return  # something else was asked for meanwhile
        if group == LATE:
            self._late = found
        else:
            self._found, self._late = found, None
            if found.figures is not None and self._view.is_late(found.figures):
                self.read(LATE, self._reading(late=True))
        self._show()

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        late = None if self._late is None else self._late.figures
        if found.figures is None:
            panel = Panel(tr("Quotas"), nothing=with_keys(NO_PIPELINE))
        else:
            room = Room(self.size.width, not self.has_class("-short"))
            panel = self._view.panel(found.figures, late, self._asked, room)
        self._panel = panel
        title = panel.title
        if self._asked.filters:
            title = tr("{title} · only {only}").format(title=title, only=", ".join(self._asked.filters))
        self.query_one("#title", Line).say(title)
        self.set_class(bool(panel.nothing), "-nothing")
        self.set_class(panel.tall_chart, "-tall-chart")
        if not panel.nothing and self.focused is None:
            # A table that was hidden has lost the keys.
            self.call_after_refresh(self.grid.focus)
        self.query_one("#nothing", Static).update(panel.nothing)
        self.query_one("#sums", Static).update("\n".join(map(clean, panel.sums)))
        self._say_notes(panel)
        grid = self.grid
        if self._is_new and panel.first and len(panel.table):
            grid.key = panel.first
        self._is_new = False
        grid.show(panel.table.columns, panel.table)
        self.tell_scope()
        self.tell_hints()
        self._draw_soon()

    def _say_notes(self, panel: Panel) -> None:
        """The notes, as many lines as there is room for; the rest is in the help, and a sign says so."""
        lines = wrapped(" ".join(panel.notes), max(20, self.size.width - 2))
        room = SHORT_NOTES - self.has_class("-tutorial") if self.has_class("-short") else NOTES
        if len(lines) > room:
            last = wrapped(lines[room - 1], max(20, self.size.width - 7))[0]
            lines = [*lines[: room - 1], f"{last} … ?"]
        note = self.query_one("#note", Static)
        note.display = any(lines)  # an empty one would take a line from the table
        note.update("\n".join(lines))

    def _draw_soon(self) -> None:
        self.call_after_refresh(self._draw_chart)

    async def _draw_chart(self) -> None:
        """Draw the chart. The first time this imports plotext, after the table is on the screen."""
        panel, box = self._panel, self.query_one("#chart", Vertical)
        if panel is None or not box.display or not box.is_attached:
            return
        from funnel_tui.widgets.quota_chart import StackChart

        if box.children:
            self.query_one(StackChart).draw(panel.picture)
        elif panel.picture is not None:
            await box.mount(StackChart(panel.picture))

    def size_changed(self) -> None:
        """A wider terminal shows amounts in full."""
        if self._found is not None:
            self._show()

    # Views

    def read_when_back(self) -> None:
        """Read again when the screen is shown the next time; may be called from any thread."""
        self._stale = True

    def say_progress(self, view: str, words: str) -> None:
        """Say how far the figures are that take longer, while their view is shown.

        :param view: the name of the view that waits for them.
        """
        if view == self._view.name and self._late is None:
            self.query_one("#sums", Static).update(clean(words))

    def _say_tabs(self) -> None:
        self.query_one(TabLine).say(TABS, Tab.QUOTAS, [view.name for view in VIEWS], self._view.name)

    def view_state(self) -> dict[str, str]:
        """Which view, of which pipelines, and how its figures are asked for."""
        return state_of(self._view, self._asked, one_pipeline=self._one_pipeline)

    def take_view_state(self, state: Mapping[str, str]) -> None:
        """The view and its figures as they were saved."""
        self._view, self._asked, self._one_pipeline = taken(state)
        self._view_changed()

    def action_view(self, steps: int) -> None:
        """Another view."""
        self._view = VIEWS[(VIEWS.index(self._view) + steps) % len(VIEWS)]
        self._view_changed()

    def _view_changed(self) -> None:
        self._say_tabs()
        self._is_new = True
        self.grid.put_cursor(0)
        self.reload()

    # What the cursor is on

    def is_hinted(self, names: str) -> bool:
        """No deals are offered where none are behind the figure."""
        if names == "choose" and self.figure is not None and self.figure.behind is None:
            return False
        return super().is_hinted(names)

    def _explain(self) -> None:
        figure = self.figure
        has_deals = figure is not None and figure.behind is not None
        if has_deals != self._had_deals:
            self._had_deals = has_deals
            self.tell_hints()
        line = self.query_one("#meaning", Line)
        line.say(*wrapped(figure.words if figure else "", max(20, line.size.width)))

    @on(Grid.Chosen, "#figures")
    def _open_figure(self, message: Grid.Chosen) -> None:
        """List the deals behind the figure."""
        message.stop()
        figure = self.figure
        if figure is None or figure.behind is None:
            self.notify(tr("No deals are behind this figure; choose another one."), markup=False)
            return
        if isinstance(figure.behind, OneDeal):
            from funnel_tui.screens.opening import open_deal

            open_deal(self.funnel, figure.behind.deal_id)
            return
        from funnel_tui.screens.quotas_behind import FigureDealsScreen

        self.app.push_screen(FigureDealsScreen(figure.behind))

    def explanation(self) -> Explanation | None:
        """The figure under the cursor explained."""
        panel, figure, scope = self._panel, self.figure, self.looked_at
        if panel is None or figure is None or panel.nothing or scope is None:
            return None
        return explain(
            panel, self.grid.key, figure, parts=self.scope_parts() or (), scope=scope,
            now=self.funnel.workspace.clock(), zone=self.funnel.settings.time_zone,
        )  # fmt: skip

    def help_text(self) -> str:
        """The figure under the cursor and the notes, for the help screen."""
        if self._panel is None:
            return HELP
        panel, figure = self._panel, self.figure
        words = figure.words if figure else ""
        return "\n".join(filter(None, (words, *panel.sums, *panel.notes, *panel.legend)))

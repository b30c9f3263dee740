"""Quotas: how everybody stands, what may still come in, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.bindings import COPY_ROW, EXPORT, NEXT_VIEW, ONE_PIPELINE, PERIODS
from funnel_tui.screens.quotas_panels import Asked, Panel, Room
from funnel_tui.screens.quotas_views import VIEWS, Found, read_view, state_of, taken
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.quota_figures import Figure, OneDeal

NOTES, SHORT_NOTES = 4, 2
"""Lines of notes in a tall terminal and in a low one."""
FIGURES, LATE = "quotas", "quotas-late"
NO_PIPELINE = tr("There is no pipeline yet. S sets one up; I imports a file of deals.")
HELP = tr("Status: + done, = on track, ! at risk, x behind. │ in a bar is where it should be by today.")


class QuotasScreen(FunnelScreen[None]):
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
    BINDINGS: ClassVar[list[BindingType]] = [
        *NEXT_VIEW,
        *PERIODS,
        Binding("w", "span", tr("month/quarter/year"), id="quota_span", tooltip=tr("Month, quarter or year")),
        Binding(
            "b", "by", tr("by rep/team"), id="quota_by",
            tooltip=tr("Per rep or per team; a forecast per month"),
        ),
        Binding(
            "e", "edit", trc("key", "edit"), id="quota_edit",
            tooltip=tr("Set quotas; or adjust the forecast"),
        ),
        Binding(
            "H", "revisions", trc("key", "history"), id="quota_history",
            tooltip=tr("How the row came about"),
        ),
        Binding(
            "a", "cumulative", tr("cumulative"), id="forecast_cumulative",
            tooltip=tr("Categories each by itself, or added up from closed on"),
        ),
        Binding("F", "only", tr("only …"), id="forecast_only", tooltip=tr("Only a category or a currency")),
        ONE_PIPELINE,
        EXPORT,
        COPY_ROW,
        Binding(
            "Y", "copy_command", tr("copy command"), id="copy_command",
            tooltip=tr("Copy the command for it"),
        ),
        Binding("escape", "widen", tr("show all"), id="quota_widen", tooltip=tr("Take the filters away")),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._view = VIEWS[0]
        self._asked = Asked()
        self._one_pipeline = False
        self._found: Found | None = None
        self._late: Found | None = None
        self._panel: Panel | None = None
        self._is_new = False  # whether the view was not shown yet since it was gone to

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

    @property
    def looked_at(self) -> Scope | None:
        """The scope of the program, of all pipelines unless one was asked for: a quota is not of one."""
        scope: Scope | None = self.funnel.scope
        if scope is None:
            return None
        return scope.with_(compare=None, pipelines=scope.pipelines if self._one_pipeline else ())

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
            panel = Panel(tr("Quotas"), nothing=NO_PIPELINE)
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
            self.call_after_refresh(self.query_one("#figures", DealGrid).focus)
        self.query_one("#nothing", Static).update(panel.nothing)
        self.query_one("#sums", Static).update("\n".join(map(clean, panel.sums)))
        self._say_notes(panel)
        grid = self.query_one("#figures", DealGrid)
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
        room = SHORT_NOTES if self.has_class("-short") else NOTES
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
        self.query_one("#figures", DealGrid).put_cursor(0)
        self.reload()

    # What is shown, for what the keys do

    @property
    def view_name(self) -> str:
        """The view that is shown."""
        return self._view.name

    @property
    def asked(self) -> Asked:
        """How the figures were asked for."""
        return self._asked

    @property
    def panel(self) -> Panel | None:
        """The view as it is shown; None before it was read."""
        return self._panel

    @property
    def figures(self) -> Any:
        """What was read for it."""
        return None if self._found is None else self._found.figures

    @property
    def row(self) -> int:
        """The row under the cursor."""
        return self.query_one("#figures", DealGrid).row

    # What the cursor is on

    @property
    def figure(self) -> Figure | None:
        """What the cursor is on."""
        grid = self.query_one("#figures", DealGrid)
        return None if self._panel is None else self._panel.table.figure(grid.row, grid.key)

    def _explain(self) -> None:
        figure = self.figure
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
        panel, figure = self._panel, self.figure
        if panel is None or figure is None or panel.nothing:
            return None
        name, _, formula = figure.words.partition(": ")
        column = next((one.title for one in panel.table.columns if one.key == self._grid.key), "")
        return Explanation(
            name=f"{column} · {name}" if column else name,
            value=figure.text,
            definition=formula or figure.words,
            scope=" · ".join(self.scope_parts() or ()),
            notes=(*panel.sums, *panel.notes, HELP),
            command=panel.command,
            has_deals=figure.behind is not None,
        )

    @property
    def _grid(self) -> DealGrid:
        return self.query_one("#figures", DealGrid)

    def help_text(self) -> str:
        """The figure under the cursor and the notes, for the help screen."""
        if self._panel is None:
            return HELP
        figure = self.figure
        words = figure.words if figure else ""
        return "\n".join(filter(None, (words, *self._panel.sums, *self._panel.notes, HELP)))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What says nothing about the view that is shown has no key there."""
        if action in {"by", "cumulative", "only", "revisions"} and action not in self._view.actions:
            return False
        if action == "widen":
            return bool(self._asked.filters)
        return super().check_action(action, parameters)

    def action_by(self) -> None:
        """Per rep or per team; a forecast per month or per rep."""
        self.ask_for(self._asked.with_(by_team=not self._asked.by_team, by_month=not self._asked.by_month))

    def action_cumulative(self) -> None:
        """Categories each by itself, or added up."""
        self.ask_for(self._asked.with_(cumulative=not self._asked.cumulative))

    def action_widen(self) -> None:
        """Take the filters away."""
        self.ask_for(self._asked.with_(category=None, currency=None))

    def ask_for(self, asked: Asked) -> None:
        """Split or narrow the figures in another way."""
        self._asked = asked
        self.reload()

    def action_pipeline(self) -> None:
        """All pipelines, or only the one that the other screens look at."""
        self._one_pipeline = not self._one_pipeline
        self.reload()

    def action_step(self, steps: int) -> None:
        """Another period."""
        self._rescope(lambda scope: scoping.stepped(scope, steps))

    def action_span(self) -> None:
        """The month, the quarter or the year."""
        from funnel_tui.screens.quotas_saving import next_span

        today = self.funnel.workspace.clock()
        self._rescope(lambda scope: next_span(scope, today, self.funnel.settings))

    def _rescope(self, change: Any) -> None:
        scope: Scope | None = self.funnel.scope
        if scope is not None:
            self.funnel.set_scope(change(scope))

    def action_edit(self) -> None:
        """Set quotas, or adjust the forecast under the cursor."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.edit(self)

    def action_revisions(self) -> None:
        """How the quota or the adjustment of the row came about."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.show_revisions(self)

    def action_only(self) -> None:
        """Narrow the forecast to a category or a currency."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.narrow(self)

    def action_export(self) -> None:
        """Write what is shown to a file."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.export(self)

    def action_copy(self) -> None:
        """Copy the row."""
        grid, panel = self.query_one("#figures", DealGrid), self._panel
        if panel is None or not len(panel.table):
            self.notify(tr("There is nothing to copy."), markup=False)
            return
        texts = [figure.text for figure in panel.table.figures(grid.row)]
        from funnel_tui.screens.row_actions import copy_told

        copy_told(self, "\t".join(text for text in texts if text), texts[0])

    def action_copy_command(self) -> None:
        """Copy the command that prints the same in the shell."""
        if self._panel is not None and self._panel.command:
            from funnel_tui.screens.row_actions import copy_told

            copy_told(self, self._panel.command)

"""Stages: the funnel of closed deals, of active deals, where deals are lost, and whatever explains it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.report import Report
from funnel_tui.language import tr, trc
from funnel_tui.screens import stages_figures as figures
from funnel_tui.screens.stages_keys import StagesKeys
from funnel_tui.screens.stages_words import (
    BASIC,
    FUNNELS,
    Found,
    View,
    empty_words,
    note_words,
    read_stages,
    scope_parts,
)
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.widgets import stage_tables
from funnel_tui.widgets.figures import snapshot_words
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine, nothing_here
from funnel_tui.widgets.stage_figures import Spot
from funnel_tui.widgets.stage_grid import StageGrid

STAGES, PANEL = "stages", "stages-panel"
LINES_AROUND = 7
"""In a low terminal: scope, tabs, title, note, what the cursor is on (two lines), hints."""
WIDE_COLUMNS = 120
"""From this width on both funnels stand side by side."""


class StagesScreen(StagesKeys):
    """The funnel as a table and two charts; further views on the line of tabs."""

    TELLS_NO_DEALS = True
    HINTS = (
        ("choose", trc("key", "deals")),
        ("period_back period_on", trc("key", "period")),
        ("switch", trc("key", "active")),
        ("losses", trc("key", "losses")),
        ("stages_view", trc("key", "view")),
        ("stages_by", tr("by")),
        ("stages_measure", tr("measure")),
        ("stages_bulk", tr("list stuck")),
        ("compare", trc("key", "compare")),
        ("scope", trc("key", "scope")),
        ("amount", trc("key", "amounts")),
        ("cohort", tr("which deals")),
        ("mode", tr("which stages")),
        ("export", trc("key", "export")),
        ("copy", tr("copy command")),
    )
    # Translators: to the last period in which deals were closed.
    HINTS_OF_NOTHING = (
        ("jump", tr("last data")),
        ("new_deal", trc("key", "new")),
        ("import_file", tr("import")),
    )
    ON_ROW = frozenset({"choose", "stages_bulk"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "shift+tab",
            "next_view",
            trc("key", "view"),
            id="stages_view",
            tooltip=tr("The next view of the screen"),
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._panel: figures.PanelFound | None = None
        self._tables: dict[View, stage_tables.Table] = {}
        self._frame_held = True

    def compose_middle(self) -> ComposeResult:
        """Tabs, one table or two side by side, what follows from it, charts, what the cursor is on."""
        yield TabLine(id="tabs")
        with Horizontal(id="both"):
            with Vertical(id="left"):
                yield Line(id="title")
                yield StageGrid(when_moved=self._explain, id="table")
            with Vertical(id="right"):
                yield Line(id="title-right")
                yield StageGrid(when_moved=self._explain, id="table-right")
        yield Static(id="words", markup=False)
        yield Line(id="note")
        yield Horizontal(id="charts")
        yield Static(id="empty", markup=False)
        yield Line(id="meaning")

    async def on_mount(self) -> None:
        """Read the figures for the first frame; the charts come after it."""
        self._wide = self._both
        await self.read_first(STAGES, self._reading())
        self.hold_frame(self._frame_is_due)

    # Reading

    def reload(self) -> None:
        """Read everything the view shows, in one transaction."""
        if self._view in BASIC:
            self.read(STAGES, self._reading())
            return
        from funnel_tui.screens.stages_views import read_panel

        self.read(PANEL, partial(read_panel, scope=self.funnel.scope, view=self._view, asked=self._asked))

    def _reading(self) -> partial[Found]:
        return partial(read_stages, scope=self.funnel.scope, shown=self._view, both=self._both)

    def show_found(self, group: str, found: Any) -> None:
        """Show the figures that were read."""
        if group == PANEL:
            if (found.view, found.asked) != (self._view, self._asked):
                return  # something else was asked for meanwhile
            self._panel = found
        else:
            self._found = found
        self._show()

    def scope_parts(self) -> tuple[str, ...] | None:
        """What the table is about."""
        scope = self.funnel.scope
        return None if scope is None else scope_parts(scope, self._view)

    @property
    def _both(self) -> bool:
        """Whether both funnels are shown side by side."""
        return self.app.size.width >= WIDE_COLUMNS and self._view in FUNNELS

    @property
    def grid(self) -> StageGrid:
        """The table the keys are for."""
        right = self._both and self._view is View.ACTIVE
        return self.query_one("#table-right" if right else "#table", StageGrid)

    @property
    def panel(self) -> figures.Panel | None:
        """The further view that is shown."""
        found = self._panel
        return found.panel if found is not None and self._view not in BASIC else None

    @property
    def report(self) -> Report | None:
        """The report in the table."""
        if self._view not in BASIC:
            return None if self.panel is None else self.panel.report
        return self._report_of(self._view)

    def _report_of(self, view: View) -> Report | None:
        found = None if self._found is None else self._found.view
        if found is None:
            return None
        return {View.CLOSED: found.closed, View.ACTIVE: found.active, View.LOSSES: found.losses}[view]

    @property
    def _table(self) -> stage_tables.Table | None:
        return self._tables.get(self._view)

    # Showing

    def _show(self) -> None:
        self.query_one(TabLine).say(TABS, Tab.STAGES, [view.value for view in View], self._view.value)
        self.set_class(self._both, "-both")
        if self._view not in BASIC:
            self._show_panel()
            return
        found = self._found
        if found is None or (self._view is View.LOSSES and found.view and not found.reasons):
            return  # what is to be shown is still on its way
        report = self.report
        self.query_one("#title", Line).say(self._title(View.CLOSED if self._both else self._view))
        self._say_words("")
        self._say_empty(self._both_empty() if self._both else self._empty_words(found, self._view))
        if report is None:
            self.size_changed()
            return
        for view, name in self._places():
            table = self._tables[view] = self._made(view, found)
            self.query_one(f"#{name}", StageGrid).show_fitting(table.columns, table.rows)
        if self._both:
            self.query_one("#title-right", Line).say(self._title(View.ACTIVE))
        self._point()
        self._shown()

    def _title(self, view: View) -> str:
        report = self._report_of(view)
        return report.title if report else ""

    def _places(self) -> list[tuple[View, str]]:
        if self._both:
            return [(View.CLOSED, "table"), (View.ACTIVE, "table-right")]
        return [(self._view, "table")]

    def _both_empty(self) -> Any:
        """Side by side there is something to show as long as one of the funnels has deals."""
        found = self._found
        assert found is not None
        words = [self._empty_words(found, view) for view in FUNNELS]
        return words[0] if all(words) or (words[0] and self._view is View.CLOSED) else ""

    def _empty_words(self, found: Found, view: View) -> Any:
        around = self.funnel.view
        count = len(around.pipelines) if around is not None else 0
        return empty_words(found, self._report_of(view), view, pipelines=count)

    def _made(self, view: View, found: Found) -> stage_tables.Table:
        report, view_found = self._report_of(view), found.view
        assert report is not None
        assert view_found is not None
        match view:
            case View.CLOSED:
                return stage_tables.funnel_table(report)
            case View.ACTIVE:
                return stage_tables.active_table(report)
            case _:
                assert found.reasons is not None
                return stage_tables.losses_table(report, found.reasons, view_found.active)

    def _show_panel(self) -> None:
        found = self._panel
        if found is None or found.view is not self._view:
            return  # still being read
        panel = found.panel
        if panel is None:
            self._say_empty(empty_words(Found(None), None, self._view))
            return
        self.query_one("#title", Line).say(panel.title)
        self._say_empty(nothing_here(panel.nothing, panel.hint) if panel.nothing else "")
        if panel.table is not None:
            grid = self.query_one("#table", StageGrid)
            (grid.show_all if panel.scrolls else grid.show_fitting)(panel.table.columns, panel.table.rows)
        self._point()
        self._shown()

    def _point(self) -> None:
        """Only the table that the keys are for shows the cursor."""
        here = self.grid
        for grid in self.query(StageGrid):
            if grid.points != (grid is here):
                grid.points = grid is here
                grid.refresh()

    def _say_empty(self, words: Any) -> None:
        if words or self.has_class("-empty"):
            self.set_class(bool(words), "-empty")
            self.query_one("#empty", Static).update(words)

    def _words_room(self, short: bool) -> tuple[int, int]:
        """Cells and lines for sentences under the table: in a low terminal all that no other line takes."""
        width, height = self.size
        if not short:
            return width - 2, height // 4
        table = self.panel.table if self.panel is not None else None
        rows = 1 + (len(table.rows) if table is not None else 0)
        named = ("#as-of", "#no-match", "#tutorial")
        more = sum(line.region.height for name in named for line in self.query(name))
        return width - 2, max(2, height - LINES_AROUND - rows - more)

    def _say_words(self, words: str) -> None:
        box = self.query_one("#words", Static)
        if words or box.display:
            box.display = bool(words)
            box.update(words)

    def _shown(self) -> None:
        self.size_changed()
        self.tell_scope()
        self.tell_hints()
        if not self._frame_held:
            self.call_after_refresh(self._draw_charts)

    def size_changed(self) -> None:
        """The notes have one line in a low terminal; in a wide one there is room for both funnels."""
        note = self.query_one("#note", Line)
        short, width = self.has_class("-short"), self.app.size.width - 2
        if self.panel is not None:
            note.say(*figures.panel_notes(self.panel, short=short, width=width))
            self._say_words(figures.fitting_words(self.panel, self.app.console, *self._words_room(short)))
        else:
            report = self.report if self._view in BASIC else None
            note.say(*note_words(report, self._view, short=short, width=width))
        note.set_class(self._view is not View.CLOSED, "-quiet")
        if self._both != self._wide and self._view in FUNNELS and self._found is not None:
            self._wide = self._both
            self._show()
            self.grid.focus()

    def _frame_is_due(self) -> None:
        """The table is about to be painted; the charts come right after it."""
        self._frame_held = False
        self.call_after_refresh(self._draw_charts)

    async def _draw_charts(self) -> None:
        """Draw the charts. The first time this imports plotext, after the table is on the screen."""
        if self.has_class("-empty"):
            return
        if self.panel is not None:
            wanted: Any = self.panel.charts
        elif self._view in BASIC and self.report is not None:
            from funnel_tui.widgets.stage_charts import stage_charts

            wanted = stage_charts(self.report)
        else:
            return
        await figures.draw_charts(self.query_one("#charts", Horizontal), wanted)

    # What the cursor is on

    @property
    def has_row(self) -> bool:
        """Whether there is a table, and not only words on why there is none."""
        return not self.has_class("-empty")

    def is_hinted(self, names: str) -> bool:
        """The last closing may be none."""
        if names == "jump":
            return bool(self._found and self._found.view and self._found.view.last_closing is not None)
        return super().is_hinted(names)

    @property
    def place(self) -> stage_tables.Place | None:
        """The figure under the cursor, where the table is one of a report's stages."""
        table = self._table if self._view in BASIC else None
        return None if table is None else table.rows.place(self.grid.row, self.grid.key)

    @property
    def spot(self) -> Spot | None:
        """The figure under the cursor of a further view."""
        panel = self.panel
        if panel is None or panel.table is None:
            return None
        return panel.table.rows.spot(self.grid.row, self.grid.key)

    def _explain(self) -> None:
        line = self.query_one("#meaning", Line)
        if self._view not in BASIC:
            spot, panel = self.spot, self.panel
            words = spot.words() if spot else ("", "")
            if panel is not None and panel.scrolls:
                words = (words[0], f"{figures.window_words(self.grid.window, panel.things)}{words[1]}")
            line.say(*words)
            return
        report = self.report
        if self._table is None or report is None:
            return
        before = ""
        if report.compared is not None:
            period = report.compared.scope.period
            before = snapshot_words(period) if self._view is View.ACTIVE else period.label
        line.say(*stage_tables.explain(self.place, before=before, small_n=report.small_n))

    def explanation(self) -> Explanation | None:
        """The figure under the cursor explained."""
        if self.has_class("-empty"):
            return None
        spot = self.spot
        if spot is not None:
            found = None if spot.explain is None else spot.explain()
            words = self.panel.words if self.panel is not None else ()
            return found and replace(found, notes=(*words, *found.notes))
        report, place = self.report, self.place
        return None if report is None or place is None else figures.explain_place(report, place)

    @on(Grid.Chosen)
    def _open_deals(self, message: Grid.Chosen) -> None:
        message.stop()
        report = self.report
        if report is None:
            return
        figures.open_behind(self, report, self.place, self.spot)

    def help_text(self) -> str:
        """The figure under the cursor and the notes, for the help screen."""
        report = self.report
        if report is None:
            return ""
        figure = self.query_one("#meaning", Line).texts
        notes = self.panel.notes if self.panel is not None else report.notes
        words = self.panel.words if self.panel is not None else ()
        return "\n".join(line for line in (report.title, *figure, *words, *notes) if line)
